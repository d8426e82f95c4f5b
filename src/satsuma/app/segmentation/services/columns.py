"""Writes whole columns into tables: many rows with one statement. Called by `services.results` alone.

Names of tables and columns come from there, never from users. A statement takes its rows out of a few texts: one of
numbers per column on PostgreSQL, one of JSON on SQLite. Parameters for every value would take twice as long.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db import connection

from satsuma.app.crm.facts.reading import words

Fixed = Mapping[str, Any]
"""Columns that hold the same in every row, as the database takes it."""
SQL_TYPES = {pl.Int64(): "bigint", pl.Int32(): "integer", pl.String(): "text", pl.Date(): "date"}


def insert(table: str, frame: pl.DataFrame, fixed: Fixed) -> None:
    """A new row for each of the frame's."""
    given, texts = _given(frame)
    names = ", ".join(f'"{name}"' for name in (*frame.columns, *fixed))
    values = ", ".join([*(f'given."{name}"' for name in frame.columns), *["%s"] * len(fixed)])
    _execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {given}", [*fixed.values(), *texts])  # noqa: S608


def update(table: str, frame: pl.DataFrame, fixed: Fixed) -> None:
    """Sets the frame's columns, and the fixed ones, in the rows of its `id`."""
    given, texts = _given(frame)
    own = [f'"{name}" = given."{name}"' for name in frame.columns if name != "id"]
    settings = ", ".join([*own, *(f'"{name}" = %s' for name in fixed)])
    _execute(
        f"UPDATE {table} SET {settings} FROM {given} WHERE {table}.id = given.id",  # noqa: S608
        [*fixed.values(), *texts],
    )


def delete(table: str, frame: pl.DataFrame) -> None:
    """Removes the rows of the frame's `id`."""
    _execute(f"DELETE FROM {table} WHERE id {words().listed}", [words().ids(frame["id"].to_list())])  # noqa: S608


def count_anew(*tables: str) -> None:
    """Lets PostgreSQL look how large these tables have become. By itself it does so within a minute or two; until then
    it takes a table for as small as it was, and looks through all of it for every page that is read."""
    if connection.vendor == "postgresql":
        _execute(f"ANALYZE {', '.join(tables)}", [])


def _given(frame: pl.DataFrame) -> tuple[str, list[str]]:
    """The frame as a table called `given`, and the parameters for it. No text in it is empty."""
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"string_to_array(%s, ',', '')::{SQL_TYPES[type_]}[]" for type_ in frame.dtypes)
        names = ", ".join(f'"{name}"' for name in frame.columns)
        return f"unnest({arrays}) AS given ({names})", [_joined(column) for column in frame]
    columns = ", ".join(f"value ->> '{name}' AS \"{name}\"" for name in frame.columns)
    return f"(SELECT {columns} FROM json_each(%s)) AS given", [frame.write_json()]  # noqa: S608


def _joined(column: pl.Series) -> str:
    return column.cast(pl.String).fill_null("").str.join(",").item()  # type: ignore[no-any-return]


def _execute(statement: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
