"""The second step of the wizard, read strictly: names, colours, descriptions, edges and rules. Called by
`views.draft_names`.

Controls are named by what they are about: `s.2.name` is the third segment's name, lowest first, `b.0.2.from` the edge
of the first axis' third band, `g.0.1` what the grid gives for the first band of the one and the second of the other
axis, `r.3.1` the bands of the second axis that the fourth rule allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.app.segmentation.axes import with_axis_renamed
from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.grids import grid_of, rules_of
from satsuma.app.segmentation.groupings import with_bands
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.checks.texts import COLOR
from satsuma.domain.folding import fold
from satsuma.domain.grouping import is_grouping
from satsuma.domain.limits import MAX_TEXT_CHARACTERS
from satsuma.domain.model import Axis, Band, Rule, Scale, Segment, Segmentation
from satsuma.modelfile.building import ONLY_AXIS
from satsuma.report.colors import palette_color
from satsuma.web.forms.draft_cells import Slip, Slips, read_cell
from satsuma.web.forms.drafts import Reading, is_outdated, read_edges, read_name
from satsuma.web.ids import read_id

Named = TypeVar("Named", Segment, Band)


def shown_color(color: str | None, number: int, count: int) -> str:
    """The colour as the form shows it: the palette's for a segment without one of its own."""
    if color is not None and COLOR.fullmatch(color):
        return color.lower()
    return palette_color(number / (count - 1) if count > 1 else 1.0)


def read_names(post: QueryDict, draft: DraftSpec) -> Reading:
    """The draft with what the form says of its segments, bands and rules. Of an outdated form also how many there are:
    somebody else may have added or removed some."""
    slips: Slips = {}
    before, ids = outline(post, draft) if is_outdated(post, draft) else (draft.model, draft.segment_ids)
    name = read_name(post, before.name, slips)
    if before.has_rules:
        model = _read_axes(post, before, slips)
    else:
        axis = before.axes[0]
        bands = _read_looks(post, axis.bands, slips)
        model = replace(before, axes=(replace(axis, bands=read_edges(post, 0, bands, slips)),))
    return Reading(with_fields(replace(model, name=name), draft.fields), ids, slips)


def outline(post: QueryDict, draft: DraftSpec) -> tuple[Segmentation, tuple[int | None, ...]]:
    """The draft with as many axes, bands, segments and rules as the form has, to be filled by it, and the segments'
    ids. Parameters stay with the axis of the same place. The draft as it is where it has the form's shape."""
    model = draft.model
    segments = _count(post, "s.{}.kept")
    several = _count(post, "a.{}.name")
    if segments and several < 2 and "b.0.scale" not in post and is_grouping(model):
        return _grouping_outline(post, draft, segments)
    bands = [_count(post, f"b.{axis}.{{}}.name") for axis in range(several)] if several > 1 else [segments]
    rules = _count(post, "r.{}.segment")
    now = [len(axis.bands) for axis in model.axes]
    same_rules = several < 3 or rules in (0, len(model.rules))
    if not segments or (now == bands and segments == len(model.segments) and same_rules):
        return model, draft.segment_ids
    sent = [read_id(post.get(f"s.{number}.id", "")) for number in range(segments)]
    ids = tuple(None if id_ in sent[:number] else id_ for number, id_ in enumerate(sent))
    axes = tuple(_axis_outline(post, model, number, count) for number, count in enumerate(bands))
    if several < 2:
        return replace(model, axes=axes, own_segments=(), rules=()), ids
    own = tuple(Segment(f"{number}") for number in range(segments))
    return replace(model, axes=axes, own_segments=own, rules=tuple(Rule("0") for _rule in range(max(rules, 1)))), ids


def _grouping_outline(post: QueryDict, draft: DraftSpec, count: int) -> tuple[Segmentation, tuple[int | None, ...]]:
    """The same for a draft whose ranges name the segments: which of them are the same ones is said by their ids, or by
    their names while they have none."""
    names = [segment.name for segment in draft.model.segments]
    old: list[int | None] = []
    for number in range(count):
        id_, name = read_id(post.get(f"s.{number}.id", "")), post.get(f"s.{number}.name", "")
        known = list(draft.segment_ids).index(id_) if id_ is not None and id_ in draft.segment_ids else None
        if known is None and name in names and draft.segment_ids[names.index(name)] is None:
            known = names.index(name)
        old.append(known if known not in old else None)
    sent = [read_id(post.get(f"s.{number}.id", "")) for number in range(count)]
    ids = tuple(None if id_ in sent[:number] else id_ for number, id_ in enumerate(sent))
    bands = [Band(f"{n}") if place is None else draft.model.axes[0].bands[place] for n, place in enumerate(old)]
    return with_bands(draft.model, bands, old), ids


def _axis_outline(post: QueryDict, model: Segmentation, number: int, count: int) -> Axis:
    scale = post.get(f"b.{number}.scale", Scale.POINTS.value)  # a grouping's form has neither scale nor edges
    bands = (Band("0"), *(Band(f"{place}", place) for place in range(1, count)))
    parameters = model.axes[number].parameters if number < len(model.axes) else ()
    name = ONLY_AXIS if f"a.{number}.name" not in post else f"{number}"
    return Axis(name, parameters, bands, Scale(scale) if scale in list(Scale) else Scale.PERCENT)


def _count(post: QueryDict, pattern: str) -> int:
    """How many controls of that name there are, numbered from 0."""
    return next(number for number in count() if pattern.format(number) not in post)


def _read_looks(post: QueryDict, items: Sequence[Named], slips: Slips) -> tuple[Named, ...]:
    """Names, colours and descriptions of segments, or of the bands that are the segments."""
    named = read_distinct(post, "s.{}.name", [item.name for item in items], slips)
    total = len(items)
    return tuple(
        replace(
            item,
            name=name,
            color=read_cell(
                post, f"s.{number}.color", shown_color(item.color, number, total), item.color, _color, slips
            ),
            description=_read_description(post, f"s.{number}.description", item.description, slips),
        )
        for number, (item, name) in enumerate(zip(items, named, strict=True))
    )


def read_distinct(post: QueryDict, pattern: str, before: Sequence[str], slips: Slips) -> list[str]:
    """Names that all differ. One that is empty, or that another one has, is told, and the one of before stays: rules
    speak of segments by their names, so two of one name could not be told apart again."""
    keys = [pattern.format(number) for number in range(len(before))]
    names = [read_name(post, old, slips, key) for key, old in zip(keys, before, strict=True)]
    for _round in before:
        folded = [fold(name) for name in names]
        clash = next((n for n, name in enumerate(names) if name != before[n] and folded.count(folded[n]) > 1), None)
        if clash is None:
            break
        slips[keys[clash]] = Slip(post.get(keys[clash], ""), _("There is another one of this name."))
        names[clash] = before[clash]
    return names


def _read_description(post: QueryDict, name: str, before: str | None, slips: Slips) -> str | None:
    shown = plain_lines(before or "")
    text = post.get(name)
    if text is None or plain_lines(text) == shown:
        return before
    try:
        return checked_text(plain_lines(text), MAX_TEXT_CHARACTERS) or None
    except ValueRefusedError as error:
        slips[name] = Slip(text, str(error))
        return before


def moved_slips(slips: Slips, beginnings: Sequence[str], at: int, by: int) -> Slips:
    """The slips after something was put in at that number (`by` 1) or taken out of it (-1). `beginnings` are what the
    names of its controls begin with, before the number: "s." and "b.0."."""
    kept: Slips = {}
    for name, slip in slips.items():
        start = next((beginning for beginning in beginnings if name.startswith(beginning)), None)
        text, _dot, rest = name.removeprefix(start or "").partition(".")
        number = read_id(text) if start is not None else None
        if number is None or number < at:
            kept[name] = slip
        elif by > 0 or number > at:
            kept[f"{start}{number + by}.{rest}"] = slip
    return kept


def swapped_slips(slips: Slips, beginning: str, one: int, other: int) -> Slips:
    """The slips after what has these two numbers has changed places."""
    turned = {f"{beginning}{one}.": f"{beginning}{other}.", f"{beginning}{other}.": f"{beginning}{one}."}

    def turn(name: str) -> str:
        start = next((start for start in turned if name.startswith(start)), None)
        return name if start is None else turned[start] + name.removeprefix(start)

    return {turn(name): slip for name, slip in slips.items()}


def plain_lines(text: str) -> str:
    """With line breaks as browsers send them back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _color(text: str) -> str:
    if not COLOR.fullmatch(text):
        raise ValueRefusedError(_("This is not a colour."))
    return text.lower()


# Several axes ---------------------------------------------------------------------------------------------------------


def _read_axes(post: QueryDict, before: Segmentation, slips: Slips) -> Segmentation:
    rules = numbered_rules(before)
    axes = tuple(
        replace(
            axis,
            bands=read_edges(post, number, _named_bands(post, number, axis, slips), slips),
        )
        for number, axis in enumerate(before.axes)
    )
    segments = _read_looks(post, before.own_segments, slips)
    model = replace(before, axes=axes, own_segments=segments)
    for number, name in enumerate(read_distinct(post, "a.{}.name", [axis.name for axis in axes], slips)):
        model = with_axis_renamed(model, number, name)
    read = [rule.read(post, number, model) for number, rule in enumerate(rules)]
    model = replace(model, rules=tuple(rule.named(model) for rule in read))
    return _with_grid(post, before, model) if len(axes) == 2 else model


def _named_bands(post: QueryDict, number: int, axis: Axis, slips: Slips) -> list[Band]:
    names = read_distinct(post, f"b.{number}.{{}}.name", [band.name for band in axis.bands], slips)
    return [replace(band, name=name) for band, name in zip(axis.bands, names, strict=True)]


def _with_grid(post: QueryDict, before: Segmentation, model: Segmentation) -> Segmentation:
    """The rules stay as they are while the grid says the same, or is not there."""
    if not any(name.startswith("g.") for name in post):
        return model
    old = grid_of(before)
    total = len(model.own_segments)
    grid = [
        [_choice(post.get(f"g.{row}.{column}"), cell, total) for column, cell in enumerate(cells)]
        for row, cells in enumerate(old)
    ]
    return model if grid == [list(cells) for cells in old] else replace(model, rules=rules_of(model, grid))


def _choice(text: str | None, before: int | None, count: int) -> int | None:
    number = read_id(text or "")
    return number if number is not None and number < count else before


@dataclass(frozen=True, slots=True)
class NumberedRule:
    """A rule by numbers of axes, bands and segments, so that all of them can be renamed. What names something that
    there is not stays as it was."""

    segment: int | str
    when: tuple[tuple[int | str, tuple[int | str, ...]], ...]

    def read(self, post: QueryDict, number: int, model: Segmentation) -> NumberedRule:
        """The same with what the form says of it. Every band ticked is no condition."""
        if f"r.{number}.segment" not in post:
            return self
        segment = _choice(post.get(f"r.{number}.segment"), None, len(model.own_segments))
        before = dict(self.when)
        said: dict[int, tuple[int | str, ...] | None] = {}
        for axis, of in enumerate(model.axes):
            every = range(len(of.bands))
            chosen = {band for band in map(read_id, post.getlist(f"r.{number}.{axis}")) if band in every}
            old = before.get(axis)
            if chosen != (set(every) if old is None else {band for band in old if isinstance(band, int)}):
                kept = [band for band in old or () if band in chosen]
                added = [band for band in every if band in chosen and band not in kept]
                said[axis] = None if len(chosen) == len(every) else (*kept, *added)
        when = [(axis, said.get(axis, bands) if isinstance(axis, int) else bands) for axis, bands in self.when]
        when += [(axis, bands) for axis, bands in said.items() if axis not in before]
        conditions = tuple((axis, bands) for axis, bands in when if bands is not None)
        return NumberedRule(self.segment if segment is None else segment, conditions)

    def named(self, model: Segmentation) -> Rule:
        """The rule in the model's names."""
        segment = self.segment if isinstance(self.segment, str) else model.own_segments[self.segment].name
        when = []
        for axis, bands in self.when:
            if isinstance(axis, str):
                when.append((axis, tuple(str(band) for band in bands)))
                continue
            of = model.axes[axis]
            when.append((of.name, tuple(of.bands[band].name if isinstance(band, int) else band for band in bands)))
        return Rule(segment, tuple(when))


def numbered_rules(model: Segmentation) -> list[NumberedRule]:
    """The model's rules by numbers."""
    segments = _numbers([segment.name for segment in model.own_segments])
    axes = _numbers([axis.name for axis in model.axes])
    bands = [_numbers([band.name for band in axis.bands]) for axis in model.axes]
    found = []
    for rule in model.rules:
        when: list[tuple[int | str, tuple[int | str, ...]]] = []
        for name, allowed in rule.when:
            axis = axes.get(name)
            known: dict[str, int] = bands[axis] if axis is not None else {}
            when.append((name if axis is None else axis, tuple(known.get(band, band) for band in allowed)))
        found.append(NumberedRule(segments.get(rule.segment, rule.segment), tuple(when)))
    return found


def _numbers(names: Sequence[str]) -> dict[str, int]:
    return {name: number for number, name in reversed(list(enumerate(names)))}
