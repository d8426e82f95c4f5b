"""What works in a segmentation and is probably not meant. Called through `checks.find_warnings`."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from satsuma.domain.checks.codes import WarningCode
from satsuma.domain.checks.reach import reachable_bands, reachable_rules
from satsuma.domain.checks.texts import quoted, shown
from satsuma.domain.errors import Problem
from satsuma.domain.folding import fold
from satsuma.domain.interval import Interval, intervals
from satsuma.domain.model import Axis, Field, FieldType, NumericRanges, Parameter, Segmentation
from satsuma.domain.places import Path, place
from satsuma.domain.scoring import band_edges, points_span, score_span


def find_warnings(segmentation: Segmentation) -> list[Problem]:
    """What deserves a look, in the order of the file. Takes a segmentation without problems."""
    return list(_warnings(segmentation))


def _warnings(segmentation: Segmentation) -> Iterator[Problem]:
    for field in segmentation.fields:
        yield from _options_alike(field)
    for index, axis in enumerate(segmentation.axes):
        above: Path = ("axes", index) if segmentation.has_rules else ()
        yield from _all_off(axis, (*above, "parameters"))
        for number, parameter in enumerate(axis.parameters):
            if parameter.enabled:
                path = (*above, "parameters", number)
                yield from _dead(parameter, path)
                yield from _outside_limits(parameter, segmentation.field(parameter.field), path)
        yield from _unreachable_bands(axis, (*above, "bands", "segments"))
    if segmentation.has_rules:
        yield from _rules_and_segments(segmentation)


def _options_alike(field: Field) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for option in field.options:
        folded = fold(option.key)
        if folded in seen:
            message = (
                f"The options {quoted(seen[folded])} and {quoted(option.key)} differ in capitals or blanks only, and "
                "count as two. Is one of them meant?"
            )
            facts = {"option": option.key, "first": seen[folded]}
            yield Problem(place("fields", field.key, "options"), WarningCode.OPTIONS_ALIKE, message, facts)
        seen.setdefault(folded, option.key)


def _all_off(axis: Axis, path: Path) -> Iterator[Problem]:
    if not axis.enabled_parameters:
        message = "Every parameter is switched off, so every score is 0. Switch one on."
        yield Problem(place(*path), WarningCode.PARAMETERS_ALL_OFF, message)


def _dead(parameter: Parameter, path: Path) -> Iterator[Problem]:
    smallest, largest = points_span(parameter)
    if smallest == largest:
        message = (
            f"Every answer, no data too, earns {smallest} points, so {quoted(parameter.field)} changes nobody's place. "
            "Change the points, or switch it off."
        )
        yield Problem(place(*path), WarningCode.PARAMETER_DEAD, message, {"field": parameter.field, "points": smallest})


def _outside_limits(parameter: Parameter, field: Field, path: Path) -> Iterator[Problem]:
    ranges, smallest, largest = parameter.ranges, field.minimum, field.maximum
    if field.type is not FieldType.RATING or not isinstance(ranges, NumericRanges):
        return
    if smallest is None or largest is None:
        return
    for index, interval in enumerate(intervals(ranges.cuts)):
        if not _holds_a_rating(interval, smallest, largest):
            message = (
                f"Range {index + 1} holds no rating from {smallest} to {largest}, so nobody earns its points. "
                "Move or remove a cut."
            )
            facts = {"range": index, "min": smallest, "max": largest}
            yield Problem(place(*path, "ranges", "cuts"), WarningCode.RANGE_OUTSIDE_LIMITS, message, facts)


def _holds_a_rating(interval: Interval, smallest: int, largest: int) -> bool:
    lowest = smallest if interval.lower is None else max(smallest, ceil(interval.lower))
    return lowest <= largest and lowest in interval


def _unreachable_bands(axis: Axis, path: Path) -> Iterator[Problem]:
    if not axis.enabled_parameters:
        return  # said already
    lowest, highest = score_span(axis)
    edges = [None, *band_edges(axis), None]
    for index, reached in enumerate(reachable_bands(axis)):
        if not reached:
            band, lower, upper = axis.bands[index], edges[index], edges[index + 1]
            message = (
                f"Nobody can be in {quoted(band.name)}: no contact can reach a score {_between(lower, upper)} "
                f"(scores run from {shown(lowest)} to {shown(highest)}). Move the edges, or remove it."
            )
            facts = {"name": band.name, "from": lower, "to": upper, "lowest": lowest, "highest": highest}
            yield Problem(place(*path, index), WarningCode.BAND_UNREACHABLE, message, facts)


def _between(lower: int | None, upper: int | None) -> str:
    if lower is None:
        return f"under {shown(upper or 0)}"
    return f"from {shown(lower)}" if upper is None else f"from {shown(lower)} to under {shown(upper)}"


def _rules_and_segments(segmentation: Segmentation) -> Iterator[Problem]:
    reached = reachable_rules(segmentation)
    for index, rule in enumerate(segmentation.rules):
        if index not in reached:
            message = (
                "Nobody comes to this rule: the rules before it take everybody whom it fits. Move it up, or remove it."
            )
            yield Problem(place("rules", index), WarningCode.RULE_NEVER_REACHED, message, {"segment": rule.segment})
    given = {segmentation.rules[index].segment for index in reached}
    for index, segment in enumerate(segmentation.own_segments):
        if segment.name not in given:
            message = f"Nobody gets the segment {quoted(segment.name)}: no rule that is ever reached gives it."
            yield Problem(place("segments", index), WarningCode.SEGMENT_NEVER_GIVEN, message, {"segment": segment.name})
