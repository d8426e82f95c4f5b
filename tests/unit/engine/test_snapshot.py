"""What a snapshot keeps from one draft to the next is never wrong for the next."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.domain.metrics import Role, RowColumn
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Axis,
    Band,
    Combine,
    Groups,
    Metric,
    NumericRanges,
    Parameter,
    Scale,
    Segment,
    Segmentation,
    Source,
    YesNo,
)
from satsuma.domain.scoring import score
from satsuma.engine import snapshot as snapshots
from satsuma.engine.facts import Contacts, Rows, records
from satsuma.engine.layout import Layout
from satsuma.engine.snapshot import Snapshot
from support.contacts import AS_OF, contacts, small, to_add_up
from support.models import axis, by_group, by_range, field, plain, with_rules
from support.previews import worked_out
from support.segmentations import KINDS, TYPES, axes, fields, rules, segmentations


@st.composite
def drafts(draw: st.DrawFn) -> tuple[list[Segmentation], Segmentation]:
    """A draft of one or two axes and what eight edits make of it, one after another; and one that asks for every
    field."""
    listed = [draw(fields(draw(TYPES), f"field {number}")) for number in range(draw(st.integers(1, 4)))]
    every = Axis("Score", tuple(replace(each, enabled=True) for each in draw(axes(listed)).parameters), ())
    first = Segmentation("Test", draw(KINDS), tuple(listed), (draw(axes(listed)),))
    if draw(st.booleans()):
        several = [draw(axes(listed, name)) for name in ("Fit", "Love")]
        own = ["Low", "High"]
        boxes = draw(rules(several, own))
        first = replace(first, axes=tuple(several), own_segments=tuple(map(Segment, own)), rules=boxes)
    found = [first]
    for _ in range(8):
        found.append(draw(edits(found[-1])))
    return found, replace(first, axes=(every,))


EDITS = ("points", "relevance", "ranges", "fewer", "over", "fields", "switch", "label", "edges")
OF_ONE = ("points", "relevance", "switch", "no data", "cuts")


@st.composite
def edits(draw: st.DrawFn, segmentation: Segmentation) -> Segmentation:
    """As people edit: mostly one parameter, the same several times, and thresholds in between."""
    at = draw(st.integers(0, len(segmentation.axes) - 1))
    axis = segmentation.axes[at]
    if draw(st.integers(0, 2)):
        place = draw(st.integers(0, min(1, len(axis.parameters) - 1)))
        parameters = list(axis.parameters)
        parameters[place] = draw(edited(parameters[place]))
        return _asking(segmentation, parameters, at)
    match draw(st.sampled_from(EDITS)):
        case "points" | "relevance" | "switch" as edit:
            return _asking(segmentation, [draw(edited(each, edit)) for each in axis.parameters], at)
        case "ranges":
            return _asking(segmentation, list(draw(axes(list(segmentation.fields))).parameters), at)
        case "fewer":
            kept = draw(st.lists(st.sampled_from(axis.parameters), min_size=1, unique=True))
            return _asking(segmentation, kept, at)
        case "over" if segmentation.has_rules and len(axis.parameters) > 1:
            other = segmentation.axes[1 - at].parameters
            over = (*other, axis.parameters[0]) if at else (axis.parameters[-1], *other)
            kept = list(axis.parameters[1:] if at else axis.parameters[:-1])
            return _asking(_asking(segmentation, kept, at), list(over), 1 - at)
        case "fields":
            return replace(segmentation, fields=tuple(draw(st.permutations(segmentation.fields))))
        case "label":
            renamed = [replace(each, label=f"{each.title}!") for each in segmentation.fields]
            return replace(segmentation, fields=tuple(renamed))
        case _:
            bands = tuple(
                replace(band, edge=None if band.edge is None else band.edge + 1)
                if segmentation.has_rules
                else replace(band, name=f"{band.name}?", edge=None if band.edge is None else band.edge + 1)
                for band in axis.bands
            )
            return _replaced(segmentation, replace(axis, bands=bands, scale=Scale.POINTS), at)


@st.composite
def edited(draw: st.DrawFn, parameter: Parameter, edit: str | None = None) -> Parameter:
    match edit or draw(st.sampled_from(OF_ONE)):
        case "points":
            return replace(parameter, ranges=_with_other_points(parameter.ranges))
        case "relevance":
            return replace(parameter, relevance=parameter.relevance % 10 + 1)
        case "switch":
            return replace(parameter, enabled=not parameter.enabled)
        case "no data":
            return replace(parameter, no_data=draw(st.integers(-5, 1000)))
        case _:
            return replace(parameter, ranges=_with_other_cuts(parameter.ranges))


def _asking(segmentation: Segmentation, parameters: list[Parameter], at: int = 0) -> Segmentation:
    return _replaced(segmentation, replace(segmentation.axes[at], parameters=tuple(parameters)), at)


def _replaced(segmentation: Segmentation, axis: Axis, at: int) -> Segmentation:
    return replace(segmentation, axes=(*segmentation.axes[:at], axis, *segmentation.axes[at + 1 :]))


def _with_other_points(ranges: Any) -> Any:
    match ranges:
        case NumericRanges() | AgeRanges():
            return replace(ranges, points=ranges.points[::-1])
        case YesNo():
            return YesNo(ranges.no, ranges.yes)
        case Groups():
            turned = [
                replace(one, points=other.points) for one, other in zip(ranges.groups, ranges.groups[::-1], strict=True)
            ]
            return replace(ranges, groups=tuple(turned))


def _with_other_cuts(ranges: Any) -> Any:
    match ranges:
        case NumericRanges() | AgeRanges():
            return replace(ranges, cuts=tuple(cut - 1 for cut in ranges.cuts))
        case Groups(groups=[first, second, *rest]):
            swapped = (replace(first, values=second.values), replace(second, values=first.values))
            return replace(ranges, groups=(*swapped, *rest), combine=Combine.SUM)
        case _:
            return ranges


@settings(max_examples=60, deadline=None)
@given(made=drafts(), seed=st.integers(0, 2**32), count=st.integers(0, 25))
def test_editing_on_one_snapshot_shows_what_a_fresh_one_would(
    made: tuple[list[Segmentation], Segmentation], seed: int, count: int
) -> None:
    edited, asking_everything = made
    everybody = small(contacts(asking_everything, seed, count))
    value = to_add_up(edited[0].fields)
    chance = random.Random(seed)
    names = [*(segment.name for segment in edited[0].segments), None]
    current = [chance.choice(names) for _ in range(count)]
    kept = Snapshot(everybody, AS_OF, value, pl.Series(current, dtype=pl.String))
    for draft in edited:
        assert kept.preview(draft) == worked_out(draft, everybody, AS_OF, value, current)


def test_fields_may_change_places_between_two_drafts() -> None:
    """Columns are called by the fields' places, so the same name means another field afterwards."""
    one, other = field("one"), field("other")
    asked = [by_range("one", [10], [0, 1]), by_range("other", [10], [0, 2])]
    everybody = Contacts(pl.Series("key", ["a"]), {"one": pl.Series([5.0]), "other": pl.Series([50.0])})
    snapshot = Snapshot(everybody, AS_OF)
    scores = [
        [each.lower for each in snapshot.preview(plain(listed, asked, {"all": None})).histogram if each.customers]
        for listed in ([one, other], [other, one], [one, other])
    ]
    assert scores == [[2], [2], [2]]


def test_a_group_that_gains_a_word_is_counted_anew() -> None:
    towns = Contacts(pl.Series("key", ["a", "b", "c"]), {"town": pl.Series(["Rome", "Oslo", None])})
    snapshot = Snapshot(towns, AS_OF)
    listed = [{"rome": 5}, {"rome, oslo": 5}, {"oslo": 5}, {"oslo, rome": 5}]
    counted = [
        [count.customers for count in lines]
        for groups in listed
        for _, lines in snapshot.preview(
            plain([field("town", "text")], [by_group("town", groups)], {"all": None})
        ).lines
    ]
    assert counted == [[1, 1, 1], [2, 0, 1], [1, 1, 1], [2, 0, 1]]


def test_numbers_of_more_than_four_decimals_are_added_rounded() -> None:
    everybody = Contacts(pl.Series("key", list("abc")), {"size": pl.Series([0.00004, 0.00006, 1 / 3])})
    segmentation = plain([field("size")], [by_range("size", [1], [0, 1])], {"low": None, "high": 1})
    low, _ = Snapshot(everybody, AS_OF, "size").preview(segmentation).segments
    assert low.value == 0.3334


def test_values_are_added_exactly_beyond_64_bits() -> None:
    model = plain([field("revenue", "money")], [by_range("revenue", [0], [0, 1])], {"low": None, "high": 1})
    everybody = Contacts(pl.Series("key", ["a", "b", "c"]), {"revenue": pl.Series([5e14, 1e15, 0.5])})
    preview = Snapshot(everybody, AS_OF, "revenue").preview(model)
    assert sum(size.value or 0 for size in preview.segments) == 1_500_000_000_000_000.5


def test_another_meaning_of_the_value_is_added_up_anew() -> None:
    won = Metric(Source.DEALS, Aggregate.COUNT, where=(("state", ("won",)),))
    states = RowColumn(Role.TEXT, "state")
    rows = Rows(pl.Series(["a", "a", "b"]), {states: pl.Series(["won", "lost", "won"])})
    everybody = Contacts(pl.Series("key", ["a", "b"]), {"size": pl.Series([1.0, 2.0])}, {Source.DEALS: rows})
    snapshot = Snapshot(everybody, AS_OF, "deals")
    found = [
        snapshot.preview(
            plain([field("size"), field("deals", metric=metric)], [by_range("size", [], [1])], {"all": None})
        )
        .segments[0]
        .value
        for metric in (won, replace(won, where=()), won)
    ]
    assert found == [2.0, 3.0, 2.0]


def _edited(draft: Segmentation, number: int, **changes: Any) -> Segmentation:
    parameters = list(draft.axes[0].parameters)
    parameters[number] = replace(parameters[number], **changes)
    return _asking(draft, parameters)


def countings(snapshot: Snapshot, everybody: Contacts, drafts: list[Segmentation]) -> list[int]:
    """Numbers the countings that the drafts are answered from; all answers are right."""
    seen: list[pl.DataFrame] = []
    for each in drafts:
        assert snapshot.preview(each) == worked_out(each, everybody, AS_OF)
        seen.append(snapshot._tallies[0].counted)
    return [next(number for number, first in enumerate(seen) if first is frame) for frame in seen]


def test_nobody_is_counted_again_while_one_parameter_or_thresholds_are_dragged() -> None:
    listed = [field("size"), field("brands", "choices", options=["x", "y"])]
    asked = [by_range("size", [5], [0, 2]), by_group("brands", {"x": 1, "y": 2}, combine=Combine.SUM)]
    draft = plain(listed, asked, {"low": None, "high": 2})
    everybody = contacts(draft, 3, 20)
    counts = partial(countings, Snapshot(everybody, AS_OF), everybody)
    moved = [replace(draft, axes=(replace(draft.axes[0], bands=(Band("low"), Band("high", edge))),)) for edge in (2, 3)]
    assert counts([draft, *moved]) == [0, 0, 0]
    size = [_edited(draft, 0, relevance=relevance) for relevance in (2, 3, 4)]
    assert counts([*size, _edited(size[2], 0, enabled=False), size[0], draft]) == [0, 0, 0, 0, 0, 0]
    brands = [_edited(draft, 1, no_data=points) for points in (1, 2, 3)]
    assert counts([*brands, _edited(brands[0], 1, ranges=replace(asked[1].ranges, combine=Combine.BEST))]) == [0] * 4
    assert counts([size[0], brands[0], _edited(brands[0], 1, ranges=by_group("brands", {"x": 1}).ranges)]) == [0, 1, 2]


def test_nor_while_a_parameter_or_thresholds_of_several_axes_are_dragged() -> None:
    asked = [by_range(key, [5], [0, 2]) for key in "abc"]
    draft = with_rules(
        [field(key) for key in "abc"],
        [axis("Fit", asked[:1], {"poor": None, "good": 50}), axis("Love", asked[1:], {"cold": None, "warm": 50})],
        ["Low", "High"],
        [("High", {"Fit": ["good"], "Love": ["warm"]}), ("Low", {})],
    )
    everybody = contacts(draft, 3, 20)
    counts = partial(countings, Snapshot(everybody, AS_OF), everybody)
    moved = [
        _replaced(draft, replace(draft.axes[1], bands=(Band("cold"), Band("warm", edge))), 1) for edge in (20, 100)
    ]
    assert counts([draft, *moved, replace(draft, rules=draft.rules[1:])]) == [0, 0, 0, 0]
    last = [_asking(draft, [asked[1], replace(asked[2], relevance=number)], 1) for number in (2, 3, 4)]
    assert counts([*last, _asking(draft, [asked[1], replace(asked[2], enabled=False)], 1), draft]) == [0, 0, 0, 0, 0]


@settings(max_examples=30, deadline=None)
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 25))
def test_scores_that_come_together_in_too_many_ways_are_counted_apart(
    segmentation: Segmentation, seed: int, count: int
) -> None:
    everybody = small(contacts(segmentation, seed, count))
    value = to_add_up(tuple(each for each in segmentation.fields if each.key in everybody.values))
    names = [*(segment.name for segment in segmentation.segments), None]
    current = [names[number % len(names)] for number in range(count)]
    expected = worked_out(segmentation, everybody, AS_OF, value, current)
    assert expected.cells is not None
    if segmentation.has_rules and len(expected.cells.customers) > 3:
        expected = replace(expected, cells=None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshots, "MOST_TOGETHER", 3)
        snapshot = Snapshot(everybody, AS_OF, value, pl.Series(current, dtype=pl.String))
        assert snapshot.preview(segmentation) == expected


def test_drafts_of_several_people_are_answered_in_turns() -> None:
    listed = [field(key) for key in "abcd"]
    asked = [by_range(key, [5], [0, 2]) for key in "abcd"]
    one, other = (plain(listed, parameters, {"low": None, "high": 2}) for parameters in (asked[:2], asked[2:]))
    snapshot = Snapshot(contacts(plain(listed, asked, {"all": None}), 1, 9), AS_OF)
    kept = []
    for relevance in (1, 2, 3, 4):
        for draft in (one, other):
            snapshot.preview(_edited(draft, 0, relevance=relevance))
            kept.append(snapshot._tallies[0].counted)
    assert kept[2] is kept[4] is kept[6]
    assert kept[3] is kept[5] is kept[7]


@settings(max_examples=25, deadline=None)
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 25))
def test_segments_and_lines_can_be_asked_for_alone(segmentation: Segmentation, seed: int, count: int) -> None:
    everybody = contacts(segmentation, seed, count)
    snapshot = Snapshot(everybody, AS_OF)
    results = [score(segmentation, record, AS_OF) for record in records(Layout(segmentation), everybody, AS_OF)]
    assert snapshot.segments(segmentation).to_list() == [result.segment for result in results]
    preview = worked_out(segmentation, everybody, AS_OF)
    assert snapshot.count_lines(segmentation) == [lines for _, lines in preview.lines]
    names = [*(segment.name for segment in segmentation.segments), None]
    current = [names[number % len(names)] for number in range(count)]
    assert snapshot.beside(pl.Series(current, dtype=pl.String)).preview(segmentation) == worked_out(
        segmentation, everybody, AS_OF, None, current
    )
    assert snapshot.preview(segmentation) == preview


def test_editing_words_does_not_fill_the_memory() -> None:
    towns = Contacts(pl.Series("key", ["a", "b", "c"]), {"town": pl.Series(["Rome", "Oslo", None])})
    snapshot, listed = Snapshot(towns, AS_OF), field("town", "text")
    for word in ("r", "ro", "rom", "rome", "oslo"):
        draft = plain([listed], [by_group("town", {word: 5})], {"all": None})
        assert snapshot.preview(draft) == worked_out(draft, towns, AS_OF)
    assert len(snapshot._columns[listed]) == 2
