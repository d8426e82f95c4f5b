"""Differences between the segments of two segmentations. Called by `list_differences`."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from satsuma.app.segmentation.differences.pairing import Pairs
from satsuma.app.segmentation.differences.words import edge, listed
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Segment, Segmentation


def segments_differences(segments: Pairs[Segment], after: Segmentation) -> Iterator[str]:
    for segment in segments.new:
        yield _new(segment, after)
    for segment in segments.gone:
        yield _("Segment “%(name)s” removed") % {"name": segment.name}
    for old, new in segments.both:
        yield from _one(old, new)
    if segments.reordered:
        names = listed([segment.name for segment in after.segments])
        yield _("Segments in another order: %(names)s") % {"names": names}


def _new(segment: Segment, after: Segmentation) -> str:
    """Where it begins, if it is a band of scores."""
    if after.has_rules or is_grouping(after):
        return _("New segment “%(name)s”") % {"name": segment.name}
    axis = after.axes[0]
    begins = next((band.edge for band in axis.bands if band.name == segment.name), None)
    return _("New segment “%(name)s” from %(edge)s") % {"name": segment.name, "edge": edge(begins, axis.scale)}


def _one(before: Segment, after: Segment) -> Iterator[str]:
    if before.name != after.name:
        yield _("Segment “%(before)s” renamed “%(after)s”") % {"before": before.name, "after": after.name}
    if before.color != after.color:
        yield _("“%(name)s” has another colour") % {"name": after.name}
    if (before.description or "") != (after.description or ""):
        yield _("“%(name)s” is described differently") % {"name": after.name}
