"""Metrics as Narwhals expressions: one grouping per counted table, joined to the contacts. Called by `score`.

Equal to `domain.metrics.measure` on every engine: amounts are added as whole ten-thousandths and divided once, as
doubles; texts are compared by code; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import reduce
from operator import and_
from typing import Any

import narwhals as nw

from satsuma.domain.folding import fold
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn, value_column
from satsuma.domain.model import Aggregate, Field, Metric, Source
from satsuma.engine.layout import CONTACT, ID, Layout

Frame = nw.LazyFrame[Any]


def with_metrics(layout: Layout, contacts: Frame, rows: Mapping[Source, Frame], as_of: date) -> Frame:
    """The contacts with one more column per asked metric field, named by the layout."""
    for source in layout.sources:
        fields = [field for field in layout.asked if field.metric and field.metric.of is source]
        contacts = _joined(contacts, _measured(layout, rows[source], fields, as_of))
        contacts = contacts.with_columns(*(_finished(layout, field) for field in fields))
    return contacts


def _joined(contacts: Frame, measured: Iterable[Frame]) -> Frame:
    for frame in measured:
        contacts = contacts.join(frame, left_on=ID, right_on=CONTACT, how="left")
    return contacts


def _measured(layout: Layout, rows: Frame, fields: list[Field], as_of: date) -> Iterable[Frame]:
    """One frame with everything that a plain grouping gives, and one per distinct count."""
    plain = [field for field in fields if field.metric and field.metric.aggregate is not Aggregate.DISTINCT]
    if plain:
        yield rows.group_by(CONTACT).agg(*(part for field in plain for part in _parts(layout, field, as_of)))
    for field in fields:
        if field.metric and field.metric.aggregate is Aggregate.DISTINCT:
            yield _distinct(layout, rows, field, as_of)


def _distinct(layout: Layout, rows: Frame, field: Field, as_of: date) -> Frame:
    """Different texts per contact: unique pairs first, then a count. (Distinct counts of an expression differ between
    engines over nulls.)"""
    metric = field.metric
    assert metric is not None
    value = _value(layout, metric)
    counted = [*_conditions(layout, metric, as_of), ~value.is_null()]
    unique = rows.filter(reduce(and_, counted)).select(CONTACT, value.alias("text")).unique()
    return unique.group_by(CONTACT).agg(nw.len().alias(layout.column(field.key)))


def _parts(layout: Layout, field: Field, as_of: date) -> list[nw.Expr]:
    """The aggregated columns that make up the metric: itself, and the count it is divided by where it is a ratio."""
    metric = field.metric
    assert metric is not None
    name = layout.column(field.key)
    met = _conditions(layout, metric, as_of)
    match metric.aggregate:
        case Aggregate.COUNT:
            return [_count(met).alias(name)]
        case Aggregate.SHARE:
            return [_count(met).alias(name), _count(_window(layout, metric, as_of)).alias(f"{name}_of")]
        case Aggregate.SUM:
            return [_where(met, _value(layout, metric)).sum().alias(name)]
        case Aggregate.MEAN:
            value = _value(layout, metric)
            return [_where(met, value).sum().alias(name), _count([*met, ~value.is_null()]).alias(f"{name}_of")]
        case Aggregate.MIN | Aggregate.EARLIEST:
            return [_where(met, _value(layout, metric)).min().alias(name)]
        case _:
            return [_where(met, _value(layout, metric)).max().alias(name)]


def _count(conditions: list[nw.Expr]) -> nw.Expr:
    return nw.when(reduce(and_, conditions)).then(nw.lit(1)).otherwise(nw.lit(0)).sum() if conditions else nw.len()


def _where(conditions: list[nw.Expr], value: nw.Expr) -> nw.Expr:
    """The value where all conditions hold, elsewhere null: aggregates leave nulls out."""
    return nw.when(reduce(and_, conditions)).then(value) if conditions else value


def _value(layout: Layout, metric: Metric) -> nw.Expr:
    column = value_column(metric)
    assert column is not None
    return nw.col(layout.row_column(metric.of, column))


def _conditions(layout: Layout, metric: Metric, as_of: date) -> list[nw.Expr]:
    return [*_window(layout, metric, as_of), *_where_lists(layout, metric)]


def _window(layout: Layout, metric: Metric, as_of: date) -> list[nw.Expr]:
    """Not after the scoring day, and less than `within_days` before it. A row without a day is outside."""
    if metric.day is None:
        return []
    day = nw.col(layout.row_column(metric.of, RowColumn(Role.DAY, metric.day)))
    until = day <= nw.lit(as_of)
    if metric.within_days is None or metric.within_days > (as_of - date.min).days:
        return [until]
    return [until, day > nw.lit(as_of - timedelta(days=metric.within_days))]


def _where_lists(layout: Layout, metric: Metric) -> Iterable[nw.Expr]:
    for column, values in metric.where:
        text = RowColumn(Role.TEXT, column)
        codes = layout.conditions(metric.of, text)
        yield nw.col(layout.row_column(metric.of, text)).is_in(sorted({codes[fold(value)] for value in values}))


def _finished(layout: Layout, field: Field) -> nw.Expr:
    """The metric's column as a double or a day, with 0 or null for contacts without rows."""
    metric = field.metric
    assert metric is not None
    name = layout.column(field.key)
    raw = nw.col(name)
    if metric.aggregate.gives_date:
        return raw
    match metric.aggregate:
        case Aggregate.COUNT | Aggregate.DISTINCT:
            return raw.fill_null(0).cast(nw.Float64)
        case Aggregate.SUM:
            return raw.fill_null(0).cast(nw.Int64).cast(nw.Float64) / PER_UNIT
        case Aggregate.SHARE:
            return _ratio(raw, nw.col(f"{name}_of")).alias(name)
        case Aggregate.MEAN:
            return _ratio(raw, nw.col(f"{name}_of") * PER_UNIT).alias(name)
        case _:
            return raw.cast(nw.Float64) / PER_UNIT


def _ratio(part: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """Null where there is nothing to divide by."""
    return nw.when(whole > 0).then(part.cast(nw.Int64).cast(nw.Float64) / whole.cast(nw.Int64).cast(nw.Float64))
