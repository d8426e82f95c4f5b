"""Metrics as they are stored: the same words as in segmentation files. Used by `fields`, settings and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satsuma.domain.model import Aggregate, Metric, Source


def metric_from(stored: Mapping[str, Any]) -> Metric:
    """The metric in a field's row. What is stored was checked when it was saved."""
    return Metric(
        of=Source(stored["of"]),
        aggregate=Aggregate(stored["aggregate"]),
        column=stored.get("column"),
        where=tuple((column, tuple(values)) for column, values in stored.get("where", {}).items()),
        day=stored.get("day"),
        within_days=stored.get("within_days"),
    )


def stored_metric(metric: Metric) -> dict[str, Any]:
    """What is kept in a field's row: `metric_from` gives the same metric back."""
    parts = {
        "of": metric.of.value,
        "aggregate": metric.aggregate.value,
        "column": metric.column,
        "where": {column: list(values) for column, values in metric.where},
        "day": metric.day,
        "within_days": metric.within_days,
    }
    return {name: part for name, part in parts.items() if part not in (None, {})}
