"""A segmentation in words that other workspaces can read: labels beside generated keys. Called by downloads."""

from __future__ import annotations

from dataclasses import replace

from satsuma.app.segmentation.starting.known import Known
from satsuma.app.segmentation.starting.metrics import in_plain_words
from satsuma.domain.model import Field, Groups, Segmentation

MANY_OPTIONS = 60
"""Of longer lists of options, such as countries, only those that are asked for are written down."""


def portable_model(segmentation: Segmentation, known: Known) -> Segmentation:
    """The same with the names of fields as the columns of tables, and of what metrics count. Reading it back here gives
    the same parameters."""
    fields = tuple(_portable(field, segmentation, known) for field in segmentation.fields)
    return replace(segmentation, fields=fields)


def _portable(field: Field, segmentation: Segmentation, known: Known) -> Field:
    if field.metric is not None:
        columns = known.columns.get(field.metric.of, ())
        return replace(field, label=field.title, metric=in_plain_words(field.metric, columns))
    options = field.options
    if len(options) > MANY_OPTIONS:
        asked = _asked_values(field, segmentation)
        options = tuple(option for option in options if option.key in asked)
    return replace(field, label=field.title, column=field.title, options=options)


def _asked_values(field: Field, segmentation: Segmentation) -> set[str]:
    ranges = (
        parameter.ranges for axis in segmentation.axes for parameter in axis.parameters if parameter.field == field.key
    )
    return {value for found in ranges if isinstance(found, Groups) for group in found.groups for value in group.values}
