"""What a grouping is different in: which range gives which segment. Called by `list_differences`.

Points are not spoken of. A segment that was renamed is the same segment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from satsuma.app.segmentation.differences.pairing import Pairs
from satsuma.app.segmentation.differences.words import Titles, changed, cuts, listed
from satsuma.app.segmentation.range_wording import line_text, named_field
from satsuma.domain.grouping import given_segments
from satsuma.domain.model import AgeRanges, Axis, Field, Groups, NumericRanges, Parameter, Segment, Segmentation
from satsuma.domain.scoring import LineKind, lines


def grouping_differences(
    before: Segmentation, after: Segmentation, titles: Titles, segments: Pairs[Segment]
) -> Iterator[str]:
    """Between two groupings."""
    ((old,), (new,)) = before.axes[0].parameters, after.axes[0].parameters
    was, asks = titles[old.field], titles[new.field]
    if old.enabled != new.enabled:
        name = _("“%(name)s”") % {"name": asks}
        yield (_("%(name)s switched on") if new.enabled else _("%(name)s switched off")) % {"name": name}
    if old.field != new.field:
        yield _("Grouped by “%(after)s”, no longer by “%(before)s”") % {"before": was, "after": asks}
    elif type(old.ranges) is not type(new.ranges):
        yield _("%(name)s has ranges of another kind") % {"name": _("“%(name)s”") % {"name": asks}}
    else:
        yield from _moved(before, after, titles, {then.name: now.name for then, now in segments.both})
        return
    yield from _every_line(after, titles)


def becomes_grouping(before: Axis, after: Segmentation, titles: Titles) -> Iterator[str]:
    """From what was none."""
    yield _("Each range gives a segment directly, without points")
    asked = {parameter.field for parameter in after.axes[0].parameters}
    for parameter in before.parameters:
        if parameter.field not in asked:
            yield _("Parameter %(name)s removed") % {"name": _("“%(name)s”") % {"name": titles[parameter.field]}}
    yield from _every_line(after, titles)


def _every_line(model: Segmentation, titles: Titles) -> Iterator[str]:
    (parameter,) = model.axes[0].parameters
    for text, segment in _given(model, titles).items():
        yield _line(titles[parameter.field], text, segment)


def _moved(before: Segmentation, after: Segmentation, titles: Titles, called: Mapping[str, str]) -> Iterator[str]:
    """What gives another segment than before."""
    ((old,), (new,)) = before.axes[0].parameters, after.axes[0].parameters
    title, field = titles[new.field], titles.field(new.field)
    then = {text: called.get(name, name) for text, name in _given(before, titles).items()}
    now = _given(after, titles)
    match old.ranges, new.ranges:
        case Groups(), Groups():
            yield from _moved_values(before, after, title, field, called)
            now = {text: now[text] for text in _rest_texts(new, titles)}
        case (NumericRanges(cuts=early), NumericRanges(cuts=late)) | (AgeRanges(cuts=early), AgeRanges(cuts=late)):
            if early != late:
                change = changed(cuts(early, field), cuts(late, field))
                yield _("Ranges of %(name)s, cut at %(change)s") % {
                    "name": _("“%(name)s”") % {"name": title},
                    "change": change,
                }
            if early != late and list(then.values()) == list(now.values()):
                return
    for text, segment in now.items():
        if text not in then:
            yield _line(title, text, segment)
        elif then[text] != segment:
            yield _line(title, text, changed(then[text], segment))


def _moved_values(
    before: Segmentation, after: Segmentation, title: str, field: Field | None, called: Mapping[str, str]
) -> Iterator[str]:
    """Values that give another segment than before; those that went the same way in one sentence."""
    (old, old_rest), (new, new_rest) = _by_value(before), _by_value(after)
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for value in dict.fromkeys([*new, *old]):
        was, is_now = old.get(value, old_rest), new.get(value, new_rest)
        was = called.get(was, was)
        if was != is_now:
            ways[was, is_now].append(field.option_label(value) if field else value)
    for (was, is_now), values in ways.items():
        yield _line(title, listed(values), changed(was, is_now))


def _by_value(model: Segmentation) -> tuple[dict[str, str], str]:
    """What each listed value gives, and what anything else gives."""
    ranges = model.axes[0].parameters[0].ranges
    assert isinstance(ranges, Groups)
    names = [model.segments[place].name for place in given_segments(model)]
    values = {value: name for group, name in zip(ranges.groups, names, strict=False) for value in group.values}
    return values, names[-2]


def _given(model: Segmentation, titles: Titles) -> dict[str, str]:
    """What each line gives, by its words."""
    (parameter,) = model.axes[0].parameters
    places = given_segments(model)
    texts = _texts(model, parameter, titles)
    return {text: model.segments[place].name for text, place in zip(texts, places, strict=True)}


def _texts(model: Segmentation, parameter: Parameter, titles: Titles) -> list[str]:
    if (field := titles.field(parameter.field)) is None:
        return [str(line.index + 1) for line in lines(parameter)]
    named = named_field(model.kind, field, {})
    return [line_text(parameter, named, line) for line in lines(parameter)]


def _rest_texts(parameter: Parameter, titles: Titles) -> list[str]:
    words = {LineKind.ANYTHING_ELSE: _("anything else"), LineKind.NO_DATA: _("no data")}
    known = titles.field(parameter.field) is not None
    return [
        words[line.kind] if known else str(line.index + 1)
        for line in lines(parameter)
        if line.kind is not LineKind.RANGE
    ]


def _line(title: str, line: str, change: str) -> str:
    name = _("“%(name)s”") % {"name": title}
    return _("%(name)s, %(line)s: %(change)s") % {"name": name, "line": line, "change": change}
