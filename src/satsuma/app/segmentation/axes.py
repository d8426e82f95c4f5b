"""A draft's axes come, go and are renamed, with its rules and segments kept in step. Called by the wizard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_AXES
from satsuma.domain.model import Axis, Band, Rule, Segment, Segmentation
from satsuma.modelfile.building import ONLY_AXIS

Ids = tuple[int | None, ...]


def with_axis_added(model: Segmentation, ids: Ids) -> tuple[Segmentation, Ids]:
    """One more axis, without parameters, at the end. Everybody stays where they are: what were bands of the only axis
    become segments of their own, and rules that give them by this axis alone."""
    if len(model.axes) >= MAX_AXES:
        return model, ids
    new = Axis(_free_name(model), (), (Band(_("Low")), Band(_("High"), 50)))
    if model.has_rules:
        return replace(model, axes=(*model.axes, new)), ids
    first = model.axes[0]
    rules = [Rule(band.name, ((first.name, (band.name,)),)) for band in reversed(first.bands[1:])]
    bands = tuple(Band(band.name, band.edge) for band in first.bands)
    return (
        replace(
            model,
            axes=(replace(first, bands=bands), new),
            own_segments=tuple(Segment(band.name, band.color, band.description) for band in first.bands),
            rules=(*rules, Rule(first.bands[0].name)),
        ),
        ids,
    )


def with_axis_removed(model: Segmentation, ids: Ids, number: int) -> tuple[Segmentation, Ids]:
    """Without that axis and what rules say of it. Of the only one that is left, the bands are the segments; those that
    are called like a segment of before are that segment. The last axis stays."""
    if not model.has_rules:
        return model, ids
    gone = model.axes[number].name
    axes = tuple(axis for place, axis in enumerate(model.axes) if place != number)
    if len(axes) == 1:
        return _plain(model, ids, axes[0])
    rules = tuple(replace(rule, when=tuple(on for on in rule.when if on[0] != gone)) for rule in model.rules)
    return replace(model, axes=axes, rules=rules), ids


def with_axis_renamed(model: Segmentation, number: int, name: str) -> Segmentation:
    """The axis, and the conditions that speak of it, under another name."""
    before = model.axes[number].name
    axes = tuple(replace(axis, name=name) if place == number else axis for place, axis in enumerate(model.axes))
    rules = tuple(
        replace(rule, when=tuple((name if axis == before else axis, bands) for axis, bands in rule.when))
        for rule in model.rules
    )
    return replace(model, axes=axes, rules=rules)


def _plain(model: Segmentation, ids: Ids, axis: Axis) -> tuple[Segmentation, Ids]:
    named = {fold(segment.name): (segment, id_) for segment, id_ in zip(model.own_segments, ids, strict=True)}
    bands, kept = [], []
    for band in axis.bands:
        segment, id_ = named.get(fold(band.name), (None, None))
        kept.append(id_)
        bands.append(replace(band, color=segment.color, description=segment.description) if segment else band)
    only = replace(axis, name=ONLY_AXIS, bands=tuple(bands))
    return replace(model, axes=(only,), own_segments=(), rules=()), tuple(kept)


def _free_name(model: Segmentation) -> str:
    taken = {fold(axis.name) for axis in model.axes}
    names: Sequence[str] = [
        _("Axis %(number)d") % {"number": number} for number in range(len(taken) + 1, 2 * MAX_AXES + 2)
    ]
    return next(name for name in names if fold(name) not in taken)
