"""The smallest changes up, by example, and how they are ordered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from satsuma.domain.explanation import explain
from satsuma.domain.model import (
    Aggregate,
    Combine,
    Field,
    Metric,
    Parameter,
    Record,
    Segmentation,
    Source,
    Value,
)
from satsuma.domain.steps import Step
from satsuma.domain.steps.ranking import MAX_PAIRED
from support.models import (
    AS_OF,
    axis,
    by_age,
    by_answer,
    by_group,
    by_range,
    days_ago,
    field,
    plain,
    with_rules,
)


def steps(segmentation: Segmentation, record: Record, *, as_of: date = AS_OF, max_steps: int = 9) -> tuple[Step, ...]:
    return explain(segmentation, record, as_of, max_steps=max_steps).steps


def told(found: Iterable[Step]) -> list[tuple[dict[str, Value], str]]:
    """Each step as what it changes to, and where it leads."""
    return [({change.field.key: change.after for change in step.changes}, step.segment_name) for step in found]


def only_target(asked: Field, parameter: Parameter, present: Value, *, edge: int = 10, as_of: date = AS_OF) -> Value:
    """Where the one field must go to reach the one higher segment; None if no step leads there."""
    found = steps(plain([asked], [parameter], {"low": None, "high": edge}), {asked.key: present}, as_of=as_of)
    return found[0].changes[0].after if found else None


class TestNumbers:
    def upward(self, asked: Field, present: Value) -> Value:
        return only_target(asked, by_range(asked.key, [5, 7.5], [0, 10, 0]), present)

    def downward(self, asked: Field, cuts: list[float], present: Value) -> Value:
        points = [10, *[0] * len(cuts)] if len(cuts) == 1 else [0, 10, 0]
        return only_target(asked, by_range(asked.key, cuts, points), present)

    def test_up_to_the_lower_edge(self):
        assert self.upward(field("employees"), 3.25) == 5

    def test_no_data_counts_as_nought(self):
        assert self.upward(field("employees"), None) == 5
        assert only_target(field("loss"), by_range("loss", [0, 5], [0, 10, 0]), None) == 0
        assert only_target(field("loss"), by_range("loss", [-5], [10, 0]), None) == -6

    def test_a_rating_goes_to_a_whole_number_within_its_limits(self):
        nps = field("nps", "rating", minimum=0, maximum=10)

        assert self.downward(nps, [3.5, 7.5], 9) == 7
        assert self.downward(nps, [3.5, 7.5], 1) == 4
        assert self.downward(nps, [0], 5) is None
        assert only_target(nps, by_range("nps", [11], [0, 10]), 5) is None
        assert only_target(nps, by_range("nps", [3.2, 3.8], [0, 10, 0]), 5) is None

    def test_money_goes_a_cent_below_an_upper_edge(self):
        assert self.downward(field("debt", "money"), [1000], 4200) == 999.99

    def test_where_a_cent_is_too_much_the_lower_edge_is_taken(self):
        assert self.downward(field("debt", "money"), [999.995, 1000], 4200) == 999.995

    def test_a_number_goes_one_unit_of_its_finest_decimal_below_an_upper_edge(self):
        assert self.downward(field("churn"), [5], 8) == 4
        assert self.downward(field("churn"), [5], 8.25) == 4.99
        assert self.downward(field("churn"), [5.5], 8) == 5.4
        assert self.downward(field("churn"), [4.5, 5], 8) == 4.5

    def test_the_decimals_of_a_computed_number_say_nothing(self):
        assert self.downward(field("churn"), [5], 25 / 3) == 4
        assert self.downward(field("churn"), [5], 8.12345678901234) == 4.99999999999999

    def test_a_count_stays_a_whole_number_of_nought_or_more(self):
        deals = field("deals", metric=Metric(Source.DEALS, Aggregate.COUNT))

        assert self.downward(deals, [2.5], 7) == 2
        assert self.downward(deals, [0], 7) is None
        assert only_target(deals, by_range("deals", [], [10]), None) == 0

    def test_a_share_stays_within_nought_and_one(self):
        won = field("share_won", metric=Metric(Source.DEALS, Aggregate.SHARE))

        assert self.downward(won, [0.5], 0.75) == 0.49
        assert only_target(won, by_range("share_won", [1], [0, 10]), 0.5) == 1
        assert only_target(won, by_range("share_won", [1.5], [0, 10]), 0.5) is None

    def test_a_money_metric_is_a_target_like_any_field(self):
        won = field("won_value", "money", metric=Metric(Source.DEALS, Aggregate.SUM, "value"))

        assert only_target(won, by_range("won_value", [1000, 5000], [0, 3, 10]), 4200) == 5000

    def test_the_largest_numbers_keep_fifteen_digits(self):
        assert self.downward(field("size"), [1e15], 1e15) == 999_999_999_999_999
        assert self.downward(field("size", "money"), [1e15], 1e15) == 999_999_999_999_999
        assert self.downward(field("size"), [-1e15], 0) is None


class TestDays:
    RECENT = by_age("last_won", [30, 90], [0, 10, 0])
    LAST_WON = field("last_won", "date")

    def target(self, present: Value, *, as_of: date = AS_OF) -> Value:
        return only_target(self.LAST_WON, self.RECENT, present, as_of=as_of)

    def test_a_day_that_is_too_old_moves_to_the_oldest_day_of_the_range(self):
        assert self.target(days_ago(400)) == days_ago(89)

    def test_a_day_that_is_too_new_moves_to_the_newest_day_of_the_range(self):
        assert self.target(days_ago(2)) == days_ago(30)
        assert self.target(days_ago(-5)) == days_ago(30)

    def test_no_data_counts_as_today(self):
        assert self.target(None) == days_ago(30)
        assert only_target(self.LAST_WON, by_age("last_won", [30], [10, 0]), None) == AS_OF

    def test_days_outside_the_calendar_are_left_out(self):
        assert self.target(date(1, 1, 5), as_of=date(1, 1, 31)) == date(1, 1, 1)
        assert self.target(date(1, 1, 5), as_of=date(1, 1, 30)) is None
        ahead = by_age("last_won", [-30], [10, 0])
        assert only_target(self.LAST_WON, ahead, date(9999, 12, 1), as_of=date(9999, 12, 2)) is None

    def test_the_leap_day_is_a_day(self):
        assert only_target(
            self.LAST_WON, by_age("last_won", [1], [0, 10]), date(2024, 3, 1), as_of=date(2024, 3, 1)
        ) == date(2024, 2, 29)


class TestOptions:
    SECTOR = field("sector", "choice", options=["medical", "retail", "software", "finance"])
    ROLE = field("role", "text")

    def test_a_choice_goes_to_the_first_option_of_a_group(self):
        parameter = by_group("sector", {"medical": 0, "software, retail": 10})

        assert only_target(self.SECTOR, parameter, "medical") == "software"
        assert only_target(self.SECTOR, parameter, None) == "software"
        assert only_target(self.SECTOR, parameter, "an option nobody listed") == "software"

    def test_a_choice_goes_to_an_option_that_no_group_lists(self):
        assert only_target(self.SECTOR, by_group("sector", {"medical": 0}, anything_else=10), "medical") == "retail"

    def test_a_choice_whose_options_are_all_listed_cannot_become_anything_else(self):
        parameter = by_group("sector", {"medical, retail, software, finance": 0}, anything_else=10)

        assert only_target(self.SECTOR, parameter, "medical") is None

    def test_a_text_goes_to_the_first_word_of_a_group_and_never_to_anything_else(self):
        assert only_target(self.ROLE, by_group("role", {"CEO, CFO": 10}), "buyer") == "CEO"
        assert only_target(self.ROLE, by_group("role", {"buyer": 0}, anything_else=10), "Buyer") is None

    def test_yes_and_no_swap(self):
        exports = field("exports", "yes_no")

        assert only_target(exports, by_answer("exports", yes=10, no=0), present=False) is True
        assert only_target(exports, by_answer("exports", yes=0, no=10), present=True) is False
        assert only_target(exports, by_answer("exports", yes=0, no=10), present=None) is False

    def test_nothing_goes_to_no_data(self):
        assert only_target(self.SECTOR, by_group("sector", {"medical": 0}, no_data=10), "medical") is None


class TestChoices:
    BRANDS = field("brands", "choices", options=["alfa", "beta", "gamma", "delta"])

    def target(self, points: dict[str, int], present: Iterable[str] | None, **facts: Any) -> Value:
        parameter = by_group("brands", points, **facts)
        return only_target(self.BRANDS, parameter, None if present is None else frozenset(present))

    def test_one_option_of_a_group_not_hit_is_added(self):
        assert self.target({"alfa": 4, "gamma, beta": 10}, ["alfa"]) == {"alfa", "gamma"}

    def test_in_sum_mode_the_points_add_up(self):
        assert self.target({"alfa": 4, "beta": 6}, ["alfa"], combine=Combine.SUM) == {"alfa", "beta"}

    def test_the_options_of_a_group_that_costs_are_dropped(self):
        found = self.target({"alfa, beta": -5, "gamma": 10}, ["alfa", "beta", "gamma", "other"], combine=Combine.SUM)

        assert found == {"gamma", "other"}

    def test_the_last_option_is_not_dropped(self):
        assert self.target({"alfa": 0}, ["alfa"], anything_else=10) is None

    def test_dropping_a_group_can_leave_anything_else(self):
        assert self.target({"alfa": 0}, ["alfa", "delta"], anything_else=10) == {"delta"}

    def test_from_no_data_one_option_is_enough(self):
        assert self.target({"alfa": 10}, None) == {"alfa"}
        assert self.target({"alfa, beta": 0}, None, anything_else=10) == {"gamma"}


class TestFieldAskedSeveralTimes:
    @staticmethod
    def both_high(asked: Field, one: Parameter, other: Parameter) -> Segmentation:
        """Two axes that ask for the same field, with a segment for those who have 5 points on both."""
        edges = {"low": None, "high": 5}
        rules = [("Both", {"One": ["high"], "Other": ["high"]}), ("Not both", {})]
        return with_rules(
            [asked], [axis("One", [one], edges), axis("Other", [other], edges)], ["Not both", "Both"], rules
        )

    def test_a_number_goes_where_every_parameter_gives_enough(self):
        model = self.both_high(
            field("employees"), by_range("employees", [10], [0, 5]), by_range("employees", [20], [5, 0])
        )

        assert told(steps(model, {"employees": 30})) == [({"employees": 19}, "Both")]

    def test_an_option_counts_as_every_parameter_groups_it(self):
        model = self.both_high(
            field("sector", "choice", options=["medical", "retail", "software"]),
            by_group("sector", {"medical, retail": 5}),
            by_group("sector", {"software": 9, "retail": 5}),
        )

        assert told(steps(model, {"sector": "medical"})) == [({"sector": "retail"}, "Both")]

    def test_an_option_is_added_where_every_parameter_groups_it(self):
        model = self.both_high(
            field("brands", "choices", options=["alfa", "beta", "gamma"]),
            by_group("brands", {"alfa": 1, "beta, gamma": 5}),
            by_group("brands", {"alfa, beta": 1, "gamma": 5}),
        )

        assert told(steps(model, {"brands": frozenset({"alfa"})})) == [({"brands": {"alfa", "gamma"}}, "Both")]

    def test_with_rules_the_gain_is_told_for_each_axis(self):
        model = with_rules(
            [field("employees")],
            [
                axis("Size", [by_range("employees", [10], [0, 6])], {"small": None, "large": 6}),
                axis("Ease", [by_range("employees", [10], [5, 1])], {"hard": None, "easy": 5}),
            ],
            ["Leave", "Watch"],
            [("Watch", {"Size": ["large"]}), ("Leave", {})],
        )

        [step] = steps(model, {"employees": 9})

        assert (step.changes[0].gains, step.changes[0].gain, step.gain) == ((6, -4), 2, 2)


class TestOrder:
    FIELDS = tuple(field(key) for key in ("a", "b", "c", "d"))

    def model(self, *parameters: Parameter, edges: dict[str, int | None] | None = None) -> Segmentation:
        return plain(self.FIELDS, parameters, edges or {"low": None, "mid": 10, "high": 20})

    def test_the_nearest_segment_up_comes_first(self):
        model = self.model(by_range("a", [1], [0, 20]), by_range("b", [1], [0, 10]))

        assert told(steps(model, {"a": 0, "b": 0})) == [({"b": 1}, "mid"), ({"a": 1}, "high")]

    def test_then_the_fewest_lines_moved_over(self):
        model = self.model(by_range("a", [1, 2], [0, 9, 10]), by_range("b", [1], [0, 11]))

        assert told(steps(model, {"a": 0, "b": 0})) == [({"b": 1}, "mid"), ({"a": 2}, "mid")]

    def test_then_the_smallest_gain(self):
        model = self.model(by_range("a", [1], [0, 12]), by_range("b", [1], [0, 11]))

        assert told(steps(model, {"a": 0, "b": 0})) == [({"b": 1}, "mid"), ({"a": 1}, "mid")]

    def test_then_the_order_of_parameters(self):
        model = self.model(by_range("c", [1], [0, 10]), by_range("a", [1], [0, 10]), by_range("b", [1], [0, 10]))

        assert told(steps(model, dict.fromkeys("abc", 0))) == [
            ({"c": 1}, "mid"),
            ({"a": 1}, "mid"),
            ({"b": 1}, "mid"),
        ]

    def test_a_field_is_listed_once_with_its_smallest_change(self):
        model = self.model(by_range("a", [1, 2, 3, 4], [0, 5, 10, 15, 20]))

        assert told(steps(model, {"a": 0})) == [({"a": 2}, "mid")]

    def test_a_segment_can_be_jumped_over(self):
        model = self.model(by_range("a", [1], [0, 25]))

        assert told(steps(model, {"a": 0})) == [({"a": 1}, "high")]

    def test_parameters_that_are_off_are_no_lever(self):
        model = self.model(by_range("a", [1], [0, 25], enabled=False))

        assert steps(model, {"a": 0}) == ()

    def test_no_more_steps_than_asked_for_the_best_first(self):
        model = self.model(*(by_range(key, [1], [0, 10 + place]) for place, key in enumerate("dcba")))

        found = steps(model, dict.fromkeys("abcd", 0), max_steps=2)

        assert told(found) == [({"d": 1}, "mid"), ({"c": 1}, "mid")]


class TestPairs:
    FIELDS = TestOrder.FIELDS

    def model(self, *parameters: Parameter) -> Segmentation:
        return plain(self.FIELDS, parameters, {"low": None, "mid": 10, "high": 20})

    def test_two_changes_add_up_where_one_is_not_enough(self):
        model = self.model(by_range("a", [1], [0, 6]), by_range("b", [1], [0, 4]), by_range("c", [1], [0, 3]))

        [step] = steps(model, dict.fromkeys("abc", 0))

        assert [(change.field.key, change.before, change.after, change.gain) for change in step.changes] == [
            ("a", 0, 1, 6),
            ("b", 0, 1, 4),
        ]
        assert (step.segment_name, step.gain, step.result.total.score) == ("mid", 10, 10)

    def test_single_changes_come_before_pairs_even_if_they_lead_higher(self):
        model = self.model(by_range("a", [1], [0, 6]), by_range("b", [1], [0, 5]), by_range("c", [1], [0, 25]))

        assert told(steps(model, dict.fromkeys("abc", 0))) == [({"c": 1}, "high"), ({"a": 1, "b": 1}, "mid")]

    def test_a_change_that_suffices_alone_is_in_no_pair(self):
        model = self.model(by_range("a", [1], [0, 12]), by_range("b", [1], [0, 9]))

        assert told(steps(model, dict.fromkeys("ab", 0))) == [({"a": 1}, "mid")]

    def test_a_smaller_change_of_a_field_that_could_suffice_may_be(self):
        model = self.model(by_range("a", [1, 2], [0, 5, 12]), by_range("b", [1], [0, 5]))

        assert told(steps(model, dict.fromkeys("ab", 0))) == [({"a": 2}, "mid"), ({"a": 1, "b": 1}, "mid")]

    def test_the_best_pair_of_two_fields_moves_over_the_fewest_lines(self):
        model = self.model(by_range("a", [1, 2, 3], [0, 2, 4, 8]), by_range("b", [1, 2], [0, 6, 7]))

        assert told(steps(model, dict.fromkeys("ab", 0))) == [({"a": 2, "b": 1}, "mid")]

    def test_a_pair_to_the_nearest_segment_comes_before_one_over_fewer_lines(self):
        model = plain(
            self.FIELDS,
            [by_range("a", [1], [0, 9]), by_range("b", [1, 2], [0, 9, 1])],
            {"low": None, "mid": 10, "high": 11},
        )

        assert told(steps(model, dict.fromkeys("ab", 0))) == [({"a": 1, "b": 2}, "mid")]

    def test_a_pair_to_a_lower_segment_is_found_after_pairs_over_fewer_lines_have_filled_the_list(self):
        steep = [by_range(key, [1], [0, 9]) for key in "abc"]
        model = plain(
            self.FIELDS, [*steep, by_range("d", [1, 2, 3], [0, 0, 0, 1])], {"low": None, "mid": 10, "high": 11}
        )

        assert told(steps(model, dict.fromkeys("abcd", 0), max_steps=1)) == [({"a": 1, "d": 3}, "mid")]

    def test_three_changes_are_not_looked_for(self):
        model = self.model(*(by_range(key, [1], [0, 4]) for key in "abc"))

        assert steps(model, dict.fromkeys("abc", 0)) == ()


class TestRules:
    def test_a_pair_can_move_one_field_on_each_axis(self):
        model = with_rules(
            [field("a"), field("b")],
            [
                axis("Fit", [by_range("a", [1, 2], [0, 1, 2])], {"poor": None, "fit": 2}),
                axis("Pulse", [by_range("b", [1], [0, 1])], {"quiet": None, "lively": 1}),
            ],
            ["Leave", "Win"],
            [("Win", {"Fit": ["fit"], "Pulse": ["lively"]}), ("Leave", {})],
        )

        assert told(steps(model, {"a": 0, "b": 0})) == [({"a": 2, "b": 1}, "Win")]
        assert told(steps(model, {"a": 0, "b": 1})) == [({"a": 2}, "Win")]

    def test_a_lower_score_can_lead_to_a_higher_segment(self):
        model = with_rules(
            [field("a"), field("b")],
            [
                axis("Load", [by_range("a", [5], [0, 9])], {"light": None, "heavy": 9}),
                axis("Fit", [by_range("b", [1], [0, 1])], {"poor": None, "fit": 1}),
            ],
            ["Leave", "Win"],
            [("Win", {"Load": ["light"]}), ("Leave", {})],
        )

        [step] = steps(model, {"a": 7, "b": 0})

        assert (told([step]), step.gain) == ([({"a": 4}, "Win")], -9)

    def test_of_more_changes_than_can_be_paired_those_over_the_fewest_lines_are(self):
        ladder = list(range(1, MAX_PAIRED + 2))
        points = [0, *(-place for place in ladder)]
        model = with_rules(
            [field("a"), field("b"), field("c")],
            [
                axis("Fit", [by_range("a", ladder, points)], {"poor": None, "fit": 1}),
                axis("Pulse", [by_range(key, [1], [0, 5]) for key in "bc"], {"quiet": None, "lively": 10}),
            ],
            ["Leave", "Win"],
            [("Win", {"Pulse": ["lively"]}), ("Leave", {})],
        )

        assert told(steps(model, dict.fromkeys("abc", 0))) == [({"b": 1, "c": 1}, "Win")]


def test_applying_a_step_leaves_the_other_values_alone():
    model = plain([field("a")], [by_range("a", [1], [0, 10])], {"low": None, "high": 10})
    record: Record = {"a": 0, "name": "Acme", "since": AS_OF - timedelta(days=9)}

    [step] = steps(model, record)

    assert step.applied_to(record) == {"a": 1, "name": "Acme", "since": AS_OF - timedelta(days=9)}


@pytest.mark.parametrize("max_steps", [0, -1])
def test_no_steps_are_given_where_none_are_asked_for(max_steps: int):
    model = plain([field("a")], [by_range("a", [1], [0, 10])], {"low": None, "high": 10})

    assert steps(model, {"a": 0}, max_steps=max_steps) == ()
