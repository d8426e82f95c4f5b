"""The parameters that ask for one field, and sums over them. Used by `candidates` and the modules it calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import sub

from satsuma.domain.model import Parameter, Value

Gains = tuple[int, ...]
"""What each axis' score gains, in the order of the axes."""

Effect = tuple[Value, Gains, int]
"""Another value of a field, what the scores gain by it, and how many lines the change moves over."""


def gained(after: Gains, before: Gains) -> Gains:
    return tuple(map(sub, after, before))


@dataclass(frozen=True, slots=True)
class Asking:
    """Enabled parameters that ask for the same field, each with the number of its axis, of `axes` in all."""

    asked: Sequence[tuple[int, Parameter]]
    axes: int

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def parameters(self) -> Iterator[Parameter]:
        return (parameter for _, parameter in self.asked)

    def totals(self, points: Iterable[int]) -> Gains:
        """Relevance × points per axis, from the points of each parameter."""
        totals = [0] * self.axes
        for (axis, parameter), earned in zip(self.asked, points, strict=True):
            totals[axis] += parameter.relevance * earned
        return tuple(totals)

    def without_data(self) -> Gains:
        return self.totals(parameter.no_data for parameter in self.parameters)
