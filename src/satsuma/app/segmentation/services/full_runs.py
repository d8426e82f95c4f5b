"""Re-scores everybody by one segmentation after the other, as a job. Called by `segmentation.jobs`.

Each segmentation is a transaction of its own, with the note that it is done: one that fails stops no other, and whoever
takes the run up goes on behind the last one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from satsuma.app.jobs.errors import StopSignal
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.work import Work
from satsuma.app.outages import find_outage
from satsuma.app.segmentation.errors import NotScoredError
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.origins import announced_by_job
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, list_published
from satsuma.app.segmentation.scoring import warm_up
from satsuma.app.segmentation.services.rescoring import note_stale
from satsuma.app.segmentation.services.results import Outcome
from satsuma.app.segmentation.telling import outcome_words

log = logging.getLogger("satsuma.segmentation")

Rescore = Callable[..., Outcome | None]
"""`rescoring.rescore_everybody` or `rescoring.begin_day`; the cause of their moves goes beside it."""


def rescore_each(work: Work, segmentation_ids: Sequence[int] | None, rescore: Rescore, cause: Cause) -> Result:
    """Everybody by these segmentations, or by all that are published and in use. Raises NotScoredError after all others
    are done."""
    done: dict[str, Any] = work.checkpoint or announced_by_job(cause, work.run_id)
    wanted = [found for found in list_published() if segmentation_ids is None or found.id in segmentation_ids]
    failed = [found.name for found in wanted if str(found.id) not in done and not _tried(work, found, rescore, done)]
    if failed:
        raise NotScoredError(failed)
    said = [f"{found.name}: {done[str(found.id)]['said']}" for found in wanted]
    if len(wanted) == 1:
        return Result(done[str(wanted[0].id)]["said"], Link("segmentation", [wanted[0].id]), done)
    return Result("; ".join(said), Link("segmentations"), done)


def _tried(work: Work, segmentation: SegmentationSpec, rescore: Rescore, done: dict[str, Any]) -> bool:
    """Whether it is done. What ends the run, and whatever is not the segmentation's fault, is raised."""
    try:
        _one(work, segmentation, rescore, done)
    except StopSignal:
        raise
    except Exception as error:
        if find_outage(error):
            raise
        log.exception("segmentation %s could not be scored", segmentation.id)
        with work.transaction():
            note_stale(segmentation.id, timezone.now())
        return False
    return True


def _one(work: Work, segmentation: SegmentationSpec, rescore: Rescore, done: dict[str, Any]) -> None:
    assert segmentation.version is not None

    def step(count: int, total: int, phase: str) -> None:
        work.progress(count, total, f"{segmentation.name}: {phase}")

    step(0, 0, _("Reading"))
    if not connection.in_atomic_block:
        warm_up(segmentation.version.document)
    with work.transaction():
        outcome = rescore(segmentation_id=segmentation.id, at=timezone.now(), reference=work.run_id, step=step)
        facts = {"contacts": outcome.contacts, "moved": len(outcome.moved)} if outcome else {}
        said = outcome_words(outcome) if outcome else ""
        work.save_checkpoint(done | {str(segmentation.id): {"said": said, **facts}})
    done.update(work.checkpoint)
