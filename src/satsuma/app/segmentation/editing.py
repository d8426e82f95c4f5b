"""Changes of a draft's structure: ranges, parameters and axes come, go and move. Plain functions from one segmentation
to the next; `services.drafts` saves what they give. Called by the wizard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Group,
    Groups,
    Number,
    NumericRanges,
    Parameter,
    Ranges,
    Segmentation,
    YesNo,
)

Item = TypeVar("Item")
FIRST_CUT = {NumericRanges: 100, AgeRanges: 30}
NEXT_POINTS = 10


def with_axis(model: Segmentation, number: int, axis: Axis) -> Segmentation:
    """The model with that axis in the place of its own."""
    return replace(model, axes=(*model.axes[:number], axis, *model.axes[number + 1 :]))


def with_parameters(model: Segmentation, number: int, parameters: Sequence[Parameter]) -> Segmentation:
    return with_axis(model, number, replace(model.axes[number], parameters=tuple(parameters)))


def moved(parameters: Sequence[Parameter], index: int, *, up: bool) -> tuple[Parameter, ...]:
    """One place up or down; the first and the last stay where they are."""
    to = index - 1 if up else index + 1
    if not 0 <= to < len(parameters):
        return tuple(parameters)
    rest = [*parameters[:index], *parameters[index + 1 :]]
    return (*rest[:to], parameters[index], *rest[to:])


def with_range_added(parameter: Parameter) -> Parameter:
    """One more range above the last, or an empty group. It begins as far above the last cut as that is above the one
    before it, so that the draft has no new problem."""
    ranges: Ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            cuts = (*ranges.cuts, _next_cut(ranges.cuts, FIRST_CUT[NumericRanges]))
            return replace(parameter, ranges=NumericRanges(cuts, (*ranges.points, _next_points(ranges.points))))
        case AgeRanges():
            days = (*ranges.cuts, int(_next_cut(ranges.cuts, FIRST_CUT[AgeRanges])))
            return replace(parameter, ranges=AgeRanges(days, (*ranges.points, _next_points(ranges.points))))
        case Groups():
            return replace(parameter, ranges=replace(ranges, groups=(*ranges.groups, Group((), 0))))
        case YesNo():
            return parameter


def with_range_removed(parameter: Parameter, row: int) -> Parameter:
    """Without that range: its values go to the one below, those of the first to the one above. The last one stays."""
    ranges: Ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            if not 0 <= row < len(ranges.points) or len(ranges.points) == 1:
                return parameter
            return replace(
                parameter, ranges=NumericRanges(_without(ranges.cuts, max(row - 1, 0)), _without(ranges.points, row))
            )
        case AgeRanges():
            if not 0 <= row < len(ranges.points) or len(ranges.points) == 1:
                return parameter
            return replace(
                parameter, ranges=AgeRanges(_without(ranges.cuts, max(row - 1, 0)), _without(ranges.points, row))
            )
        case Groups():
            if not 0 <= row < len(ranges.groups) or len(ranges.groups) == 1:
                return parameter
            return replace(parameter, ranges=replace(ranges, groups=_without(ranges.groups, row)))
        case YesNo():
            return parameter


def _without(items: tuple[Item, ...], index: int) -> tuple[Item, ...]:
    return (*items[:index], *items[index + 1 :])


def _next_cut(cuts: Sequence[Number], first: int) -> Number:
    if not cuts:
        return first
    step = cuts[-1] - cuts[-2] if len(cuts) > 1 else abs(cuts[-1])
    return round(cuts[-1] + (step if step > 0 else 1), 4)


def _next_points(points: Sequence[int]) -> int:
    """As much above the last as that is above the one before it."""
    if not points:
        return 0
    step = points[-1] - points[-2] if len(points) > 1 else NEXT_POINTS
    return points[-1] + step


def count_ranges(parameter: Parameter) -> int:
    """How many ranges or groups it has."""
    ranges: Ranges = parameter.ranges
    match ranges:
        case NumericRanges() | AgeRanges():
            return len(ranges.points)
        case Groups():
            return len(ranges.groups)
        case YesNo():
            return 2
