"""Reasons add up to the score, and say what is missing."""

from __future__ import annotations

from satsuma.domain.explanation import Explanation, explain
from satsuma.domain.model import Combine, Record, Segment
from satsuma.domain.scoring import Line, LineKind, score
from support.models import AS_OF, axis, by_answer, by_group, by_range, field, plain, with_rules

EMPLOYEES = field("employees", unit="people")
BRANDS = field("brands", "choices", options=["alfa", "beta", "gamma"])
EXPORTS = field("exports", "yes_no")

MODEL = plain(
    [EMPLOYEES, BRANDS, EXPORTS],
    [
        by_range("employees", [100, 500], [-1, 3, 5], relevance=2),
        by_group("brands", {"alfa": 4, "beta": 2, "gamma": -1}, combine=Combine.SUM, relevance=3),
        by_answer("exports", yes=5, no=0, no_data=1),
        by_answer("exports", yes=500, no=0, enabled=False),
    ],
    {"Average": None, "Good": 10, "VIP": 30},
)


def explained(record: Record) -> Explanation:
    return explain(MODEL, record, AS_OF)


def test_the_result_is_the_score():
    record: Record = {"employees": 120, "exports": True}

    assert explained(record).result == score(MODEL, record, AS_OF)


def test_every_parameter_that_is_on_gives_a_reason_in_order():
    reasons = explained({"employees": 120, "brands": frozenset({"alfa", "gamma"})}).reasons

    assert [(reason.axis.name, reason.field.key, reason.value) for reason in reasons] == [
        ("Score", "employees", 120),
        ("Score", "brands", frozenset({"alfa", "gamma"})),
        ("Score", "exports", None),
    ]


def test_a_reason_names_the_lines_hit_and_multiplies_their_points_by_relevance():
    employees, brands, exports = explained({"employees": 120, "brands": frozenset({"alfa", "gamma"})}).reasons

    assert (employees.lines, employees.points, employees.relevance, employees.contribution) == (
        (Line(LineKind.RANGE, 1, 3),),
        3,
        2,
        6,
    )
    assert (brands.lines, brands.points, brands.contribution) == (
        (Line(LineKind.RANGE, 0, 4), Line(LineKind.RANGE, 2, -1)),
        3,
        9,
    )
    assert (exports.lines, exports.contribution) == ((Line(LineKind.NO_DATA, 2, 1),), 1)


def test_contributions_add_up_to_the_score():
    explanation = explained({"employees": 120, "brands": frozenset({"alfa", "gamma"})})

    assert sum(reason.contribution for reason in explanation.reasons) == explanation.result.total.score == 16


def test_a_reason_says_what_the_parameter_could_have_brought():
    employees, brands, exports = explained({}).reasons

    assert [(reason.smallest, reason.largest) for reason in (employees, brands, exports)] == [
        (-2, 10),
        (-3, 18),
        (0, 5),
    ]


def test_the_share_runs_from_the_least_to_the_most_a_parameter_can_bring():
    records: list[Record] = [{"employees": 1}, {}, {"employees": 100}, {"employees": 500}]

    assert [explained(record).reasons[0].share for record in records] == [0.0, 2 / 12, 8 / 12, 1.0]


def test_a_parameter_that_always_brings_the_same_has_no_share():
    model = plain([EXPORTS], [by_answer("exports", yes=3, no=3, no_data=3)], {"low": None, "high": 9})

    assert explain(model, {"exports": True}, AS_OF).reasons[0].share == 0.0


def test_missing_lists_each_asked_field_without_data_once():
    edges = {"low": None, "high": 1}
    model = with_rules(
        [EMPLOYEES, EXPORTS, BRANDS],
        [
            axis("One", [by_answer("exports", yes=1, no=0), by_range("employees", [10], [0, 1])], edges),
            axis(
                "Other",
                [by_range("employees", [20], [0, 1]), by_group("brands", {"alfa": 1}, enabled=False)],
                edges,
            ),
        ],
        ["all", "none"],
        [("all", {})],
    )

    assert explain(model, {"exports": False, "employees": None}, AS_OF).missing == (EMPLOYEES,)


def test_the_next_segment_is_the_one_above_and_none_at_the_top():
    top: Record = {"employees": 500, "brands": frozenset({"alfa", "beta"}), "exports": True}

    assert explained({}).next_segment == Segment("Good")
    assert explained({"employees": 500}).next_segment == Segment("VIP")
    assert (explained(top).next_segment, explained(top).steps) == (None, ())


def test_with_rules_reasons_come_axis_by_axis_and_segments_as_they_are_listed():
    model = with_rules(
        [EMPLOYEES, EXPORTS],
        [
            axis("Fit", [by_range("employees", [10], [0, 4], relevance=2)], {"poor": None, "fit": 8}),
            axis("Reach", [by_answer("exports", yes=3, no=0)], {"home": None, "abroad": 3}),
        ],
        ["Leave", "Watch", "Win"],
        [("Win", {"Fit": ["fit"], "Reach": ["abroad"]}), ("Watch", {"Fit": ["fit"]}), ("Leave", {})],
    )

    explanation = explain(model, {"employees": 10, "exports": False}, AS_OF)

    assert [(reason.axis.name, reason.contribution) for reason in explanation.reasons] == [("Fit", 8), ("Reach", 0)]
    assert explanation.next_segment == Segment("Win")


def test_as_many_steps_are_given_as_asked_for():
    counts = [len(explain(MODEL, {}, AS_OF, max_steps=asked).steps) for asked in (0, 1, 2)]

    assert counts == [0, 1, 2]


def test_five_steps_are_given_if_nothing_else_is_asked_for():
    keys = "abcdef"
    model = plain(map(field, keys), [by_range(key, [1], [0, 9]) for key in keys], {"low": None, "high": 9})

    assert [step.changes[0].field.key for step in explain(model, dict.fromkeys(keys, 0), AS_OF).steps] == list("abcde")
