"""Metrics as dataframe expressions: one grouping per counted table, joined to the contacts. Called by `score` and
`snapshot`.

Equal to `domain.metrics.measure` on every engine: amounts are added as whole ten-thousandths and divided once, as
doubles; texts are compared by code; nothing is rounded. A metric is prepared row by row (null where a row does not
count), then summed, or its smallest or largest taken: groupings of plain columns are what engines do fastest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from operator import and_

import narwhals as nw

from satsuma.domain.folding import fold
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn, value_column
from satsuma.domain.model import Aggregate, Metric, Source
from satsuma.engine.expressions import Expr, Frame, Ops
from satsuma.engine.layout import CONTACT, ID, Layout

GROUPINGS = {
    Aggregate.COUNT: "sum",
    Aggregate.SUM: "sum",
    Aggregate.MIN: "min",
    Aggregate.EARLIEST: "min",
    Aggregate.MAX: "max",
    Aggregate.LATEST: "max",
}
"""How the prepared column of a part is aggregated."""


@dataclass(frozen=True, slots=True)
class MetricCompiler:
    """The asked metrics of one segmentation on one scoring day, in the words of `ops`."""

    layout: Layout
    as_of: date
    ops: Ops = nw

    def measured(self, contacts: Frame, rows: Mapping[Source, Frame]) -> Frame:
        """The contacts with one more column per asked metric field, named by the layout."""
        for source in self.layout.sources:
            metrics = {
                self.layout.column(field.key): field.metric
                for field in self.layout.asked
                if field.metric and field.metric.of is source
            }
            needed = dict.fromkeys(part for metric in metrics.values() for part in _parts(metric))
            names = {part: f"{source}_{number}" for number, part in enumerate(needed)}
            for grouped in self._grouped(rows[source], names):
                contacts = contacts.join(grouped, left_on=ID, right_on=CONTACT, how="left")
            contacts = contacts.with_columns(
                self._finished(metric, names).alias(name) for name, metric in metrics.items()
            )
        return contacts

    def _grouped(self, rows: Frame, names: Mapping[Metric, str]) -> Iterator[Frame]:
        """One frame with everything that a plain grouping gives, and one per distinct count."""
        plain = {part: name for part, name in names.items() if part.aggregate is not Aggregate.DISTINCT}
        if plain:
            prepared = rows.select(CONTACT, *(self._prepared(part).alias(name) for part, name in plain.items()))
            aggregated = [getattr(self.ops.col(name), GROUPINGS[part.aggregate])() for part, name in plain.items()]
            yield prepared.group_by(CONTACT).agg(*aggregated)
        for part, name in names.items():
            if part.aggregate is Aggregate.DISTINCT:
                yield self._distinct(rows, part, name)

    def _distinct(self, rows: Frame, part: Metric, name: str) -> Frame:
        """Different texts per contact. Polars counts them while it groups, in two thirds of the time. Elsewhere unique
        pairs are counted: PostgreSQL does not take the distinct count that Narwhals writes for it."""
        value = self._value(part)
        counted = reduce(and_, [*self._conditions(part), ~value.is_null()])
        texts = rows.filter(counted).select(CONTACT, value.alias(name))
        if self.ops is nw:
            return texts.unique().group_by(CONTACT).agg(self.ops.len().alias(name))
        return texts.group_by(CONTACT).agg(self.ops.col(name).n_unique())

    def _prepared(self, part: Metric) -> Expr:
        """Row by row, what a plain grouping adds up or takes the smallest or largest of."""
        met = self._conditions(part)
        if part.aggregate is not Aggregate.COUNT:
            return self._where(met, self._value(part))
        return self._one(met if part.column is None else [*met, ~self._value(part).is_null()])

    def _finished(self, metric: Metric, names: Mapping[Metric, str]) -> Expr:
        """The metric as a double or a day, with 0 or null for contacts without rows."""
        found, *whole = [self.ops.col(names[part]) for part in _parts(metric)]
        match metric.aggregate:
            case Aggregate.COUNT | Aggregate.DISTINCT:
                return self._double(found.fill_null(0))
            case Aggregate.SUM:
                return self._units(found.fill_null(0))
            case Aggregate.SHARE:
                return self._ratio(found, whole[0])
            case Aggregate.MEAN:
                return self._ratio(found, whole[0] * PER_UNIT)
            case Aggregate.MIN | Aggregate.MAX:
                return self._units(found)
            case Aggregate.LATEST | Aggregate.EARLIEST:
                return found

    def _one(self, conditions: list[Expr]) -> Expr:
        """1 for a row that counts, 0 for others."""
        one, zero = (self.ops.lit(number, self.ops.Int8) for number in (1, 0))
        return self.ops.when(reduce(and_, conditions)).then(one).otherwise(zero) if conditions else one

    def _where(self, conditions: list[Expr], value: Expr) -> Expr:
        """The value of a row that counts, null for others: aggregates leave nulls out."""
        return self.ops.when(reduce(and_, conditions)).then(value) if conditions else value

    def _value(self, metric: Metric) -> Expr:
        column = value_column(metric)
        assert column is not None
        return self._column(metric, column)

    def _column(self, metric: Metric, column: RowColumn) -> Expr:
        return self.ops.col(self.layout.row_column(metric.of, column))

    def _conditions(self, metric: Metric) -> list[Expr]:
        return [*self._window(metric), *self._where_lists(metric)]

    def _window(self, metric: Metric) -> list[Expr]:
        """Not after the scoring day, and less than `within_days` before it. A row without a day is outside."""
        if metric.day is None:
            return []
        day = self._column(metric, RowColumn(Role.DAY, metric.day))
        until = day <= self.ops.lit(self.as_of)
        if metric.within_days is None or metric.within_days > (self.as_of - date.min).days:
            return [until]
        return [until, day > self.ops.lit(self.as_of - timedelta(days=metric.within_days))]

    def _where_lists(self, metric: Metric) -> Iterator[Expr]:
        for column, values in metric.where:
            text = RowColumn(Role.TEXT, column)
            codes = self.layout.conditions(metric.of, text)
            yield self._column(metric, text).is_in(sorted({codes[fold(value)] for value in values}))

    def _double(self, whole: Expr) -> Expr:
        """Sums of whole numbers come back as decimals from some databases."""
        return whole.cast(self.ops.Int64).cast(self.ops.Float64)

    def _units(self, ten_thousandths: Expr) -> Expr:
        """As the nearest double. The divisor is made a column: by one literal, Polars multiplies with its reciprocal,
        and every third result is off by the last bit."""
        return self._double(ten_thousandths) / self._double(ten_thousandths * 0 + PER_UNIT)

    def _ratio(self, part: Expr, whole: Expr) -> Expr:
        """Null where there is nothing to divide by."""
        return self.ops.when(whole > 0).then(self._double(part) / self._double(whole))


def _parts(metric: Metric) -> tuple[Metric, ...]:
    """What the metric is made of: itself, or the two metrics whose ratio it is. Parts that several metrics have in
    common are grouped once. A count that has a column counts the rows with a value there."""
    match metric.aggregate:
        case Aggregate.COUNT:
            return (replace(metric, column=None),)
        case Aggregate.SHARE:
            met = replace(metric, aggregate=Aggregate.COUNT, column=None)
            return met, replace(met, where=())
        case Aggregate.MEAN:
            return replace(metric, aggregate=Aggregate.SUM), replace(metric, aggregate=Aggregate.COUNT)
        case _:
            return (metric,)
