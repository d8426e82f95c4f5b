"""The picture of a preview: scores by segment, with the thresholds between. Geometry alone, in the units of its view
box; the page's script draws the same while thresholds are dragged. Made by `pages.draft_preview`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from satsuma.app import locale
from satsuma.domain.model import Axis, Number, Scale
from satsuma.engine.preview import AxisPreview, Bin
from satsuma.web.forms.draft_cells import number_text

LEFT, RIGHT, TOP, BOTTOM = 34.0, 394.0, 30.0, 196.0
STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Block:
    """Customers of one segment in one bar."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Region:
    """Where on the scale a segment is."""

    x: float
    width: float
    fill: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A number beside the picture."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """Where a segment begins. `value` is on the axis' scale; `least` and `most` are what it can be moved to."""

    number: int
    x: float
    value: str
    text: str
    least: str
    most: str
    name: str
    half: float

    @property
    def width(self) -> float:
        return 2 * self.half


@dataclass(frozen=True, slots=True)
class Histogram:
    """One axis. `lowest` and `highest` are the scores that are possible."""

    axis: int
    name: str
    is_percent: bool
    lowest: int
    highest: int
    most: int
    blocks: Sequence[Block]
    regions: Sequence[Region]
    across: Sequence[Tick]
    up: Sequence[Tick]
    thresholds: Sequence[Threshold]


def histogram(number: int, axis: Axis, found: AxisPreview, fills: Sequence[str]) -> Histogram:
    """`fills` are the colours of the bands, lowest first."""
    scale = _Scale(found.lowest, found.highest)
    step, most = _steps(max((bar.customers for bar in found.histogram), default=0))
    return Histogram(
        axis=number,
        name=found.name,
        is_percent=axis.scale is Scale.PERCENT,
        lowest=found.lowest,
        highest=found.highest,
        most=most,
        blocks=[block for bar in found.histogram for block in _blocks(bar, scale, most, fills)],
        regions=_regions(found, scale, fills),
        across=_across(axis.scale, found, scale),
        up=[Tick(_height(count, most), locale.number(count)) for count in range(0, most + 1, step)],
        thresholds=_thresholds(axis, found, scale),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    lowest: int
    highest: int

    def x(self, score: float) -> float:
        share = (score - self.lowest) / (self.highest - self.lowest + 1)
        return round(LEFT + (RIGHT - LEFT) * min(max(share, 0.0), 1.0), 2)


def _blocks(bar: Bin, scale: _Scale, most: int, fills: Sequence[str]) -> list[Block]:
    made, below = [], 0
    x, end = scale.x(bar.lower), scale.x(bar.upper + 1)
    for customers, fill in zip(bar.parts, fills, strict=True):
        if customers:
            top = _height(below + customers, most)
            made.append(Block(x, top, max(round(end - x - 1, 2), 0.5), round(_height(below, most) - top, 2), fill))
            below += customers
    return made


def _regions(found: AxisPreview, scale: _Scale, fills: Sequence[str]) -> list[Region]:
    begins = [LEFT, *(scale.x(edge) for edge in found.edges)]
    ends = [*begins[1:], RIGHT]
    return [
        Region(begin, round(max(end - begin, 0), 2), fill) for begin, end, fill in zip(begins, ends, fills, strict=True)
    ]


def _thresholds(axis: Axis, found: AxisPreview, scale: _Scale) -> list[Threshold]:
    is_percent = axis.scale is Scale.PERCENT
    edges: list[Number] = [band.edge if band.edge is not None else 0 for band in axis.bands[1:]]
    low, high = (0, 100) if is_percent else (found.lowest, found.highest)
    made = []
    for place, (edge, score) in enumerate(zip(edges, found.edges, strict=True)):
        text = number_text(edge)
        least = edges[place - 1] + 1 if place else low
        most = edges[place + 1] - 1 if place + 1 < len(edges) else high
        made.append(
            Threshold(
                place + 1,
                scale.x(score),
                str(edge),
                text,
                str(least),
                str(most),
                axis.bands[place + 1].name,
                round(4 + 3.2 * len(text), 1),
            )
        )
    return made


def _across(kind: Scale, found: AxisPreview, scale: _Scale) -> list[Tick]:
    span = found.highest - found.lowest
    if kind is Scale.PERCENT:
        return [Tick(scale.x(found.lowest + span * share / 100), locale.number(share)) for share in range(0, 101, 20)]
    step, _most = _steps(span)
    first = -(-found.lowest // step) * step
    return [Tick(scale.x(score), locale.number(score)) for score in range(first, found.highest + 1, step)]


def _steps(largest: int) -> tuple[int, int]:
    """A round step for at most five ticks, and the first multiple of it that nothing is above."""
    power = 1
    while True:
        for factor in STEPS:
            step = int(factor * power)
            if step == factor * power and step * MOST_TICKS >= largest:
                return step, max(-(-largest // step), 1) * step
        power *= 10


def _height(customers: int, most: int) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * customers / max(most, 1), 2)
