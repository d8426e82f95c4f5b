"""The histogram of scores as shapes: bars by segment, edges, labels, and the same as a table. Called by `page`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from satsuma.domain.interval import range_index
from satsuma.domain.model import Axis, Scale, Segmentation
from satsuma.domain.scoring import score_span
from satsuma.domain.wording import number_text
from satsuma.engine.preview import Bin, Preview
from satsuma.report import chart
from satsuma.report.chart import Label
from satsuma.report.texts import customers_text, scale_unit, tick_text, whole

TICKS = 5
BAR_GAP = 1.5
SMALLEST_BAR = 1.5
"""One customer among a million is still seen."""
NAMES_AT, EDGES_AT, TICKS_AT = 17, 39, chart.FLOOR + 23


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle; `segment` is the number of the segment whose colour it has, None for the page's own."""

    x: float
    y: float
    width: float
    height: float
    segment: int | None


@dataclass(frozen=True, slots=True)
class BinRow:
    """One bar as a row of the table."""

    scores: str
    segments: str
    customers: int


@dataclass(frozen=True, slots=True)
class Histogram:
    """Everything that the picture shows. `grounds` are the bands behind the bars, `edges` their inner borders."""

    title: str
    description: str
    caption: str
    grounds: tuple[Shape, ...]
    bars: tuple[Shape, ...]
    edges: tuple[float, ...]
    names: tuple[Label, ...]
    edge_labels: tuple[Label, ...]
    x_ticks: tuple[Label, ...]
    y_ticks: tuple[Label, ...]
    rows: tuple[BinRow, ...]


@dataclass(frozen=True, slots=True)
class _Scores:
    """The plot's scores: each is a column of equal width. All bars are `width` scores wide, so the last one may reach
    from the `highest` possible score up to `end`. `edges` are those up to the highest score."""

    lowest: int
    highest: int
    width: int
    end: int
    edges: tuple[int, ...]

    def at(self, score: float) -> float:
        """Where the column of a score begins."""
        share = (score - self.lowest) / (self.end + 1 - self.lowest)
        return chart.across(min(max(share, 0.0), 1.0))

    def pieces(self, lower: int, upper: int) -> Iterator[tuple[int, int, int]]:
        """The scores from `lower` to `upper`, both inside, cut at edges: first, last and the band of each piece."""
        inner = sorted({edge for edge in self.edges if lower < edge <= upper})
        for first, after in pairwise([lower, *inner, upper + 1]):
            yield first, after - 1, range_index(self.edges, first)


def draw_histogram(segmentation: Segmentation, preview: Preview) -> Histogram:
    """Customers by score. With several axes by their scores added up, without segments: these do not follow from the
    sum. A bar that an edge crosses has both colours; how its customers divide is told by the sizes only."""
    bins = preview.histogram
    scores = _scores(preview)
    axis = None if segmentation.has_rules else segmentation.axes[0]
    top = max(1, *(each.customers for each in bins))
    bounds = tuple(dict.fromkeys(scores.at(edge) for edge in scores.edges if edge > scores.lowest))
    return Histogram(
        title="Customers by score" if axis else "Customers by total score",
        description=_description(segmentation, preview),
        caption=_caption(axis, scores.width, bounds),
        grounds=tuple(_shapes(scores, scores.lowest, scores.end, 1.0, 0.0)) if axis else (),
        bars=tuple(_bars(scores, bins, top, colored=axis is not None)),
        edges=bounds,
        names=tuple(_names(scores, axis)) if axis else (),
        edge_labels=tuple(_edge_labels(scores, axis)) if axis else (),
        x_ticks=tuple(_x_ticks(scores, axis)),
        y_ticks=tuple(_y_ticks(top)),
        rows=tuple(_rows(segmentation, scores, bins)),
    )


def _scores(preview: Preview) -> _Scores:
    first, last = preview.histogram[0], preview.histogram[-1]
    width = first.upper - first.lower + 1
    edges = tuple(edge for edge in preview.edges if edge <= last.upper)
    return _Scores(first.lower, last.upper, width, last.lower + width - 1, edges)


def _shapes(scores: _Scores, lower: int, upper: int, height: float, gap: float) -> Iterator[Shape]:
    for first, last, band in scores.pieces(lower, upper):
        x, end = scores.at(first), scores.at(last + 1)
        trim = gap if last == upper else 0.0
        yield Shape(x, chart.up(height), round(max(end - x - trim, 0.5), 2), round(chart.PLOT_HEIGHT * height, 2), band)


def _bars(scores: _Scores, bins: Sequence[Bin], top: int, *, colored: bool) -> Iterator[Shape]:
    for each in bins:
        if not each.customers:
            continue
        height = max(each.customers / top, SMALLEST_BAR / chart.PLOT_HEIGHT)
        for shape in _shapes(scores, each.lower, each.lower + scores.width - 1, height, BAR_GAP):
            yield shape if colored else Shape(shape.x, shape.y, shape.width, shape.height, None)


def _names(scores: _Scores, axis: Axis) -> Iterator[Label]:
    for first, last, band in scores.pieces(scores.lowest, scores.end):
        begin, end = scores.at(first), scores.at(last + 1)
        if label := chart.fitted(round((begin + end) / 2, 2), NAMES_AT, end - begin - chart.GAP, axis.bands[band].name):
            yield label


def _edge_labels(scores: _Scores, axis: Axis) -> Iterator[Label]:
    given = zip(scores.edges, axis.bands[1:], strict=False)
    shown = [(edge, band.edge) for edge, band in given if band.edge is not None and edge > scores.lowest]
    return chart.spread([Label(scores.at(edge), EDGES_AT, number_text(text)) for edge, text in shown])


def _x_ticks(scores: _Scores, axis: Axis | None) -> Iterator[Label]:
    if axis and axis.scale is Scale.PERCENT:
        lowest, highest = score_span(axis)
        percents = range(0, 101, 20) if highest > lowest else (0,)
        places = [(lowest + tenth * (highest - lowest) / 100, f"{tenth} %") for tenth in percents]
    else:
        step = chart.step_for(scores.highest - scores.lowest, TICKS)
        first = -(-scores.lowest // step) * step
        places = [(float(score), tick_text(score)) for score in range(first, scores.highest + 1, step)]
    return chart.spread([Label(_middle(scores, place), TICKS_AT, text) for place, text in places])


def _middle(scores: _Scores, score: float) -> float:
    """The middle of a score's column."""
    return round((scores.at(score) + scores.at(score + 1)) / 2, 2)


def _y_ticks(top: int) -> Iterator[Label]:
    for count in range(0, top + 1, chart.step_for(top, TICKS - 1)):
        yield Label(chart.LEFT - 8, chart.up(count / top), tick_text(count))


def _rows(segmentation: Segmentation, scores: _Scores, bins: Sequence[Bin]) -> Iterator[BinRow]:
    names = [segment.name for segment in segmentation.segments]
    for each in bins:
        both = f"{whole(each.lower)} to {whole(each.upper)}" if each.upper > each.lower else whole(each.lower)
        crossed = [] if segmentation.has_rules else scores.pieces(each.lower, each.upper)
        yield BinRow(both, ", ".join(names[band] for _, _, band in crossed), each.customers)


def _caption(axis: Axis | None, width: int, bounds: Sequence[float]) -> str:
    bar = "Each bar is one score." if width == 1 else f"Each bar holds {width:,} scores."
    if axis is None:
        return f"The scores of all axes added up. {bar}"
    if not bounds:
        return bar
    return f"Lines are the edges between segments, in {'percent' if scale_unit(axis) == '%' else 'points'}. {bar}"


def _description(segmentation: Segmentation, preview: Preview) -> str:
    if segmentation.has_rules:
        return f"{customers_text(preview.customers)} by the scores of all axes added up."
    return "; ".join(f"{size.name} {customers_text(size.customers)}" for size in preview.segments) + "."
