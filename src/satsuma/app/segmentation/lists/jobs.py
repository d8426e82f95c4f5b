"""What workers do with lists of segmented contacts: score all of one again. Registered by `segmentation.jobs`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.bulk import Selection
from satsuma.app.crm.services.bulk import count_selected
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.work import Work
from satsuma.app.segmentation.lists.wording import rescored_words
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.origins import announced_by_job
from satsuma.app.segmentation.services.list_rescoring import RESCORE_LIST, run_list_rescoring
from satsuma.domain.model import Kind


def _needs(arguments: Mapping[str, Any]) -> Permission:
    """Scoring a whole list needs what starting that needs."""
    return Permission.EDIT_CONTACTS if arguments["address"] is None else Permission.IMPORT


@job(RESCORE_LIST, title=gettext_lazy("Re-score a list"), needs=_needs)
def rescore_list(work: Work) -> Result:
    """A few thousand contacts per transaction, each with the checkpoint behind it."""
    arguments, kind = work.arguments, Kind(work.arguments["kind"])
    selection = Selection(tuple(arguments["ids"]), arguments["address"], arguments["up_to_id"])
    checkpoint = work.checkpoint or {"after_id": 0, "contacts": 0, "moved": 0, "over": False}
    total = checkpoint.get("total") or count_selected(kind, selection, as_of=workspace_day(timezone.now()))
    while not checkpoint["over"]:
        work.progress(min(checkpoint["contacts"], total), total, _("Scoring"))
        with work.transaction():
            step = run_list_rescoring(arguments, checkpoint, run_id=work.run_id, at=timezone.now())
            checkpoint = {**step, "total": total}
            work.save_checkpoint(checkpoint)
    work.progress(total, total, _("Scoring"))
    facts = announced_by_job(Cause.REQUEST, work.run_id)
    facts |= {"contacts": checkpoint["contacts"], "moved": checkpoint["moved"]}
    return Result(rescored_words(kind, checkpoint["contacts"], checkpoint["moved"]), facts=facts)
