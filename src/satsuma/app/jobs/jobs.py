"""The jobs of this app itself."""

from __future__ import annotations

from datetime import time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.services.pruning import delete_old_runs
from satsuma.app.jobs.work import Work


@job("prune_runs", title=_("Remove old jobs from the list"), daily_at=time(3, 30))
def prune_runs(work: Work) -> Result:
    with work.transaction():
        count = delete_old_runs(at=timezone.now())
        result = Result(ngettext("%(count)d removed", "%(count)d removed", count) % {"count": count})
        work.finish(result)
    return result
