"""The job that brings stored metrics and snapshots up to date: every night, and when a metric was made or changed."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.services.metrics import BATCH, list_outdated, refresh_metrics
from satsuma.app.crm.snapshots.contacts import refresh_snapshots
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.work import Work
from satsuma.domain.model import Kind

NAME = "refresh_metrics"


def start_refresh(*, at: datetime) -> Run:
    """Has a worker measure everybody's metrics anew, once the caller's transaction is committed."""
    return start_run(kind=NAME, arguments={}, by=None, at=at)


@job(NAME, title=_("Bring metrics up to date"), daily_at=time(0, 10))
def refresh_everything(work: Work) -> Result:
    """Whatever was done before a worker died is not done again: only what differs is measured and written."""
    refresh_snapshots()
    as_of = workspace_day(timezone.now())
    count = sum(_refresh(kind, as_of, work) for kind in Kind)
    return Result(
        ngettext("%(count)d contact has other metrics", "%(count)d contacts have other metrics", count)
        % {"count": count}
    )


def _refresh(kind: Kind, as_of: date, work: Work) -> int:
    work.check()
    ids, changed = list_outdated(kind, as_of), 0
    for first in range(0, len(ids), BATCH):
        work.progress(first, len(ids))
        with work.transaction():
            changed += len(refresh_metrics(contact_ids=ids[first : first + BATCH], as_of=as_of))
    return changed
