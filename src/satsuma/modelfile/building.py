"""From the parts of a file to the values of the domain. Called by `reading`, with parts that have the right
structure."""

from __future__ import annotations

from satsuma.domain import model
from satsuma.modelfile import parts

ONLY_AXIS = "Score"
"""The name of the axis of a segmentation that has one: the file gives it none."""


def segmentation(part: parts.FilePart) -> model.Segmentation:
    return model.Segmentation(
        name=part.name,
        kind=part.kind,
        fields=tuple(_field(key, field) for key, field in part.fields.items()),
        axes=_axes(part),
        own_segments=tuple(model.Segment(item.name, item.color, item.description) for item in part.segments or ()),
        rules=tuple(model.Rule(rule.segment, _conditions(rule.when)) for rule in part.rules or ()),
        description=part.description,
    )


def _conditions(mapping: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((key, tuple(values)) for key, values in mapping.items())


def _field(key: str, part: parts.FieldPart) -> model.Field:
    return model.Field(
        key=key,
        type=part.type,
        label=part.label,
        unit=part.unit,
        column=part.column,
        options=tuple(model.Option(option, label) for option, label in (part.options or {}).items()),
        separator=DEFAULT_SEPARATOR if part.separator is None else part.separator,
        minimum=part.min,
        maximum=part.max,
        metric=_metric(part.metric) if part.metric else None,
    )


DEFAULT_SEPARATOR = ";"


def _metric(part: parts.MetricPart) -> model.Metric:
    return model.Metric(
        part.of, part.aggregate, part.column, _conditions(part.where), day=part.day, within_days=part.within_days
    )


def _axes(part: parts.FilePart) -> tuple[model.Axis, ...]:
    if part.axes is not None:
        return tuple(_axis(axis.name, axis.parameters, axis.bands) for axis in part.axes)
    assert part.parameters is not None
    assert part.bands is not None
    return (_axis(ONLY_AXIS, part.parameters, part.bands),)


def _axis(name: str, parameters: list[parts.ParameterPart], bands: parts.BandsPart) -> model.Axis:
    return model.Axis(
        name,
        tuple(_parameter(parameter) for parameter in parameters),
        tuple(model.Band(band.name, band.from_, band.color, band.description) for band in bands.segments),
        bands.scale,
    )


def _parameter(part: parts.ParameterPart) -> model.Parameter:
    return model.Parameter(part.field, part.relevance, _ranges(part), part.no_data, part.enabled)


def _ranges(part: parts.ParameterPart) -> model.Ranges:
    if part.ranges is not None:
        return model.NumericRanges(tuple(part.ranges.cuts), tuple(part.ranges.points))
    if part.ages is not None:
        return model.AgeRanges(tuple(part.ages.cuts), tuple(part.ages.points))
    if part.groups is not None:
        groups = tuple(model.Group(tuple(group.values), group.points) for group in part.groups)
        return model.Groups(groups, part.anything_else or 0, part.combine or model.Combine.BEST)
    assert part.yes is not None
    assert part.no is not None
    return model.YesNo(part.yes, part.no)
