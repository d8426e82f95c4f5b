"""Re-scores contacts: a few in the transaction of a save, everybody in a job. Called by the hook that follows saves, by
pins and exemptions, by lists and profiles, and by jobs.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.outages import find_outage
from satsuma.app.segmentation.models import Pin, Segmentation
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation, list_published
from satsuma.app.segmentation.scoring import Readings, depends_on_day
from satsuma.app.segmentation.services.locks import hold_contacts, hold_results, share_results
from satsuma.app.segmentation.services.results import MoveMade, Occasion, Outcome, Step, bring_up_to_date

log = logging.getLogger("satsuma.segmentation")

RESCORE, DAILY, SCHEDULED = "rescore_everybody", "rescore_new_day", "rescore_scheduled"
"""The jobs: on request, when a day has begun, and at the times of the settings."""


@transaction.atomic
def start_rescoring(*, segmentation_ids: Collection[int] | None, by: User, at: datetime) -> Run:
    """Has a worker re-score everybody by these segmentations, or by all that are published and in use. Raises
    NotFoundError for one that there is not."""
    named = [get_segmentation(id_) for id_ in sorted(segmentation_ids)] if segmentation_ids is not None else None
    title = _("Re-score everybody by %(name)s") % {"name": named[0].name} if named and len(named) == 1 else ""
    ids = [found.id for found in named] if named is not None else None
    return start_run(kind=RESCORE, arguments={"segmentation_ids": ids}, by=by, at=at, title=title)


@transaction.atomic
def rescore_contacts(
    *,
    contact_ids: Collection[int],
    cause: Cause,
    at: datetime,
    reference: int | None = None,
    segmentation_ids: Collection[int] | None = None,
) -> list[MoveMade]:
    """Scores these contacts by every published segmentation of their kinds that is in use, or only by those named, and
    gives the moves. Contacts that are not there are passed over, and segmentations that fail as `score_few` does."""
    hold_contacts(contact_ids)
    share_results()
    occasion = Occasion(cause, at, workspace_day(at), reference)
    wanted = [found for found in list_published() if segmentation_ids is None or found.id in segmentation_ids]
    return [move for outcome in score_few(wanted, occasion, contact_ids) for move in outcome.list_moves()]


def score_few(
    segmentations: Sequence[SegmentationSpec], occasion: Occasion, contact_ids: Collection[int]
) -> list[Outcome]:
    """Scores these contacts by each of the segmentations, which are published. To be called in a transaction that has
    locked the contacts and shares the results.

    One that fails must keep nobody from saving, nor anybody's objection from being heard: its part is taken back, noted
    as stale and logged, and the next re-scoring of everybody mends it. See `docs/decisions/`.
    """
    readings = Readings([found.version for found in segmentations if found.version], contact_ids)
    tried = (_tried(found, occasion, contact_ids, readings) for found in segmentations)
    return [outcome for outcome in tried if outcome is not None]


def _tried(
    segmentation: SegmentationSpec, occasion: Occasion, contact_ids: Collection[int], readings: Readings
) -> Outcome | None:
    assert segmentation.version is not None
    try:
        with transaction.atomic():
            contacts = readings.of(segmentation.version)
            return bring_up_to_date(segmentation, occasion, contact_ids=contact_ids, contacts=contacts)
    except Exception as error:
        note_failed(segmentation.id, error, occasion.at)
        return None


def note_failed(segmentation_id: int, error: Exception, at: datetime) -> None:
    """That the segmentation could not be scored, in the log and as stale. Raises the error again if it is the
    database's or the disk's, which is no segmentation's fault."""
    if isinstance(error, OperationalError | InterfaceError) or find_outage(error):
        raise error
    log.error("segmentation %s could not be scored", segmentation_id, exc_info=error)
    note_stale(segmentation_id, at)


@transaction.atomic
def rescore_everybody(
    *,
    segmentation_id: int,
    cause: Cause,
    at: datetime,
    reference: int | None = None,
    step: Step = lambda done, total, phase: None,
) -> Outcome | None:
    """Scores everybody by the published version; None if there is none, or the segmentation is out of use. Pins that
    have ended are removed. `reference` is the id of the run that does it. To be called after `scoring.warm_up`. Raises
    NotFoundError."""
    row = hold_results(segmentation_id)
    if row.published_id is None or row.archived_at is not None:
        return None
    occasion = Occasion(cause, at, workspace_day(at), reference)
    outcome = bring_up_to_date(get_segmentation(segmentation_id), occasion, step=step)
    note_everybody_scored(row, occasion)
    return outcome


@transaction.atomic
def begin_day(
    *,
    segmentation_id: int,
    at: datetime,
    reference: int | None = None,
    step: Step = lambda done, total, phase: None,
) -> Outcome | None:
    """Makes all results those of the day that has begun: everybody is scored only if a day can change their results,
    or if some are known to be old; otherwise only those who are pinned: pins end, and hold again if a clock was set
    back. As `rescore_everybody`."""
    row = hold_results(segmentation_id)
    if row.published_id is None or row.archived_at is not None:
        return None
    occasion = Occasion(Cause.TIME, at, workspace_day(at), reference)
    segmentation = get_segmentation(segmentation_id)
    assert segmentation.version is not None
    everybody = row.stale_since is not None or depends_on_day(segmentation.version)
    pinned = Pin.objects.filter(segmentation=row).values_list("contact_id", flat=True)
    outcome = bring_up_to_date(segmentation, occasion, contact_ids=None if everybody else list(pinned), step=step)
    note_everybody_scored(row, occasion)
    return outcome


def note_everybody_scored(row: Segmentation, occasion: Occasion) -> None:
    """That all results of the segmentation are those of this day. Pins that have ended are over."""
    Pin.objects.filter(segmentation=row, expires_on__lte=occasion.as_of).delete()
    row.scored_on, row.scored_at, row.stale_since = occasion.as_of, occasion.at, None
    row.save(update_fields=["scored_on", "scored_at", "stale_since"])


def note_stale(segmentation_id: int, since: datetime) -> None:
    """That scoring has failed: until everybody is re-scored, some results may be old."""
    Segmentation.objects.filter(id=segmentation_id, stale_since__isnull=True).update(stale_since=since)
