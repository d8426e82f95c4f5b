"""What each aggregate, condition and window counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from satsuma.domain.metrics import PER_UNIT, Role, Row, RowColumn, measure, row_columns
from satsuma.domain.model import Aggregate, Metric, Source
from support.models import AS_OF, days_ago

STAGE = RowColumn(Role.TEXT, "stage")
PRODUCT = RowColumn(Role.TEXT, "product")
VALUE = RowColumn(Role.AMOUNT, "value")
CLOSED_ON = RowColumn(Role.DAY, "closed_on")


def deal(
    value: float | None = None, stage: str | None = "won", product: str | None = None, age_days: int | None = 0
) -> Row:
    return {
        VALUE: None if value is None else round(value * PER_UNIT),
        STAGE: stage,
        PRODUCT: product,
        CLOSED_ON: None if age_days is None else days_ago(age_days),
    }


def metric(aggregate: Aggregate | str, column: str | None = None, **facts: Any) -> Metric:
    return Metric(Source.DEALS, Aggregate(aggregate), column, **facts)


WON = (("stage", ("won",)),)


class TestAggregates:
    DEALS = (deal(10.5, product="Alfa"), deal(2, product="ALFA "), deal(None, product="Beta"), deal(7, product=None))

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (metric("count"), 4),
            (metric("sum", "value"), 19.5),
            (metric("mean", "value"), 6.5),
            (metric("min", "value"), 2.0),
            (metric("max", "value"), 10.5),
            (metric("distinct", "product"), 2),
            (metric("share", where=(("product", ("alfa",)),)), 0.5),
        ],
        ids=lambda one: one.aggregate if isinstance(one, Metric) else "",
    )
    def test_an_aggregate_leaves_empty_cells_out(self, asked: Metric, expected: float):
        assert measure(asked, self.DEALS, AS_OF) == expected

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [(metric("latest", "closed_on"), days_ago(-3)), (metric("earliest", "closed_on"), days_ago(40))],
    )
    def test_latest_and_earliest_are_days(self, asked: Metric, expected: date):
        deals = [deal(age_days=5), deal(age_days=40), deal(age_days=None), deal(age_days=-3)]

        assert measure(asked, deals, AS_OF) == expected


class TestNothingToMeasure:
    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            (metric("count"), 0),
            (metric("sum", "value"), 0),
            (metric("distinct", "product"), 0),
            (metric("mean", "value"), None),
            (metric("min", "value"), None),
            (metric("max", "value"), None),
            (metric("latest", "closed_on"), None),
            (metric("earliest", "closed_on"), None),
            (metric("share", where=WON), None),
        ],
        ids=lambda one: one.aggregate if isinstance(one, Metric) else "",
    )
    def test_without_rows_counts_and_sums_are_nought_and_the_rest_has_no_data(
        self, asked: Metric, expected: int | None
    ):
        assert measure(asked, [], AS_OF) == expected

    def test_rows_with_empty_cells_only_are_like_no_rows(self):
        assert measure(metric("sum", "value"), [deal(None)], AS_OF) == 0
        assert measure(metric("mean", "value"), [deal(None)], AS_OF) is None

    def test_a_share_of_rows_none_of_which_meets_is_nought_and_not_missing(self):
        assert measure(metric("share", where=WON), [deal(stage="lost")], AS_OF) == 0


class TestConditions:
    def test_all_conditions_must_hold_and_any_of_their_values_may(self):
        deals = [
            deal(1, "won", "Alfa"),
            deal(10, "Won ", "beta"),
            deal(100, "lost", "Alfa"),
            deal(1000, "won", "Gamma"),
            deal(10000, None, "Alfa"),
            deal(100000, "won", None),
        ]
        asked = metric("sum", "value", where=(("stage", ("WON", "signed")), ("product", ("ALFA", "Beta"))))

        assert measure(asked, deals, AS_OF) == 11

    def test_a_share_divides_by_the_rows_of_the_window(self):
        deals = [deal(stage="won"), deal(stage="lost"), deal(stage="won", age_days=10), deal(age_days=-1)]
        asked = metric("share", where=WON, day="closed_on", within_days=10)

        assert measure(asked, deals, AS_OF) == 1 / 2


class TestWindow:
    def count(self, *ages: int | None, as_of: date = AS_OF, **window: Any) -> Any:
        return measure(metric("count", **window), [deal(age_days=age) for age in ages], as_of)

    def test_without_a_day_every_row_counts(self):
        assert self.count(0, 5000, -5, None) == 4

    def test_rows_after_the_scoring_day_and_rows_without_a_day_never_count(self):
        assert self.count(0, 5000, -1, None, day="closed_on") == 2

    def test_the_window_holds_fewer_days_than_its_width(self):
        assert self.count(0, 29, 30, 31, day="closed_on", within_days=30) == 2

    def test_a_window_of_one_day_is_the_scoring_day(self):
        assert self.count(-1, 0, 1, day="closed_on", within_days=1) == 1

    def test_a_window_over_the_leap_day(self):
        rows = [{CLOSED_ON: date(2024, 2, day)} for day in (27, 28, 29)]
        asked = metric("count", day="closed_on", within_days=2)

        assert measure(asked, rows, date(2024, 3, 1)) == 1

    def test_a_window_wider_than_the_calendar(self):
        rows = [{CLOSED_ON: date.min}, {CLOSED_ON: date.min + timedelta(1)}]
        asked = metric("count", day="closed_on", within_days=10**6)

        assert measure(asked, rows, date(2, 1, 1)) == 2


class TestExactness:
    def test_sums_of_cents_are_exact(self):
        assert measure(metric("sum", "value"), [deal(0.1), deal(0.2)] * 50, AS_OF) == 15

    def test_a_mean_is_divided_once(self):
        assert measure(metric("mean", "value"), [deal(0.1), deal(0.1), deal(0.2)], AS_OF) == 4000 / 30000

    def test_large_amounts_that_cancel_leave_the_small_one(self):
        amounts: list[Row] = [{VALUE: 10**18}, {VALUE: 1}, {VALUE: -(10**18)}]

        assert measure(metric("sum", "value"), amounts, AS_OF) == 0.0001

    def test_beyond_what_a_double_holds_sum_smallest_and_largest_are_divided_as_doubles(self):
        """As engines divide: 9,008,324,390,633,419 ten-thousandths have no double of their own."""
        amount: list[Row] = [{VALUE: 9_008_324_390_633_419}]
        as_double = 9_008_324_390_633_420 / PER_UNIT

        measured = {name: measure(metric(name, "value"), amount, AS_OF) for name in ("sum", "mean", "min", "max")}

        assert measured == dict.fromkeys(("sum", "mean", "min", "max"), as_double)


class TestColumns:
    def test_the_same_column_is_read_in_each_role_it_has(self):
        asked = metric("latest", "closed_on", where=(("closed_on", ("2026-01-01",)), ("stage", ("won",))), day="day")

        assert list(row_columns(asked)) == [
            RowColumn(Role.DAY, "closed_on"),
            RowColumn(Role.DAY, "day"),
            RowColumn(Role.TEXT, "closed_on"),
            RowColumn(Role.TEXT, "stage"),
        ]

    @pytest.mark.parametrize(
        ("aggregate", "role"),
        [
            ("sum", Role.AMOUNT),
            ("mean", Role.AMOUNT),
            ("min", Role.AMOUNT),
            ("max", Role.AMOUNT),
            ("latest", Role.DAY),
            ("earliest", Role.DAY),
            ("distinct", Role.TEXT),
        ],
    )
    def test_the_aggregate_says_how_its_column_is_read(self, aggregate: str, role: Role):
        assert list(row_columns(metric(aggregate, "some"))) == [RowColumn(role, "some")]

    def test_a_count_reads_its_conditions_only(self):
        assert list(row_columns(metric("count", where=WON))) == [STAGE]
