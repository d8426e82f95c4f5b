"""DuckDB: for data larger than memory. Needs the extra `[duckdb]`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from satsuma.engine.backends import missing_extra, unreachable
from satsuma.engine.expressions import Frame, Ops


@dataclass(frozen=True, slots=True)
class DuckDBSession:
    connection: Any
    name: str = "duckdb"

    @property
    def ops(self) -> Ops:
        return nw

    def load(self, name: str, frame: pl.LazyFrame) -> Frame:
        arrow = frame.collect().to_arrow()
        table: Frame = nw.from_native(self.connection.from_arrow(arrow)).lazy()
        return table

    def collect(self, frame: Frame) -> pl.DataFrame:
        found = pl.from_arrow(frame.to_native().to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found


@contextmanager
def open_session(engine: str, url: str | None) -> Iterator[DuckDBSession]:
    try:
        import duckdb
        import pyarrow  # noqa: F401  (tables travel as Arrow)
    except ImportError as error:
        raise missing_extra(engine, error) from error
    try:
        connected = duckdb.connect(url or ":memory:")
    except duckdb.Error as error:
        raise unreachable("DuckDB", error) from error
    with connected as connection:
        yield DuckDBSession(connection)
