"""Segmentations with the sizes of their segments and the state of their drafts. Called by the list of segmentations."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from satsuma.app.segmentation.models import Assignment, Draft, Move, Pin, Version
from satsuma.app.segmentation.queries.drafts import list_changed_drafts
from satsuma.app.segmentation.queries.segmentations import (
    SegmentationSpec,
    SegmentSpec,
    list_segmentations,
)
from satsuma.domain.model import Kind


@dataclass(frozen=True, slots=True)
class Size:
    """How many contacts are in a segment just now."""

    segment: SegmentSpec
    customers: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A segmentation at a glance. `sizes` are those of the present segments, lowest first, and of retired ones that
    still have somebody; `not_profiled` counts who objected. `has_changes`: the draft says something else than the
    published version. `drafted_at` is when the draft was last changed."""

    segmentation: SegmentationSpec
    sizes: tuple[Size, ...]
    not_profiled: int
    has_changes: bool
    drafted_at: datetime
    drafted_by: str

    @property
    def customers(self) -> int:
        """Everybody who is in a segment."""
        return sum(size.customers for size in self.sizes)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What would be lost with a segmentation."""

    versions: int
    results: int
    moves: int
    pins: int


def list_overviews(kind: Kind, *, archived: bool = False) -> tuple[Overview, ...]:
    """Those of the kind in use, primary first, or those in the archive. Eight queries; one counts all results."""
    return _overviews(list_segmentations(kind, archived=archived))


def get_holdings(segmentation_id: int) -> Holdings:
    """Four queries. Zeros for one that is not there."""
    return Holdings(
        *(
            rows._default_manager.filter(segmentation=segmentation_id).count()
            for rows in (Version, Assignment, Move, Pin)
        )
    )


def _overviews(found: Iterable[SegmentationSpec]) -> tuple[Overview, ...]:
    specs = {spec.id: spec for spec in found}
    counts = _counts(specs)
    changed = list_changed_drafts(specs)
    drafts = Draft.objects.filter(segmentation__in=specs).select_related("updated_by")
    by_segmentation = {draft.segmentation_id: draft for draft in drafts}
    return tuple(
        _overview(spec, counts[id_], by_segmentation[id_], has_changes=id_ in changed) for id_, spec in specs.items()
    )


def _overview(spec: SegmentationSpec, counts: Mapping[int | None, int], draft: Draft, *, has_changes: bool) -> Overview:
    sizes = (Size(segment, counts.get(segment.id, 0)) for segment in spec.segments)
    return Overview(
        segmentation=spec,
        sizes=tuple(size for size in sizes if size.customers or not size.segment.retired),
        not_profiled=counts.get(None, 0),
        has_changes=has_changes,
        drafted_at=draft.updated_at,
        drafted_by=str(draft.updated_by) if draft.updated_by else "",
    )


def _counts(ids: Iterable[int]) -> Mapping[int, Mapping[int | None, int]]:
    found: dict[int, Counter[int | None]] = defaultdict(Counter)
    rows = Assignment.objects.filter(segmentation__in=list(ids)).order_by()
    for segmentation_id, segment_id, count in rows.values_list("segmentation", "segment").annotate(Count("pk")):
        found[segmentation_id][segment_id] = count
    return found
