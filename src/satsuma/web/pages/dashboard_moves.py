"""Who moved up, down or came new in the last 30 days, with names. Shown by the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis_columns import RECENT_DAYS
from satsuma.app.segmentation.queries.history_moves import ContactMove, MovesAsked, count_moves, list_moves
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import DIRECTIONS, Direction, cause_text
from satsuma.domain.model import Kind

NAMED = 5
MOST = 10_000
"""Beyond so many moves one way, the dashboard says “10,000+” and counts no further."""
SHOWN = {Direction.UP: "arrow-up", Direction.DOWN: "arrow-down", Direction.NEW: "sparkles"}
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
    """Up, down and new. Six queries."""
    first = today - timedelta(days=RECENT_DAYS - 1)
    return [_group(segmentation, direction, first) for direction in SHOWN]


def _group(segmentation: SegmentationSpec, direction: Direction, first: date) -> MovesGroup:
    asked = MovesAsked(direction=direction, first=first)
    count = count_moves(segmentation, asked, most=MOST + 1)
    address = urlencode({"direction": direction.value, "from": first.isoformat()})
    return MovesGroup(
        direction=direction,
        icon=SHOWN[direction],
        label=str(DIRECTIONS[direction]),
        count=locale.number(count) if count <= MOST else _("%(count)s+") % {"count": locale.number(MOST)},
        url=f"{reverse('history_moves', args=[segmentation.id])}?{address}",
        moves=[_line(each, segmentation.kind) for each in list_moves(segmentation, asked, most=NAMED).rows],
    )


def _line(moved: ContactMove, kind: Kind) -> MoveLine:
    is_there = moved.contact_id is not None and not moved.is_binned
    return MoveLine(
        name=moved.name,
        url=reverse(PROFILES[kind], args=[moved.contact_id]) if is_there else "",
        before=moved.move.before,
        after=moved.move.after,
        cause=cause_text(moved.move),
        at=moved.move.at,
    )
