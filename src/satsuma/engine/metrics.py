"""Metrics as dataframe expressions: one grouping per counted table, joined to the contacts. Called by `score` and
`snapshot`.

Equal to `domain.metrics.measure` on every engine: amounts are added as whole ten-thousandths and divided once, as
doubles; texts are compared by code; nothing is rounded. A metric is prepared row by row (null where a row does not
count), then summed, or its smallest or largest taken: groupings of plain columns are what engines do fastest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_
from typing import Any

import narwhals as nw

from satsuma.domain.folding import fold
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn, value_column
from satsuma.domain.model import Aggregate, Metric, Source
from satsuma.engine.compiler import Expr, Ops
from satsuma.engine.layout import CONTACT, ID, Layout

Frame = Any
"""A lazy frame of Narwhals or of Polars; both speak the same words."""


@dataclass(frozen=True, slots=True)
class Part:
    """A prepared column of the counted table and how it is aggregated: "sum", "min" or "max"."""

    name: str
    prepared: Expr
    aggregate: str


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
            for grouped in self._grouped(rows[source], metrics):
                contacts = contacts.join(grouped, left_on=ID, right_on=CONTACT, how="left")
            contacts = contacts.with_columns(*(self._finished(name, metric) for name, metric in metrics.items()))
        return contacts

    def _grouped(self, rows: Frame, metrics: Mapping[str, Metric]) -> Iterator[Frame]:
        """One frame with everything that a plain grouping gives, and one per distinct count."""
        parts = [part for name, metric in metrics.items() for part in self._parts(name, metric)]
        if parts:
            prepared = rows.select(CONTACT, *(part.prepared.alias(part.name) for part in parts))
            yield prepared.group_by(CONTACT).agg(*(getattr(self.ops.col(p.name), p.aggregate)() for p in parts))
        for name, metric in metrics.items():
            if metric.aggregate is Aggregate.DISTINCT:
                yield self._distinct(rows, name, metric)

    def _distinct(self, rows: Frame, name: str, metric: Metric) -> Frame:
        """Different texts per contact: unique pairs first, then a count. (Distinct counts inside a grouping differ
        between engines over nulls.)"""
        value = self._value(metric)
        counted = reduce(and_, [*self._conditions(metric), ~value.is_null()])
        unique = rows.filter(counted).select(CONTACT, value.alias("text")).unique()
        return unique.group_by(CONTACT).agg(self.ops.len().alias(name))

    def _parts(self, name: str, metric: Metric) -> list[Part]:
        """What makes up the metric: its own column, and what it is divided by where it is a ratio."""
        met = self._conditions(metric)
        match metric.aggregate:
            case Aggregate.COUNT:
                return [Part(name, self._one(met), "sum")]
            case Aggregate.SHARE:
                return [
                    Part(name, self._one(met), "sum"),
                    Part(_whole_name(name), self._one(self._window(metric)), "sum"),
                ]
            case Aggregate.SUM:
                return [Part(name, self._where(met, self._value(metric)), "sum")]
            case Aggregate.MEAN:
                value = self._value(metric)
                present = self._one([*met, ~value.is_null()])
                return [Part(name, self._where(met, value), "sum"), Part(_whole_name(name), present, "sum")]
            case Aggregate.MIN | Aggregate.EARLIEST:
                return [Part(name, self._where(met, self._value(metric)), "min")]
            case Aggregate.MAX | Aggregate.LATEST:
                return [Part(name, self._where(met, self._value(metric)), "max")]
            case Aggregate.DISTINCT:
                return []

    def _finished(self, name: str, metric: Metric) -> Expr:
        """The metric as a double or a day, with 0 or null for contacts without rows."""
        found = self.ops.col(name)
        match metric.aggregate:
            case Aggregate.COUNT | Aggregate.DISTINCT:
                finished = self._double(found.fill_null(0))
            case Aggregate.SUM:
                finished = self._units(found.fill_null(0))
            case Aggregate.SHARE:
                finished = self._ratio(found, self.ops.col(_whole_name(name)))
            case Aggregate.MEAN:
                finished = self._ratio(found, self.ops.col(_whole_name(name)) * PER_UNIT)
            case Aggregate.MIN | Aggregate.MAX:
                finished = self._units(found)
            case Aggregate.LATEST | Aggregate.EARLIEST:
                finished = found
        return finished.alias(name)

    def _one(self, conditions: list[Expr]) -> Expr:
        """1 for a row that counts, 0 for others."""
        one, zero = (self.ops.lit(number, self.ops.Int64) for number in (1, 0))
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


def _whole_name(name: str) -> str:
    """The column that a ratio is divided by."""
    return f"{name}_of"
