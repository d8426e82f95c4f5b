"""How values, ranges and changes read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from satsuma.domain.model import Aggregate, Combine, Field, FieldType, Metric, Option, Parameter, Source, Value
from satsuma.domain.scoring import lines, lines_hit
from satsuma.domain.wording import change_text, line_text, lines_text, number_text, value_text
from support.models import by_age, by_answer, by_group, by_range, field

NPS = field("nps", "rating", minimum=0, maximum=10)
AUTONOMY = Field(
    "autonomy",
    FieldType.CHOICE,
    label="Decides in the country",
    options=(Option("full", "Full autonomy"), Option("shared", "Shared"), Option("hq", "Head office decides")),
)


def told(asked: Field, parameter: Parameter) -> list[str]:
    """The parameter's lines in words, without `no data`."""
    return [line_text(parameter, asked, line) for line in lines(parameter)][:-1]


class TestValues:
    @pytest.mark.parametrize(
        ("asked", "value", "text"),
        [
            (field("employees", unit="people"), 20_000, "20,000 people"),
            (field("growth", unit="%"), 12.50, "12.5%"),
            (field("won_value", "money"), 4200.0, "4,200"),
            (NPS, 7, "7"),
            (AUTONOMY, "full", "Full autonomy"),
            (AUTONOMY, "an option nobody listed", "an option nobody listed"),
            (field("exports", "yes_no"), True, "yes"),
            (field("exports", "yes_no"), False, "no"),
            (field("since", "date"), date(2024, 2, 29), "2024-02-29"),
            (field("role", "text"), " Head of Sales", " Head of Sales"),
            (field("employees", unit="people"), None, "no data"),
        ],
    )
    def test_a_value_reads_as_people_say_it(self, asked: Field, value: Value, text: str):
        assert value_text(asked, value) == text

    def test_choices_come_in_the_order_of_the_options_with_others_behind(self):
        brands = field("brands", "choices", options=["gamma", "alfa"])

        assert value_text(brands, frozenset({"zeta", "beta", "alfa", "gamma"})) == "Gamma, Alfa, beta, zeta"

    @pytest.mark.parametrize(
        ("number", "text"),
        [
            (0, "0"),
            (-0.0, "0"),
            (20_000.0, "20,000"),
            (-1234567.5, "-1,234,567.5"),
            (0.0001, "0.0001"),
            (1e15, "1,000,000,000,000,000"),
            (123456789.012345, "123,456,789.012345"),
            (1 / 3, "0.3333"),
            (20_000 / 3, "6,666.6667"),
            (1e-7 / 3, "0.0000000333"),
        ],
    )
    def test_a_number_has_as_many_decimals_as_it_needs(self, number: float, text: str):
        assert number_text(number) == text

    def test_a_change_names_the_field_and_both_values(self):
        assert change_text(field("won_value", "money"), 4200, 5000) == "Won value from 4,200 to 5,000"
        assert change_text(AUTONOMY, None, "full") == "Decides in the country from no data to Full autonomy"


class TestRanges:
    def test_numbers_say_from_and_under(self):
        assert told(field("won_value", "money"), by_range("won_value", [1000, 5000, 20000.5], [0, 3, 6, 10])) == [
            "under 1,000",
            "from 1,000 to under 5,000",
            "from 5,000 to under 20,000.5",
            "20,000.5 or more",
        ]

    def test_the_unit_stands_behind_the_numbers(self):
        assert told(field("staff", unit="people"), by_range("staff", [10, 50], [0, 1, 2])) == [
            "under 10 people",
            "from 10 to under 50 people",
            "50 people or more",
        ]

    def test_without_cuts_any_number_is_meant(self):
        assert told(field("staff", unit="people"), by_range("staff", [], [1])) == ["any number"]

    @pytest.mark.parametrize(
        ("cuts", "texts"),
        [
            ([7, 9], ["0–6", "7–8", "9–10"]),
            ([1, 10], ["0", "1–9", "10"]),
            ([6.5, 8.5], ["0–6", "7–8", "9–10"]),
            ([6.2, 6.8], ["0–6", "from 6.2 to under 6.8", "7–10"]),
        ],
    )
    def test_ratings_have_both_ends_inside(self, cuts: list[float], texts: list[str]):
        assert told(NPS, by_range("nps", cuts, [0, 1, 2])) == texts

    def test_ratings_below_nought_are_told_without_a_dash(self):
        assert told(field("mood", "rating", minimum=-5, maximum=5), by_range("mood", [-2, 1], [0, 1, 2])) == [
            "-5 to -3",
            "-2 to 0",
            "1–5",
        ]

    def test_a_rating_without_limits_is_open_at_both_ends(self):
        assert told(field("mood", "rating"), by_range("mood", [3], [0, 1])) == ["up to 2", "3 or more"]

    def test_counts_have_both_ends_inside_and_begin_at_nought(self):
        deals = field("deals", unit="deals", metric=Metric(Source.DEALS, Aggregate.COUNT))

        assert told(deals, by_range("deals", [1, 5, 1000], [0, 1, 2, 3])) == [
            "0 deals",
            "1–4 deals",
            "5–999 deals",
            "1,000 deals or more",
        ]

    @pytest.mark.parametrize(
        ("cuts", "texts"),
        [
            (
                [30, 90, 1365],
                ["less than 30 days ago", "30–89 days ago", "90–1,364 days ago", "1,365 or more days ago"],
            ),
            ([0, 1, 2], ["in the future", "today", "1 day ago", "2 or more days ago"]),
            ([0], ["in the future", "today or earlier"]),
            ([1], ["today or later", "1 or more days ago"]),
            ([0, 30], ["in the future", "0–29 days ago", "30 or more days ago"]),
            ([-30, -7], ["31 or more days ahead", "8–30 days ahead", "7 days ahead or earlier"]),
            ([-7, 30], ["8 or more days ahead", "from 7 days ahead to 29 days ago", "30 or more days ago"]),
            ([-1, 0], ["2 or more days ahead", "1 day ahead", "today or earlier"]),
            ([], ["any day"]),
        ],
    )
    def test_ages_are_told_in_whole_days(self, cuts: list[int], texts: list[str]):
        assert told(field("last_won", "date"), by_age("last_won", cuts, [0] * (len(cuts) + 1))) == texts


class TestGroups:
    def test_options_read_by_label_and_the_rest_is_anything_else(self):
        assert told(AUTONOMY, by_group("autonomy", {"full": 10, "shared, hq": 5})) == [
            "Full autonomy",
            "Shared, Head office decides",
            "anything else",
        ]

    @pytest.mark.parametrize(
        ("words", "text"),
        [
            ("a, b, c, d, e, f", "a, b, c, d, e, f"),
            ("a, b, c, d, e, f, g", "a, b, c, d, e and 2 more"),
        ],
    )
    def test_a_long_group_names_five_and_counts_the_rest(self, words: str, text: str):
        assert told(field("role", "text"), by_group("role", {words: 1}))[0] == text

    def test_yes_and_no(self):
        assert told(field("exports", "yes_no"), by_answer("exports", yes=1, no=0)) == ["yes", "no"]

    @pytest.mark.parametrize(
        ("value", "text"), [({"beta", "alfa"}, "Alfa + Beta"), ({"other"}, "anything else"), (None, "no data")]
    )
    def test_lines_hit_together_are_told_together(self, value: Any, text: str):
        brands = field("brands", "choices", options=["alfa", "beta"])
        parameter = by_group("brands", {"alfa": 1, "beta": 2}, combine=Combine.SUM)
        seen = None if value is None else frozenset(value)

        assert lines_text(parameter, brands, lines_hit(parameter, brands, seen, date(2026, 1, 1))) == text
