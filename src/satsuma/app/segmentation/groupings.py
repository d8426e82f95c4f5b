"""Changes of a draft whose ranges name the segments directly (see `domain.grouping`): which range gives which segment,
ranges and segments that come, go and move. Plain functions from one segmentation to the next, with the ids of its
segments beside it. Called by the wizard.

Whatever is changed is written in one way: the points of a line are the number of its segment, and segments begin at
their number times the relevance. So nothing is lost when a second parameter makes an ordinary segmentation of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from satsuma.app.segmentation import editing
from satsuma.app.segmentation.naming import PALETTE, Ids, free_name
from satsuma.domain.folding import fold
from satsuma.domain.grouping import given_segments, is_grouping
from satsuma.domain.limits import MAX_NAME_CHARACTERS, MAX_SEGMENTS, MIN_SEGMENTS
from satsuma.domain.model import AgeRanges, Axis, Band, Groups, NumericRanges, Parameter, Ranges, Segmentation, YesNo
from satsuma.domain.scoring import Line, LineKind, lines


def with_given(model: Segmentation, places: Sequence[int]) -> Segmentation:
    """The grouping with its lines giving these segments, by number, lowest 0."""
    if is_grouping(model) and given_segments(model) == tuple(places):
        return model
    axis = model.axes[0]
    return _written(model, axis.bands, axis.parameters[0], places)


def with_segment_added(
    model: Segmentation, ids: Ids, *, name: str = "", id_: int | None = None
) -> tuple[Segmentation, Ids, int]:
    """One more segment, the highest, in a colour of its own, and its number; -1 where there can be no more. No line
    gives it yet."""
    axis = model.axes[0]
    if len(axis.bands) >= MAX_SEGMENTS:
        return model, ids, -1
    new = Band(_free(name, axis), color=_free_color(axis))
    changed = _written(model, (*axis.bands, new), axis.parameters[0], given_segments(model))
    return changed, (*ids, id_), len(axis.bands)


def with_segment_removed(model: Segmentation, ids: Ids, number: int) -> tuple[Segmentation, Ids]:
    """Without that segment. What gave it gives, of options and words, what *anything else* gives; otherwise, and if
    that is the one that goes, the next one below, of the lowest the next above. Two stay."""
    bands = model.axes[0].bands
    if not 0 <= number < len(bands) or len(bands) <= MIN_SEGMENTS:
        return model, ids
    order = [place for place in range(len(bands)) if place != number]
    return _ordered(model, ids, order)


def with_segment_moved(model: Segmentation, ids: Ids, number: int, *, up: bool) -> tuple[Segmentation, Ids]:
    """One place higher or lower: which way a move goes follows the order. Every line gives the segment that it gave."""
    order = list(range(len(model.axes[0].bands)))
    to = number + 1 if up else number - 1
    if not (0 <= number < len(order) and 0 <= to < len(order)):
        return model, ids
    order[number], order[to] = order[to], order[number]
    return _ordered(model, ids, order)


def with_bands(model: Segmentation, bands: Sequence[Band], old: Sequence[int | None]) -> Segmentation:
    """With these segments in place of its own; `old` says which of them each was, None for one that was none."""
    where = {place: number for number, place in enumerate(old) if place is not None}
    places = [
        where.get(place if place in where else _instead(model, place, where), 0) for place in given_segments(model)
    ]
    return _written(model, bands, model.axes[0].parameters[0], places)


def with_range_added(model: Segmentation, ids: Ids) -> tuple[Segmentation, Ids]:
    """One more range above the last, or an empty group, and a segment of its own for it: that of the range before it
    where there can be no more segments."""
    before = model.axes[0].parameters[0]
    after = editing.with_range_added(before)
    if after == before:
        return model, ids
    model, ids, number = with_segment_added(model, ids)
    places, last = list(given_segments(model)), editing.count_ranges(before)
    places.insert(last, number if number >= 0 else places[last - 1])
    return _written(model, model.axes[0].bands, after, places), ids


def with_range_removed(model: Segmentation, ids: Ids, row: int) -> tuple[Segmentation, Ids]:
    """Without that range; also without its segment, if that was made with it and nobody has named or described it."""
    before = model.axes[0].parameters[0]
    after = editing.with_range_removed(before, row)
    if after == before:
        return model, ids
    places = list(given_segments(model))
    gave = places.pop(row)
    model = _written(model, model.axes[0].bands, after, places)
    if gave not in places and ids[gave] is None and _is_untouched(model.axes[0].bands[gave], len(ids)):
        return with_segment_removed(model, ids, gave)
    return model, ids


def with_ranges(model: Segmentation, ranges: Ranges) -> Segmentation:
    """With other ranges: groups give what their first value gave, numeric ranges, in their order, the segments that
    the ranges before gave in theirs."""
    axis = model.axes[0]
    (parameter,) = axis.parameters
    before, after = given_segments(model), replace(parameter, ranges=ranges)
    kept = {line.kind: before[line.index] for line in lines(parameter) if line.kind is not LineKind.RANGE}
    rest = kept.get(LineKind.ANYTHING_ELSE, kept[LineKind.NO_DATA])
    places = [
        _place_of(line, parameter, after, before, rest) if line.kind is LineKind.RANGE else kept.get(line.kind, rest)
        for line in lines(after)
    ]
    return _written(model, axis.bands, after, places)


def with_points(parameter: Parameter, points: Sequence[int]) -> Parameter:
    """The parameter with these points, one for each of its lines."""
    *earned, no_data = points
    ranges: Ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            ranges = NumericRanges(ranges.cuts, tuple(earned))
        case AgeRanges():
            ranges = AgeRanges(ranges.cuts, tuple(earned))
        case Groups():
            groups = tuple(replace(group, points=each) for group, each in zip(ranges.groups, earned, strict=False))
            ranges = replace(ranges, groups=groups, anything_else=earned[-1])
        case YesNo():
            ranges = YesNo(*earned)
    return replace(parameter, ranges=ranges, no_data=no_data)


def _written(model: Segmentation, bands: Sequence[Band], parameter: Parameter, places: Sequence[int]) -> Segmentation:
    numbered = [replace(band, edge=place * parameter.relevance if place else None) for place, band in enumerate(bands)]
    axis = replace(model.axes[0], bands=tuple(numbered), parameters=(with_points(parameter, places),))
    return editing.with_axis(model, 0, axis)


def _ordered(model: Segmentation, ids: Ids, order: Sequence[int]) -> tuple[Segmentation, Ids]:
    bands = model.axes[0].bands
    return with_bands(model, [bands[place] for place in order], list(order)), tuple(ids[place] for place in order)


def _instead(model: Segmentation, gone: int, left: Collection[int]) -> int:
    """Where the lines of a segment that goes land, by its number before."""
    (parameter,) = model.axes[0].parameters
    if isinstance(parameter.ranges, Groups):
        rest = given_segments(model)[-2]
        if rest in left:
            return rest
    below = [place for place in left if place < gone]
    return max(below) if below else min(left, default=0)


def _place_of(line: Line, old: Parameter, new: Parameter, before: Sequence[int], rest: int) -> int:
    if isinstance(new.ranges, Groups) and isinstance(old.ranges, Groups):
        gave = {
            fold(value): place
            for group, place in zip(old.ranges.groups, before, strict=False)
            for value in group.values
        }
        values = new.ranges.groups[line.index].values
        return next((gave[fold(value)] for value in values if fold(value) in gave), rest)
    was, count = editing.count_ranges(old), editing.count_ranges(new)
    return before[round(line.index * (was - 1) / (count - 1)) if count > 1 else 0]


def _free(name: str, axis: Axis) -> str:
    names = [band.name for band in axis.bands]
    if name and len(name) <= MAX_NAME_CHARACTERS and fold(name) not in map(fold, names):
        return name
    return free_name(names, _("Segment %(number)d"))


def _free_color(axis: Axis) -> str | None:
    """None where segments have no colours of their own: then they go from grey to green."""
    taken = {band.color for band in axis.bands if band.color}
    return next((color for color in PALETTE[::-1] if color not in taken), None) if taken else None


def _is_untouched(band: Band, count: int) -> bool:
    usual = {_("Segment %(number)d") % {"number": number} for number in range(1, 2 * count + 3)}
    return band.name in usual and band.color in (None, *PALETTE) and band.description is None
