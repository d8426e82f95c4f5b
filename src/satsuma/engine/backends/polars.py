"""Polars: the default engine.

Its streaming engine takes tables in memory and files larger than memory, and is the faster one here: it works in blocks
that stay in the processor's cache. The in-memory engine is there to compare with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl


@dataclass(frozen=True, slots=True)
class PolarsSession:
    mode: Literal["in-memory", "streaming"]

    @property
    def name(self) -> str:
        return "polars" if self.mode == "streaming" else "polars-in-memory"

    @property
    def ops(self) -> Any:
        return pl

    def load(self, name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
        return frame

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        return frame.collect(engine=self.mode)


@contextmanager
def open_session(engine: str, _url: str | None) -> Iterator[PolarsSession]:
    yield PolarsSession("in-memory" if engine == "polars-in-memory" else "streaming")
