"""What workers do with segmentations: publish, re-score everybody, write long files. Found by the registry of jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.work import Work
from satsuma.app.segmentation.lists import jobs as lists
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.origins import announced_by_version
from satsuma.app.segmentation.queries.scoring_times import list_scoring_times
from satsuma.app.segmentation.queries.verification import VERIFY
from satsuma.app.segmentation.services.full_runs import rescore_each
from satsuma.app.segmentation.services.history_exports import EXPORT_HISTORY, run_history_export
from satsuma.app.segmentation.services.publishing import PUBLISH, Publication, publish, warm_up
from satsuma.app.segmentation.services.rescoring import (
    DAILY,
    RESCORE,
    SCHEDULED,
    begin_day,
    rescore_everybody,
)
from satsuma.app.segmentation.services.sample import SAMPLE, create_sample
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.app.segmentation.telling import outcome_words

__all__ = ["lists"]


@job(PUBLISH, title=gettext_lazy("Publish a segmentation"), needs=Permission.MANAGE_SEGMENTATIONS)
def run_publishing(work: Work) -> None:
    """The version, everybody's results and the end of the run are one transaction: whenever a worker dies, either all
    of it is there or nothing, and another begins anew."""
    publication = Publication(**work.arguments)
    work.check()
    warm_up(publication)
    with work.transaction():
        version, outcome = publish(publication, by=_author(work), at=timezone.now(), step=work.progress)
        facts = {"version": version.number, "contacts": outcome.contacts, "moved": len(outcome.moved)}
        facts |= announced_by_version(version)
        work.finish(Result(outcome_words(outcome), Link("segmentation", [publication.segmentation_id]), facts))


@job(RESCORE, title=gettext_lazy("Re-score everybody"), needs=Permission.MANAGE_SEGMENTATIONS)
def run_rescoring(work: Work) -> Result:
    return _rescore_each(work, Cause.REQUEST, work.arguments["segmentation_ids"])


@job(SCHEDULED, title=gettext_lazy("Re-score everybody, as scheduled"), also_at=list_scoring_times)
def run_scheduled(work: Work) -> Result:
    return _rescore_each(work, Cause.TIME)


@job(DAILY, title=gettext_lazy("Re-score for the new day"), daily_at=time(0, 5))
def run_daily(work: Work) -> Result:
    return rescore_each(work, None, begin_day, Cause.TIME)


@job(VERIFY, title=gettext_lazy("Check all results"), daily_at=time(1, 0))
def run_verification(work: Work) -> Result:
    """Done whatever it finds: what is wrong is told, and mended by the next scheduled re-scoring."""
    found = verify_results(at=timezone.now(), progress=work.progress)
    return Result(found.sentence, facts={"results": found.results, "wrong": len(found.findings)})


@job(EXPORT_HISTORY, title=gettext_lazy("Export of history"))
def export_history(work: Work) -> Result:
    return run_history_export(work, by=_author(work), at=timezone.now())


@job(SAMPLE, title=gettext_lazy("Sample data"), needs=Permission.ADMINISTER)
def make_sample(work: Work) -> None:
    """All of it and the end of the run are one transaction."""
    with work.transaction():
        create_sample(by=_author(work), at=timezone.now(), step=work.progress)
        told = _("The sample data is there. You can remove it under Settings, Sample data.")
        work.finish(Result(told, Link("company_list")))


def _rescore_each(work: Work, cause: Cause, segmentation_ids: Sequence[int] | None = None) -> Result:
    return rescore_each(work, segmentation_ids, partial(rescore_everybody, cause=cause), cause)


def _author(work: Work) -> User | None:
    return User.objects.filter(id=work.created_by_id).first() if work.created_by_id else None
