"""Cut points to ranges: which one a value falls into, and from where to where each reaches. Lower edge inside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from satsuma.domain.model import Number


@dataclass(frozen=True, slots=True)
class Interval:
    """From `lower` (inside) to `upper` (outside); None is without end."""

    lower: Number | None
    upper: Number | None

    def __contains__(self, value: Number) -> bool:
        return (self.lower is None or value >= self.lower) and (self.upper is None or value < self.upper)


def range_index(cuts: Sequence[Number], value: Number) -> int:
    """The number of the range, from 0, that `value` falls into."""
    return bisect_right(cuts, value)


def intervals(cuts: Sequence[Number]) -> list[Interval]:
    """The ranges that `cuts` make, lowest first; one more than cuts."""
    edges: list[Number | None] = [None, *cuts, None]
    return [Interval(lower, upper) for lower, upper in pairwise(edges)]
