"""The Pareto curve against sums made by hand, and its laws."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest

from satsuma.report import pareto


def test_the_curve_adds_up_values_from_the_largest_down() -> None:
    curve = pareto(pl.Series([10.0, 100.0, None, 40.0, 50.0]))
    assert curve is not None
    assert curve.points == ((0, 0), (0.2, 0.5), (0.4, 0.75), (0.6, 0.95), (0.8, 1), (1, 1))
    assert (curve.customers, curve.below_zero, curve.top) == (5, 0, (1, 0.5))


def test_a_value_below_zero_counts_as_nothing_and_is_told() -> None:
    curve = pareto(pl.Series([-30.0, 60.0, 20.0, -1.0]))
    assert curve is not None
    assert curve.points == ((0, 0), (0.25, 0.75), (0.5, 1), (0.75, 1), (1, 1))
    assert curve.below_zero == 2


@pytest.mark.parametrize("values", [[], [None, None], [0.0, None], [-5.0, 0.0]])
def test_without_a_positive_value_there_is_no_curve(values: list[float | None]) -> None:
    assert pareto(pl.Series(values, dtype=pl.Float64)) is None


@pytest.mark.parametrize(
    ("customers", "top"), [(1, 1), (2, 1), (7, 1), (8, 2), (12, 2), (13, 3), (100, 20), (2357, 471)]
)
def test_the_top_fifth_is_rounded_half_up_and_at_least_one_customer(customers: int, top: int) -> None:
    curve = pareto(pl.Series([1.0] * customers))
    assert curve is not None
    assert curve.top == (top, top / customers)


def test_tenths_of_a_cent_times_a_quadrillion_are_added_exactly() -> None:
    curve = pareto(pl.Series([1e15] * 9 + [0.0001, 0.0002]))
    assert curve is not None
    assert [share for _, share in curve.points[-3:]] == [
        9 * 10**19 / (9 * 10**19 + 3),
        (9 * 10**19 + 2) / (9 * 10**19 + 3),
        1.0,
    ]


@pytest.mark.parametrize("customers", [1, 2, 3, 189, 190, 191, 1000, 12_345])
def test_the_curve_never_falls_bends_down_and_ends_at_one_with_at_most_200_points(customers: int) -> None:
    curve = pareto(pl.Series([float(number * number % 997) + 1 for number in range(customers)]))
    assert curve is not None
    assert len(curve.points) <= 200
    assert (curve.points[0], curve.points[-1]) == ((0, 0), (1, 1))
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(curve.points)]
    assert min(slopes) >= 0
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(slopes))


def test_every_tenth_of_many_customers_is_a_point() -> None:
    curve = pareto(pl.Series([1.0] * 10_000))
    assert curve is not None
    assert {tenth / 10 for tenth in range(11)} <= {x for x, _ in curve.points}
