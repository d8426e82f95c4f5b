"""Segments and bands of a draft come and go, and their edges change the scale. Plain functions from one segmentation to
the next, with the ids of its segments beside it. Called by the wizard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from django.utils.translation import gettext as _

from satsuma.app.segmentation.editing import with_axis
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_SEGMENTS, MIN_SEGMENTS
from satsuma.domain.model import Axis, Band, Number, Scale, Segment, Segmentation
from satsuma.domain.scoring import band_edges, score_span

Ids = tuple[int | None, ...]
HUNDREDTHS = Decimal("0.01")
PALETTE = ("#8a94a6", "#3b82d6", "#159a94", "#2a9d4a", "#74b816", "#f59f00", "#f76707", "#d63939", "#d6336c", "#ae3ec9")
"""Offered beside the browser's own colour picker."""


def with_segment_added(model: Segmentation, ids: Ids) -> tuple[Segmentation, Ids, int]:
    """One more segment, and its number: the highest of several axes, else where the widest part of the scale is."""
    names = [segment.name for segment in model.segments]
    name = free_name(names, _("Segment %(number)d"))
    if len(names) >= MAX_SEGMENTS:
        return model, ids, -1
    if model.has_rules:
        return replace(model, own_segments=(*model.own_segments, Segment(name))), (*ids, None), len(names)
    axis, place = _with_band(model.axes[0], name)
    return with_axis(model, 0, axis), (*ids[:place], None, *ids[place:]), place


def with_segment_removed(model: Segmentation, ids: Ids, number: int) -> tuple[Segmentation, Ids]:
    """Without that segment: its scores go to the one below, those of the lowest to the one above; rules that gave it
    give the next one below. Two stay."""
    if not 0 <= number < len(model.segments) or len(model.segments) <= MIN_SEGMENTS:
        return model, ids
    kept = (*ids[:number], *ids[number + 1 :])
    if not model.has_rules:
        return with_axis(model, 0, _without_band(model.axes[0], number)), kept
    gone = model.own_segments[number].name
    rest = (*model.own_segments[:number], *model.own_segments[number + 1 :])
    instead = rest[max(number - 1, 0)].name
    rules = tuple(replace(rule, segment=instead) if rule.segment == gone else rule for rule in model.rules)
    return replace(model, own_segments=rest, rules=rules), kept


def with_band_added(model: Segmentation, axis: int) -> Segmentation:
    """One more band of one of several axes, where the widest part of its scale is. What rules said of the band that it
    is split from holds for both."""
    old = model.axes[axis]
    if len(old.bands) >= MAX_SEGMENTS:
        return model
    name = free_name([band.name for band in old.bands], _("Level %(number)d"))
    new, place = _with_band(old, name)
    split = old.bands[place - 1].name
    rules = tuple(
        replace(
            rule, when=tuple((on, _beside(bands, split, name) if on == old.name else bands) for on, bands in rule.when)
        )
        for rule in model.rules
    )
    return replace(with_axis(model, axis, new), rules=rules)


def with_band_removed(model: Segmentation, axis: int, number: int) -> Segmentation:
    """Without that band of one of several axes. Rules that allowed it alone lose their condition on the axis to the
    band that takes its scores."""
    old = model.axes[axis]
    if not 0 <= number < len(old.bands) or len(old.bands) <= MIN_SEGMENTS:
        return model
    gone, instead = old.bands[number].name, old.bands[number - 1 if number else 1].name
    rules = tuple(
        replace(
            rule,
            when=tuple((on, _instead(bands, gone, instead) if on == old.name else bands) for on, bands in rule.when),
        )
        for rule in model.rules
    )
    return replace(with_axis(model, axis, _without_band(old, number)), rules=rules)


def with_scale(model: Segmentation, number: int, scale: Scale) -> Segmentation:
    """The axis with its edges on that scale, where they stood: nobody changes place. Edges that are missing or out of
    order stay as they are."""
    axis = model.axes[number]
    if axis.scale is scale:
        return model
    if any(band.edge is None for band in axis.bands[1:]):
        return with_axis(model, number, replace(axis, scale=scale))
    edges = band_edges(axis)
    turned = edges if scale is Scale.POINTS else [_percent_of(edge, axis) for edge in edges]
    bands = [replace(band, edge=edge) for band, edge in zip(axis.bands[1:], turned, strict=True)]
    return with_axis(model, number, replace(axis, scale=scale, bands=(axis.bands[0], *bands)))


def free_name(taken: Sequence[str], pattern: str) -> str:
    """The pattern with the first number that makes it differ from all."""
    folded = {fold(name) for name in taken}
    numbered = (pattern % {"number": number} for number in range(len(taken) + 1, 2 * len(taken) + 3))
    return next(name for name in numbered if fold(name) not in folded)


def _percent_of(edge: int, axis: Axis) -> Number:
    """The largest percent edge of two decimals that is turned into that score again."""
    lowest, highest = score_span(axis)
    if highest == lowest:
        return 0
    exact = Decimal(100 * (edge - lowest)) / Decimal(highest - lowest)
    return _plain(min(max(exact.quantize(HUNDREDTHS, ROUND_FLOOR), Decimal(0)), Decimal(100)))


def _plain(number: Decimal) -> Number:
    return int(number) if number == number.to_integral_value() else float(number)


def _with_band(axis: Axis, name: str) -> tuple[Axis, int]:
    """With one more band in the middle of the widest one, and its number."""
    lowest, highest = (0, 100) if axis.scale is Scale.PERCENT else score_span(axis)
    edges: list[Number] = [lowest]
    for band in axis.bands[1:]:
        edges.append(max(band.edge if band.edge is not None else edges[-1], edges[-1]))
    gaps = [upper - lower for lower, upper in zip(edges, [*edges[1:], max(highest, edges[-1])], strict=True)]
    place = max(range(len(gaps)), key=lambda number: gaps[number])
    middle = edges[place] + gaps[place] / 2
    edge: Number = int(middle) if int(middle) > edges[place] else round(middle, 2)
    if axis.scale is Scale.POINTS and not edges[place] < edge == int(edge):  # no whole number lies between
        place, edge = len(edges) - 1, int(edges[-1]) + 1
    bands = (*axis.bands[: place + 1], Band(name, edge), *axis.bands[place + 1 :])
    return replace(axis, bands=bands), place + 1


def _without_band(axis: Axis, number: int) -> Axis:
    rest = [*axis.bands[:number], *axis.bands[number + 1 :]]
    rest[0] = replace(rest[0], edge=None)
    return replace(axis, bands=tuple(rest))


def _beside(bands: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return (*bands, new) if old in bands else bands


def _instead(bands: tuple[str, ...], gone: str, instead: str) -> tuple[str, ...]:
    return (
        tuple(dict.fromkeys(instead if band == gone else band for band in bands))
        if bands == (gone,)
        else tuple(band for band in bands if band != gone)
    )
