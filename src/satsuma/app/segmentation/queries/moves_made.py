"""How many an import, a bulk change, an undo, a version or a job has moved, and by what condition the same moves are
listed: counts and lists agree because they ask for the same rows. Called by pages of jobs, imports and changes, and by
`history_moves`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Batch
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Move, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.origins import Announced, Maker, Origin
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_segmentations
from satsuma.app.segmentation.wording import Direction

SLACK = timedelta(days=2)
"""Days of moves may be others than those of the origin by so much: time zones, and clocks that were set back."""


@dataclass(frozen=True, slots=True)
class MovesMade:
    """How many moved which way in one segmentation; ways that nobody went are left out."""

    segmentation: SegmentationSpec
    counts: Mapping[Direction, int]


def count_moves_made(announced: Announced) -> tuple[MovesMade, ...] | None:
    """For each segmentation in which anybody moved; None if none has ever been published, so that nobody could. At most
    six queries. A glance over an index from the day on that it began."""
    known = {found.id: found for out_of_use in (False, True) for found in list_segmentations(archived=out_of_use)}
    known = {id_: found for id_, found in known.items() if found.is_published}
    if not known:
        return None
    asked = known.keys() if announced.segmentation_id is None else known.keys() & {announced.segmentation_id}
    rows = Move.objects.filter(made_by(announced.origin, announced.segmentation_id), segmentation__in=asked).order_by()
    counts: dict[int, Counter[Direction]] = {}
    for id_, before, after, count in rows.values_list("segmentation", "before", "after").annotate(Count("id")):
        counts.setdefault(id_, Counter())[known[id_].direction(before, after)] += count
    return tuple(MovesMade(known[id_], counts[id_]) for id_ in known if id_ in counts)


def made_by(origin: Origin, segmentation_id: int | None) -> Q:
    """The condition for its moves. One or two queries. Versions are those of the segmentation."""
    match origin.maker:
        case Maker.VERSION:
            version = Version.objects.filter(segmentation=segmentation_id, number=origin.number)
            return _by_version(origin.number) & _since(version.values_list("published_at", flat=True).first())
        case Maker.JOB:
            run = Run.objects.filter(id=origin.number)
            wanted = Q(cause__in=(Cause.TIME, Cause.REQUEST, Cause.PIN_ENDED), reference=origin.number)
            return wanted & _since(run.values_list("created_at", flat=True).first())
        case Maker.IMPORT | Maker.BULK | Maker.MERGE:
            return _by_batch(origin)


def _by_version(number: int) -> Q:
    """Also pins whose end publishing came upon: they have no reference."""
    pins = Q(cause=Cause.PIN_ENDED, version__number=number, at=F("version__published_at"))
    return Q(cause=Cause.VERSION, reference=number) | pins


def _by_batch(origin: Origin) -> Q:
    times = Batch.objects.filter(id=origin.number).values_list("created_at", "undone_at").first()
    created_at, undone_at = times or (None, None)
    wanted = Q(cause=origin.maker.value, reference=origin.number)
    if origin.is_undo:
        return wanted & Q(at=undone_at) & _since(undone_at) if undone_at else Q(pk__in=[])
    return wanted & _since(created_at) & (~Q(at=undone_at) if undone_at else Q())


def _since(moment: datetime | None) -> Q:
    """Makes it quick: moves are found by their days."""
    return Q(on__gte=workspace_day(moment - SLACK)) if moment else Q()
