"""Problems of parameters: field, relevance, points, cuts, groups."""

from __future__ import annotations

import math
from typing import Any

import pytest

from satsuma.domain.checks import find_problems
from satsuma.domain.model import (
    AgeRanges,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    NumericRanges,
    Option,
    Ranges,
    YesNo,
)
from support.drafts import asks, draft, of_ranges, problems

NUMBER, MONEY, RATING, CHOICE = FieldType.NUMBER, FieldType.MONEY, FieldType.RATING, FieldType.CHOICE
CHOICES, YES_NO, DATE, TEXT = FieldType.CHOICES, FieldType.YES_NO, FieldType.DATE, FieldType.TEXT
TWO = NumericRanges((1,), (0, 5))
AGES = AgeRanges((30,), (5, 0))
YES = YesNo(5, 0)


def groups(*values: tuple[str, ...], **rest: Any) -> Groups:
    return Groups(tuple(Group(each, 5) for each in values), **rest)


@pytest.mark.parametrize(
    ("type", "ranges"),
    [
        (NUMBER, TWO),
        (NUMBER, NumericRanges((), (7,))),
        (NUMBER, NumericRanges((-1e15, -0.5, 0, 0.123456789012345, 10**15), (0, 1, 2, 3, 4, 5))),
        (NUMBER, NumericRanges(tuple(range(49)), tuple(range(50)))),
        (MONEY, NumericRanges((0.0001, 0.1234), (0, 1, 1000))),
        (DATE, AgeRanges((-1_000_000, 0, 1_000_000), (0, 1, 2, -1000))),
        (CHOICE, groups(("a",), ("A", "b"))),
        (CHOICES, groups(("a",), combine=Combine.SUM)),
        (YES_NO, YES),
    ],
)
def test_sound_ranges_have_no_problems(type: FieldType, ranges: Ranges) -> None:
    assert problems(of_ranges(type, ranges)) == []


@pytest.mark.parametrize(
    ("type", "ranges", "place", "code"),
    [
        (NUMBER, AGES, "", "ranges_do_not_fit"),
        (DATE, TWO, "", "ranges_do_not_fit"),
        (MONEY, YES, "", "ranges_do_not_fit"),
        (YES_NO, groups(("yes",)), "", "ranges_do_not_fit"),
        (TEXT, YES, "", "ranges_do_not_fit"),
        (NUMBER, NumericRanges((1,), (0, 1001)), ".ranges.points[1]", "points"),
        (DATE, AgeRanges((1,), (-1001, 0)), ".ages.points[0]", "points"),
        (TEXT, Groups((Group(("a",), 1001),)), ".groups[0].points", "points"),
        (TEXT, groups(("a",), anything_else=-1001), ".anything_else", "points"),
        (YES_NO, YesNo(1001, 0), ".yes", "points"),
        (YES_NO, YesNo(0, -1001), ".no", "points"),
        (NUMBER, NumericRanges((1,), (0,)), ".ranges.points", "points_count"),
        (DATE, AgeRanges((1,), (0, 1, 2)), ".ages.points", "points_count"),
        (TEXT, Groups(()), ".groups", "ranges_missing"),
        (NUMBER, NumericRanges((), ()), ".ranges", "ranges_missing"),
        (NUMBER, NumericRanges(tuple(range(50)), tuple(range(51))), ".ranges", "ranges_too_many"),
        (TEXT, groups(*((str(number),) for number in range(51))), ".groups", "ranges_too_many"),
        (NUMBER, NumericRanges((5, 5), (0, 1, 2)), ".ranges.cuts", "cuts_not_increasing"),
        (DATE, AgeRanges((9, 5), (0, 1, 2)), ".ages.cuts", "cuts_not_increasing"),
        (NUMBER, NumericRanges((math.nan,), (0, 1)), ".ranges.cuts[0]", "number_not_finite"),
        (NUMBER, NumericRanges((0, math.inf), (0, 1, 2)), ".ranges.cuts[1]", "number_not_finite"),
        (NUMBER, NumericRanges((10**15 + 1,), (0, 1)), ".ranges.cuts[0]", "number_too_large"),
        (NUMBER, NumericRanges((10**400,), (0, 1)), ".ranges.cuts[0]", "number_too_large"),
        (NUMBER, NumericRanges((0.1234567890123456,), (0, 1)), ".ranges.cuts[0]", "number_too_precise"),
        (MONEY, NumericRanges((1.23456,), (0, 1)), ".ranges.cuts[0]", "number_too_precise"),
        (DATE, AgeRanges((1.5,), (0, 1)), ".ages.cuts[0]", "cut_not_whole"),  # type: ignore[arg-type]
        (DATE, AgeRanges((1_000_001,), (0, 1)), ".ages.cuts[0]", "number_too_large"),
        (TEXT, groups(("a",), ()), ".groups[1].values", "group_empty"),
        (TEXT, groups(tuple(map(str, range(10_001)))), ".groups[0].values", "group_too_large"),
        (TEXT, groups(("a", " ")), ".groups[0].values[1]", "text_empty"),
        (TEXT, groups(("Retail",), ("b", "RETAIL ")), ".groups[1].values", "value_twice"),
        (CHOICE, groups(("a", "a")), ".groups[0].values", "value_twice"),
        (CHOICES, groups(("a;b",)), ".groups[0].values", "separator_in_value"),
        (CHOICE, groups(("a",), combine=Combine.SUM), ".combine", "combine_without_choices"),
    ],
)
def test_a_broken_rule_is_found_at_its_place(type: FieldType, ranges: Ranges, place: str, code: str) -> None:
    assert problems(of_ranges(type, ranges)) == [(f"parameters[0]{place}", code)]


@pytest.mark.parametrize("relevance", [0, 11, -1])
def test_relevance_is_from_1_to_10(relevance: int) -> None:
    assert problems(draft(parameters=(asks(relevance=relevance),))) == [("parameters[0].relevance", "relevance")]


def test_no_data_keeps_the_limits_of_points() -> None:
    assert problems(draft(parameters=(asks(no_data=1001),))) == [("parameters[0].no_data", "points")]


def test_a_parameter_that_is_off_is_checked_too() -> None:
    assert problems(draft(parameters=(asks(no_data=1001, enabled=False),))) == [("parameters[0].no_data", "points")]


def test_an_axis_has_1_to_200_parameters() -> None:
    fields = [Field(f"f{number}", NUMBER) for number in range(201)]
    parameters = [asks(field=field.key) for field in fields]
    assert problems(draft(fields=fields, parameters=[])) == [("parameters", "parameters_missing")]
    assert problems(draft(fields=fields, parameters=parameters[:200])) == []
    assert problems(draft(fields=fields, parameters=parameters)) == [("parameters", "parameters_too_many")]


def test_a_limit_is_named_in_message_and_facts() -> None:
    fields = [Field(f"f{number}", NUMBER) for number in range(201)]
    (problem,) = find_problems(draft(fields=fields, parameters=[asks(field=field.key) for field in fields]))
    assert problem.message == "There are 201 parameters. At most 200 are allowed on one axis: remove some."
    assert problem.facts == {"count": 201, "limit": 200}


def test_one_axis_asks_for_a_field_once() -> None:
    assert problems(draft(parameters=(asks(), asks()))) == [("parameters[1]", "parameter_twice")]


def test_an_unknown_field_is_named_with_the_one_that_was_meant() -> None:
    (problem,) = find_problems(draft(parameters=(asks(field="sise"),)))
    assert (problem.place, problem.message) == (
        "parameters[0].field",
        "There is no field 'sise'. Did you mean 'size'?",
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("fulll", "'fulll' is no option of the field. Did you mean 'full'?"),
        ("Full autonomy", "'Full autonomy' is no option of the field. Write its key, 'full'."),
        ("xyz", "'xyz' is no option of the field. There is: 'full', 'hq'."),
    ],
)
def test_an_unknown_option_is_named_with_the_one_that_was_meant(value: str, message: str) -> None:
    options = (Option("full", "Full autonomy"), Option("hq", "Head office"))
    (problem,) = find_problems(of_ranges(CHOICE, groups((value,)), options=options))
    assert (problem.place, problem.code, problem.message) == (
        "parameters[0].groups[0].values",
        "option_unknown",
        message,
    )


def test_all_problems_are_found_at_once() -> None:
    broken = NumericRanges((5, math.nan, 3), (0, 5000))
    assert problems(draft(parameters=(asks(broken, relevance=0), asks(field="other")))) == [
        ("parameters[0].relevance", "relevance"),
        ("parameters[0].ranges.points[1]", "points"),
        ("parameters[0].ranges.points", "points_count"),
        ("parameters[0].ranges.cuts", "cuts_not_increasing"),
        ("parameters[0].ranges.cuts[1]", "number_not_finite"),
        ("parameters[1].field", "field_unknown"),
    ]
