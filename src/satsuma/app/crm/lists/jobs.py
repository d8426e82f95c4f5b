"""What workers do with lists: bulk changes and their undo, long exports, indexes. Registered by `crm.jobs`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.bulk import Selection
from satsuma.app.crm.hooks import Cause, announced
from satsuma.app.crm.services.batches import undo_batch
from satsuma.app.crm.services.bulk import CHANGE, UNDO, changed_words, count_selected, run_bulk_change
from satsuma.app.crm.services.list_exports import EXPORT_LIST, run_list_export
from satsuma.app.crm.services.list_indexes import refresh_list_indexes
from satsuma.app.jobs.registry import job
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.work import Work
from satsuma.domain.model import Kind


def _needs(arguments: Mapping[str, Any]) -> Permission:
    """Changing a whole list needs what starting that needs."""
    return Permission.EDIT_CONTACTS if arguments["address"] is None else Permission.IMPORT


@job(CHANGE, title=gettext_lazy("Bulk change"), needs=_needs)
def change(work: Work) -> Result | None:
    """A few thousand contacts per transaction, each with the checkpoint behind it: none is changed twice."""
    arguments, kind = work.arguments, Kind(work.arguments["kind"])
    selection = Selection(tuple(arguments["ids"]), arguments["address"], arguments["up_to_id"])
    checkpoint = work.checkpoint or {"batch_id": 0, "after_id": 0, "count": 0, "over": False}
    total = checkpoint.get("total") or count_selected(kind, selection, as_of=workspace_day(timezone.now()))
    while not checkpoint["over"]:
        work.progress(min(checkpoint["count"], total), total, _("Changing"))
        with work.transaction():
            step = run_bulk_change(arguments, checkpoint, by=_author(work), at=timezone.now())
            checkpoint = {**step, **_announced(step["batch_id"]), "total": total}
            work.save_checkpoint(checkpoint)
    work.progress(total, total, _("Changing"))
    batch_id = checkpoint["batch_id"]
    link = Link("bulk_change", [batch_id]) if batch_id else None
    return Result(changed_words(kind, checkpoint["count"]), link, _announced(batch_id))


def _announced(batch_id: int) -> dict[str, Any]:
    return announced(Cause.BULK, batch_id) if batch_id else {}


@job(UNDO, title=gettext_lazy("Undo of a bulk change"), needs=Permission.EDIT_CONTACTS)
def undo(work: Work) -> Result | None:
    batch_id = work.arguments["batch_id"]
    with work.transaction():
        undone = undo_batch(
            batch_id=batch_id,
            by=_author(work),
            at=timezone.now(),
            progress=lambda done, total: work.progress(done, total, _("Undoing")),
        )
        count = undone.restored + undone.removed
        said = ngettext("%(count)s put back", "%(count)s put back", count) % {"count": count}
        facts = announced(Cause.BULK, batch_id, is_undo=True)
        work.finish(Result(said, Link("bulk_change", [batch_id]), facts))
    return None


@job(EXPORT_LIST, title=gettext_lazy("Export of a list"))
def export(work: Work) -> Result:
    return run_list_export(work, by=_author(work), at=timezone.now())


@job("list_indexes", title=gettext_lazy("Make lists quick"), daily_at=time(3, 50))
def indexes(work: Work) -> Result | None:
    made, removed = refresh_list_indexes()
    return Result("", facts={"made": made, "removed": removed})


def _author(work: Work) -> User | None:
    return User.objects.filter(id=work.created_by_id).first() if work.created_by_id else None
