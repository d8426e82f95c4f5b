"""The executable specification: what a score is, in plain Python, one contact at a time.

Slow and obvious on purpose. Every engine is tested to equal it exactly; the web form's re-score uses it as it is.
Takes segmentations without problems. Nothing here reads a clock: the scoring day `as_of` is passed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from math import ceil
from typing import assert_never

from satsuma.domain.folding import fold
from satsuma.domain.interval import range_index
from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Combine,
    Field,
    FieldType,
    Groups,
    NumericRanges,
    Parameter,
    Record,
    Rule,
    Scale,
    Segmentation,
    Value,
    YesNo,
)


class LineKind(StrEnum):
    RANGE = "range"
    ANYTHING_ELSE = "anything_else"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a parameter as people see it: a range, *anything else* or *no data*, and its points.

    `index` is its place among the parameter's lines, and, for a range, among its ranges.
    """

    kind: LineKind
    index: int
    points: int


def lines(parameter: Parameter) -> tuple[Line, ...]:
    """Every line of the parameter: its ranges in order (yes before no), then *anything else* if it has groups, last
    *no data*."""
    ranges = parameter.ranges
    match ranges:
        case NumericRanges() | AgeRanges():
            points = list(ranges.points)
        case Groups():
            points = [group.points for group in ranges.groups]
        case YesNo():
            points = [ranges.yes, ranges.no]
        case _:
            assert_never(ranges)
    found = [Line(LineKind.RANGE, index, value) for index, value in enumerate(points)]
    if isinstance(ranges, Groups):
        found.append(Line(LineKind.ANYTHING_ELSE, len(found), ranges.anything_else))
    return (*found, Line(LineKind.NO_DATA, len(found), parameter.no_data))


def lines_hit(parameter: Parameter, field: Field, value: Value, as_of: date) -> tuple[Line, ...]:
    """The lines that earn the contact's points: one, or several for choices in sum mode."""
    every = lines(parameter)
    if value is None:
        return (every[-1],)
    ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            assert isinstance(value, int | float)
            return (every[range_index(ranges.cuts, value)],)
        case AgeRanges():
            assert isinstance(value, date)
            return (every[range_index(ranges.cuts, age_days(value, as_of))],)
        case YesNo():
            return (every[0 if value else 1],)
        case Groups():
            assert isinstance(value, str | frozenset)
            return _groups_hit(ranges, field, value, every)
        case _:
            assert_never(ranges)


def _groups_hit(ranges: Groups, field: Field, value: str | frozenset[str], every: tuple[Line, ...]) -> tuple[Line, ...]:
    def compared(text: str) -> str:
        return fold(text) if field.type is FieldType.TEXT else text

    seen = {compared(text) for text in ([value] if isinstance(value, str) else value)}
    hit = [
        line
        for line, group in zip(every, ranges.groups, strict=False)
        if seen & {compared(text) for text in group.values}
    ]
    if not hit:
        return (every[-2],)
    if ranges.combine is Combine.SUM:
        return tuple(hit)
    return (max(hit, key=lambda line: line.points),)


def age_days(day: date, as_of: date) -> int:
    """Whole days before the scoring day; negative for days ahead."""
    return (as_of - day).days


def parameter_points(parameter: Parameter, field: Field, value: Value, as_of: date) -> int:
    """The points that the value earns, before relevance."""
    return sum(line.points for line in lines_hit(parameter, field, value, as_of))


def points_span(parameter: Parameter) -> tuple[int, int]:
    """The smallest and the largest points that the parameter can give, before relevance.

    Choices in sum mode can hit any groups together: then all negative ones give the smallest and all positive ones
    the largest points (or the best single group, where none is negative or positive).
    """
    possible = [line.points for line in lines(parameter)]
    if isinstance(parameter.ranges, Groups) and parameter.ranges.combine is Combine.SUM:
        groups = [group.points for group in parameter.ranges.groups]
        possible += [sum(points for points in groups if points < 0)] if min(groups) < 0 else []
        possible += [sum(points for points in groups if points > 0)] if max(groups) > 0 else []
    return min(possible), max(possible)


def score_span(axis: Axis) -> tuple[int, int]:
    """The lowest and the highest score that the axis can give: (0, 0) with every parameter off."""
    spans = [(parameter.relevance, *points_span(parameter)) for parameter in axis.enabled_parameters]
    return (
        sum(relevance * smallest for relevance, smallest, _ in spans),
        sum(relevance * largest for relevance, _, largest in spans),
    )


def band_edges(axis: Axis) -> tuple[int, ...]:
    """The whole scores at which the axis' bands begin, without the lowest band, which has no lower edge.

    A percent edge becomes the smallest whole score at or above it. An axis that can give one score only is at 0
    percent, so no edge above 0 is ever reached there.
    """
    edges = [band.edge for band in axis.bands[1:]]
    if axis.scale is Scale.POINTS:
        return tuple(ceil(edge) for edge in edges if edge is not None)
    lowest, highest = score_span(axis)
    hundredths = [int(Decimal(repr(edge)) * 100) for edge in edges if edge is not None]
    if highest == lowest:
        return tuple(lowest + (1 if edge > 0 else 0) for edge in hundredths)
    return tuple(lowest - (-edge * (highest - lowest) // 10_000) for edge in hundredths)


@dataclass(frozen=True, slots=True)
class ScoreOnScale:
    """A whole score and the lowest and highest it could have been."""

    score: int
    lowest: int
    highest: int

    @property
    def percent(self) -> float:
        """0 to 100 between lowest and highest, one decimal, rounded half up; 0 when they are equal. For showing only:
        nothing is decided by it."""
        return percent_tenths(self.score, self.lowest, self.highest) / 10


def percent_tenths(score: int, lowest: int, highest: int) -> int:
    """The percent score in whole tenths, rounded half up, in integer arithmetic."""
    if highest == lowest:
        return 0
    return (2000 * (score - lowest) + (highest - lowest)) // (2 * (highest - lowest))


@dataclass(frozen=True, slots=True)
class AxisResult:
    """One axis' outcome for one contact. `band` is the band's number, lowest 0."""

    axis: Axis
    scale: ScoreOnScale
    band: int

    @property
    def score(self) -> int:
        return self.scale.score

    @property
    def band_name(self) -> str:
        return self.axis.bands[self.band].name


@dataclass(frozen=True, slots=True)
class Result:
    """What a segmentation says about one contact. `segment` is the segment's number, lowest 0; of the relevance
    `asked`, summed over all enabled parameters, `present` had a value."""

    segment: int
    segment_name: str
    axes: tuple[AxisResult, ...]
    present: int
    asked: int

    @property
    def coverage(self) -> float:
        """The share of relevance, 0 to 1, whose value was present; 1 if nothing is asked."""
        return self.present / self.asked if self.asked else 1.0

    @property
    def total(self) -> ScoreOnScale:
        """The axes' scores added up: what contacts are sorted by. With one axis, its score."""
        scales = [axis.scale for axis in self.axes]
        return ScoreOnScale(
            sum(scale.score for scale in scales),
            sum(scale.lowest for scale in scales),
            sum(scale.highest for scale in scales),
        )


def axis_score(segmentation: Segmentation, axis: Axis, record: Record, as_of: date) -> int:
    """Σ relevance × points over the axis' enabled parameters."""
    return sum(
        parameter.relevance
        * parameter_points(parameter, segmentation.field(parameter.field), record.get(parameter.field), as_of)
        for parameter in axis.enabled_parameters
    )


def asked_relevance(segmentation: Segmentation) -> int:
    """The relevance of all enabled parameters together."""
    return sum(parameter.relevance for _, parameter in segmentation.parameters)


def present_relevance(segmentation: Segmentation, record: Record) -> int:
    """The relevance of the enabled parameters whose value is present."""
    return sum(
        parameter.relevance for _, parameter in segmentation.parameters if record.get(parameter.field) is not None
    )


def place(segmentation: Segmentation, bands: Sequence[int]) -> int:
    """The number of the segment that contacts in these bands, one per axis, belong to."""
    if not segmentation.has_rules:
        return bands[0]
    named = {axis.name: axis.bands[band].name for axis, band in zip(segmentation.axes, bands, strict=True)}
    first = next(rule for rule in segmentation.rules if rule_fits(rule, named))
    return [segment.name for segment in segmentation.segments].index(first.segment)


def rule_fits(rule: Rule, band_names: dict[str, str]) -> bool:
    return all(band_names[axis] in bands for axis, bands in rule.when)


def score(segmentation: Segmentation, record: Record, as_of: date) -> Result:
    """The segment, scores and coverage of one contact on the day `as_of`. The meaning of the product."""
    axes = tuple(_axis_result(axis, axis_score(segmentation, axis, record, as_of)) for axis in segmentation.axes)
    segment = place(segmentation, [axis.band for axis in axes])
    name = segmentation.segments[segment].name
    return Result(segment, name, axes, present_relevance(segmentation, record), asked_relevance(segmentation))


def _axis_result(axis: Axis, score: int) -> AxisResult:
    return AxisResult(axis, ScoreOnScale(score, *score_span(axis)), range_index(band_edges(axis), score))
