"""What workers do with segmentations: publish, re-score everybody. Found by the registry of jobs."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission
from satsuma.app.jobs.registry import Link, Result, job
from satsuma.app.jobs.work import Work
from satsuma.app.segmentation.services.publishing import PUBLISH, Publication, publish, warm_up
from satsuma.app.segmentation.telling import outcome_words


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
        work.finish(Result(outcome_words(outcome), Link("segmentation", [publication.segmentation_id]), facts))


def _author(work: Work) -> User | None:
    return User.objects.filter(id=work.created_by_id).first() if work.created_by_id else None
