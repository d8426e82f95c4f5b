"""Writes whole columns into tables: many rows with one statement. Called by `services.results` alone.

Names of tables and columns come from there, never from users. SQLite takes rows one by one inside of one statement;
PostgreSQL takes each column as one text of numbers, which is several times quicker than parameters for every value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from django.db import connection

Fixed = Mapping[str, Any]
"""Columns that hold the same in every row, as the database takes it."""
SQL_TYPES = {pl.Int64(): "bigint", pl.Int32(): "integer", pl.String(): "text", pl.Date(): "date"}


def insert(table: str, frame: pl.DataFrame, fixed: Fixed) -> None:
    """A new row for each of the frame's."""
    names = ", ".join(f'"{name}"' for name in (*frame.columns, *fixed))
    same = ", ".join(["%s"] * len(fixed))
    if connection.vendor == "postgresql":
        given, arrays = _unnested(frame)
        own = ", ".join(f'given."{name}"' for name in frame.columns)
        _execute(f"INSERT INTO {table} ({names}) SELECT {own}, {same} FROM {given}", [*fixed.values(), *arrays])  # noqa: S608
        return
    marks = ", ".join(["%s"] * frame.width)
    rows = frame.iter_rows()
    _execute_each(
        f"INSERT INTO {table} ({names}) VALUES ({marks}, {same})",  # noqa: S608
        [(*row, *fixed.values()) for row in rows],
    )


def update(table: str, frame: pl.DataFrame, fixed: Fixed) -> None:
    """Sets the frame's columns, and the fixed ones, in the rows of its `id`."""
    own = [name for name in frame.columns if name != "id"]
    if connection.vendor == "postgresql":
        given, arrays = _unnested(frame)
        settings = ", ".join([f'"{name}" = given."{name}"' for name in own] + [f'"{name}" = %s' for name in fixed])
        _execute(
            f"UPDATE {table} SET {settings} FROM {given} WHERE {table}.id = given.id",  # noqa: S608
            [*fixed.values(), *arrays],
        )
        return
    settings = ", ".join(f'"{name}" = %s' for name in (*own, *fixed))
    rows = frame.select(*own).iter_rows()
    _execute_each(
        f"UPDATE {table} SET {settings} WHERE id = %s",  # noqa: S608
        [(*row, *fixed.values(), id_) for row, id_ in zip(rows, frame["id"], strict=True)],
    )


def delete(table: str, frame: pl.DataFrame) -> None:
    """Removes the rows of the frame's `id`."""
    if connection.vendor == "postgresql":
        _execute(f"DELETE FROM {table} WHERE id = ANY(%s::bigint[])", [frame["id"].to_list()])  # noqa: S608
        return
    _execute_each(f"DELETE FROM {table} WHERE id = %s", frame.select("id").rows())  # noqa: S608


def _unnested(frame: pl.DataFrame) -> tuple[str, list[str]]:
    """The frame as a table called `given`, and the parameters for it. An empty place is NULL; no text is empty."""
    arrays = ", ".join(f"string_to_array(%s, ',', '')::{SQL_TYPES[type_]}[]" for type_ in frame.dtypes)
    names = ", ".join(f'"{name}"' for name in frame.columns)
    return f"unnest({arrays}) AS given ({names})", [_joined(column) for column in frame]


def _joined(column: pl.Series) -> str:
    return column.cast(pl.String).fill_null("").str.join(",").item()  # type: ignore[no-any-return]


def _execute(statement: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def _execute_each(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
