"""A preview says of everybody what the specification says of each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.domain.model import Combine, Segmentation
from satsuma.engine import preview
from satsuma.engine.facts import Contacts
from satsuma.engine.preview import MAX_BINS, AxisPreview, Bin, Cells, Move, Preview, SegmentSize
from satsuma.engine.snapshot import Snapshot
from support.contacts import AS_OF, contacts
from support.models import axis, by_answer, by_group, by_range, field, plain, with_rules
from support.previews import worked_out
from support.segmentations import segmentations

SIZE = plain([field("size"), field("worth", "money")], [by_range("size", [10], [0, 4])], {"low": None, "high": 4})
EVERYBODY = Contacts(
    pl.Series("key", list("abcde")),
    {
        "size": pl.Series([5.0, 10.0, 11.0, None, 9.0]),
        "worth": pl.Series([0.1, 0.2, 0.7, 1_000_000_000.0001, None]),
    },
)


def earlier(segmentation: Segmentation, count: int, seed: int) -> list[str | None]:
    """Earlier segments: those of today, one that is no more, and none."""
    names = [*(segment.name for segment in segmentation.segments), "a segment of last year", None]
    return [names[(seed + 7 * number) % len(names)] for number in range(count)]


@settings(max_examples=40, deadline=None)
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 40))
def test_a_preview_is_what_the_specification_adds_up_to(segmentation: Segmentation, seed: int, count: int) -> None:
    everybody = contacts(segmentation, seed, count)
    current = earlier(segmentation, count, seed)
    found = Snapshot(everybody, AS_OF, None, pl.Series(current, dtype=pl.String)).preview(segmentation)
    assert found == worked_out(segmentation, everybody, AS_OF, None, current)


@settings(max_examples=40, deadline=None)
@given(segmentation=segmentations(most_axes=2), seed=st.integers(0, 2**32), count=st.integers(1, 40))
def test_the_parts_of_a_preview_add_up(segmentation: Segmentation, seed: int, count: int) -> None:
    found = Snapshot(contacts(segmentation, seed, count), AS_OF).preview(segmentation)
    assert found.customers == count
    assert sum(size.customers for size in found.segments) == count
    assert sum(size.share for size in found.segments) == pytest.approx(1)
    assert sum(score_bin.customers for score_bin in found.histogram) == count
    assert 1 <= len(found.histogram) <= MAX_BINS
    assert [right.lower - left.upper for left, right in pairwise(found.histogram)] == [1] * (len(found.histogram) - 1)
    for parameter, counts in found.lines:
        hit = sum(line_count.customers for line_count in counts)
        assert hit >= count if segmentation.field(parameter.field).type == "choices" else hit == count
    assert found.moves == ()


def test_values_are_exact_and_missing_ones_add_nothing() -> None:
    found = Snapshot(EVERYBODY, AS_OF, "worth").preview(SIZE)
    assert found == worked_out(SIZE, EVERYBODY, AS_OF, "worth")
    low, high = found.segments
    assert (low, high) == (
        SegmentSize("low", None, 3, 0.6, 1_000_000_000.1001, 2 / 3),
        SegmentSize("high", None, 2, 0.4, 0.9, 1.0),
    )


def test_the_value_may_be_a_field_that_no_parameter_asks_for() -> None:
    assert Snapshot(EVERYBODY, AS_OF, "worth").values(SIZE).to_list() == EVERYBODY.values["worth"].to_list()


def test_nobody_at_all() -> None:
    nobody = Contacts(
        pl.Series("key", [], dtype=pl.String),
        {"size": pl.Series([], dtype=pl.Float64), "worth": pl.Series([], dtype=pl.Float64)},
    )
    bars = tuple(Bin(score, score, 0, (0, 0)) for score in range(5))
    assert Snapshot(nobody, AS_OF, "worth", pl.Series([], dtype=pl.String)).preview(SIZE) == Preview(
        customers=0,
        segments=(SegmentSize("low", None, 0, 0.0, 0.0, 1.0), SegmentSize("high", None, 0, 0.0, 0.0, 1.0)),
        histogram=bars,
        edges=(4,),
        coverage=1.0,
        lines=worked_out(SIZE, nobody, AS_OF, "worth").lines,
        moves=(),
        axes=(AxisPreview("Score", 0, 4, (4,), bars),),
        cells=Cells(((),), (), (), ()),
    )


def test_choices_in_sum_mode_count_every_group_that_is_hit() -> None:
    segmentation = plain(
        [field("brands", "choices", options=["a", "b", "c"])],
        [by_group("brands", {"a": 1, "b, c": 2}, anything_else=-1, combine=Combine.SUM)],
        {"low": None, "high": 3},
    )
    brands = pl.Series([["a", "b", "c"], ["b"], ["x"], None, ["x", "a"]], dtype=pl.List(pl.String))
    found = Snapshot(Contacts(pl.Series("key", list("abcde")), {"brands": brands}), AS_OF).preview(segmentation)
    ((_, counts),) = found.lines
    assert [(count.line.points, count.customers) for count in counts] == [(1, 2), (2, 2), (-1, 1), (0, 1)]


def test_flows_hold_those_who_stay_too_and_what_they_are_worth() -> None:
    current = pl.Series(["low", "high", None, "low", None])
    found = Snapshot(EVERYBODY, AS_OF, "worth", current).preview(SIZE)
    assert found.flows == (
        Move(None, "low", 1, 0.0),
        Move("low", "low", 2, 1_000_000_000.1001),
        Move(None, "high", 1, 0.7),
        Move("high", "high", 1, 0.2),
    )
    assert found.moves == (found.flows[0], found.flows[2])
    assert found.cells == Cells(
        ((0, 0, 4, 4),), (None, "low", None, "high"), (1, 2, 1, 1), (0.0, 1_000_000_000.1001, 0.7, 0.2)
    )


def test_moves_are_changes_only_and_newcomers_come_from_nowhere() -> None:
    current = pl.Series(["low", "high", None, "gone", "high"])
    assert Snapshot(EVERYBODY, AS_OF, None, current).preview(SIZE).moves == (
        Move("gone", "low", 1),
        Move("high", "low", 1),
        Move(None, "high", 1),
    )


def test_nobody_moves_when_nothing_changes() -> None:
    current = pl.Series(["low", "high", "high", "low", "low"])
    assert Snapshot(EVERYBODY, AS_OF, None, current).preview(SIZE).moves == ()


def test_several_axes_have_one_total_and_no_edges() -> None:
    segmentation = with_rules(
        [field("size"), field("vip", "yes_no")],
        [
            axis("Fit", [by_range("size", [10], [-2, 2])], {"poor": None, "good": 0}),
            axis("Love", [by_answer("vip", yes=3, no=0)], {"cold": None, "warm": 1}),
        ],
        ["Low", "High"],
        [("High", {"Fit": ["good"], "Love": ["warm"]}), ("Low", {})],
    )
    everybody = Contacts(pl.Series("key", list("ab")), {"size": pl.Series([10.0, 1.0]), "vip": pl.Series([True, True])})
    found = Snapshot(everybody, AS_OF).preview(segmentation)
    assert found.edges == ()
    assert [(each.lower, each.customers) for each in found.histogram] == [
        (-2, 0), (-1, 0), (0, 0), (1, 1), (2, 0), (3, 0), (4, 0), (5, 1),
    ]  # fmt: skip
    assert [size.customers for size in found.segments] == [1, 1]


def test_each_axis_has_a_histogram_by_its_bands() -> None:
    segmentation = with_rules(
        [field("size"), field("vip", "yes_no")],
        [
            axis("Fit", [by_range("size", [10], [-2, 2])], {"poor": None, "good": 0}),
            axis("Love", [by_answer("vip", yes=3, no=0)], {"cold": None, "warm": 1}),
        ],
        ["Low", "High"],
        [("High", {"Fit": ["good"]}), ("Low", {})],
    )
    everybody = Contacts(pl.Series("key", list("ab")), {"size": pl.Series([10.0, 1.0]), "vip": pl.Series([True, True])})
    fit, love = Snapshot(everybody, AS_OF).preview(segmentation).axes
    assert (fit.name, fit.lowest, fit.highest, fit.edges, love.name, love.edges) == ("Fit", -2, 2, (0,), "Love", (1,))
    assert fit.histogram == tuple(
        Bin(score, score, *({-2: (1, (1, 0)), 2: (1, (0, 1))}.get(score, (0, (0, 0))))) for score in range(-2, 3)
    )
    assert love.histogram == (*(Bin(score, score, 0, (0, 0)) for score in range(3)), Bin(3, 3, 2, (0, 2)))


def test_thresholds_can_be_told_from_cells_alone() -> None:
    """As a browser does it."""
    segmentation = plain([field("size")], [by_range("size", [1, 2, 3], [0, 5, 7, 9])], {"low": None, "high": 6})
    everybody = Contacts(pl.Series("key", list("abcd")), {"size": pl.Series([0.0, 1.5, 2.5, 3.0])})
    cells = Snapshot(everybody, AS_OF).preview(segmentation).cells
    assert cells is not None
    pairs = list(zip(cells.scores[0], cells.customers, strict=True))
    assert [sum(customers for score, customers in pairs if score >= edge) for edge in (5, 6, 8)] == [3, 2, 1]


def test_more_cells_than_a_browser_is_sent_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    one = plain([field("size")], [by_range("size", [1, 2, 3], [0, 5, 7, 9])], {"low": None, "high": 6})
    parts = [axis(name, one.axes[0].parameters, {"low": None, "high": 6}) for name in ("Fit", "Love")]
    two = with_rules([field("size")], parts, ["Low", "High"], [("High", {"Fit": ["high"]}), ("Low", {})])
    everybody = Contacts(pl.Series("key", list("abcd")), {"size": pl.Series([0.0, 1.5, 2.5, 3.0])})
    for segmentation in (one, two):
        monkeypatch.setattr(preview, "MAX_CELLS", 4)
        found = Snapshot(everybody, AS_OF).preview(segmentation)
        assert found == worked_out(segmentation, everybody, AS_OF)
        assert found.cells is not None
        monkeypatch.setattr(preview, "MAX_CELLS", 3)
        assert Snapshot(everybody, AS_OF).preview(segmentation) == replace(found, cells=None)
