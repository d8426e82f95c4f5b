"""How axes give the segment: the grid of two, the rules of more."""

from __future__ import annotations

from satsuma.report.axes import AxisBands, BandRow, GridRow, RuleRow, list_axes
from support.models import axis, by_range, field, plain, with_rules

FIELDS = [field("used")]
ASKED = [by_range("used", [1], [0, 10])]
EDGES = {"few": None, "many": 5}
RULES = [("yes", {"Fit": ["many"], "Use": ["few", "many"]}), ("no", {})]


def test_two_axes_are_shown_as_a_grid_with_the_highest_band_on_top() -> None:
    listed = list_axes(with_rules(FIELDS, [axis(name, ASKED, EDGES) for name in ("Fit", "Use")], ["no", "yes"], RULES))
    assert listed is not None
    assert listed.grid is not None
    assert (listed.grid.row_axis, listed.grid.column_axis, listed.grid.columns) == ("Fit", "Use", ("few", "many"))
    assert listed.grid.rows == (GridRow("many", (1, 1)), GridRow("few", (0, 0)))
    assert listed.axes[0] == AxisBands("Fit", (BandRow("many", "5 points or more"), BandRow("few", "under 5 points")))


def test_three_axes_are_told_by_their_rules_in_order() -> None:
    axes = [axis(name, ASKED, EDGES) for name in ("Fit", "Use", "Money")]
    listed = list_axes(with_rules(FIELDS, axes, ["no", "yes"], RULES))
    assert listed is not None
    assert listed.grid is None
    assert listed.rules == (RuleRow("Fit: many; Use: few or many", 1), RuleRow("everybody else", 0))


def test_what_a_long_list_of_rules_leaves_off_is_counted() -> None:
    axes = [axis(name, ASKED, EDGES) for name in ("Fit", "Use", "Money")]
    listed = list_axes(with_rules(FIELDS, axes, ["no", "yes"], [*RULES[:1] * 120, *RULES[1:]]))
    assert listed is not None
    assert (len(listed.rules), listed.left_off) == (100, 21)


def test_a_grid_of_more_than_a_hundred_cells_is_told_by_its_rules() -> None:
    edges = {"few": None, **{f"band {edge}": edge for edge in range(1, 11)}}
    rules = [("yes", {"Fit": ["few"]}), ("no", {})]
    listed = list_axes(with_rules(FIELDS, [axis(name, ASKED, edges) for name in ("Fit", "Use")], ["no", "yes"], rules))
    assert listed is not None
    assert (listed.grid, len(listed.rules)) == (None, 2)


def test_a_single_axis_has_no_such_section() -> None:
    assert list_axes(plain(FIELDS, ASKED, EDGES)) is None
