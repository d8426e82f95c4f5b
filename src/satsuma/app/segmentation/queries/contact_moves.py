"""How one contact came to its segments: its moves, the latest first. Called by profiles and pages about one contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Exists, F, Max, OuterRef, QuerySet

from satsuma.app.crm.models import Batch
from satsuma.app.segmentation.models import Move
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.wording import Direction

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Causes(TypedDict):
        restores: int | None
        is_undo: bool

    CausedMove = WithAnnotations[Move, _Causes]
    """A move with what is told of its cause besides: see `MoveSpec`."""

MOST = 20


@dataclass(frozen=True, slots=True)
class MoveSpec:
    """A change of segment. `before` is None for the first one and after a time without, `after` for a contact that
    left: in the bin, or not to be profiled. `cause` and what follows it are read by `wording.cause_text`: `restores` is
    the number of the version that the move's version brought back, `is_undo` says that its batch was undone then."""

    id: int
    before: SegmentSpec | None
    after: SegmentSpec | None
    direction: Direction
    cause: str
    reference: int | None
    restores: int | None
    is_undo: bool
    at: datetime


def find_last_moves(contact_id: int, segmentations: Iterable[SegmentationSpec]) -> Mapping[int, MoveSpec]:
    """The latest move in each of these segmentations, by their ids; those without any are left out. One query."""
    by_id = {segmentation.id: segmentation for segmentation in segmentations}
    moves = Move.objects.filter(contact=contact_id, segmentation__in=by_id)
    latest = moves.order_by().values("segmentation").annotate(latest=Max("id")).values("latest")
    rows = with_causes(Move.objects.filter(id__in=latest))
    return {row.segmentation_id: move_spec(row, by_id[row.segmentation_id]) for row in rows}


def list_contact_moves(
    contact_id: int, segmentation: SegmentationSpec, *, before_id: int | None = None, most: int = MOST
) -> list[MoveSpec]:
    """At most that many, the latest first; `before_id` goes on after that move. One query over an index."""
    rows = with_causes(Move.objects.filter(contact=contact_id, segmentation=segmentation.id))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [move_spec(row, segmentation) for row in rows.order_by("-id")[:most]]


def with_causes(rows: QuerySet[Move]) -> QuerySet[CausedMove]:
    """The same moves, with what `wording.cause_text` needs to know of each; in the same query."""
    undone = Batch.objects.filter(id=OuterRef("reference"), undone_at=OuterRef("at"))
    return rows.annotate(restores=F("version__restores"), is_undo=Exists(undone))


def move_spec(row: CausedMove, segmentation: SegmentationSpec) -> MoveSpec:
    """The move's row as everything shows it; rows come through `with_causes`."""
    before = None if row.before_id is None else segmentation.by_id[row.before_id]
    after = None if row.after_id is None else segmentation.by_id[row.after_id]
    return MoveSpec(
        id=row.pk,
        before=before,
        after=after,
        direction=segmentation.direction(row.before_id, row.after_id),
        cause=row.cause,
        reference=row.reference,
        restores=row.restores,
        is_undo=row.is_undo,
        at=row.at,
    )
