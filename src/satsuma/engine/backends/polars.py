"""Polars: the default engine, in memory, or streaming for files larger than memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import narwhals as nw
import polars as pl


@dataclass(frozen=True, slots=True)
class PolarsSession:
    mode: Literal["in-memory", "streaming"]

    @property
    def name(self) -> str:
        return "polars" if self.mode == "in-memory" else "polars-streaming"

    def load(self, name: str, frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
        return nw.from_native(frame)

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine=self.mode)


@contextmanager
def open_session(engine: str, _url: str | None) -> Iterator[PolarsSession]:
    yield PolarsSession("streaming" if engine == "polars-streaming" else "in-memory")
