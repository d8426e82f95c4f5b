"""Differences between the parameters of two axes, and between the fields they ask for. Called by `list_differences`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.differences.pairing import pair
from satsuma.app.segmentation.differences.words import Titles, changed, cuts, listed, many, points
from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Combine,
    Field,
    Groups,
    NumericRanges,
    Parameter,
    Ranges,
    Segmentation,
    YesNo,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sentence is about: the parameter's name, and its field where that is known."""

    name: str
    field: Field | None


def parameters_differences(before: Axis, after: Axis, titles: Titles, where: str) -> Iterator[str]:
    """`where` names the axis, if there are several."""
    found = pair(before.parameters, after.parameters, lambda parameter: parameter.field)
    for parameter in found.new:
        yield _new(_asked(parameter, titles, where), parameter)
    for parameter in found.gone:
        yield _("Parameter %(name)s removed") % {"name": _asked(parameter, titles, where).name}
    for old, new in found.both:
        yield from _one(old, new, _asked(new, titles, where))
    if found.reordered:
        yield (
            _("Parameters of “%(name)s” in another order") % {"name": where}
            if where
            else _("Parameters in another order")
        )


def field_differences(before: Segmentation, after: Segmentation, titles: Titles) -> Iterator[str]:
    """Fields that both ask for, and that are another fact than before."""
    earlier, later = _asked_fields(before), _asked_fields(after)
    for key, new in later.items():
        old = earlier.get(key)
        name = {"name": titles[key]}
        if old is None or old == new:
            continue
        if old.type != new.type:
            yield _("“%(name)s” holds another kind of information") % name
        if old.metric != new.metric:
            yield _("“%(name)s” is computed differently") % name
        if (old.minimum, old.maximum) != (new.minimum, new.maximum):
            yield _("“%(name)s” is rated on another scale") % name


def _asked_fields(segmentation: Segmentation) -> Mapping[str, Field]:
    asked = {parameter.field for axis in segmentation.axes for parameter in axis.parameters}
    return {field.key: field for field in segmentation.fields if field.key in asked}


def _asked(parameter: Parameter, titles: Titles, where: str) -> Asked:
    name = _("“%(name)s”") % {"name": titles[parameter.field]}
    if where:
        name = _("%(parameter)s in “%(axis)s”") % {"parameter": name, "axis": where}
    return Asked(name, titles.field(parameter.field))


def _new(asked: Asked, parameter: Parameter) -> str:
    words = {"name": asked.name, "relevance": locale.number(parameter.relevance)}
    if not parameter.enabled:
        return _("New parameter %(name)s, switched off") % words
    return _("New parameter %(name)s with relevance %(relevance)s") % words


def _one(before: Parameter, after: Parameter, asked: Asked) -> Iterator[str]:
    if before.enabled != after.enabled:
        yield (_("%(name)s switched on") if after.enabled else _("%(name)s switched off")) % {"name": asked.name}
    if before.relevance != after.relevance:
        change = changed(locale.number(before.relevance), locale.number(after.relevance))
        yield _("Relevance of %(name)s %(change)s") % {"name": asked.name, "change": change}
    yield from _ranges(before.ranges, after.ranges, asked)
    if before.no_data != after.no_data:
        yield _line(asked, _("no data"), points(before.no_data), points(after.no_data))


def _line(asked: Asked, line: str, before: str, after: str) -> str:
    return _("%(name)s, %(line)s: %(change)s") % {"name": asked.name, "line": line, "change": changed(before, after)}


def _ranges(before: Ranges, after: Ranges, asked: Asked) -> Iterator[str]:
    match before, after:
        case NumericRanges(), NumericRanges():
            yield from _cuts(before, after, asked)
        case AgeRanges(), AgeRanges():
            yield from _cuts(before, after, asked)
        case Groups(), Groups():
            yield from _groups(before, after, asked)
        case YesNo(), YesNo():
            if before.yes != after.yes:
                yield _line(asked, _("yes"), points(before.yes), points(after.yes))
            if before.no != after.no:
                yield _line(asked, _("no"), points(before.no), points(after.no))
        case _:
            yield _("%(name)s has ranges of another kind") % {"name": asked.name}


def _cuts(before: NumericRanges | AgeRanges, after: NumericRanges | AgeRanges, asked: Asked) -> Iterator[str]:
    if before.cuts != after.cuts:
        old, new = (cuts(ranges.cuts, asked.field) for ranges in (before, after))
        yield _("Ranges of %(name)s, cut at %(change)s") % {"name": asked.name, "change": changed(old, new)}
    if before.points != after.points:
        old, new = (many(map(locale.number, ranges.points)) for ranges in (before, after))
        yield _("Points of %(name)s %(change)s") % {"name": asked.name, "change": changed(old, new)}


def _groups(before: Groups, after: Groups, asked: Asked) -> Iterator[str]:
    moved = list(_moved_values(before, after, asked))
    yield from moved
    if not moved and _put_together(before) != _put_together(after):
        yield _("%(name)s has its answers grouped differently") % {"name": asked.name}
    if before.anything_else != after.anything_else:
        yield _line(asked, _("anything else"), points(before.anything_else), points(after.anything_else))
    if before.combine != after.combine:
        best = after.combine is Combine.BEST
        yield (
            _("%(name)s: of several answers, the best counts") if best else _("%(name)s: several answers add up")
        ) % {"name": asked.name}


def _moved_values(before: Groups, after: Groups, asked: Asked) -> Iterator[str]:
    """Values that earn other points than before; those that went the same way in one sentence."""
    old, new = _points_by_value(before), _points_by_value(after)
    ways: dict[tuple[int | None, int | None], list[str]] = defaultdict(list)
    for value in dict.fromkeys([*new, *old]):
        if old.get(value) != new.get(value):
            ways[old.get(value), new.get(value)].append(_label(value, asked))
    for (was, is_now), values in ways.items():
        yield _line(asked, listed(values), _earned(was), _earned(is_now))


def _label(value: str, asked: Asked) -> str:
    return asked.field.option_label(value) if asked.field else value


def _earned(value: int | None) -> str:
    return _("anything else") if value is None else points(value)


def _points_by_value(groups: Groups) -> dict[str, int]:
    return {value: group.points for group in groups.groups for value in group.values}


def _put_together(groups: Groups) -> set[tuple[frozenset[str], int]]:
    return {(frozenset(group.values), group.points) for group in groups.groups}
