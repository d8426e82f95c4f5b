"""A draft's structure: ranges, segments, bands and axes come and go, and nobody changes place without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.app.segmentation.axes import with_axis_added, with_axis_removed, with_axis_renamed
from satsuma.app.segmentation.editing import moved, with_parameters, with_range_added, with_range_removed
from satsuma.app.segmentation.grids import grid_of, rules_of
from satsuma.app.segmentation.naming import (
    with_band_added,
    with_band_removed,
    with_scale,
    with_segment_added,
    with_segment_removed,
)
from satsuma.domain.checks import find_problems
from satsuma.domain.model import (
    AgeRanges,
    Group,
    Groups,
    NumericRanges,
    Parameter,
    Ranges,
    Rule,
    Scale,
    Segmentation,
    YesNo,
)
from satsuma.domain.scoring import band_edges, place, score
from support.models import axis, by_range, field, plain, with_rules
from support.segmentations import segmentations

DAY = date(2026, 11, 26)
SOME = Groups((Group(("a",), 1), Group(("b",), 2)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NumericRanges((100, 500), (0, 4, 10)), NumericRanges((100, 500, 900), (0, 4, 10, 16))),
        (NumericRanges((100,), (3, 1)), NumericRanges((100, 200), (3, 1, -1))),
        (NumericRanges((0,), (0, 1)), NumericRanges((0, 1), (0, 1, 2))),
        (NumericRanges((-5,), (0, 1)), NumericRanges((-5, 0), (0, 1, 2))),
        (NumericRanges((0.1, 0.2), (0, 1, 2)), NumericRanges((0.1, 0.2, 0.3), (0, 1, 2, 3))),
        (NumericRanges((), (5,)), NumericRanges((100,), (5, 15))),
        (AgeRanges((30, 90), (9, 5, 1)), AgeRanges((30, 90, 150), (9, 5, 1, -3))),
        (SOME, Groups((*SOME.groups, Group((), 0)))),
        (YesNo(1, 0), YesNo(1, 0)),
    ],
)
def test_one_more_range_goes_on_as_those_before(before: Ranges, after: Ranges):
    assert with_range_added(Parameter("x", 1, before)).ranges == after


@pytest.mark.parametrize(
    ("row", "after"),
    [
        (0, NumericRanges((500,), (4, 10))),
        (1, NumericRanges((500,), (0, 10))),
        (2, NumericRanges((100,), (0, 4))),
        (3, NumericRanges((100, 500), (0, 4, 10))),
    ],
)
def test_a_range_that_goes_leaves_its_values_to_its_neighbour(row: int, after: Ranges):
    assert with_range_removed(Parameter("x", 1, NumericRanges((100, 500), (0, 4, 10))), row).ranges == after


def test_the_last_range_stays():
    for only in (NumericRanges((), (5,)), AgeRanges((), (5,)), Groups((Group(("a",), 1),)), YesNo(1, 0)):
        assert with_range_removed(Parameter("x", 1, only), 0).ranges == only
    assert with_range_removed(Parameter("x", 1, SOME), 0).ranges == Groups(SOME.groups[1:])
    assert with_range_removed(Parameter("x", 1, AgeRanges((1, 2), (1, 2, 3))), 2).ranges == AgeRanges((1,), (1, 2))


def test_parameters_move_one_place():
    a, b, c = (Parameter(key, 1, YesNo(1, 0)) for key in "abc")
    assert moved((a, b, c), 1, up=True) == (b, a, c)
    assert moved((a, b, c), 1, up=False) == (a, c, b)
    assert (moved((a, b, c), 0, up=True), moved((a, b, c), 2, up=False)) == ((a, b, c), (a, b, c))


def one(*edges: float, scale: Scale = Scale.PERCENT) -> Segmentation:
    names = ["Average", "Good", "Super", "VIP"][: len(edges) + 1]
    limits = dict(zip(names, [None, *edges], strict=True))
    return plain([field("size")], [by_range("size", [1, 2, 3], [0, 3, 7, 10], relevance=3)], limits, scale=scale)


def test_a_segment_comes_where_most_room_is():
    model, ids, number = with_segment_added(one(40, 60, 80), (1, 2, 3, 4))
    assert [(band.name, band.edge) for band in model.axes[0].bands] == [
        ("Average", None),
        ("Segment 5", 20),
        ("Good", 40),
        ("Super", 60),
        ("VIP", 80),
    ]
    assert (ids, number, find_problems(model)) == ((1, None, 2, 3, 4), 1, [])


def test_as_many_segments_as_are_possible_come_without_a_problem():
    model, ids = one(50), (None, None)
    for _more in range(60):
        model, ids, _number = with_segment_added(model, ids)
    assert (len(model.segments), len(ids), find_problems(model)) == (50, 50, [])


def test_a_segment_that_goes_leaves_its_scores_to_the_one_below():
    model, ids = with_segment_removed(one(40, 60, 80), (1, 2, 3, 4), 2)
    assert [(band.name, band.edge) for band in model.axes[0].bands] == [("Average", None), ("Good", 40), ("VIP", 80)]
    assert ids == (1, 2, 4)
    lowest, ids = with_segment_removed(model, ids, 0)
    assert ([(band.name, band.edge) for band in lowest.axes[0].bands], ids) == ([("Good", None), ("VIP", 80)], (2, 4))
    assert with_segment_removed(lowest, ids, 0) == (lowest, ids)


@settings(max_examples=40, deadline=None)
@given(segmentations(most_axes=1, most_parameters=3))
def test_another_scale_moves_nobody(model: Segmentation):
    there = with_scale(model, 0, Scale.POINTS)
    assert band_edges(there.axes[0]) == band_edges(model.axes[0])


@pytest.mark.parametrize("edges", [(1, 2, 30), (7, 11, 23), (0, 15, 30)])
def test_points_become_percent_and_points_again(edges: tuple[int, ...]):
    model = one(*edges, scale=Scale.POINTS)
    percent = with_scale(model, 0, Scale.PERCENT)
    assert band_edges(percent.axes[0]) == edges
    assert with_scale(percent, 0, Scale.POINTS) == model


def two() -> Segmentation:
    axes = [
        axis("Value", [by_range("size", [1], [0, 1])], {"low": None, "high": 1}),
        axis("Fit", [by_range("rank", [1, 2], [0, 1, 2])], {"bad": None, "fair": 1, "good": 2}),
    ]
    rules = [("A", {"Value": ["high"], "Fit": ["good"]}), ("B", {"Value": ["high"]}), ("C", {})]
    return with_rules([field("size"), field("rank")], axes, ["C", "B", "A"], rules)


def test_a_second_axis_moves_nobody():
    model = one(40, 60, 80)
    wider, ids = with_axis_added(model, (1, 2, 3, 4))
    assert (ids, [found.name for found in wider.axes]) == ((1, 2, 3, 4), ["Score", "Axis 2"])
    asked = with_parameters(wider, 1, [by_range("size", [1], [0, 1])])
    assert find_problems(asked) == []
    for size in (None, 0, 1, 2, 3, 9):
        assert score(asked, {"size": size}, DAY).segment == score(model, {"size": size}, DAY).segment
    again, ids = with_axis_removed(wider, ids, 1)
    assert (again.axes[0].bands, again.rules, ids) == (model.axes[0].bands, (), (1, 2, 3, 4))


def test_no_more_than_four_axes():
    model, ids = two(), (None, None, None)
    for _more in range(4):
        model, ids = with_axis_added(model, ids)
    assert [found.name for found in model.axes] == ["Value", "Fit", "Axis 3", "Axis 4"]
    fewer, ids = with_axis_removed(model, ids, 0)
    assert [rule.when for rule in fewer.rules] == [(("Fit", ("good",)),), (), ()]


def test_an_axis_under_another_name():
    assert [rule.when for rule in with_axis_renamed(two(), 1, "Match").rules] == [
        (("Value", ("high",)), ("Match", ("good",))),
        (("Value", ("high",)),),
        (),
    ]


def test_bands_of_several_axes_come_and_go_with_what_rules_say():
    model = with_band_added(two(), 1)
    assert [band.name for band in model.axes[1].bands] == ["bad", "fair", "good", "Level 4"]
    assert model.axes[1].bands[-1].edge == 3
    shorter = with_band_removed(two(), 1, 2)
    assert shorter.rules[0] == Rule("A", (("Value", ("high",)), ("Fit", ("fair",))))
    assert find_problems(shorter) == []
    assert with_band_removed(two(), 0, 0).axes == two().axes


def test_rules_give_the_next_segment_when_theirs_goes():
    model, ids = with_segment_removed(two(), (1, 2, 3), 2)
    assert ([rule.segment for rule in model.rules], ids) == (["B", "B", "C"], (1, 2))
    more, ids, number = with_segment_added(two(), (1, 2, 3))
    assert (more.own_segments[-1].name, ids, number) == ("Segment 4", (1, 2, 3, None), 3)


def test_a_grid_says_what_rules_give():
    assert grid_of(two()) == ((0, 0, 0), (1, 1, 2))


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=2))
def test_rules_made_of_a_grid_give_that_grid(grid: list[list[int]]):
    model = two()
    made = replace(model, rules=rules_of(model, grid))
    assert find_problems(made) == []
    assert {(row, column): place(made, (row, column)) for row, column in product(range(2), range(3))} == {
        (row, column): grid[row][column] for row, column in product(range(2), range(3))
    }


def test_a_cell_that_no_rule_gives_gets_the_commonest_segment():
    model = two()
    assert rules_of(model, ((None, None, 1), (1, 0, 1)))[-1] == Rule("B")
