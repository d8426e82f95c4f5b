"""A segmentation as YAML or JSON text, the inverse of reading. Called through `satsuma.modelfile`.

Keys stand in the order of the reference; what has its default value is left out.
"""

from __future__ import annotations

import json
from typing import Any

from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Band,
    Combine,
    Field,
    Groups,
    Metric,
    NumericRanges,
    Parameter,
    Ranges,
    Rule,
    Scale,
    Segment,
    Segmentation,
    YesNo,
)
from satsuma.modelfile.building import DEFAULT_SEPARATOR
from satsuma.modelfile.parts import VERSION
from satsuma.modelfile.yaml_layout import yaml_text


def write_segmentation(segmentation: Segmentation) -> str:
    """The segmentation, which has no problems, as YAML."""
    return yaml_text(segmentation_tree(segmentation))


def segmentation_json(segmentation: Segmentation) -> str:
    """The segmentation, which has no problems, as JSON."""
    return json.dumps(segmentation_tree(segmentation), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def segmentation_tree(segmentation: Segmentation) -> dict[str, Any]:
    """The segmentation as plain mappings, lists, texts and numbers; also one that breaks rules, such as a draft."""
    tree = {
        "satsuma": VERSION,
        "name": segmentation.name,
        "kind": segmentation.kind.value,
        "description": segmentation.description,
        "fields": {field.key: _field(field) for field in segmentation.fields},
    }
    if segmentation.has_rules:
        tree["axes"] = [{"name": axis.name, **_axis(axis)} for axis in segmentation.axes]
        tree["segments"] = [_segment(segment) for segment in segmentation.own_segments]
        tree["rules"] = [_rule(rule) for rule in segmentation.rules]
    else:
        tree |= _axis(segmentation.axes[0])
    return _given(tree)


def _given(mapping: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in mapping.items() if value is not None}


def _field(field: Field) -> dict[str, Any]:
    return _given(
        {
            "type": field.type.value,
            "label": field.label,
            "unit": field.unit,
            "column": field.column,
            "options": _options(field),
            "separator": field.separator if field.separator != DEFAULT_SEPARATOR else None,
            "min": field.minimum,
            "max": field.maximum,
            "metric": _metric(field.metric) if field.metric else None,
        }
    )


def _options(field: Field) -> list[str] | dict[str, str] | None:
    if all(option.key == option.label for option in field.options):
        return [option.key for option in field.options] or None
    return {option.key: option.label for option in field.options}


def _metric(metric: Metric) -> dict[str, Any]:
    return _given(
        {
            "of": metric.of.value,
            "aggregate": metric.aggregate.value,
            "column": metric.column,
            "where": {column: list(values) for column, values in metric.where} or None,
            "day": metric.day,
            "within_days": metric.within_days,
        }
    )


def _axis(axis: Axis) -> dict[str, Any]:
    bands: dict[str, Any] = {} if axis.scale is Scale.PERCENT else {"scale": axis.scale.value}
    return {
        "parameters": [_parameter(parameter) for parameter in axis.parameters],
        "bands": {**bands, "segments": [_band(band) for band in axis.bands]},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    rest = {"no_data": parameter.no_data or None, "enabled": None if parameter.enabled else False}
    return _given({"field": parameter.field, "relevance": parameter.relevance, **_ranges(parameter.ranges), **rest})


def _ranges(ranges: Ranges) -> dict[str, Any]:
    match ranges:
        case NumericRanges():
            return {"ranges": {"cuts": list(ranges.cuts), "points": list(ranges.points)}}
        case AgeRanges():
            return {"ages": {"cuts": [int(cut) for cut in ranges.cuts], "points": list(ranges.points)}}
        case Groups():
            return {
                "groups": [{"values": list(group.values), "points": group.points} for group in ranges.groups],
                "anything_else": ranges.anything_else or None,
                "combine": ranges.combine.value if ranges.combine is not Combine.BEST else None,
            }
        case YesNo():
            return {"yes": ranges.yes, "no": ranges.no}


def _band(band: Band) -> dict[str, Any]:
    return _given({"name": band.name, "from": band.edge, "color": band.color, "description": band.description})


def _segment(segment: Segment) -> dict[str, Any]:
    return _given({"name": segment.name, "color": segment.color, "description": segment.description})


def _rule(rule: Rule) -> dict[str, Any]:
    when = {axis: list(bands) for axis, bands in rule.when}
    return _given({"segment": rule.segment, "when": when or None})
