"""Segmentations of several axes: the bands of each axis and what their combinations give. Called by `page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from satsuma.domain.interval import intervals
from satsuma.domain.model import Axis, Rule, Segmentation
from satsuma.domain.scoring import place
from satsuma.report.texts import band_text, cut

MAX_GRID_CELLS = 100
"""Larger grids than ten by ten are told by their rules."""
MAX_RULES = 100


@dataclass(frozen=True, slots=True)
class BandRow:
    name: str
    scores: str


@dataclass(frozen=True, slots=True)
class AxisBands:
    """An axis and its bands, highest first."""

    name: str
    bands: tuple[BandRow, ...]


@dataclass(frozen=True, slots=True)
class GridRow:
    """A band of the first axis, and the number of the segment that it gives with each band of the second."""

    band: str
    segments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Two axes: rows are the first one's bands, highest first; columns the second one's, lowest first."""

    row_axis: str
    column_axis: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule: what it asks, in words, and the number of its segment."""

    condition: str
    segment: int


@dataclass(frozen=True, slots=True)
class Axes:
    """The axes with their bands, and either the grid of two of them or the rules in order. `left_off` counts the rules
    that the list leaves off."""

    axes: tuple[AxisBands, ...]
    grid: Grid | None
    rules: tuple[RuleRow, ...]
    left_off: int


def list_axes(segmentation: Segmentation) -> Axes | None:
    """None for a single axis: its bands are the segments."""
    if not segmentation.has_rules:
        return None
    axes = tuple(AxisBands(axis.name, tuple(_bands(axis))) for axis in segmentation.axes)
    if len(axes) == 2 and len(axes[0].bands) * len(axes[1].bands) <= MAX_GRID_CELLS:
        return Axes(axes, _grid(segmentation), (), 0)
    left_off = max(len(segmentation.rules) - MAX_RULES, 0)
    return Axes(axes, None, tuple(_rules(segmentation)), left_off)


def _bands(axis: Axis) -> Iterator[BandRow]:
    edges = [band.edge for band in axis.bands[1:] if band.edge is not None]
    for band, interval in reversed(list(zip(axis.bands, intervals(edges), strict=True))):
        yield BandRow(band.name, band_text(axis, interval))


def _grid(segmentation: Segmentation) -> Grid:
    first, second = segmentation.axes
    columns = range(len(second.bands))
    rows = [
        GridRow(band.name, tuple(place(segmentation, [row, column]) for column in columns))
        for row, band in enumerate(first.bands)
    ]
    return Grid(first.name, second.name, tuple(band.name for band in second.bands), tuple(reversed(rows)))


def _rules(segmentation: Segmentation) -> Iterator[RuleRow]:
    numbers = {segment.name: number for number, segment in enumerate(segmentation.segments)}
    for rule in segmentation.rules[:MAX_RULES]:
        yield RuleRow(condition_text(rule), numbers[rule.segment])


def condition_text(rule: Rule) -> str:
    """`Recency: this month or this quarter; Money: large`, or `everybody else`."""
    asked = "; ".join(cut(f"{axis}: {' or '.join(bands)}") for axis, bands in rule.when)
    return asked or "everybody else"
