"""SQL databases through Ibis: DuckDB, SQLite and PostgreSQL are tried; a warehouse works alike. Needs the extra
`[warehouse]`. Facts are loaded into temporary tables, the expression runs as SQL inside the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import narwhals as nw
import polars as pl

from satsuma.domain.errors import EngineError
from satsuma.engine.backends import missing_extra, unreachable
from satsuma.engine.expressions import Frame, Ops


@dataclass(frozen=True, slots=True)
class IbisSession:
    name: str
    ibis: Any
    connection: Any
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def ops(self) -> Ops:
        return nw

    def load(self, name: str, frame: pl.LazyFrame) -> Frame:
        data = frame.collect()
        loaded: Frame = nw.from_native(self._table(f"satsuma_{name}_{next(self.numbers)}", data)).lazy()
        return loaded

    def _table(self, name: str, data: pl.DataFrame) -> Any:
        """SQLite and PostgreSQL are filled by their own means: Ibis would take SQLite's rows through pandas, which
        turns whole numbers beside nulls into doubles, and PostgreSQL's one by one."""
        arrow = data.to_arrow()
        if self.name == "ibis-duckdb":
            return self.ibis.memtable(arrow)
        schema = self.ibis.Schema.from_pyarrow(arrow.schema)
        table = self.connection.create_table(name, schema=schema, temp=True)
        (_fill_sqlite if self.name == "sqlite" else _fill_postgres)(self.connection.con, name, data)
        return table

    def collect(self, frame: Frame) -> pl.DataFrame:
        found = pl.from_arrow(self.connection.to_pyarrow(frame.to_native()))
        assert isinstance(found, pl.DataFrame)
        return found


def _fill_sqlite(connection: Any, table: str, data: pl.DataFrame) -> None:
    days_as_text = data.with_columns(pl.col(pl.Date).dt.to_string("iso"))
    marks = ", ".join("?" for _ in data.columns)
    with connection:
        connection.executemany(f'INSERT INTO temp."{table}" VALUES ({marks})', days_as_text.iter_rows())  # noqa: S608


def _fill_postgres(connection: Any, table: str, data: pl.DataFrame) -> None:
    with connection.cursor() as cursor, connection.transaction():
        with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT csv)') as copy:
            copy.write(data.write_csv(include_header=False))
        cursor.execute(f'ANALYZE "{table}"')


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
    if engine == "postgres" and not (url or "").startswith(("postgresql://", "postgres://")):
        raise EngineError(
            "engine_needs_url",
            "PostgreSQL needs an address.",
            remedy="Give it with --url, such as postgresql://user@host/database.",
        )
    try:
        if engine == "ibis-duckdb":
            return ibis.duckdb.connect(url or ":memory:")
        connection = ibis.sqlite.connect(url) if engine == "sqlite" else ibis.connect(url)
        connection.list_tables()  # SQLite opens any file, and looks into it only when asked
        return connection
    except Exception as error:  # drivers raise types of their own, under no common base
        raise unreachable("The database", error) from error
