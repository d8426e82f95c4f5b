"""What a metric is worth for one contact: the specification of metrics, in plain Python over the contact's rows.

A row is read by *role*: the same column can be text (in `where`, `distinct`), an amount (in `sum`, `mean`, `min`,
`max`) and a day (`day`, `latest`, `earliest`). Amounts are whole ten-thousandths, so that sums are exact. Every
engine is tested to equal `measure`; `tables` and `engine.facts` build rows by the same roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from satsuma.domain.folding import fold
from satsuma.domain.model import Aggregate, Metric, Number

PER_UNIT = 10_000
"""Ten-thousandths in one: amounts are added as whole numbers of this size."""


class Role(StrEnum):
    """How a metric reads a column."""

    TEXT = "text"
    AMOUNT = "amount"
    DAY = "day"


@dataclass(frozen=True, slots=True, order=True)
class RowColumn:
    """A column of the counted table, read in one role."""

    role: Role
    column: str

    def __str__(self) -> str:
        return f"{self.role}:{self.column}"


Row = Mapping[RowColumn, str | int | date | None]
"""One deal, activity or person: text, whole ten-thousandths or a day by column and role; None is empty."""


def value_role(aggregate: Aggregate) -> Role:
    """How the aggregate reads the column it is taken over."""
    if aggregate.gives_date:
        return Role.DAY
    return Role.TEXT if aggregate is Aggregate.DISTINCT else Role.AMOUNT


def value_column(metric: Metric) -> RowColumn | None:
    """The column that is aggregated; None for a count and a share, which take whole rows."""
    return RowColumn(value_role(metric.aggregate), metric.column) if metric.column is not None else None


def row_columns(metric: Metric) -> Iterator[RowColumn]:
    """Every column that the metric reads, by role."""
    if (value := value_column(metric)) is not None:
        yield value
    if metric.day is not None:
        yield RowColumn(Role.DAY, metric.day)
    for column, _ in metric.where:
        yield RowColumn(Role.TEXT, column)


def measure(metric: Metric, rows: Iterable[Row], as_of: date) -> Number | date | None:
    """The metric over one contact's rows on the day `as_of`; None is *no data*.

    Counts and shares are plain numbers. Sums, means, smallest and largest are added exactly, then divided once as
    doubles, which every engine does alike: the double nearest to the exact result up to 900 billion.
    """
    window = [row for row in rows if in_window(metric, row, as_of)]
    met = [row for row in window if meets(metric, row)]
    if metric.aggregate is Aggregate.COUNT:
        return len(met)
    if metric.aggregate is Aggregate.SHARE:
        return len(met) / len(window) if window else None
    column = value_column(metric)
    assert column is not None
    return _aggregate(metric.aggregate, [row[column] for row in met if row[column] is not None])


def in_window(metric: Metric, row: Row, as_of: date) -> bool:
    """Whether the row counts on that day: not after it, and less than `within_days` before it."""
    if metric.day is None:
        return True
    day = row[RowColumn(Role.DAY, metric.day)]
    if not isinstance(day, date):
        return False
    age = (as_of - day).days
    return age >= 0 and (metric.within_days is None or age < metric.within_days)


def meets(metric: Metric, row: Row) -> bool:
    """Whether every condition of `where` holds; texts are compared folded, an empty cell meets none."""
    return all(
        isinstance(text := row[RowColumn(Role.TEXT, column)], str) and fold(text) in {fold(value) for value in values}
        for column, values in metric.where
    )


def _aggregate(aggregate: Aggregate, values: list[str | int | date | None]) -> Number | date | None:
    if aggregate is Aggregate.DISTINCT:
        return len({fold(text) for text in values if isinstance(text, str)})
    days = [day for day in values if isinstance(day, date)]
    if aggregate.gives_date:
        return (max if aggregate is Aggregate.LATEST else min)(days, default=None)
    amounts = [amount for amount in values if isinstance(amount, int)]
    if aggregate is Aggregate.SUM:
        return float(sum(amounts)) / PER_UNIT
    if not amounts:
        return None
    if aggregate is Aggregate.MEAN:
        return float(sum(amounts)) / (len(amounts) * PER_UNIT)
    return float((max if aggregate is Aggregate.MAX else min)(amounts)) / PER_UNIT
