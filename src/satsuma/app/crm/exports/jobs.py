"""What workers do with exports. Registered by `crm.jobs`."""

from __future__ import annotations

from datetime import time

from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from satsuma.app.accounts.models import User
from satsuma.app.crm.services.exports import EVERYTHING, delete_old_exports, run_export
from satsuma.app.crm.services.imports import delete_old_uploads
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.work import Work


@job(EVERYTHING, title=gettext_lazy("Export of everything"))
def everything(work: Work) -> Result:
    by = User.objects.filter(id=work.created_by_id).first() if work.created_by_id else None
    return run_export(work, by=by, at=timezone.now())


@job("prune_files", title=gettext_lazy("Remove old exports and uploads"), daily_at=time(3, 45))
def prune_files(work: Work) -> Result:
    at = timezone.now()
    count = delete_old_exports(at=at) + delete_old_uploads(at=at)
    return Result(ngettext("%(count)d removed", "%(count)d removed", count) % {"count": count})
