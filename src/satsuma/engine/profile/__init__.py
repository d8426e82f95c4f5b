"""What a column is: a proposed field type and what its values look like. Called by `suggest` and the `draft` command.

Everything is exact and real: quantiles are values that occur, never something in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from satsuma.domain.folding import fold
from satsuma.domain.model import FieldType, Number
from satsuma.engine.profile.column_types import MAX_CHOICES, MEANS_EMPTY, Taken, take
from satsuma.tables import Table

PERCENTS = tuple(range(0, 101, 5))
"""The quantiles that are taken: the smallest value is 0, the median 50, the largest 100."""


@dataclass(frozen=True, slots=True)
class NumberSpread:
    """How numbers lie. `quantiles` belong to `PERCENTS`; whole ones are int if all are. `whole_share` is 0 to 1."""

    quantiles: tuple[Number, ...]
    whole_share: float

    @property
    def minimum(self) -> Number:
        return self.quantiles[0]

    @property
    def maximum(self) -> Number:
        return self.quantiles[-1]

    @property
    def is_whole(self) -> bool:
        return self.whole_share == 1

    def at(self, percent: int) -> Number:
        """The smallest value that so many percent of all values do not exceed."""
        return self.quantiles[PERCENTS.index(percent)]


@dataclass(frozen=True, slots=True)
class DaySpread:
    """How days lie. `quantiles` belong to `PERCENTS`."""

    quantiles: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.quantiles[0]

    @property
    def last(self) -> date:
        return self.quantiles[-1]


@dataclass(frozen=True, slots=True)
class OptionCount:
    """An option in its most frequent spelling, and how many cells have it in any."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a column is taken for and how its values lie.

    A key is a text that is different in every row. `distinct` counts different values, `commonest` the rows of the
    most frequent one. `numbers` is there for numeric types, `days` for dates, `options` (most frequent first) for
    choice and choices, `limits` for ratings; none of them if there is no value. `remarks` are worth telling the user.
    """

    name: str
    type: FieldType
    rows: int
    empty: int
    distinct: int
    commonest: int
    is_key: bool = False
    remarks: tuple[str, ...] = ()
    numbers: NumberSpread | None = None
    days: DaySpread | None = None
    options: tuple[OptionCount, ...] = ()
    limits: tuple[int, int] | None = None
    separator: str | None = None

    @property
    def filled(self) -> int:
        return self.rows - self.empty


def profile_table(table: Table) -> tuple[ColumnProfile, ...]:
    """Every column's profile, in order. Costs several passes over each column and a sort."""
    return tuple(profile_column(table, column) for column in table.columns)


def profile_column(table: Table, column: str) -> ColumnProfile:
    """The column's profile. Raises InputError only for an unknown column: cells that cannot be read become text."""
    return _measured(column, take(table, column))


def profile_values(name: str, field_type: FieldType, values: pl.Series) -> ColumnProfile:
    """The profile of values whose type is known, such as a metric's: numbers, days or yes/no."""
    return _measured(name, Taken(field_type, values))


def _measured(name: str, taken: Taken) -> ColumnProfile:
    values = taken.values
    filled = values.drop_nulls()
    counts = filled.value_counts(name="n")["n"] if len(filled) else pl.Series([0])
    return ColumnProfile(
        name,
        taken.type,
        len(values),
        values.null_count(),
        filled.n_unique(),
        int(counts.max()),  # type: ignore[arg-type]
        is_key=taken.is_key,
        remarks=taken.remarks,
        numbers=_number_spread(filled) if taken.type.is_numeric and len(filled) else None,
        days=DaySpread(_quantiles(filled)) if taken.type is FieldType.DATE and len(filled) else None,
        options=_options(taken.parts) if taken.parts is not None else (),
        limits=taken.limits,
        separator=taken.separator,
    )


def _number_spread(values: pl.Series) -> NumberSpread:
    doubles = values.cast(pl.Float64)
    whole = doubles == doubles.floor()
    quantiles = _quantiles(values)
    return NumberSpread(tuple(map(int, quantiles)) if whole.all() else quantiles, int(whole.sum()) / len(values))


def _quantiles(values: pl.Series) -> tuple[Any, ...]:
    """By place, without interpolation: the value at place ⌈percent × count / 100⌉ of the sorted ones, from 1."""
    places = [max(-(-percent * len(values) // 100) - 1, 0) for percent in PERCENTS]
    return tuple(values.sort().gather(places).to_list())


def _options(texts: pl.Series) -> tuple[OptionCount, ...]:
    """At most `MAX_CHOICES`, most frequent first; spellings that differ in capitals only are one."""
    spelled = texts.value_counts(name="n").sort("n", texts.name, descending=[True, False])
    together: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for text, count in spelled.iter_rows():
        together[fold(text)] += count
        shown.setdefault(fold(text), text)
    ranked = sorted(together.items(), key=lambda item: (-item[1], item[0]))
    return tuple(OptionCount(shown[folded], count) for folded, count in _meaningful(ranked)[:MAX_CHOICES])


def _meaningful(ranked: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(folded, count) for folded, count in ranked if folded and folded not in MEANS_EMPTY]
