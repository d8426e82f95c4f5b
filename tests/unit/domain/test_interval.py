"""Cuts make ranges; the lower edge is inside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from satsuma.domain.interval import Interval, intervals, range_index

increasing_cuts = st.lists(
    st.integers(-50, 50) | st.decimals(-50, 50, places=2).map(float), unique=True, max_size=8
).map(sorted)


def test_the_lower_edge_is_inside_and_the_upper_edge_is_not():
    assert [range_index([100, 500], value) for value in (99.99, 100, 499.99, 500)] == [0, 1, 1, 2]


def test_no_cuts_make_one_range_without_ends():
    assert intervals([]) == [Interval(None, None)]
    assert range_index([], -1e15) == 0


def test_cuts_make_one_range_more_than_there_are_cuts():
    assert intervals([7, 9]) == [Interval(None, 7), Interval(7, 9), Interval(9, None)]


def test_an_interval_contains_its_lower_edge_and_not_its_upper():
    interval = Interval(7, 9)

    assert [value in interval for value in (6.99, 7, 8.99, 9)] == [False, True, True, False]


def test_an_interval_without_ends_contains_the_largest_numbers():
    assert -1e15 in Interval(None, 0)
    assert 1e15 in Interval(0, None)


@given(increasing_cuts, st.data())
def test_every_value_lies_in_the_one_interval_of_its_range_number(cuts: list[float], data: st.DataObject):
    edges = [*cuts, *(cut - 0.01 for cut in cuts)] or [0]
    value = data.draw(st.sampled_from(edges) | st.integers(-60, 60))

    containing = [number for number, interval in enumerate(intervals(cuts)) if value in interval]

    assert containing == [range_index(cuts, value)]
