"""The histogram's shapes stand where the scores say."""

from __future__ import annotations

import pytest

from satsuma.domain.model import Scale, Segmentation
from satsuma.domain.scoring import band_edges, score_span
from satsuma.engine.preview import Bin, Preview
from satsuma.report import chart
from satsuma.report.histogram import BinRow, draw_histogram
from support.models import axis, by_range, field, plain, with_rules


def drawn_preview(segmentation: Segmentation, bins: list[Bin]) -> Preview:
    """A preview of which only the histogram matters."""
    edges = () if segmentation.has_rules else band_edges(segmentation.axes[0])
    return Preview(sum(each.customers for each in bins), (), tuple(bins), edges, 1.0, (), ())


def up_to(highest: int, edges: dict[str, int | None], scale: Scale = Scale.POINTS) -> Segmentation:
    """One parameter that gives 0 or `highest` points."""
    return plain([field("used")], [by_range("used", [1], [0, highest])], edges, scale=scale)


def test_bars_have_the_heights_of_their_counts_and_the_colours_of_their_segments() -> None:
    segmentation = up_to(3, {"low": None, "high": 2})
    drawn = draw_histogram(
        segmentation, drawn_preview(segmentation, [Bin(0, 0, 10), Bin(1, 1, 0), Bin(2, 2, 5), Bin(3, 3, 20)])
    )
    assert [(bar.segment, bar.height / chart.PLOT_HEIGHT) for bar in drawn.bars] == [(0, 0.5), (1, 0.25), (1, 1.0)]
    assert [bar.x for bar in drawn.bars] == [chart.across(0), chart.across(0.5), chart.across(0.75)]
    assert all(bar.y + bar.height == pytest.approx(chart.FLOOR) for bar in drawn.bars)
    assert drawn.edges == (chart.across(0.5),)


def test_a_bar_that_an_edge_crosses_is_split_there() -> None:
    segmentation = up_to(9, {"low": None, "high": 3})
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, [Bin(0, 4, 8), Bin(5, 9, 0)]))
    low, high = drawn.bars
    assert (low.segment, high.segment) == (0, 1)
    assert (low.x, low.width) == (chart.across(0), pytest.approx(chart.PLOT_WIDTH * 0.3, abs=0.02))
    assert high.x == chart.across(0.3)
    assert drawn.rows[0] == BinRow("0 to 4", "low, high", 8)


def test_the_last_bar_is_as_wide_as_the_others() -> None:
    segmentation = up_to(10, {"low": None, "high": 9})
    bins = [Bin(0, 3, 1), Bin(4, 7, 1), Bin(8, 10, 1)]
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, bins))
    ends = [bar.x + bar.width for bar in drawn.bars]
    assert ends[-1] - drawn.bars[-2].x == pytest.approx(drawn.bars[0].width, abs=0.05)
    assert [row.scores for row in drawn.rows] == ["0 to 3", "4 to 7", "8 to 10"]


def test_one_customer_among_a_million_is_seen() -> None:
    segmentation = up_to(1, {"low": None, "high": 1})
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, [Bin(0, 0, 999_999), Bin(1, 1, 1)]))
    assert drawn.bars[1].height == 1.5
    assert [tick.text for tick in drawn.y_ticks] == ["0", "500 k"]


def test_percent_ticks_stand_at_the_scores_that_they_mean() -> None:
    segmentation = up_to(100, {"low": None, "high": 40}, Scale.PERCENT)
    lowest, highest = score_span(segmentation.axes[0])
    bins = [Bin(score, score, 1) for score in range(lowest, highest + 1)]
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, bins))
    middles = [round(bar.x + chart.PLOT_WIDTH / 101 / 2) for bar in drawn.bars]
    assert [(tick.text, round(tick.x)) for tick in drawn.x_ticks] == [
        (f"{tenth} %", middles[tenth]) for tenth in range(0, 101, 20)
    ]
    assert [label.text for label in drawn.edge_labels] == ["40"]


def test_an_edge_that_no_score_reaches_is_not_drawn() -> None:
    segmentation = up_to(3, {"low": None, "high": 2, "never": 10})
    bins = [Bin(score, score, 1) for score in range(4)]
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, bins))
    assert [label.text for label in drawn.names] == ["low", "high"]
    assert len(drawn.edges) == 1


def test_labels_that_would_run_into_each_other_are_left_off() -> None:
    segmentation = up_to(1000, {"low": None, **{f"segment {edge}": edge for edge in range(500, 540)}})
    bins = [Bin(start, min(start + 25, 1000), 1) for start in range(0, 1001, 26)]
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, bins))
    assert [label.text for label in drawn.edge_labels] == ["500"]
    assert [label.text for label in drawn.names] == ["low", "segment 539"]
    assert len(drawn.edges) == 40


def test_a_name_without_room_is_shortened_and_left_off_on_narrow_screens() -> None:
    label = chart.fitted(100, 10, 80, "A very long name of a segment")
    assert label == chart.Label(100, 10, "A very l…", wide_only=True)
    assert chart.fitted(100, 10, 20, "A very long name") is None
    assert chart.fitted(100, 10, 80, "VIP") == chart.Label(100, 10, "VIP", wide_only=False)


def test_several_axes_have_neither_colours_nor_edges() -> None:
    axes = [axis(name, [by_range("used", [1], [0, 1])], {"few": None, "many": 1}) for name in ("Fit", "Use")]
    segmentation = with_rules([field("used")], axes, ["no", "yes"], [("yes", {"Fit": ["many"]}), ("no", {})])
    drawn = draw_histogram(segmentation, drawn_preview(segmentation, [Bin(0, 0, 3), Bin(1, 1, 0), Bin(2, 2, 4)]))
    assert {bar.segment for bar in drawn.bars} == {None}
    assert (drawn.grounds, drawn.edges, drawn.names, drawn.edge_labels) == ((), (), (), ())
    assert drawn.title == "Customers by total score"
