"""A first segmentation from profiles: which columns, which cuts, which points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.errors import InputError
from satsuma.domain.model import (
    DEFAULT_BANDS,
    AgeRanges,
    Aggregate,
    Band,
    FieldType,
    Group,
    Groups,
    Kind,
    Metric,
    NumericRanges,
    Parameter,
    Ranges,
    Scale,
    Segmentation,
    Source,
    YesNo,
)
from satsuma.engine.profile import PERCENTS, NumberSpread, profile_table
from satsuma.engine.suggest import find_key, guess_kind, suggest_segmentation
from satsuma.engine.suggest.metrics import suggest_metrics
from satsuma.engine.suggest.option_order import in_order
from satsuma.engine.suggest.round_cuts import age_cuts, round_cuts, round_step, rounded
from satsuma.tables import read_table
from support.columns import profile, text_table

AS_OF = date(2026, 6, 30)
EXAMPLES = Path(__file__).parents[3] / "examples"
SEATS = [str(n) for n in range(1, 21)]


def suggested(columns: Mapping[str, Sequence[str]], **facts: Any) -> Segmentation:
    """The suggestion for a table of these cells, which must be free of problems and warnings."""
    found = suggest_segmentation(
        profile_table(text_table(columns)), name="Test", kind=Kind.COMPANY, as_of=AS_OF, **facts
    )
    assert [str(remark) for remark in (*find_problems(found), *find_warnings(found))] == []
    return found


def parameter(name: str, cells: Sequence[str]) -> Parameter:
    """What is suggested for one column, beside another that always counts."""
    rows = len(cells)
    found = suggested({name: cells, "beside": ["yes", "no"] * (rows // 2) + ["yes"] * (rows % 2)})
    return next(p for p in found.axes[0].parameters if p.field != "beside")


def ranges(name: str, cells: Sequence[str]) -> Ranges:
    return parameter(name, cells).ranges


def spread(values: Sequence[float]) -> NumberSpread:
    whole = all(value == int(value) for value in values)
    ordered = sorted(values)
    places = [max(-(-percent * len(ordered) // 100) - 1, 0) for percent in PERCENTS]
    return NumberSpread(tuple(ordered[place] for place in places), 1 if whole else 0)


def days_ago(ages: Sequence[int]) -> list[str]:
    return [(AS_OF - timedelta(days=age)).isoformat() for age in ages]


class TestCuts:
    def test_even_numbers_are_cut_about_where_fifths_begin(self) -> None:
        assert round_cuts(spread(range(1, 101))) == (20, 40, 60, 80)

    def test_skewed_numbers_are_cut_closer_to_the_top(self) -> None:
        assert round_cuts(spread([1.3**n for n in range(60)])) == (50, 2000, 100000, 1000000)

    def test_cuts_are_round_however_large_or_small_the_numbers(self) -> None:
        assert round_cuts(spread([n * 1234.5 for n in range(100)])) == (20000, 50000, 70000, 100000)
        assert round_cuts(spread([n / 1000 for n in range(801, 899)])) == (0.82, 0.84, 0.86, 0.88)

    def test_years_are_cut_at_whole_ones(self) -> None:
        assert round_cuts(spread(range(1980, 2011))) == (1986, 1992, 1998, 2004)

    def test_two_different_numbers_have_one_cut_between_them(self) -> None:
        assert round_cuts(spread([3, 8, 8])) == (8,)
        assert round_cuts(spread([0.123, 0.456])) == (0.25,)

    def test_mostly_nothing_is_cut_among_the_rest(self) -> None:
        assert round_cuts(spread([0] * 80 + list(range(1, 21)))) == (6, 10, 16)

    def test_equal_numbers_have_no_cut(self) -> None:
        assert round_cuts(spread([5, 5, 5])) == ()

    def test_numbers_that_differ_beyond_what_is_kept_have_no_cut(self) -> None:
        assert round_cuts(spread([0.1, 0.1 + 2e-17 * 8])) == ()

    @pytest.mark.parametrize(
        ("limit", "step"), [("1", "1"), ("1.9", "1"), ("2.4", "2"), ("4", "2.5"), ("99", "50"), ("0.03", "0.025")]
    )
    def test_steps_are_one_two_two_and_a_half_and_five(self, limit: str, step: str) -> None:
        assert round_step(Decimal(limit)) == Decimal(step)

    def test_whole_numbers_have_whole_steps(self) -> None:
        assert round_step(Decimal(4), Decimal(1)) == 2
        assert round_step(Decimal("0.5"), Decimal(1)) == 1

    def test_a_number_is_rounded_down_where_the_next_one_up_is_beyond_the_largest(self) -> None:
        assert rounded(Decimal("4.9"), Decimal(3), Decimal(10)) == 4
        assert rounded(Decimal("4.9"), Decimal("1.3"), Decimal(10)) == 5
        assert rounded(Decimal("4.9"), Decimal("1.3"), Decimal("4.95")) == 4


class TestAges:
    def test_days_are_cut_at_months_and_years(self) -> None:
        assert age_cuts(spread(range(0, 500, 5))) == (90, 180, 365)

    def test_days_close_together_are_cut_where_they_are(self) -> None:
        assert age_cuts(spread(range(500, 600))) == (520, 540, 560, 580)

    def test_days_longer_ago_than_ten_years_too(self) -> None:
        assert age_cuts(spread(range(9000, 13000, 10))) == (10000, 10500, 11500, 12000)

    def test_lately_earns_more(self) -> None:
        assert ranges("last_order", days_ago(range(0, 500, 5))) == AgeRanges((90, 180, 365), (10, 7, 3, 0))

    def test_a_customer_of_long_standing_earns_more(self) -> None:
        assert ranges("signup_date", days_ago(range(0, 500, 5))) == AgeRanges((90, 180, 365), (0, 3, 7, 10))

    def test_days_ahead_wait_for_the_user(self) -> None:
        assert not parameter("renewal", days_ago(range(-300, 0, 3))).enabled


class TestPoints:
    def test_even_numbers_rise_evenly_and_skewed_ones_at_the_top(self) -> None:
        assert ranges("seats", [str(n) for n in range(1, 101)]) == NumericRanges((20, 40, 60, 80), (0, 3, 5, 8, 10))
        skewed = ranges("seats", [str(n**4) for n in range(1, 101)])
        assert isinstance(skewed, NumericRanges)
        assert skewed.points == (0, 1, 3, 6, 10)

    def test_less_is_better_where_the_name_says_so(self) -> None:
        found = ranges("complaints", [str(n) for n in range(1, 101)])
        assert found == NumericRanges((20, 40, 60, 80), (10, 8, 5, 3, 0))

    def test_an_age_waits_for_the_user(self) -> None:
        assert not parameter("Age", [str(n) for n in range(18, 80)]).enabled

    def test_ratings_are_cut_as_the_nps_has_it(self) -> None:
        assert ranges("nps", [str(n % 11) for n in range(50)]) == NumericRanges((7, 9), (0, 5, 10))
        assert ranges("stars", [str(1 + n % 5) for n in range(50)]) == NumericRanges((3, 4, 5), (0, 3, 7, 10))

    def test_yes_is_better_unless_it_is_bad(self) -> None:
        answers = ["yes", "no"] * 5
        assert ranges("newsletter", answers) == YesNo(yes=5, no=0)
        assert ranges("churn_flag", answers) == YesNo(yes=0, no=5)

    def test_options_with_an_order_earn_rising_points(self) -> None:
        found = parameter("size", ["small", "Large", "medium", "unknown"] * 3)
        assert found.enabled
        assert found.ranges == Groups((Group(("Large",), 10), Group(("medium",), 5), Group(("small",), 0)))

    def test_options_without_an_order_wait_one_group_each(self) -> None:
        found = parameter("country", ["PL", "DE", "PL", "DE", "PL"])
        assert not found.enabled
        assert found.ranges == Groups((Group(("PL",), 5), Group(("DE",), 5)))

    def test_money_counts_most(self) -> None:
        found = suggested({"seats": SEATS, "revenue": SEATS, "active": ["yes", "no"] * 10})
        assert [(p.field, p.relevance) for p in found.axes[0].parameters] == [
            ("revenue", 8),
            ("seats", 4),
            ("active", 3),
        ]


class TestOrder:
    @pytest.mark.parametrize(
        ("options", "rungs"),
        [
            (["Gold", "silver", "Bronze"], (("Bronze",), ("silver",), ("Gold",))),
            (["Pro", "Basic", "Enterprise"], (("Basic",), ("Pro",), ("Enterprise",))),
            (["Premium plan", "Free plan", "Pro plan"], (("Free plan",), ("Premium plan", "Pro plan"))),
            (["High", "Low", "Medium", "unknown"], (("Low",), ("Medium",), ("High",))),
            (["A", "B", "C"], (("C",), ("B",), ("A",))),
            (["M", "L", "S"], (("S",), ("M",), ("L",))),
            (["51-200", "1-10", "1,000+", "11-50"], (("1-10",), ("11-50",), ("51-200",), ("1,000+",))),
            (["<10", "10-50", ">50"], (("<10",), ("10-50",), (">50",))),
        ],
    )
    def test_well_known_words_and_brackets_have_an_order(
        self, options: list[str], rungs: tuple[tuple[str, ...], ...]
    ) -> None:
        assert in_order(options) == rungs

    @pytest.mark.parametrize(
        "options",
        [["PL", "DE"], ["M", "S"], ["low", "PL"], ["low"], ["1", "2"], [], ["Premium", "Pro"], ["5 a", "5 b"]],
    )
    def test_others_have_none(self, options: list[str]) -> None:
        assert in_order(options) == ()


class TestChoice:
    def test_columns_that_tell_nothing_are_left_out(self) -> None:
        found = suggested(
            {
                "id": SEATS,
                "email": [f"{n}@a.example" for n in SEATS],
                "notes": [f"note {n}" for n in range(19)] + [""],
                "constant": ["PL"] * 20,
                "nearly": ["yes"] * 19 + ["no"],
                "rare": ["1", "2", "3"] + [""] * 17,
                "seats": SEATS,
            }
        )
        assert [field.key for field in found.fields] == ["seats"]

    def test_at_most_eight_count_and_four_wait(self) -> None:
        numbers = {f"n{n}": SEATS for n in range(12)}
        options = {f"c{n}": ["PL", "DE"] * 10 for n in range(12)}
        found = suggested({**numbers, **options})
        assert [p.field for p in found.axes[0].parameters] == [*(f"n{n}" for n in range(8)), "c0", "c1", "c2", "c3"]

    def test_a_field_carries_what_reading_its_column_needs(self) -> None:
        found = suggested({"Tags": ["a|b", "b", "a", "a|b"] * 5, "NPS": [str(n % 11) for n in range(20)]})
        nps, tags = found.fields
        assert (tags.column, tags.separator, [option.key for option in tags.options]) == ("Tags", "|", ["a", "b"])
        assert (nps.column, nps.minimum, nps.maximum) == ("NPS", 0, 10)

    def test_the_default_bands_stand_as_far_as_they_can_be_reached(self) -> None:
        assert suggested({"seats": SEATS, "revenue": SEATS}).axes[0].bands == DEFAULT_BANDS
        assert suggested({"active": ["yes", "no"]}).axes[0].bands == (Band("Average"), Band("VIP", 80))

    def test_options_without_order_alone_become_the_segments(self) -> None:
        axis = suggested({"Country": ["PL", "DE", "PL", "Other"] * 2}).axes[0]
        assert axis.scale is Scale.POINTS
        assert axis.bands == (Band("Everything else"), Band("Other", 1), Band("DE", 2), Band("PL", 3))
        assert axis.parameters[0].ranges == Groups((Group(("PL",), 3), Group(("DE",), 2), Group(("Other",), 1)))

    def test_a_number_without_direction_alone_counts_after_all(self) -> None:
        (only,) = suggested({"age": SEATS}).axes[0].parameters
        assert only.enabled

    def test_a_table_that_tells_nothing_is_refused_with_a_way_on(self) -> None:
        with pytest.raises(InputError, match="satsuma schemes") as caught:
            suggested({"id": SEATS})
        assert caught.value.code == "nothing_to_suggest"

    def test_the_same_columns_give_the_same_segmentation(self) -> None:
        columns = {"plan": ["Pro", "Basic"] * 10, "seats": SEATS, "since": days_ago(range(20))}
        assert suggested(columns) == suggested(columns)


class TestKeyAndKind:
    def test_the_first_key_names_the_rows(self) -> None:
        columns = {"seats": SEATS, "name": [f"n{n}" for n in SEATS], "id": SEATS}
        assert find_key(profile_table(text_table(columns))) == "name"

    def test_else_the_first_column_if_it_is_different_in_every_row(self) -> None:
        assert find_key([profile("year", ["2001", "2002"])]) == "year"
        assert find_key([profile("year", ["2001", "2001"]), profile("seats", ["1", "2"])]) is None
        assert find_key([]) is None

    def test_people_have_columns_of_people(self) -> None:
        assert guess_kind([profile("Gender", ["f", "m"])]) is Kind.PERSON
        assert guess_kind([profile("employees", ["1", "2"])]) is Kind.COMPANY


class TestMetrics:
    def metrics(self, columns: Mapping[str, Sequence[str]]) -> dict[str, tuple[FieldType, Metric | None]]:
        fields = suggest_metrics(profile_table(text_table(columns)))
        return {field.key: (field.type, field.metric) for field in fields}

    def test_value_number_and_latest_day_of_won_deals(self) -> None:
        found = self.metrics(
            {
                "deal_id": ["1", "2", "3", "4"],
                "stage": ["Closed Won", "open", "Closed Won", "lost"],
                "created_on": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"],
                "close_date": ["2026-02-13", "", "2026-02-14", "2026-02-14"],
                "list_price": ["10", "10", "20", "20"],
                "amount": ["9", "9", "18", "18"],
            }
            | {"status": ["won", "open", "won", "open"]}
        )
        won = {"where": (("status", ("won",)),), "day": "close_date"}
        assert found == {
            "deals_value": (FieldType.MONEY, Metric(Source.DEALS, Aggregate.SUM, "amount", **won)),
            "deals": (FieldType.NUMBER, Metric(Source.DEALS, Aggregate.COUNT, **won)),
            "last_deal": (FieldType.DATE, Metric(Source.DEALS, Aggregate.LATEST, "close_date", **won)),
        }

    def test_deals_without_money_and_days_are_counted(self) -> None:
        found = self.metrics({"deal_id": ["1", "2"], "what": ["a", "b"]})
        assert found == {"deals": (FieldType.NUMBER, Metric(Source.DEALS, Aggregate.COUNT))}

    def test_deals_that_mostly_have_no_day_count_without_one(self) -> None:
        found = self.metrics({"amount": ["1", "2", "3"], "paid_on": ["2026-02-13", "", ""]})
        assert found["deals"] == (FieldType.NUMBER, Metric(Source.DEALS, Aggregate.COUNT))
        assert found["last_deal"] == (
            FieldType.DATE,
            Metric(Source.DEALS, Aggregate.LATEST, "paid_on", day="paid_on"),
        )


@pytest.mark.parametrize(
    "file", ["ravenstack/ravenstack_accounts.csv", "ravenstack/ravenstack_subscriptions.csv", "northwind/sales.csv"]
)
def test_real_tables_have_a_suggestion_without_problems_or_warnings(file: str) -> None:
    profiles = profile_table(read_table(EXAMPLES / file))
    found = suggest_segmentation(profiles, name="Real", kind=Kind.COMPANY, as_of=date(2024, 12, 31))
    assert [str(remark) for remark in (*find_problems(found), *find_warnings(found))] == []
    assert found.axes[0].bands == DEFAULT_BANDS
