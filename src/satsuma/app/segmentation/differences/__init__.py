"""What is different between two segmentations, in sentences. Called by the lists of versions, the last step of the
wizard and the page that shows two editors what each of them did.

Nothing here reads the database. What the workspace calls its fields and their answers is no difference between
segmentations; what changes results is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from satsuma.app.segmentation.differences.bands import bands_differences, edges_differences
from satsuma.app.segmentation.differences.groupings import becomes_grouping, grouping_differences
from satsuma.app.segmentation.differences.pairing import Ids, Pairs, pair_named
from satsuma.app.segmentation.differences.parameters import field_differences, parameters_differences
from satsuma.app.segmentation.differences.rules import rules_differences
from satsuma.app.segmentation.differences.segments import segments_differences
from satsuma.app.segmentation.differences.words import Titles, listed
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Axis, Field, Kind, Segmentation

__all__ = ["list_differences"]


def list_differences(before: Segmentation, after: Segmentation, *, ids: Ids | None = None) -> list[str]:
    """Every difference as a sentence without a full stop, in the order of the wizard; empty if both are the same.

    Both may break rules. `ids` says which segments are the same ones; without it those of the same name are, and those
    that stand in the place of another one are taken to be renamed.
    """
    if _compared(before) == _compared(after) and _ids_agree(ids):
        return []
    return list(_differences(before, after, ids)) or [_("Written differently, with the same meaning")]


def _differences(before: Segmentation, after: Segmentation, ids: Ids | None) -> Iterator[str]:
    titles = Titles((*after.fields, *before.fields))
    segments = pair_named(before.segments, after.segments, ids)
    axes = _axes(before, after)
    yield from _heads(before, after)
    yield from _new_and_gone_axes(axes, titles)
    if is_grouping(after) and is_grouping(before):
        yield from grouping_differences(before, after, titles, segments)
    elif is_grouping(after):
        yield from becomes_grouping(before.axes[0], after, titles)
    else:
        for old, new in axes.both:
            where = new.name if after.has_rules and before.has_rules else ""
            yield from parameters_differences(old, new, titles, where)
    yield from field_differences(before, after, titles)
    yield from segments_differences(segments, after)
    if is_grouping(after):
        return
    if before.has_rules or after.has_rules:
        for old, new in axes.both:
            yield from bands_differences(old, new)
    else:
        yield from edges_differences(before.axes[0], after.axes[0], ids)
    if before.has_rules and after.has_rules:
        yield from rules_differences(before, after, axes, segments)


def _heads(before: Segmentation, after: Segmentation) -> Iterator[str]:
    if before.name != after.name:
        yield _("Renamed from “%(before)s” to “%(after)s”") % {"before": before.name, "after": after.name}
    if before.kind != after.kind:
        yield _("For companies now") if after.kind is Kind.COMPANY else _("For people now")
    if (before.description or "") != (after.description or ""):
        yield _("Another description")
    if is_grouping(before) and not is_grouping(after):
        yield _("Ranges earn points, and the score decides")
    if after.has_rules and not before.has_rules:
        yield _("Several scores with rules, in place of one score")
    if before.has_rules and not after.has_rules:
        yield _("One score, in place of several with rules")


def _axes(before: Segmentation, after: Segmentation) -> Pairs[Axis]:
    """The one score of a plain segmentation goes on as the first of several, and the other way round."""
    if before.has_rules == after.has_rules:
        return pair_named(before.axes, after.axes)
    return Pairs(((before.axes[0], after.axes[0]),), before.axes[1:], after.axes[1:], reordered=False)


def _new_and_gone_axes(axes: Pairs[Axis], titles: Titles) -> Iterator[str]:
    for axis in axes.new:
        asked = listed([titles[parameter.field] for parameter in axis.parameters])
        yield _("New score “%(name)s”: %(parameters)s") % {"name": axis.name, "parameters": asked}
    for axis in axes.gone:
        yield _("Score “%(name)s” removed") % {"name": axis.name}
    for old, new in axes.both:
        if old.name != new.name:
            yield _("Score “%(before)s” renamed “%(after)s”") % {"before": old.name, "after": new.name}
    if axes.reordered:
        yield _("Scores in another order")


def _ids_agree(ids: Ids | None) -> bool:
    return ids is None or list(ids[0]) == list(ids[1])


def _compared(segmentation: Segmentation) -> Segmentation:
    """Without what changes no result and nothing that people set up here."""
    asked = {parameter.field for axis in segmentation.axes for parameter in axis.parameters}
    fields = sorted((field for field in segmentation.fields if field.key in asked), key=lambda field: field.key)
    description = segmentation.description or None
    return replace(segmentation, fields=tuple(map(_bare, fields)), description=description)


def _bare(field: Field) -> Field:
    return Field(field.key, field.type, minimum=field.minimum, maximum=field.maximum, metric=field.metric)
