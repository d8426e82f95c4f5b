"""What is allowed, but worth a look."""

from __future__ import annotations

from itertools import product

from satsuma.domain.checks import find_warnings
from satsuma.domain.checks.reach import reachable_bands, reachable_rules, reachable_scores
from satsuma.domain.model import (
    Band,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    NumericRanges,
    Option,
    Rule,
    Scale,
    Segment,
)
from satsuma.domain.scoring import rule_fits
from support.drafts import SIZE, asks, draft, draft_of_axes, of_ranges, warnings

SAME = NumericRanges((10,), (5, 5))


def test_a_plain_draft_has_no_warnings() -> None:
    assert warnings(draft()) == []


def test_a_parameter_whose_answers_all_earn_the_same_is_dead() -> None:
    other = Field("other", FieldType.NUMBER)
    dead = asks(SAME, "other", no_data=5)
    assert warnings(draft(fields=(SIZE, other), parameters=(asks(), dead))) == [("parameters[1]", "parameter_dead")]


def test_a_parameter_that_differs_for_no_data_only_is_not_dead() -> None:
    assert warnings(draft(parameters=(asks(SAME),))) == []


def test_a_dead_parameter_that_is_off_is_no_warning() -> None:
    other = Field("other", FieldType.NUMBER)
    dead = asks(SAME, "other", no_data=5, enabled=False)
    assert warnings(draft(fields=(SIZE, other), parameters=(asks(), dead))) == []


def test_equal_points_in_sum_mode_are_not_dead() -> None:
    ranges = Groups((Group(("a",), 2), Group(("b",), 2)), anything_else=2, combine=Combine.SUM)
    assert find_warnings(of_ranges(FieldType.CHOICES, ranges)) == []


def test_all_parameters_off_is_one_warning() -> None:
    assert warnings(draft(parameters=(asks(enabled=False),))) == [("parameters", "parameters_all_off")]


def test_a_range_without_any_rating_is_found() -> None:
    rating = {"minimum": 0, "maximum": 10}
    outside = of_ranges(FieldType.RATING, NumericRanges((0, 7, 11), (0, 1, 2, 3)), **rating)
    assert [(w.place, w.code, w.facts["range"]) for w in find_warnings(outside)] == [
        ("parameters[0].ranges.cuts", "range_outside_limits", 0),
        ("parameters[0].ranges.cuts", "range_outside_limits", 3),
    ]
    between = of_ranges(FieldType.RATING, NumericRanges((6.2, 6.8), (0, 1, 2)), **rating)
    assert [w.facts["range"] for w in find_warnings(between)] == [1]
    inside = of_ranges(FieldType.RATING, NumericRanges((6.5, 8, 10), (0, 1, 2, 3)), **rating)
    assert find_warnings(inside) == []


def test_options_that_differ_in_capitals_only_are_found() -> None:
    field = Field("c", FieldType.CHOICE, options=(Option("Retail", "Retail"), Option("retail", "retail")))
    assert warnings(draft(fields=(SIZE, field))) == [("fields.c.options", "options_alike")]


def test_a_band_beyond_the_highest_score_is_unreachable() -> None:
    beyond = (Band("Low"), Band("High", 3), Band("Top", 6))
    assert warnings(draft(bands=beyond, scale=Scale.POINTS)) == [("bands.segments[2]", "band_unreachable")]


def test_the_lowest_band_is_unreachable_when_the_next_begins_at_the_lowest_score() -> None:
    assert warnings(draft(bands=(Band("Low"), Band("High", 0)))) == [("bands.segments[0]", "band_unreachable")]


def test_a_band_is_unreachable_when_two_edges_become_one_whole_score() -> None:
    close = (Band("Low"), Band("Middle", 81), Band("High", 81.5))
    assert warnings(draft(bands=close)) == [("bands.segments[1]", "band_unreachable")]


def test_a_band_in_a_gap_of_the_scores_is_unreachable() -> None:
    gap = (Band("Low"), Band("Gap", 1), Band("High", 5))
    assert warnings(draft(bands=gap, scale=Scale.POINTS)) == [("bands.segments[1]", "band_unreachable")]


def test_reachable_scores_are_exactly_the_sums_of_points() -> None:
    two = Field("two", FieldType.CHOICES)
    parts = Groups((Group(("a",), 2), Group(("b",), -3), Group(("c",), 4)), anything_else=7, combine=Combine.SUM)
    axis = draft(fields=(SIZE, two), parameters=(asks(relevance=2), asks(parts, "two", no_data=-1))).axes[0]
    sums = {2, -3, 4, 2 - 3, 2 + 4, -3 + 4, 2 - 3 + 4, 7, -1}
    expected = {size + other for size in (0, 10) for other in sums}
    reached = reachable_scores(axis)
    assert reached is not None
    assert {score - 3 for score in range(reached.bit_length()) if reached >> score & 1} == expected


def test_very_wide_scales_are_taken_to_have_no_gaps() -> None:
    fields = [Field(f"f{number}", FieldType.NUMBER) for number in range(101)]
    parameters = [asks(NumericRanges((1,), (0, 1000)), field.key, 10) for field in fields]
    gap = (Band("Low"), Band("Gap", 1), Band("High", 5))
    axis = draft(fields=fields, parameters=parameters, bands=gap, scale=Scale.POINTS).axes[0]
    assert reachable_scores(axis) is None
    assert reachable_bands(axis) == [True, True, True]


def test_a_rule_behind_those_that_take_everybody_is_never_reached() -> None:
    high, low = (("Fit", ("High",)),), (("Fit", ("Low",)),)
    rules = [Rule("Hot", high), Rule("Cold", (*high, ("Warmth", ("Low",)))), Rule("Cold", low), Rule("Cold")]
    assert warnings(draft_of_axes(rules=rules)) == [
        ("rules[1]", "rule_never_reached"),
        ("rules[3]", "rule_never_reached"),
    ]


def test_a_rule_for_an_unreachable_band_is_never_reached() -> None:
    bands = (Band("Low"), Band("Gap", 1), Band("High", 100))
    rules = [Rule("Hot", (("Fit", ("Gap",)),)), Rule("Cold", (("Fit", ("High",)),)), Rule("Hot")]
    found = warnings(draft_of_axes(rules=rules, bands=bands))
    assert [each for each in found if each[0].startswith("rules")] == [("rules[0]", "rule_never_reached")]


def test_rules_without_condition_before_the_last_hide_what_follows() -> None:
    rules = [Rule("Hot"), Rule("Cold")]
    assert warnings(draft_of_axes(rules=rules)) == [
        ("rules[1]", "rule_never_reached"),
        ("segments[0]", "segment_never_given"),
    ]


def test_a_segment_that_no_rule_gives_is_found() -> None:
    segments = (Segment("Cold"), Segment("Hot"), Segment("Spare"))
    assert warnings(draft_of_axes(segments=segments)) == [("segments[2]", "segment_never_given")]


def test_reachable_rules_agree_with_trying_every_combination_of_bands() -> None:
    rules = [
        Rule("Hot", (("Fit", ("High",)), ("Warmth", ("High",)))),
        Rule("Cold", (("C", ("Low",)),)),
        Rule("Hot", (("Fit", ("High",)), ("C", ("Low",)))),
        Rule("Cold", (("Warmth", ("Low",)),)),
        Rule("Hot", (("Fit", ("Low",)),)),
        Rule("Cold"),
    ]
    segmentation = draft_of_axes(names=("Fit", "Warmth", "C"), rules=rules)
    bands = list(product(("Low", "High"), repeat=3))
    named = [dict(zip(("Fit", "Warmth", "C"), combination, strict=True)) for combination in bands]
    first = {next(number for number, rule in enumerate(rules) if rule_fits(rule, names)) for names in named}
    assert reachable_rules(segmentation) == first
