"""Re-scores contacts: a few in the transaction of a save, everybody in a job. Called by the hook that follows saves, by
pins and exemptions, by lists and profiles, and by jobs.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.segmentation.models import Pin, Segmentation
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.segmentations import get_segmentation, list_published
from satsuma.app.segmentation.services.locks import hold_contacts, hold_results, share_results
from satsuma.app.segmentation.services.results import MoveMade, Occasion, Outcome, Step, bring_up_to_date


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
    gives the moves. Contacts that are not there are passed over."""
    hold_contacts(contact_ids)
    share_results()
    occasion = Occasion(cause, at, workspace_day(at), reference)
    wanted = [found for found in list_published() if segmentation_ids is None or found.id in segmentation_ids]
    outcomes = [bring_up_to_date(found, occasion, contact_ids=contact_ids) for found in wanted]
    return [move for outcome in outcomes for move in outcome.list_moves()]


@transaction.atomic
def rescore_everybody(
    *, segmentation_id: int, cause: Cause, at: datetime, step: Step = lambda done, total, phase: None
) -> Outcome | None:
    """Scores everybody by the published version; None if there is none, or the segmentation is out of use. Pins that
    have ended are removed. To be called after `scoring.warm_up`. Raises NotFoundError."""
    row = hold_results(segmentation_id)
    if row.published_id is None or row.archived_at is not None:
        return None
    occasion = Occasion(cause, at, workspace_day(at))
    outcome = bring_up_to_date(get_segmentation(segmentation_id), occasion, step=step)
    note_everybody_scored(row, occasion)
    return outcome


def note_everybody_scored(row: Segmentation, occasion: Occasion) -> None:
    """That all results of the segmentation are those of this day. Pins that have ended are over."""
    Pin.objects.filter(segmentation=row, expires_on__lte=occasion.as_of).delete()
    row.scored_on, row.scored_at, row.stale_since = occasion.as_of, occasion.at, None
    row.save(update_fields=["scored_on", "scored_at", "stale_since"])
