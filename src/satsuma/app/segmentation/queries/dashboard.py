"""Moves since a day by the way they went: how many, and the latest. Called by the dashboard.

One grouping over an index counts them all, so that no way is looked for that nobody went; the latest are found in the
same index, which knows both segments. The page of history has all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from satsuma.app.segmentation.models import Move
from satsuma.app.segmentation.queries.analysis_cache import kept_while_unchanged
from satsuma.app.segmentation.queries.contact_moves import MoveSpec, move_spec, with_causes
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.wording import Direction

if TYPE_CHECKING:
    from satsuma.app.segmentation.queries.contact_moves import CausedMove

Ends = tuple[int | None, int | None]
"""The segments before and after."""


@dataclass(frozen=True, slots=True)
class Mover:
    """A move and whose it is. `contact_id` is None for an erased contact, which has no name either."""

    move: MoveSpec
    contact_id: int | None
    name: str
    is_binned: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How many went it, and the latest of them."""

    count: int
    latest: Sequence[Mover]


def list_ways(
    segmentation: SegmentationSpec, today: date, *, days: int, most: int, directions: Sequence[Direction]
) -> Mapping[Direction, Way]:
    """Everybody's moves of so many days, today included, by direction; at most `most` of each named. Two queries for
    each direction that somebody went, and one. Half a second for a million moves; at once if nothing has changed."""
    first = today - timedelta(days=days - 1)

    def find() -> Mapping[Direction, Way]:
        counted = count_ways(segmentation, first)
        return {
            way: Way(sum(ends.values()), list_latest(segmentation, ends.keys(), first, most=most))
            for way, ends in counted.items()
            if way in directions
        }

    return kept_while_unchanged(f"ways {days} {most} {directions}", segmentation, today, find)


def count_ways(segmentation: SegmentationSpec, first: date) -> Mapping[Direction, Mapping[Ends, int]]:
    """How many moved from where to where since that day, that day included, by direction. One query."""
    rows = Move.objects.filter(segmentation=segmentation.id, on__gte=first).order_by()
    found: dict[Direction, dict[Ends, int]] = defaultdict(dict)
    for before, after, count in rows.values_list("before", "after").annotate(Count("id")):
        found[segmentation.direction(before, after)][before, after] = count
    return found


def list_latest(segmentation: SegmentationSpec, ways: Collection[Ends], first: date, *, most: int) -> list[Mover]:
    """The latest moves since that day that went one of these ways, which are some; at most that many. Two queries."""
    went = Q(pk__in=[])
    for before, after in ways:
        went |= Q(**_is("before", before), **_is("after", after))
    rows = Move.objects.filter(went, segmentation=segmentation.id, on__gte=first)
    ids = list(rows.order_by("-on", "-id").values_list("id", flat=True)[:most])
    latest = with_causes(Move.objects.filter(id__in=ids)).select_related("contact").order_by("-id")
    return [_mover(row, segmentation) for row in latest]


def _is(name: str, segment_id: int | None) -> dict[str, object]:
    return {f"{name}__isnull": True} if segment_id is None else {name: segment_id}


def _mover(row: CausedMove, segmentation: SegmentationSpec) -> Mover:
    contact = row.contact
    return Mover(
        move_spec(row, segmentation),
        contact_id=row.contact_id,
        name=contact.name if contact else "",
        is_binned=contact is not None and contact.binned_at is not None,
    )
