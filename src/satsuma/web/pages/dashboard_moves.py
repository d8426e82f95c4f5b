"""Who moved up, down or came new in the last 30 days, with names. Shown by the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis_columns import RECENT_DAYS
from satsuma.app.segmentation.queries.dashboard import Mover, Way, list_ways
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import DIRECTIONS, ICONS, Direction, cause_text
from satsuma.domain.model import Kind

NAMED = 5
NOBODY = Way(0, ())
SHOWN = (Direction.UP, Direction.DOWN, Direction.NEW)
PROFILES = {Kind.COMPANY: "company_profile", Kind.PERSON: "person_profile"}


@dataclass(frozen=True, slots=True)
class MoveLine:
    """A contact that moved. `name` is "" for one that is erased, `url` too for one in the bin."""

    name: str
    url: str
    before: SegmentSpec | None
    after: SegmentSpec | None
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MovesGroup:
    """One way: how many, the list of all, and the latest."""

    direction: Direction
    icon: str
    label: str
    count: str
    url: str
    moves: Sequence[MoveLine]


def list_groups(segmentation: SegmentationSpec, today: date) -> list[MovesGroup]:
    """Up, down and new. At most ten queries."""
    ways = list_ways(segmentation, today, days=RECENT_DAYS, most=NAMED, directions=SHOWN)
    first = today - timedelta(days=RECENT_DAYS - 1)
    return [_group(segmentation, direction, ways.get(direction, NOBODY), first) for direction in SHOWN]


def _group(segmentation: SegmentationSpec, direction: Direction, way: Way, first: date) -> MovesGroup:
    address = urlencode({"direction": direction.value, "from": first.isoformat()})
    return MovesGroup(
        direction=direction,
        icon=ICONS[direction],
        label=str(DIRECTIONS[direction]),
        count=locale.number(way.count),
        url=f"{reverse('history_moves', args=[segmentation.id])}?{address}",
        moves=[_line(each, segmentation.kind) for each in way.latest],
    )


def _line(moved: Mover, kind: Kind) -> MoveLine:
    is_there = moved.contact_id is not None and not moved.is_binned
    return MoveLine(
        name=moved.name,
        url=reverse(PROFILES[kind], args=[moved.contact_id]) if is_there else "",
        before=moved.move.before,
        after=moved.move.after,
        cause=cause_text(moved.move),
        at=moved.move.at,
    )
