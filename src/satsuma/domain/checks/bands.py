"""Rules for the bands of an axis and for lists of segments. Called by `find_problems`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.texts import (
    color_problems,
    decimals,
    description_problems,
    is_usable,
    name_problems,
    number_problems,
    shown,
    twice_problems,
)
from satsuma.domain.errors import Problem
from satsuma.domain.limits import MAX_SEGMENTS, MIN_SEGMENTS, PERCENT_DECIMALS
from satsuma.domain.model import Axis, Band, Number, Scale, Segment
from satsuma.domain.places import Path, place


def bands_problems(axis: Axis, path: Path, what: str) -> Iterator[Problem]:
    """Everything wrong with the axis' bands; `path` is that of the list, `what` the plural the user knows them by."""
    yield from named_problems(axis.bands, path, what)
    yield from _edges_given(axis.bands, path)
    for index, band in enumerate(axis.bands):
        if band.edge is not None:
            yield from _edge_problems(band.edge, axis.scale, (*path, index, "from"))
    yield from _edges_rise(axis.bands, path)


def named_problems(items: Sequence[Band | Segment], path: Path, what: str) -> Iterator[Problem]:
    """What bands and segments have in common: their number, names, colours, descriptions."""
    count = len(items)
    facts = {"count": count, "at_least": MIN_SEGMENTS, "at_most": MAX_SEGMENTS}
    if count < MIN_SEGMENTS:
        message = f"There must be at least {MIN_SEGMENTS} {what}, here: {count}. Add some."
        yield Problem(place(*path), Code.SEGMENTS_TOO_FEW, message, facts)
    if count > MAX_SEGMENTS:
        message = f"There are {count} {what}. At most {MAX_SEGMENTS} are allowed: join some."
        yield Problem(place(*path), Code.SEGMENTS_TOO_MANY, message, facts)
    for index, item in enumerate(items):
        yield from name_problems(item.name, (*path, index, "name"))
        yield from color_problems(item.color, (*path, index, "color"))
        yield from description_problems(item.description, (*path, index, "description"))
    yield from twice_problems([(item.name, (*path, index, "name")) for index, item in enumerate(items)], what)


def _edges_given(bands: Sequence[Band], path: Path) -> Iterator[Problem]:
    for index, band in enumerate(bands):
        if index == 0 and band.edge is not None:
            message = "The lowest one begins where the scale begins and has no `from`. Remove it."
            yield Problem(place(*path, 0, "from"), Code.FIRST_BAND_HAS_EDGE, message, {"from": shown(band.edge)})
        if index > 0 and band.edge is None:
            message = "From which score on does this one reach? Add `from`; only the lowest, the first, has none."
            yield Problem(place(*path, index, "from"), Code.EDGE_MISSING, message)


def _edge_problems(edge: Number, scale: Scale, path: Path) -> Iterator[Problem]:
    found = list(number_problems(edge, path))
    yield from found
    if found:
        return
    facts = {"from": edge}
    if scale is Scale.POINTS:
        if edge != int(edge):
            message = f"On the scale of points, edges are whole numbers, not {shown(edge)}. Round it."
            yield Problem(place(*path), Code.EDGE_NOT_WHOLE, message, facts)
        return
    if not 0 <= edge <= 100:
        message = f"A percent edge must be from 0 to 100, not {shown(edge)}. For edges in points, set `scale: points`."
        yield Problem(place(*path), Code.EDGE_OUTSIDE_PERCENT, message, facts)
    if decimals(edge) > PERCENT_DECIMALS:
        message = f"A percent edge has at most {PERCENT_DECIMALS} decimals, not {decimals(edge)}: round {shown(edge)}."
        yield Problem(place(*path), Code.EDGE_TOO_PRECISE, message, {**facts, "limit": PERCENT_DECIMALS})


def _edges_rise(bands: Sequence[Band], path: Path) -> Iterator[Problem]:
    """Edges strictly increase, passing over those that are missing or unusable."""
    edges = [
        (index, band.edge)
        for index, band in enumerate(bands)
        if index > 0 and band.edge is not None and is_usable(band.edge)
    ]
    for (_, lower), (index, upper) in pairwise(edges):
        if lower >= upper:
            message = f"Edges must rise, but {shown(upper)} comes after {shown(lower)}. The lowest stands first."
            facts = {"from": upper, "before": lower}
            yield Problem(place(*path, index, "from"), Code.EDGES_NOT_INCREASING, message, facts)
