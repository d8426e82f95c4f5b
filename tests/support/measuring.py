"""Metrics through an engine: contacts, their rows as people would write them, and what every metric comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from satsuma.domain.metrics import PER_UNIT, Role, RowColumn, row_columns
from satsuma.domain.model import Aggregate, Axis, Field, FieldType, Kind, Metric, Segmentation, Source
from satsuma.engine.backends import Session, polars_session
from satsuma.engine.facts import ROW_TYPES, Contacts, Rows, encode
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import measured_contacts


def asking_for(metrics: Iterable[Metric]) -> Segmentation:
    """A segmentation whose fields are these metrics, called by their numbers, and that asks for nothing."""
    fields = tuple(Field(str(number), _type(metric), metric=metric) for number, metric in enumerate(metrics))
    return Segmentation("Metrics", Kind.COMPANY, fields, (Axis("Score", (), ()),))


def _type(metric: Metric) -> FieldType:
    return FieldType.DATE if metric.aggregate.gives_date else FieldType.NUMBER


def rows(metrics: Iterable[Metric], records: Sequence[Mapping[str, Any]], source: Source = Source.DEALS) -> Rows:
    """Rows written as `{"of": "a", "value": "0.1", "day": date(2024, 1, 1)}`, in the roles that the metrics read."""
    columns = {column for metric in metrics if metric.of is source for column in row_columns(metric)}
    typed = {
        column: pl.Series([_cell(column, each.get(column.column)) for each in records], dtype=ROW_TYPES[column.role])
        for column in columns
    }
    return Rows(pl.Series([record.get("of") for record in records], dtype=pl.String), typed)


def _cell(column: RowColumn, value: Any) -> Any:
    return value if value is None or column.role is not Role.AMOUNT else int(Decimal(value) * PER_UNIT)


def measured(
    metrics: Sequence[Metric],
    keys: Sequence[str],
    counted: Mapping[Source, Rows],
    as_of: date,
    session: Session | None = None,
) -> list[tuple[Any, ...]]:
    """For each contact the values of all metrics, as the engine computes them."""
    segmentation = asking_for(metrics)
    layout = Layout(segmentation, tuple(field.key for field in segmentation.fields))
    contacts = Contacts(pl.Series("key", keys, dtype=pl.String), {}, counted)
    session = session or polars_session()
    frame = session.collect(measured_contacts(encode(layout, contacts), as_of, session)).sort(ID)
    return frame.select(layout.column(field.key) for field in segmentation.fields).rows()


def of_deals(aggregate: Aggregate, column: str | None = None, **facts: Any) -> Metric:
    return Metric(Source.DEALS, aggregate, column, **facts)
