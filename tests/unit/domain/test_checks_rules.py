"""Problems of axes, segments and rules."""

from __future__ import annotations

import pytest

from satsuma.domain.checks import find_problems
from satsuma.domain.model import Rule, Segment
from support.drafts import BANDS, draft, draft_of_axes, problems


def test_axes_with_rules_have_no_problems() -> None:
    assert problems(draft_of_axes()) == []


def test_without_an_axis_there_is_no_score() -> None:
    assert problems(draft(axes=())) == [("axes", "axes_too_few")]


def test_four_axes_are_the_limit() -> None:
    assert problems(draft_of_axes(names=("Fit", "B", "C", "D"))) == []
    assert problems(draft_of_axes(names=("Fit", "B", "C", "D", "E"))) == [("axes", "axes_too_many")]


def test_axes_are_told_apart_by_name() -> None:
    assert problems(draft_of_axes(names=("Fit", "FIT"))) == [("axes[1].name", "name_twice")]


def test_places_on_an_axis_begin_with_its_number() -> None:
    found = problems(draft_of_axes(bands=BANDS[:1], rules=(Rule("Cold"),)))
    assert found == [("axes[0].bands.segments", "segments_too_few"), ("axes[1].bands.segments", "segments_too_few")]


def test_one_axis_has_no_segments_and_rules_of_its_own() -> None:
    assert problems(draft(own_segments=(Segment("A"), Segment("B")))) == [("rules", "rules_without_axes")]


def test_segments_are_2_to_50_and_differ() -> None:
    assert problems(draft_of_axes(segments=(Segment("Cold"),), rules=(Rule("Cold"),))) == [
        ("segments", "segments_too_few")
    ]
    assert problems(draft_of_axes(segments=(Segment("Cold"), Segment("Hot"), Segment("hot", "red")))) == [
        ("segments[2].color", "color"),
        ("segments[2].name", "name_twice"),
    ]


@pytest.mark.parametrize(
    ("rules", "place", "code"),
    [
        ([], "rules", "rules_missing"),
        ([Rule("Hot", (("Fit", ("High",)),))], "rules[0].when", "last_rule_has_condition"),
        ([Rule("Warm"), Rule("Cold")], "rules[0].segment", "segment_unknown"),
        ([Rule("Hot", (("Fitt", ("High",)),)), Rule("Cold")], "rules[0].when.Fitt", "axis_unknown"),
        ([Rule("Hot", (("Fit", ("Hig",)),)), Rule("Cold")], "rules[0].when.Fit", "band_unknown"),
        ([Rule("Hot", (("Fit", ()),)), Rule("Cold")], "rules[0].when.Fit", "condition_empty"),
        ([Rule("Hot", (("Fit", ("High",)), ("Fit", ("Low",)))), Rule("Cold")], "rules[0].when.Fit", "axis_twice"),
        ([Rule("Cold")] * 501, "rules", "rules_too_many"),
    ],
)
def test_a_broken_rule_is_found_at_its_place(rules: list[Rule], place: str, code: str) -> None:
    assert problems(draft_of_axes(rules=rules)) == [(place, code)]


def test_an_unknown_band_is_named_with_the_one_that_was_meant() -> None:
    (problem,) = find_problems(draft_of_axes(rules=[Rule("Hot", (("Fit", ("Hihg",)),)), Rule("Cold")]))
    assert problem.message == "The axis 'Fit' has no band 'Hihg'. Did you mean 'High'?"
