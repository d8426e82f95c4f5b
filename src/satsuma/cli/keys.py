"""The contacts' keys: which column holds them, that they are there and differ, and what results call them. Called by
`inputs` and `blocks`."""

from __future__ import annotations

import polars as pl

from satsuma.cli.options import TableOptions
from satsuma.domain.errors import InputError
from satsuma.domain.model import Segmentation
from satsuma.tables.table import Table

RESULT_COLUMNS = frozenset({"score", "percent", "segment", "coverage"})
"""What results call their own columns."""


def result_name(segmentation: Segmentation, key: str) -> str:
    """What the key's column is called among results: its own name, unless results have a column of that name."""
    taken = {f"{axis.name} {part}" for axis in segmentation.axes for part in ("score", "band")}
    return f"{key} (key)" if key in RESULT_COLUMNS | taken or "points: " in key else key


def key_column(columns: list[str], options: TableOptions) -> str:
    """The column of the contacts' key: the one that is named, or the first."""
    return options.key or columns[0]


def first_column_note(column: str) -> str:
    """The remark that nobody named the key."""
    return f"The contacts' key is the first column, {column!r}; --key names another."


def unique_keys(table: Table, options: TableOptions) -> pl.Series:
    """The contacts' keys, named like their column. Raises InputError for an empty or a repeated one."""
    column = key_column(table.columns, options)
    keys = table.texts(column).alias(column)
    if keys.null_count():
        raise InputError(
            "key_empty",
            f"{table.name}, row {table.rows[keys.is_null().arg_true()[0]]}: the key {column!r} is empty.",
            remedy="Every contact needs its own key; --key names the column.",
        )
    if (repeated := keys.filter(keys.is_duplicated())).len():
        raise repeated_key(table, column, keys, repeated[0])
    return keys


def repeated_key(table: Table, column: str, keys: pl.Series, key: str) -> InputError:
    """The error that names the first two rows with the key."""
    first, second, *_ = (table.rows[place] for place in (keys == key).arg_true())
    return InputError(
        "key_repeated",
        f"{table.name}: rows {first} and {second} have the same key {key!r} in column {column!r}.",
        remedy="Every contact needs its own key; remove one row or name another column with --key.",
        rows=(first, second),
        key=key,
    )
