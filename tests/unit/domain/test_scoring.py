"""What a score, a percent edge, a band and a segment are, by example."""

from __future__ import annotations

from datetime import date

import pytest

from satsuma.domain.model import Combine, Parameter, Record, Scale, Segmentation, Value
from satsuma.domain.scoring import (
    Line,
    LineKind,
    ScoreOnScale,
    age_days,
    band_edges,
    lines,
    lines_hit,
    parameter_points,
    percent_tenths,
    points_span,
    score,
    score_span,
)
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

EMPLOYEES = field("employees")
LAST_WON = field("last_won", "date")
SECTOR = field("sector", "choice", options=["medical", "retail", "software", "finance"])
BRANDS = field("brands", "choices", options=["alfa", "beta", "gamma"])
EXPORTS = field("exports", "yes_no")
ROLE = field("role", "text")

BY_SIZE = by_range("employees", [100, 500], [1, 2, 4], no_data=-1)
BY_RECENCY = by_age("last_won", [30, 90], [10, 6, 2], no_data=-1)
BY_SECTOR = by_group("sector", {"medical": 5, "retail, software": 3}, anything_else=1, no_data=-1)
BY_BRAND = by_group("brands", {"alfa": 4, "beta, gamma": 2}, anything_else=1, no_data=-1)
BY_EXPORT = by_answer("exports", yes=5, no=2, no_data=-1)
BY_ROLE = by_group("role", {"CEO, Éclair": 9, "buyer": 4}, anything_else=1, no_data=-1)

FIELD_OF = {one.key: one for one in (EMPLOYEES, LAST_WON, SECTOR, BRANDS, EXPORTS, ROLE)}


def points(parameter: Parameter, value: Value, as_of: date = AS_OF) -> int:
    return parameter_points(parameter, FIELD_OF[parameter.field], value, as_of)


class TestPoints:
    def test_a_numeric_range_begins_at_its_cut(self):
        assert [points(BY_SIZE, value) for value in (-5, 99.99, 100, 499.999, 500, 1e15)] == [1, 1, 2, 2, 4, 4]

    def test_an_age_range_begins_at_its_cut_and_days_ahead_are_negative_ages(self):
        ages = (-400, 0, 29, 30, 89, 90, 5000)

        assert [points(BY_RECENCY, days_ago(age)) for age in ages] == [10, 10, 10, 6, 6, 2, 2]

    def test_a_negative_cut_parts_the_days_ahead(self):
        due = by_age("last_won", [-7, 0], [1, 2, 3])

        assert [points(due, days_ago(age)) for age in (-8, -7, -1, 0)] == [1, 2, 2, 3]

    def test_a_choice_earns_the_points_of_its_group_or_of_anything_else(self):
        seen = ("medical", "software", "finance", "an option nobody listed")

        assert [points(BY_SECTOR, value) for value in seen] == [5, 3, 1, 1]

    def test_a_choice_is_compared_as_it_is(self):
        assert points(BY_SECTOR, "Medical") == 1

    def test_a_text_is_compared_folded_on_both_sides(self):
        seen = (" ceo ", "E\N{COMBINING ACUTE ACCENT}CLAIR", "Buyer", "chief buyer", "")

        assert [points(BY_ROLE, value) for value in seen] == [9, 9, 4, 1, 1]

    def test_choices_earn_the_best_group_hit(self):
        seen = (frozenset({"beta"}), frozenset({"beta", "gamma", "alfa"}), frozenset({"unlisted"}))

        assert [points(BY_BRAND, value) for value in seen] == [2, 4, 1]

    def test_choices_earn_the_best_group_even_if_all_cost_points(self):
        worse = by_group("brands", {"alfa": -4, "beta": -2}, anything_else=3)

        assert points(worse, frozenset({"alfa", "beta"})) == -2

    def test_choices_in_sum_mode_earn_each_group_hit_once(self):
        added = by_group("brands", {"alfa": 4, "beta, gamma": 2}, anything_else=1, combine=Combine.SUM)
        seen = (frozenset({"beta", "gamma"}), frozenset({"alfa", "beta", "gamma", "other"}), frozenset({"other"}))

        assert [points(added, value) for value in seen] == [2, 6, 1]

    def test_yes_and_no_have_points_of_their_own(self):
        assert [points(BY_EXPORT, value) for value in (True, False)] == [5, 2]

    @pytest.mark.parametrize(
        "parameter", [BY_SIZE, BY_RECENCY, BY_SECTOR, BY_BRAND, BY_EXPORT, BY_ROLE], ids=lambda one: one.field
    )
    def test_no_data_is_neither_zero_nor_no_nor_anything_else(self, parameter: Parameter):
        assert points(parameter, None) == -1


class TestLines:
    def test_a_parameter_has_its_ranges_and_no_data(self):
        assert lines(BY_SIZE) == (
            Line(LineKind.RANGE, 0, 1),
            Line(LineKind.RANGE, 1, 2),
            Line(LineKind.RANGE, 2, 4),
            Line(LineKind.NO_DATA, 3, -1),
        )

    def test_groups_are_followed_by_anything_else_and_no_data(self):
        assert lines(BY_SECTOR) == (
            Line(LineKind.RANGE, 0, 5),
            Line(LineKind.RANGE, 1, 3),
            Line(LineKind.ANYTHING_ELSE, 2, 1),
            Line(LineKind.NO_DATA, 3, -1),
        )

    def test_yes_stands_before_no(self):
        assert lines(BY_EXPORT) == (
            Line(LineKind.RANGE, 0, 5),
            Line(LineKind.RANGE, 1, 2),
            Line(LineKind.NO_DATA, 2, -1),
        )

    def test_choices_in_sum_mode_hit_several_lines(self):
        added = by_group("brands", {"alfa": 4, "beta": 2, "gamma": 2}, combine=Combine.SUM)

        hit = lines_hit(added, BRANDS, frozenset({"gamma", "alfa"}), AS_OF)

        assert hit == (Line(LineKind.RANGE, 0, 4), Line(LineKind.RANGE, 2, 2))

    def test_of_groups_with_equal_points_the_first_is_the_best(self):
        even = by_group("brands", {"alfa": 2, "beta": 2})

        assert lines_hit(even, BRANDS, frozenset({"beta", "alfa"}), AS_OF) == (Line(LineKind.RANGE, 0, 2),)


class TestAges:
    def test_today_is_no_days_old_and_tomorrow_less(self):
        ages = [age_days(date(2026, 6, day), date(2026, 6, 29)) for day in (28, 29, 30)]

        assert ages == [1, 0, -1]

    def test_the_leap_day_counts(self):
        assert age_days(date(2024, 2, 28), date(2024, 3, 1)) == 2
        assert age_days(date(2023, 2, 28), date(2023, 3, 1)) == 1

    def test_the_whole_calendar_has_ages(self):
        assert age_days(date.min, date.max) == 3_652_058


class TestSpan:
    def test_no_data_and_anything_else_count_as_possible(self):
        assert points_span(by_range("employees", [10], [3, 5], no_data=9)) == (3, 9)
        assert points_span(by_group("sector", {"retail": 3}, anything_else=-2, no_data=1)) == (-2, 3)

    @pytest.mark.parametrize(
        ("groups", "anything_else", "no_data", "span"),
        [
            ({"a": 4, "b": 2, "c": -3, "d": -1}, 0, 0, (-4, 6)),
            ({"a": 4, "b": 2}, 0, 0, (0, 6)),
            ({"a": 4, "b": 2}, 3, 5, (2, 6)),
            ({"a": -4, "b": -2}, -1, -1, (-6, -1)),
            ({"a": 4, "b": 2}, 9, 0, (0, 9)),
            ({"a": -4}, -9, 0, (-9, 0)),
            ({"a": 0}, 0, 0, (0, 0)),
            ({"a": 1, "b": 1}, 0, 0, (0, 2)),
            ({"a": -1, "b": -1}, 0, 0, (-2, 0)),
        ],
    )
    def test_sum_mode_adds_all_groups_that_cost_or_all_that_bring(
        self, groups: dict[str, int], anything_else: int, no_data: int, span: tuple[int, int]
    ):
        parameter = by_group("brands", groups, anything_else=anything_else, no_data=no_data, combine=Combine.SUM)

        assert points_span(parameter) == span

    def test_relevance_multiplies_and_parameters_that_are_off_do_not_count(self):
        asked = [
            by_range("employees", [10], [-1, 5], relevance=3),
            by_answer("exports", yes=2, no=1, no_data=1, relevance=10),
            by_answer("exports", yes=100, no=-100, enabled=False),
        ]

        assert score_span(axis("Score", asked, {"low": None})) == (-3 + 10, 15 + 20)

    def test_with_every_parameter_off_only_nought_is_possible(self):
        assert score_span(axis("Score", [by_answer("exports", yes=1, no=2, enabled=False)], {"low": None})) == (0, 0)


class TestBandEdges:
    @staticmethod
    def edges(highest: int, *edges: float, lowest: int = 0, scale: Scale = Scale.PERCENT) -> tuple[int, ...]:
        asked = [by_answer("exports", yes=highest, no=lowest, no_data=lowest)]
        named = {"lowest": None} | {f"from {edge}": edge for edge in edges}
        return band_edges(axis("Score", asked, named, scale=scale))

    def test_a_percent_edge_becomes_the_smallest_whole_score_at_or_above_it(self):
        assert self.edges(10, 40, 41, 49.99, 50) == (4, 5, 5, 5)

    def test_percent_counts_from_the_lowest_score(self):
        assert self.edges(5, 0, 50, 50.01, 100, lowest=-5) == (-5, 0, 1, 5)

    def test_two_decimals_are_exact(self):
        assert self.edges(1000, 0.07, 0.1, 28.57, 33.33, 57.99) == (1, 1, 286, 334, 580)

    def test_an_edge_that_a_double_cannot_hold_is_not_pushed_up(self):
        assert self.edges(1000, 1.1, 2.2, 4.4, 8.2, 16.4, 70.1) == (11, 22, 44, 82, 164, 701)

    def test_wide_scales_are_exact(self):
        asked = [by_answer("exports", yes=1000, no=-1000, relevance=10)] * 200
        named = {"lowest": None, "middle": 50, "upper": 66.67, "top": 100}

        edges = band_edges(axis("Score", asked, named, scale=Scale.PERCENT))

        assert edges == (0, 666_800, 2_000_000)

    def test_points_are_taken_as_they_are_and_halves_rounded_up(self):
        assert self.edges(10, -3, 2.5, 7, 400, scale=Scale.POINTS) == (-3, 3, 7, 400)

    def test_where_only_one_score_is_possible_it_is_at_nought_percent(self):
        assert self.edges(3, 0, 0.01, 40, lowest=3) == (3, 4, 4)


class TestPercent:
    @pytest.mark.parametrize(
        ("outcome", "percent"),
        [
            (ScoreOnScale(0, 0, 10), 0.0),
            (ScoreOnScale(10, 0, 10), 100.0),
            (ScoreOnScale(1, 0, 3), 33.3),
            (ScoreOnScale(2, 0, 3), 66.7),
            (ScoreOnScale(1, 0, 2000), 0.1),
            (ScoreOnScale(3, 0, 2000), 0.2),
            (ScoreOnScale(-4, -5, 5), 10.0),
            (ScoreOnScale(7, 7, 7), 0.0),
        ],
    )
    def test_percent_has_one_decimal_rounded_half_up(self, outcome: ScoreOnScale, percent: float):
        assert outcome.percent == percent

    def test_tenths_are_whole_numbers_even_where_doubles_end(self):
        assert percent_tenths(10**17 + 1, 0, 2 * 10**17 + 2) == 500


class TestPlainSegmentation:
    MODEL = plain(
        [EMPLOYEES, EXPORTS],
        [
            by_range("employees", [100, 500], [0, 3, 6], relevance=2),
            by_answer("exports", yes=5, no=0, relevance=3),
            by_answer("exports", yes=1000, no=0, enabled=False),
        ],
        {"Average": None, "Good": 40, "Super": 60, "VIP": 80},
        scale=Scale.PERCENT,
    )

    def segment_and_score(self, record: Record) -> tuple[str, int, float]:
        result = score(self.MODEL, record, AS_OF)
        return result.segment_name, result.total.score, result.coverage

    def test_the_score_adds_relevance_times_points_of_what_is_on(self):
        assert self.segment_and_score({"employees": 100, "exports": True}) == ("Super", 2 * 3 + 3 * 5, 1.0)

    def test_a_contact_without_any_data_is_in_a_segment_too(self):
        assert self.segment_and_score({}) == ("Average", 0, 0.0)

    def test_coverage_is_the_share_of_relevance_whose_value_is_present(self):
        assert self.segment_and_score({"employees": 500}) == ("Good", 12, 2 / 5)
        assert self.segment_and_score({"employees": None, "exports": False}) == ("Average", 0, 3 / 5)

    def test_values_nobody_asks_for_change_nothing(self):
        assert self.segment_and_score({"employees": 500, "turnover": 1e9}) == ("Good", 12, 2 / 5)

    def test_the_result_names_band_scale_and_segment(self):
        result = score(self.MODEL, {"employees": 500}, AS_OF)

        assert (result.segment, result.axes[0].band, result.axes[0].band_name) == (1, 1, "Good")
        assert result.total == ScoreOnScale(12, 0, 27)

    def test_a_score_on_an_edge_belongs_to_the_upper_band(self):
        model = plain([EMPLOYEES], [by_range("employees", [1, 2], [9, 10, 11])], {"low": None, "high": 10})

        reached = [score(model, {"employees": value}, AS_OF).segment_name for value in (0, 1, 2)]

        assert reached == ["low", "high", "high"]

    def test_with_every_parameter_off_everybody_is_in_the_lowest_segment_and_nothing_is_missing(self):
        model = plain(
            [EXPORTS],
            [by_answer("exports", yes=1, no=0, enabled=False)],
            {"low": None, "high": 40},
            scale=Scale.PERCENT,
        )

        result = score(model, {"exports": True}, AS_OF)

        assert (result.segment_name, result.total, result.coverage) == ("low", ScoreOnScale(0, 0, 0), 1.0)

    def test_bands_whose_edges_meet_leave_the_lower_one_empty(self):
        model = plain(
            [EXPORTS],
            [by_answer("exports", yes=1, no=0)],
            {"low": None, "never": 30, "high": 60},
            scale=Scale.PERCENT,
        )

        assert [score(model, {"exports": value}, AS_OF).segment_name for value in (False, True)] == ["low", "high"]


class TestRules:
    MODEL: Segmentation = with_rules(
        [EMPLOYEES, LAST_WON],
        [
            axis("Fit", [by_range("employees", [10, 100], [1, 2, 3])], {"small": None, "medium": 2, "large": 3}),
            axis("Recency", [by_age("last_won", [90], [5, 1], relevance=2, no_data=0)], {"old": None, "recent": 10}),
        ],
        ["Lost", "Loyal", "Champion"],
        [
            ("Champion", {"Fit": ["large", "medium"], "Recency": ["recent"]}),
            ("Loyal", {"Recency": ["recent"]}),
            ("Loyal", {"Fit": ["large"]}),
            ("Lost", {}),
        ],
    )

    @pytest.mark.parametrize(
        ("employees", "age", "segment"),
        [
            (100, 0, "Champion"),
            (10, 89, "Champion"),
            (9, 89, "Loyal"),
            (100, 90, "Loyal"),
            (10, 90, "Lost"),
            (100, None, "Loyal"),
            (None, None, "Lost"),
        ],
    )
    def test_the_first_rule_that_fits_gives_the_segment(self, employees: int | None, age: int | None, segment: str):
        record: Record = {"employees": employees, "last_won": None if age is None else days_ago(age)}

        assert score(self.MODEL, record, AS_OF).segment_name == segment

    def test_segments_are_numbered_as_listed_and_not_as_ruled(self):
        assert score(self.MODEL, {"employees": 100, "last_won": AS_OF}, AS_OF).segment == 2

    def test_each_axis_has_a_score_and_the_total_adds_them(self):
        result = score(self.MODEL, {"employees": 100, "last_won": AS_OF}, AS_OF)

        assert [(one.axis.name, one.score, one.band_name) for one in result.axes] == [
            ("Fit", 3, "large"),
            ("Recency", 10, "recent"),
        ]
        assert result.total == ScoreOnScale(13, 0 + 0, 3 + 10)

    def test_coverage_counts_the_parameters_of_all_axes(self):
        assert score(self.MODEL, {"employees": 1}, AS_OF).coverage == 1 / 3


def test_an_option_is_known_by_its_key_and_not_by_its_label():
    sector = field("sector", "choice", options=["medical"])
    by_label = by_group("sector", {"Medical": 5})

    assert parameter_points(by_label, sector, "medical", AS_OF) == 0
