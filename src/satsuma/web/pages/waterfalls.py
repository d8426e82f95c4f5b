"""Where the bars of a waterfall stand, all of it in percent of the drawing's width, as SVG takes them: one drawing fits
every screen. Used by `pages.explanations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.domain.model import Axis
from satsuma.domain.scoring import ScoreOnScale, band_edges


@dataclass(frozen=True, slots=True)
class Bar:
    """From `x`, `width` wide. It begins where the bar before ended, and ends at `to`: the left end if it is less."""

    x: str
    width: str
    begin: str
    to: str
    is_less: bool = False

    @property
    def is_empty(self) -> bool:
        return self.width == "0%"


@dataclass(frozen=True, slots=True)
class Strip:
    """The ground of a band or segment."""

    x: str
    width: str
    segment: SegmentSpec


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a band begins, and how the screen says it."""

    x: str
    label: str


class Ruler:
    """Turns scores of one axis into places. It reaches over all scores that the axis can give and all bars."""

    def __init__(self, scale: ScoreOnScale, contributions: Sequence[int], largest: Sequence[int]) -> None:
        self._steps = list(pairwise(accumulate(contributions, initial=0)))
        self._rooms = [(end, start + most) for (start, end), most in zip(self._steps, largest, strict=True)]
        reached = [0, scale.lowest, scale.highest, *(place for step in (*self._steps, *self._rooms) for place in step)]
        self._start = min(reached)
        self._end = max(*reached, self._start + 1)

    def bar(self, number: int) -> Bar:
        """What one contribution adds or takes."""
        return self.between(*self._steps[number])

    def room(self, number: int) -> Bar:
        """From what the parameter gives to the most that it could."""
        return self.between(*self._rooms[number])

    def between(self, start: int, end: int) -> Bar:
        low, high = sorted((start, end))
        width = _percent(self._share(high) - self._share(low))
        return Bar(self.place(low), width, self.place(start), self.place(end), end < start)

    def strips(self, axis: Axis, bands: Sequence[SegmentSpec]) -> list[Strip]:
        """The bands, lowest first; those that no score reaches are left out."""
        inner = [min(max(edge, self._start), self._end) for edge in band_edges(axis)]
        stretches = pairwise([self._start, *inner, self._end])
        return [
            Strip(self.place(low), _percent(self._share(high) - self._share(low)), band)
            for (low, high), band in zip(stretches, bands, strict=True)
            if high > low
        ]

    def edges(self, axis: Axis, labels: Sequence[str]) -> list[Edge]:
        """Where bands begin, as far as a score can be there."""
        edges = zip(band_edges(axis), labels, strict=True)
        return [Edge(self.place(edge), label) for edge, label in edges if self._start < edge <= self._end]

    @property
    def zero(self) -> str:
        return self.place(0)

    def place(self, score: int) -> str:
        return _percent(self._share(score))

    def _share(self, score: int) -> float:
        return (score - self._start) / (self._end - self._start)


def _percent(share: float) -> str:
    return f"{round(share * 100, 2):g}%"
