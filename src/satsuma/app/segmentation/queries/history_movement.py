"""Who went from where to where between two days. Called by the page of history.

Every contact counts once, with where it was on the first day and where on the last, whatever happened in between. Of
erased contacts only that can be told in which segment how many were on either day: they stand beside the flows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from satsuma.app.segmentation.queries.history import SizesOverTime, count_erased
from satsuma.app.segmentation.queries.history_members import OUTSIDE, count_ends

Ends = tuple[int | None, int | None]
"""The segments on the first and on the last day; None is outside."""


@dataclass(frozen=True, slots=True)
class Movement:
    """The movement from the end of the day `first` to the end of `last`. A segment's size on the first day is what
    flows out of it plus `erased_before`, on the last day what flows into it plus `erased_after`. Who stayed, or came
    back, flows from the segment into itself."""

    first: date
    last: date
    flows: Mapping[Ends, int]
    erased_before: Mapping[int, int]
    erased_after: Mapping[int, int]

    @property
    def moved(self) -> int:
        """How many went from one segment to another."""
        return sum(count for (before, after), count in self.flows.items() if before and after and before != after)

    @property
    def new(self) -> int:
        return sum(count for (before, _), count in self.flows.items() if before is None)

    @property
    def gone(self) -> int:
        return sum(count for (_, after), count in self.flows.items() if after is None)

    @property
    def erased(self) -> int:
        """How many erased contacts there were on at least one of the days, at least."""
        segments = self.erased_before.keys() | self.erased_after.keys()
        return sum(max(self.erased_before.get(each, 0), self.erased_after.get(each, 0)) for each in segments)


def get_movement(sizes: SizesOverTime) -> Movement:
    """The movement between the first and the last of these days. Four queries: a fifth of a second for a month of a
    million contacts, up to two seconds for years with millions of moves."""
    first, last = sizes.days[0], sizes.days[-1]
    erased_before, erased_after = count_erased(sizes.segmentation_id, first), count_erased(sizes.segmentation_id, last)
    moved: dict[Ends, int] = {
        (before or None, after or None): count
        for (before, after), count in count_ends(sizes.segmentation_id, first, last).items()
        if before != after or before != OUTSIDE
    }
    left = Counter[int]()
    for (before, after), count in moved.items():
        if before is not None and before != after:
            left[before] += count
    flows = dict(moved)
    for segment, size in sizes.first.items():
        flows[segment, segment] = size - erased_before.get(segment, 0) - left[segment]
    return Movement(first, last, {ends: count for ends, count in flows.items() if count}, erased_before, erased_after)
