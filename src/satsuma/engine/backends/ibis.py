"""SQL databases through Ibis: DuckDB, SQLite and PostgreSQL are tried; a warehouse works alike. Needs the extra
`[warehouse]`. Facts are loaded into temporary tables, the expression runs as SQL inside the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from satsuma.domain.errors import EngineError
from satsuma.engine.backends import Frame, missing_extra


@dataclass(frozen=True, slots=True)
class IbisSession:
    name: str
    ibis: Any
    connection: Any

    def load(self, name: str, frame: pl.LazyFrame) -> Frame:
        loaded: Frame = nw.from_native(self.ibis.memtable(frame.collect().to_arrow())).lazy()
        return loaded

    def collect(self, frame: Frame) -> pl.DataFrame:
        found = pl.from_arrow(self.connection.to_pyarrow(frame.to_native()))
        assert isinstance(found, pl.DataFrame)
        return found


@contextmanager
def open_session(engine: str, url: str | None) -> Iterator[IbisSession]:
    try:
        import ibis
    except ImportError as error:
        raise missing_extra(engine, error) from error
    connection = _connect(ibis, engine, url)
    try:
        yield IbisSession(engine, ibis, connection)
    finally:
        connection.disconnect()


def _connect(ibis: Any, engine: str, url: str | None) -> Any:
    if engine == "sqlite":
        return ibis.sqlite.connect(url)
    if engine == "ibis-duckdb":
        return ibis.duckdb.connect(url or ":memory:")
    if not url:
        raise EngineError(
            "engine_needs_url",
            "PostgreSQL needs an address.",
            remedy="Give it with --url postgresql://user@host/database.",
        )
    try:
        return ibis.connect(url)
    except Exception as error:  # drivers raise types of their own, under no common base
        raise EngineError(
            "engine_unreachable", f"The database does not answer: {error}", remedy="Check the address given with --url."
        ) from error
