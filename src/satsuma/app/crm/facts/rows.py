"""Deals, activities and people as metrics read them: who they belong to, and each column in its role.

Called by `contacts` and `services.metrics`. A company's rows are its own and those of its people; a person's rows are
those that name the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import Kind, Source
from satsuma.engine.facts import ROW_TYPES, Rows
from satsuma.engine.layout import CONTACT

IN_TEN_THOUSANDTHS = "value"
"""The one column that is kept in ten-thousandths: money of deals."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows that there are, with columns as in `tables`: `people` are persons with at least `id` and `company`."""

    people: pl.DataFrame
    counted: Mapping[Source, pl.DataFrame]


def rows_of(kind: Kind, source: Source, wanted: Sequence[RowColumn], tables: Tables) -> Rows:
    """The rows of one source by the contact of that kind they belong to. A row that belongs to two contacts is there
    twice. A column that there is not, or that cannot be read in a role, is null throughout."""
    if source is Source.PEOPLE:
        linked = _people(kind, tables.people)
    else:
        linked = _linked(kind, tables.counted[source], tables.people)
    return Rows(linked[CONTACT], {column: _in_role(linked, source, column) for column in wanted})


def _people(kind: Kind, people: pl.DataFrame) -> pl.DataFrame:
    rows = people.rename({"company": CONTACT}).drop_nulls(CONTACT)
    return rows if kind is Kind.COMPANY else rows.clear()


def _linked(kind: Kind, rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    if kind is Kind.PERSON:
        return rows.with_columns(pl.col("person").alias(CONTACT)).drop_nulls(CONTACT)
    own = rows.with_columns(pl.col("company").alias(CONTACT)).drop_nulls(CONTACT)
    employers = people.select(pl.col("id").alias("person"), pl.col("company").alias(CONTACT)).drop_nulls()
    of_people = rows.join(employers, on="person").filter(pl.col("company").ne_missing(pl.col(CONTACT)))
    return pl.concat([own, of_people])


def _in_role(rows: pl.DataFrame, source: Source, column: RowColumn) -> pl.Series:
    nothing = pl.Series(column.column, [None], dtype=ROW_TYPES[column.role]).new_from_index(0, len(rows))
    if column.column not in rows.columns:
        return nothing
    values = rows[column.column]
    is_money = source is Source.DEALS and column.column == IN_TEN_THOUSANDTHS
    match column.role:
        case Role.DAY:
            return values if values.dtype == pl.Date else nothing
        case Role.AMOUNT:
            return (values if is_money else _ten_thousandths(values)) if values.dtype.is_numeric() else nothing
        case Role.TEXT:
            return nothing if values.dtype.is_nested() else _texts(_units(values) if is_money else values)


def _ten_thousandths(numbers: pl.Series) -> pl.Series:
    """Null where 64 bits do not hold them: above 900 trillion."""
    return (numbers.cast(pl.Float64) * PER_UNIT).round().cast(pl.Int64, strict=False)


def _units(ten_thousandths: pl.Series) -> pl.Series:
    """Divided by a column: by one number, Polars multiplies with its reciprocal, which is off by the last bit."""
    return ten_thousandths.cast(pl.Float64) / pl.repeat(float(PER_UNIT), len(ten_thousandths), eager=True)


def _texts(values: pl.Series) -> pl.Series:
    """Whole numbers without a point, days as yyyy-mm-dd, yes and no."""
    if values.dtype == pl.Boolean:
        return pl.Series(["no", "yes"]).gather(values.cast(pl.UInt32)).rename(values.name)
    if values.dtype.is_float():
        whole = (values == values.floor()).fill_null(value=False)
        return values.cast(pl.String).zip_with(~whole, values.cast(pl.Int64, strict=False).cast(pl.String))
    return values.cast(pl.String)
