"""Whole columns out of the database, never through instances of models: the database writes chunks of rows as JSON,
one array per column, and Polars reads them with the types that are wanted. Called by `tables`.

Django's own connection is used on both databases; a second SQLite library in one process would break the locks of the
first. Polars parses in threads while the database goes on. See `docs/decisions/0012-facts-and-snapshots.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

import polars as pl
from django.db import DataError, OperationalError, connection

CHUNK = 20_000
"""Rows that the database writes at a time; fewer where their texts come to more than a gigabyte."""
PARSERS = 2
ID = "id"
Parameter = int | str | list[int]


@dataclass(frozen=True, slots=True)
class Column:
    """A column to read: an SQL expression over its table, written in this package alone, and the type it is read as."""

    sql: str
    type: pl.DataType


@dataclass(frozen=True, slots=True)
class Selection:
    """What to read of a table: columns by the name they get, keys of its JSON columns with their types, and which rows.
    `where` is SQL of this package, `parameters` are its values."""

    table: str
    columns: Mapping[str, Column]
    documents: Mapping[str, Mapping[str, pl.DataType]] = field(default_factory=dict)
    where: str = "TRUE"
    parameters: tuple[Parameter, ...] = ()

    @property
    def plain(self) -> dict[str, pl.DataType]:
        """What stands in columns of its own, with its type."""
        return {ID: pl.Int64(), **{name: column.type for name, column in self.columns.items()}}

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """The columns of the frame that is read, in order."""
        found = self.plain
        for keys in self.documents.values():
            found |= keys
        return found

    def only(self, where: str, *parameters: Parameter) -> Selection:
        """Of these rows those that meet the condition too."""
        return replace(self, where=f"{self.where} AND {where}", parameters=(*self.parameters, *parameters))


@dataclass(frozen=True, slots=True)
class Words:
    """How a database says it."""

    array: str
    lines: str
    listed: str

    def ids(self, ids: Sequence[int]) -> Parameter:
        """The parameter for `listed`."""
        return list(ids) if "ANY" in self.listed else json.dumps(list(ids))


SQLITE = Words("json_group_array({})", "group_concat({}, char(10))", "IN (SELECT value FROM json_each(%s))")
POSTGRES = Words("json_agg({})::text", "string_agg({}::text, chr(10))", "= ANY(%s::bigint[])")


def words() -> Words:
    return POSTGRES if connection.vendor == "postgresql" else SQLITE


def read(selection: Selection, ids: Sequence[int] | None = None) -> pl.DataFrame:
    """The selected rows in the order of `id`, typed as `selection.schema` says; of these `ids` only, if any are given.
    Missing values and empty lists are null.

    A row that changes meanwhile is read once, as it was before or after. About 2 µs a row of 20 columns.
    """
    frames = _frames(selection, _texts(selection, ids))
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=selection.schema)
    return whole if whole[ID].is_sorted() else whole.sort(ID)


def _frames(selection: Selection, pages: Iterator[Texts]) -> list[pl.DataFrame]:
    """The first page is parsed here: starting threads takes longer than parsing a few rows."""
    first = [_parsed(selection, texts) for texts in islice(pages, 1)]
    with ThreadPoolExecutor(PARSERS) as parsers:
        return first + list(parsers.map(lambda texts: _parsed(selection, texts), pages))


Texts = tuple[str, ...]
"""A chunk: an array of ids, an array per column, and lines of objects per JSON column."""


def _texts(selection: Selection, ids: Sequence[int] | None) -> Iterator[Texts]:
    return _pages_of_all(selection) if ids is None else _pages_of(selection, ids)


def _pages_of_all(selection: Selection) -> Iterator[Texts]:
    statement, last, size = _statement(selection, "id > %s ORDER BY id LIMIT %s"), 0, CHUNK
    while True:
        page = _written(statement, (*selection.parameters, last, size), size)
        if page is None:
            size = _smaller(size)
            continue
        count, last, *texts = page
        if count:
            yield tuple(texts)
        if count < size:
            return


def _pages_of(selection: Selection, ids: Sequence[int]) -> Iterator[Texts]:
    statement, rest, size = _statement(selection, f"id {words().listed} ORDER BY id"), sorted(ids), CHUNK
    while rest:
        page = _written(statement, (*selection.parameters, words().ids(rest[:size])), size)
        if page is None:
            size = _smaller(size)
            continue
        rest = rest[size:]
        count, _, *texts = page
        if count:
            yield tuple(texts)


def _smaller(size: int) -> int:
    return max(size // 8, 1)


def _statement(selection: Selection, page: str) -> str:
    """All aggregates take the rows in one order, whatever it is: places in the columns belong together."""
    names = [f"c{number}" for number in range(len(selection.columns))]
    columns = [f"{column.sql} AS {name}" for name, column in zip(names, selection.columns.values(), strict=True)]
    documents = [f'"{name}"' for name in selection.documents]
    arrays = [words().array.format(name) for name in (ID, *names)]
    lines = [words().lines.format(name) for name in documents]
    written = ", ".join(["count(*)", "max(id)", *arrays, *lines])
    asked = ", ".join([ID, *columns, *documents])
    rows = f"SELECT {asked} FROM {selection.table} WHERE {selection.where} AND {page}"  # noqa: S608
    return f"SELECT {written} FROM ({rows}) AS page"  # noqa: S608


def _written(statement: str, parameters: Sequence[Parameter], size: int) -> tuple[Any, ...] | None:
    """Number of rows, last id and texts; None where so many rows make a larger text than the database can hold."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(parameters))
            row = cursor.fetchone()
    except (DataError, OperationalError):
        if size == 1:
            raise
        return None
    assert row is not None
    return tuple(row)


def _parsed(selection: Selection, texts: Texts) -> pl.DataFrame:
    plain = selection.plain
    arrays = pl.DataFrame({name: [text] for name, text in zip(plain, texts, strict=False)})
    columns = arrays.select(
        _typed(pl.col(name).str.json_decode(pl.List(_written_as(type_))).explode(), type_)
        for name, type_ in plain.items()
    )
    objects = [
        _objects(text, keys) for text, keys in zip(texts[len(plain) :], selection.documents.values(), strict=True)
    ]
    return pl.concat([columns, *objects], how="horizontal")


def _objects(lines: str, keys: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """One row per line. A key that an object does not have is null, and so is a value of another type, which no service
    writes: one contact that was spoiled must not keep all others from being read. Other keys are passed over."""
    as_written = {key: pl.Float64() if type_.is_integer() else _written_as(type_) for key, type_ in keys.items()}
    found = pl.read_ndjson(lines.encode(), schema=as_written, ignore_errors=True)
    return found.select(_typed(_without_empty(key, type_), type_) for key, type_ in keys.items())


def _written_as(type_: pl.DataType) -> pl.DataType:
    """Days are read as texts first: the reader of JSON tries many ways to write one, and takes three times as long."""
    return pl.String() if isinstance(type_, pl.Date) else type_


def _typed(value: pl.Expr, type_: pl.DataType) -> pl.Expr:
    return value.str.to_date("%Y-%m-%d", strict=False) if isinstance(type_, pl.Date) else value.cast(type_)


def _without_empty(key: str, type_: pl.DataType) -> pl.Expr:
    value = pl.col(key)
    if isinstance(type_, pl.List):
        return pl.when(value.list.len() > 0).then(value)
    return pl.when(value != "").then(value) if isinstance(type_, pl.String) else value
