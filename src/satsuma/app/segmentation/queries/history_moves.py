"""Everybody's moves in one segmentation, the latest first. Called by the page of history, the dashboard and exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from satsuma.app.segmentation.models import Move
from satsuma.app.segmentation.origins import Origin
from satsuma.app.segmentation.queries.contact_moves import MoveSpec, move_spec, with_causes
from satsuma.app.segmentation.queries.moves_made import made_by
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.wording import Direction

if TYPE_CHECKING:
    from satsuma.app.segmentation.queries.contact_moves import CausedMove

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class MovesAsked:
    """Which moves; what is None or "" does not matter. The days are the first and the last of them."""

    direction: Direction | None = None
    cause: str = ""
    first: date | None = None
    last: date | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class ContactMove:
    """A move and whose it is. `contact_id` is None for an erased contact, which has no name either."""

    move: MoveSpec
    contact_id: int | None
    name: str
    is_binned: bool
    before_score: int | None
    after_score: int | None
    version: int


@dataclass(frozen=True, slots=True)
class MovesPage:
    """Moves, and the moves' ids that the pages around are asked for with; None if there is none."""

    rows: tuple[ContactMove, ...]
    before: int | None
    after: int | None


def list_moves(
    segmentation: SegmentationSpec,
    asked: MovesAsked,
    *,
    after: int | None = None,
    before: int | None = None,
    most: int = PAGE_ROWS,
) -> MovesPage:
    """At most that many that happened earlier than the move `after`, or later than `before`. One query, three for an
    origin; quick for what is frequent, half a second for what is rare among five million moves."""
    rows = _asked(segmentation, asked)
    backward = before is not None
    if before is not None:
        rows = rows.filter(id__gt=before).order_by("id")
    elif after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows[: most + 1])
    has_more, found = len(found) > most, found[:most]
    if backward:
        found.reverse()
    has_before = has_more if backward else bool(found) and after is not None
    has_after = bool(found) and (backward or has_more)
    return MovesPage(
        tuple(_spec(row, segmentation) for row in found),
        found[0].pk if has_before else None,
        found[-1].pk if has_after else None,
    )


def iterate_moves(segmentation: SegmentationSpec, asked: MovesAsked) -> Iterator[ContactMove]:
    """All of them, for a file."""
    return (_spec(row, segmentation) for row in _asked(segmentation, asked).iterator())


def count_moves(segmentation: SegmentationSpec, asked: MovesAsked, *, most: int) -> int:
    """How many there are, at most that many. One query."""
    return len(_asked(segmentation, asked).order_by()[:most].values_list("id"))


def _asked(segmentation: SegmentationSpec, asked: MovesAsked) -> QuerySet[CausedMove]:
    rows = with_causes(Move.objects.filter(segmentation=segmentation.id))
    rows = rows.select_related("contact", "version").order_by("-id").only(*_COLUMNS)
    if asked.origin is not None:
        rows = rows.filter(made_by(asked.origin, segmentation.id))
    if asked.direction is not None:
        rows = rows.filter(_went(segmentation, asked.direction))
    days: dict[str, Any] = {"on__gte": asked.first, "on__lte": asked.last}
    conditions = {"cause": asked.cause or None, **days}
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None})


_COLUMNS = (
    "segmentation",
    "before",
    "after",
    "before_score",
    "after_score",
    "cause",
    "reference",
    "at",
    "contact__name",
    "contact__binned_at",
    "version__number",
)


def _went(segmentation: SegmentationSpec, direction: Direction) -> Q:
    """The condition for moves of this direction; the same as `SegmentationSpec.direction`."""
    order = [segment.id for segment in segmentation.present_segments]
    match direction:
        case Direction.NEW:
            return Q(before__isnull=True)
        case Direction.GONE:
            return Q(after__isnull=True, before__isnull=False)
        case Direction.UP:
            return _either(Q(before=segment, after__in=order[place + 1 :]) for place, segment in enumerate(order))
        case Direction.DOWN:
            return _either(Q(before=segment, after__in=order[:place]) for place, segment in enumerate(order))
        case Direction.CHANGED:
            return Q(before__isnull=False, after__isnull=False) & ~Q(before__in=order, after__in=order)


def _either(conditions: Iterator[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def _spec(row: CausedMove, segmentation: SegmentationSpec) -> ContactMove:
    contact = row.contact
    return ContactMove(
        move_spec(row, segmentation),
        contact_id=row.contact_id,
        name=contact.name if contact else "",
        is_binned=contact is not None and contact.binned_at is not None,
        before_score=row.before_score,
        after_score=row.after_score,
        version=row.version.number,
    )
