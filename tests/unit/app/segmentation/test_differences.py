"""Two segmentations that differ are told apart in words; two equal ones have no differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from satsuma.app.segmentation.differences import list_differences
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Axis,
    Band,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    Kind,
    Metric,
    NumericRanges,
    Option,
    Parameter,
    Rule,
    Scale,
    Segment,
    Segmentation,
    Source,
    YesNo,
)
from satsuma.domain.scoring import score
from support.drafts import asks, draft, draft_of_axes
from support.records import records
from support.segmentations import segmentations

few = settings(max_examples=40, deadline=None)
small = segmentations(most_axes=2, most_parameters=3)
SAME_MEANING = "Written differently, with the same meaning"
SIZE = Field("size", FieldType.NUMBER, label="Employees", unit="people")
PLACE = Field(
    "place", FieldType.CHOICE, label="Country", options=tuple(map(Option, "abc", ("Austria", "Belgium", "Chad")))
)
SPENT = Field("spent", FieldType.MONEY, label="Revenue")
SEEN = Field("seen", FieldType.DATE, label="Latest contact")
KEEN = Field("keen", FieldType.YES_NO, label="Keen")
FIELDS = (SIZE, PLACE, SPENT, SEEN, KEEN)
GROUPS = Groups((Group(("a", "b"), 5), Group(("c",), 2)))
BANDS = (Band("Average"), Band("Good", 40), Band("VIP", 80))


def model(*parameters: Parameter, **rest: Any) -> Segmentation:
    return draft(**{"fields": FIELDS, "parameters": parameters or (asks(),), "bands": BANDS, **rest})


def differences(before: Segmentation, after: Segmentation) -> list[str]:
    """Without the marks that keep right-to-left and no-break texts together."""
    return [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in list_differences(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (asks(relevance=4), asks(relevance=6), ["Relevance of “Employees” 4 → 6"]),
        (asks(), asks(enabled=False), ["“Employees” switched off"]),
        (asks(enabled=False), asks(), ["“Employees” switched on"]),
        (asks(), asks(no_data=1), ["“Employees”, no data: 0 points → 1 point"]),
        (
            asks(NumericRanges((10, 50), (0, 1, 2))),
            asks(NumericRanges((10, 1200.5), (0, 1, 3))),
            [
                "Ranges of “Employees”, cut at 10 · 50 people → 10 · 1,200.5 people",
                "Points of “Employees” 0 · 1 · 2 → 0 · 1 · 3",
            ],
        ),
        (
            asks(NumericRanges((0.00001,), (0, 1))),
            asks(NumericRanges((), (0,))),
            ["Ranges of “Employees”, cut at 0.00001 people → none", "Points of “Employees” 0 · 1 → 0"],
        ),
        (
            asks(NumericRanges((1000,), (0, 1)), "spent"),
            asks(NumericRanges((2000,), (0, 1)), "spent"),
            ["Ranges of “Revenue”, cut at €1,000 → €2,000"],
        ),
        (
            asks(AgeRanges((1, 30), (5, 2, 0)), "seen"),
            asks(AgeRanges((30,), (5, 0)), "seen"),
            [
                "Ranges of “Latest contact”, cut at 1 · 30 days → 30 days",
                "Points of “Latest contact” 5 · 2 · 0 → 5 · 0",
            ],
        ),
        (
            asks(YesNo(1, 0), "keen"),
            asks(YesNo(3, -1), "keen"),
            ["“Keen”, yes: 1 point → 3 points", "“Keen”, no: 0 points → -1 points"],
        ),
        (
            asks(GROUPS, "place"),
            asks(Groups((Group(("a", "b"), 6),)), "place"),
            ["“Country”, Austria, Belgium: 5 points → 6 points", "“Country”, Chad: 2 points → anything else"],
        ),
        (
            asks(GROUPS, "place"),
            asks(Groups((Group(("a",), 5), Group(("b",), 5), Group(("c",), 2)), 1, Combine.SUM), "place"),
            [
                "“Country” has its answers grouped differently",
                "“Country”, anything else: 0 points → 1 point",
                "“Country”: several answers add up",
            ],
        ),
        (
            asks(Groups((), 0, Combine.SUM), "place"),
            asks(Groups((), 0, Combine.BEST), "place"),
            ["“Country”: of several answers, the best counts"],
        ),
        (asks(), asks(YesNo(1, 0)), ["“Employees” has ranges of another kind"]),
        (
            asks(),
            asks(GROUPS, "place", relevance=3),
            ["New parameter “Country” with relevance 3", "Parameter “Employees” removed"],
        ),
        (
            asks(),
            asks(field="f7", enabled=False),
            ["New parameter “f7”, switched off", "Parameter “Employees” removed"],
        ),
    ],
)
def test_what_changed_in_a_parameter_is_said(before: Parameter, after: Parameter, sentences: list[str]) -> None:
    assert differences(model(before), model(after)) == sentences


def test_of_many_values_some_are_named() -> None:
    before = asks(Groups((Group(tuple(f"word {number}" for number in range(9)), 1),)), "place")
    after = asks(Groups((Group(tuple(f"word {number}" for number in range(9)), 2),)), "place")
    assert differences(model(before), model(after)) == [
        "“Country”, word 0, word 1, word 2, word 3, word 4 and 4 more: 1 point → 2 points"
    ]


def test_parameters_in_another_order_are_the_same_ones() -> None:
    one, two = asks(), asks(GROUPS, "place", relevance=2)
    assert differences(model(one, two), model(two, one)) == ["Parameters in another order"]


def test_a_field_asked_twice_is_compared_one_by_one() -> None:
    """A draft may break rules."""
    assert differences(model(asks(), asks(relevance=2)), model(asks(), asks(relevance=3))) == [
        "Relevance of “Employees” 2 → 3"
    ]


@pytest.mark.parametrize(
    ("bands", "sentences"),
    [
        ((Band("Average"), Band("Good", 40), Band("VIP", 85)), ["“VIP” from 80% → 85%"]),
        ((Band("Average"), Band("Good", 40.25), Band("VIP", 80)), ["“Good” from 40% → 40.25%"]),
        ((Band("Average"), Band("Gold", 40), Band("VIP", 80)), ["Segment “Good” renamed “Gold”"]),
        (
            (Band("Average"), Band("Good", 40), Band("Super", 60), Band("VIP", 80)),
            ["New segment “Super” from 60%"],
        ),
        ((Band("Average"), Band("VIP", 80)), ["Segment “Good” removed"]),
        (
            (Band("Average"), Band("VIP", 40), Band("Good", 80)),
            ["Segments in another order: Average, VIP, Good", "“VIP” from 80% → 40%", "“Good” from 40% → 80%"],
        ),
        (
            (Band("Average", color="#ff0000"), Band("Good", 40, description="Call them"), Band("VIP", 80)),
            ["“Average” has another colour", "“Good” is described differently"],
        ),
        ((Band("Good"), Band("VIP", 80)), ["Segment “Average” removed", "“Good” from 40% → the lowest score"]),
    ],
)
def test_what_changed_in_the_segments_is_said(bands: tuple[Band, ...], sentences: list[str]) -> None:
    assert differences(model(), model(bands=bands)) == sentences


def test_another_scale_says_every_threshold_on_both() -> None:
    after = model(scale=Scale.POINTS, bands=(Band("Average"), Band("Good", 40), Band("VIP", 1200)))
    assert differences(model(), after) == [
        "Thresholds in points, no longer in percent",
        "“Good” from 40% → 40 points",
        "“VIP” from 80% → 1,200 points",
    ]
    assert differences(after, model())[0] == "Thresholds in percent, no longer in points"


def test_ids_say_which_segment_is_which() -> None:
    """Names alone would say that two were renamed, or swapped."""
    after = model(bands=(Band("Average"), Band("New", 40), Band("Good", 80)))
    assert list_differences(model(), after, ids=([1, 2, 3], [1, None, 3])) == [
        "New segment “New” from 40%",
        "Segment “Good” removed",
        "Segment “VIP” renamed “Good”",
    ]
    assert list_differences(model(), model(), ids=([1, 2, 3], [1, None, 3])) == [
        "New segment “Good” from 40%",
        "Segment “Good” removed",
    ]


def grouping(*segments: str, **parameter: Any) -> Segmentation:
    """Of the points of each line, one segment, lowest first."""
    bands = tuple(Band(name, place or None) for place, name in enumerate(segments))
    asked = {"ranges": NumericRanges((10, 50), (1, 2, 3)), **parameter}
    return model(asks(**asked), bands=bands, scale=Scale.POINTS)


SIZES = ("Unknown", "Small", "Middle", "Large")
BY_PLACE = Groups((Group(("a",), 1), Group(("b", "c"), 2)), 0)
PLACES = ("Elsewhere", "South", "North")


@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (
            grouping(*SIZES),
            grouping(*SIZES, ranges=NumericRanges((10, 50), (1, 1, 3)), no_data=2),
            [
                "“Employees”, from 10 people to under 50 people: Middle → Small",
                "“Employees”, no data: Unknown → Middle",
            ],
        ),
        (
            grouping(*SIZES),
            grouping(*SIZES, ranges=NumericRanges((20, 50), (1, 2, 3))),
            ["Ranges of “Employees”, cut at 10 · 50 people → 20 · 50 people"],
        ),
        (
            grouping(*SIZES),
            grouping(*SIZES, "Huge", ranges=NumericRanges((10, 50, 900), (1, 2, 3, 4))),
            [
                "Ranges of “Employees”, cut at 10 · 50 people → 10 · 50 · 900 people",
                "“Employees”, from 50 people to under 900 people: Large",
                "“Employees”, 900 people or more: Huge",
                "New segment “Huge”",
            ],
        ),
        (grouping(*SIZES), grouping("Unknown", "Little", *SIZES[2:]), ["Segment “Small” renamed “Little”"]),
        (
            grouping(*PLACES, ranges=BY_PLACE, field="place"),
            grouping(*PLACES, ranges=Groups((Group(("a", "b"), 1),), 2), field="place", enabled=False),
            [
                "“Country” switched off",
                "“Country”, Belgium: North → South",
                "“Country”, anything else: Elsewhere → North",
            ],
        ),
        (
            grouping(*PLACES, ranges=YesNo(2, 1), field="keen"),
            grouping(*PLACES, ranges=YesNo(1, 1), field="keen"),
            ["“Keen”, yes: North → South"],
        ),
        (
            grouping(*SIZES),
            grouping("Unknown", *SIZES[1:], ranges=YesNo(2, 1), field="keen"),
            [
                "Grouped by “Keen”, no longer by “Employees”",
                "“Keen”, yes: Middle",
                "“Keen”, no: Small",
                "“Keen”, no data: Unknown",
            ],
        ),
        (
            model(asks(), asks(YesNo(1, 0), "keen")),
            grouping("Average", "Good", "VIP", ranges=YesNo(2, 1), field="keen"),
            [
                "Each range gives a segment directly, without points",
                "Parameter “Employees” removed",
                "“Keen”, yes: VIP",
                "“Keen”, no: Good",
                "“Keen”, no data: Average",
            ],
        ),
        (
            grouping("Unknown", "Small", "VIP", ranges=NumericRanges((10,), (1, 2))),
            model(
                asks(NumericRanges((10,), (1, 2))),
                asks(YesNo(1, 0), "keen"),
                bands=(Band("Unknown"), Band("Small", 1), Band("VIP", 2)),
                scale=Scale.POINTS,
            ),
            ["Ranges earn points, and the score decides", "New parameter “Keen” with relevance 1"],
        ),
        (
            grouping(*PLACES, ranges=BY_PLACE, field="place"),
            grouping(*PLACES, ranges=Groups((Group(("a",), 1), Group(("b",), 2), Group(("c",), 2))), field="place"),
            [SAME_MEANING],
        ),
    ],
)
def test_of_a_grouping_is_said_which_range_gives_which_segment(
    before: Segmentation, after: Segmentation, sentences: list[str]
) -> None:
    assert differences(before, after) == sentences


def test_the_segmentation_itself() -> None:
    after = replace(model(), name="Worth", kind=Kind.PERSON, description="Who is who")
    assert differences(model(), after) == ["Renamed from “Value” to “Worth”", "For people now", "Another description"]
    assert differences(after, replace(after, kind=Kind.COMPANY)) == ["For companies now"]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (replace(SIZE, type=FieldType.MONEY), "“Employees” holds another kind of information"),
        (replace(SIZE, metric=Metric(Source.DEALS, Aggregate.COUNT)), "“Employees” is computed differently"),
        (replace(SIZE, minimum=1, maximum=5), "“Employees” is rated on another scale"),
    ],
)
def test_a_field_that_became_another_fact_is_said(field: Field, sentence: str) -> None:
    assert differences(model(), model(fields=(field,))) == [sentence]


def test_how_fields_and_answers_are_called_is_no_difference() -> None:
    """A version keeps the words of whoever published it, in their language."""
    in_polish = replace(SIZE, label="Pracownicy", unit="osób", column="staff")
    countries = replace(PLACE, options=(Option("a", "Austria"), Option("d", "Dania")))
    before = model(asks(), asks(GROUPS, "place"))
    after = model(asks(), asks(GROUPS, "place"), fields=(countries, in_polish))
    assert differences(before, after) == []


AXES = draft_of_axes()


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        (
            replace(AXES, axes=(replace(AXES.axes[0], name="Match"), AXES.axes[1])),
            [
                "Score “Fit” renamed “Match”",
                "New rule 1: Fit: High → “Hot”",
                "Rule removed: Match: High → “Hot”",
            ],
        ),
        (replace(AXES, axes=AXES.axes[::-1]), ["Scores in another order"]),
        (
            replace(AXES, axes=(*AXES.axes, replace(AXES.axes[0], name="Size"))),
            ["New score “Size”: Size"],
        ),
        (
            replace(AXES, axes=(replace(AXES.axes[0], parameters=(asks(relevance=2),)), AXES.axes[1])),
            ["Relevance of “Size” in “Fit” 1 → 2"],
        ),
        (
            replace(AXES, axes=(replace(AXES.axes[0], bands=(Band("Low"), Band("High", 70))), AXES.axes[1])),
            ["“High” in “Fit” from 50% → 70%"],
        ),
        (
            replace(
                AXES, axes=(replace(AXES.axes[0], bands=(Band("Low"), Band("Mid", 20), Band("High", 50))), AXES.axes[1])
            ),
            ["New band “Mid” in “Fit” from 20%"],
        ),
        (
            replace(AXES, own_segments=(Segment("Cold"), Segment("Warm"), Segment("Hot"))),
            ["New segment “Warm”"],
        ),
        (
            replace(AXES, rules=(Rule("Cold", (("Warmth", ("Low",)),)), *AXES.rules)),
            ["New rule 1: Warmth: Low → “Cold”"],
        ),
        (
            replace(AXES, rules=(Rule("Hot"),)),
            [
                "New rule 1: everybody else → “Hot”",
                "Rule removed: Fit: High → “Hot”",
                "Rule removed: everybody else → “Cold”",
            ],
        ),
        (replace(AXES, rules=AXES.rules[::-1]), ["Rules in another order"]),
    ],
)
def test_several_scores_and_their_rules(after: Segmentation, sentences: list[str]) -> None:
    assert differences(AXES, after) == sentences


def test_rules_that_only_use_new_names_are_the_same_rules() -> None:
    fit = replace(AXES.axes[0], name="Match", bands=(Band("Poor"), Band("Rich", 50)))
    after = replace(
        AXES,
        axes=(fit, AXES.axes[1]),
        own_segments=(Segment("Cold"), Segment("Sunny")),
        rules=(Rule("Sunny", (("Match", ("Rich",)),)), Rule("Cold")),
    )
    assert differences(AXES, after) == [
        "Score “Fit” renamed “Match”",
        "Segment “Hot” renamed “Sunny”",
        "Band “Low” in “Match” renamed “Poor”",
        "Band “High” in “Match” renamed “Rich”",
    ]


def test_one_score_becomes_several_and_several_become_one() -> None:
    plain = draft(bands=(Band("Cold"), Band("Hot", 50)))
    assert differences(plain, AXES) == [
        "Several scores with rules, in place of one score",
        "New score “Warmth”: Size",
        "Score “Score” renamed “Fit”",
        "Band “Cold” in “Fit” renamed “Low”",
        "Band “Hot” in “Fit” renamed “High”",
    ]
    assert differences(AXES, plain) == [
        "One score, in place of several with rules",
        "Score “Warmth” removed",
        "Score “Fit” renamed “Score”",
        "Band “Low” in “Score” renamed “Cold”",
        "Band “High” in “Score” renamed “Hot”",
    ]


def test_what_is_written_in_another_order_means_the_same() -> None:
    before = replace(AXES, rules=(Rule("Hot", (("Fit", ("Low", "High")), ("Warmth", ("High",)))), Rule("Cold")))
    after = replace(AXES, rules=(Rule("Hot", (("Warmth", ("High",)), ("Fit", ("High", "Low")))), Rule("Cold")))
    assert differences(before, after) == [SAME_MEANING]


@few
@given(small)
def test_equal_ones_have_no_differences(segmentation: Segmentation) -> None:
    assert list_differences(segmentation, replace(segmentation)) == []
    assert list_differences(segmentation, replace(segmentation, fields=segmentation.fields[::-1])) == []


@few
@given(small, small)
def test_different_ones_have_at_least_one_and_there_and_back_alike(one: Segmentation, other: Segmentation) -> None:
    assert bool(list_differences(one, other)) == bool(list_differences(other, one))
    assert list_differences(one, other) or one.axes == other.axes


def _other_relevance(axis: Axis) -> Axis:
    first, *rest = axis.parameters
    return replace(axis, parameters=(replace(first, relevance=first.relevance % 10 + 1), *rest))


def _other_no_data(axis: Axis) -> Axis:
    *rest, last = axis.parameters
    return replace(axis, parameters=(*rest, replace(last, no_data=last.no_data - 1)))


def _switched(axis: Axis) -> Axis:
    first, *rest = axis.parameters
    return replace(axis, parameters=(replace(first, enabled=not first.enabled), *rest))


def _other_edge(axis: Axis) -> Axis:
    *rest, last = axis.bands
    assert last.edge is not None
    return replace(axis, bands=(*rest, replace(last, edge=last.edge + 1)))


def _other_points(axis: Axis) -> Axis:
    first, *rest = axis.parameters
    match first.ranges:
        case NumericRanges() | AgeRanges():
            ranges: Any = replace(first.ranges, points=(first.ranges.points[0] + 1, *first.ranges.points[1:]))
        case Groups():
            group, *groups = first.ranges.groups
            ranges = replace(first.ranges, groups=(replace(group, points=group.points + 1), *groups))
        case YesNo():
            ranges = replace(first.ranges, yes=first.ranges.yes + 1)
    return replace(axis, parameters=(replace(first, ranges=ranges), *rest))


EDITS = st.sampled_from([_other_relevance, _other_no_data, _switched, _other_edge, _other_points])


@few
@given(small, EDITS, st.data())
def test_every_edit_is_said_once_and_its_undoing_too(
    before: Segmentation, edit: Callable[[Axis], Axis], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(before.axes) - 1))
    axes = tuple(edit(axis) if number == place else axis for number, axis in enumerate(before.axes))
    after = replace(before, axes=axes)
    assume(not is_grouping(before) and not is_grouping(after))  # they speak of segments, not of points
    there, back = list_differences(before, after), list_differences(after, before)
    assert len(there) == len(back) == 1
    assert there != back or edit is _switched
    assert SAME_MEANING not in there


@few
@given(small, st.data())
def test_what_is_said_to_mean_the_same_scores_the_same(before: Segmentation, data: st.DataObject) -> None:
    """Whatever is put in another order: groups, their values, conditions, the bands of a condition."""
    shuffled = st.permutations
    rules = tuple(
        Rule(
            rule.segment,
            tuple((axis, tuple(data.draw(shuffled(bands)))) for axis, bands in data.draw(shuffled(rule.when))),
        )
        for rule in before.rules
    )
    after = replace(before, rules=rules, axes=tuple(_regrouped(axis, data) for axis in before.axes))
    assume(after != before)
    assert list_differences(before, after) == [SAME_MEANING]
    as_of = date(2026, 11, 26)
    record = data.draw(records(before, as_of))
    was, is_now = (score(model, record, as_of=as_of) for model in (before, after))
    assert is_now.segment_name == was.segment_name
    assert [axis.scale for axis in is_now.axes] == [axis.scale for axis in was.axes]


def _regrouped(axis: Axis, data: st.DataObject) -> Axis:
    def regrouped(parameter: Parameter) -> Parameter:
        if not isinstance(parameter.ranges, Groups):
            return parameter
        groups = data.draw(st.permutations(parameter.ranges.groups))
        again = tuple(Group(tuple(data.draw(st.permutations(group.values))), group.points) for group in groups)
        return replace(parameter, ranges=replace(parameter.ranges, groups=again))

    return replace(axis, parameters=tuple(map(regrouped, axis.parameters)))
