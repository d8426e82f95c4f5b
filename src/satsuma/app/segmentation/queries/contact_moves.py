"""How one contact came to its segments: its moves, the latest first. Called by profiles and pages about one contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from satsuma.app.segmentation.models import Move
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import Direction

MOST = 20


@dataclass(frozen=True, slots=True)
class MoveSpec:
    """A change of segment. `before` is None for the first one and after a time without, `after` for a contact that
    left: in the bin, or not to be profiled. `cause` and `reference` are read by `wording.cause_text`."""

    id: int
    before: SegmentSpec | None
    after: SegmentSpec | None
    direction: Direction
    cause: str
    reference: int | None
    at: datetime


def find_last_moves(contact_id: int, segmentations: Iterable[SegmentationSpec]) -> Mapping[int, MoveSpec]:
    """The latest move in each of these segmentations, by their ids; those without any are left out. One query."""
    by_id = {segmentation.id: segmentation for segmentation in segmentations}
    moves = Move.objects.filter(contact=contact_id, segmentation__in=by_id)
    latest = moves.order_by().values("segmentation").annotate(latest=Max("id")).values("latest")
    return {
        row.segmentation_id: move_spec(row, by_id[row.segmentation_id]) for row in Move.objects.filter(id__in=latest)
    }


def list_contact_moves(
    contact_id: int, segmentation: SegmentationSpec, *, before_id: int | None = None, most: int = MOST
) -> list[MoveSpec]:
    """At most that many, the latest first; `before_id` goes on after that move. One query over an index."""
    rows = Move.objects.filter(contact=contact_id, segmentation=segmentation.id)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [move_spec(row, segmentation) for row in rows.order_by("-id")[:most]]


def move_spec(row: Move, segmentation: SegmentationSpec) -> MoveSpec:
    """The move's row as everything shows it."""
    before = None if row.before_id is None else segmentation.by_id[row.before_id]
    after = None if row.after_id is None else segmentation.by_id[row.after_id]
    return MoveSpec(
        id=row.pk,
        before=before,
        after=after,
        direction=segmentation.direction(row.before_id, row.after_id),
        cause=row.cause,
        reference=row.reference,
        at=row.at,
    )
