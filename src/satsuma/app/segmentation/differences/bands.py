"""Differences between the bands of two axes: where they begin, and, with several axes, what they are called. Called by
`list_differences`."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from satsuma.app.segmentation.differences.pairing import Ids, Pairs, pair_named
from satsuma.app.segmentation.differences.words import changed, edge, listed
from satsuma.domain.model import Axis, Band, Scale


def edges_differences(before: Axis, after: Axis, ids: Ids | None) -> Iterator[str]:
    """Where segments begin that are the bands of the only axis; `ids` says which are the same ones."""
    yield from _scale(before, after)
    yield from _edges(pair_named(before.bands, after.bands, ids).both, before.scale, after.scale, where="")


def bands_differences(before: Axis, after: Axis) -> Iterator[str]:
    """Everything about the bands of one axis of several."""
    bands = pair_named(before.bands, after.bands)
    yield from _scale(before, after)
    yield from _names(bands, after)
    yield from _edges(bands.both, before.scale, after.scale, where=after.name)


def _scale(before: Axis, after: Axis) -> Iterator[str]:
    if before.scale == after.scale:
        return
    if after.scale is Scale.POINTS:
        yield _("Thresholds in points, no longer in percent")
    else:
        yield _("Thresholds in percent, no longer in points")


def _edges(both: tuple[tuple[Band, Band], ...], was: Scale, is_now: Scale, *, where: str) -> Iterator[str]:
    for old, new in both:
        if old.edge == new.edge and (was == is_now or old.edge is None):
            continue
        change = changed(edge(old.edge, was), edge(new.edge, is_now))
        words = {"name": new.name, "change": change, "axis": where}
        yield (_("“%(name)s” in “%(axis)s” from %(change)s") if where else _("“%(name)s” from %(change)s")) % words


def _names(bands: Pairs[Band], axis: Axis) -> Iterator[str]:
    words = {"axis": axis.name}
    for band in bands.new:
        begins = edge(band.edge, axis.scale)
        yield _("New band “%(name)s” in “%(axis)s” from %(edge)s") % {**words, "name": band.name, "edge": begins}
    for band in bands.gone:
        yield _("Band “%(name)s” in “%(axis)s” removed") % {**words, "name": band.name}
    for old, new in bands.both:
        names = {**words, "before": old.name, "after": new.name}
        if old.name != new.name:
            yield _("Band “%(before)s” in “%(axis)s” renamed “%(after)s”") % names
        if old.color != new.color:
            yield _("“%(after)s” in “%(axis)s” has another colour") % names
        if (old.description or "") != (new.description or ""):
            yield _("“%(after)s” in “%(axis)s” is described differently") % names
    if bands.reordered:
        shown = listed([band.name for band in axis.bands])
        yield _("Bands of “%(axis)s” in another order: %(names)s") % {**words, "names": shown}
