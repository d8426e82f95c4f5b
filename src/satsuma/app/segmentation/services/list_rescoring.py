"""Re-scores the contacts that somebody chose in a list, or a whole list: at once if they are few, else by a job, which
scores a few thousand at a time and goes on where it was when its worker dies. Called by the lists' pages and the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, require
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.bulk import Selection
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.bulk import AT_ONCE, CHUNK, next_ids
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.origins import announced_by_job
from satsuma.app.segmentation.services.rescoring import rescore_contacts
from satsuma.domain.model import Kind

RESCORE_LIST = "rescore_list"


@dataclass(frozen=True, slots=True)
class Rescored:
    """How many contacts were scored, and how many of them are in another segment now."""

    contacts: int
    moved: int


@transaction.atomic
def start_list_rescoring(*, kind: Kind, selection: Selection, by: User, at: datetime) -> Rescored | Run:
    """Scores the selected contacts by every published segmentation: at once if they are few, else by a job. Raises
    NotAllowedError for somebody who may not change a whole list, RefusedError for a list that is not understood."""
    require(by, Permission.EDIT_CONTACTS)
    if selection.address is not None:
        require(by, Permission.IMPORT)
        newest = Contact.objects.aggregate(newest=Max("id"))["newest"] or 0
        selection = Selection(address=selection.address, up_to_id=newest)
    ids = next_ids(kind, selection, 0, AT_ONCE + 1, as_of=workspace_day(at))
    if len(ids) <= AT_ONCE:
        return _rescore(kind, ids, at=at)
    arguments = {
        "kind": kind.value,
        "ids": list(selection.ids),
        "address": selection.address,
        "up_to_id": selection.up_to_id,
    }
    title = _("Re-score companies") if kind is Kind.COMPANY else _("Re-score people")
    return start_run(kind=RESCORE_LIST, arguments=arguments, by=by, at=at, title=title)


def run_list_rescoring(
    arguments: Mapping[str, Any], checkpoint: Mapping[str, Any], *, run_id: int, at: datetime
) -> dict[str, Any]:
    """One step of the job, inside its transaction: scores the next few thousand; gives the next checkpoint, with `over`
    when there are none left. A checkpoint has `after_id`, `contacts` and `moved`, all 0 at first."""
    kind = Kind(arguments["kind"])
    selection = Selection(tuple(arguments["ids"]), arguments["address"], arguments["up_to_id"])
    ids = next_ids(kind, selection, checkpoint["after_id"], CHUNK, as_of=workspace_day(at))
    if not ids:
        return {**checkpoint, "over": True}
    done = _rescore(kind, ids, at=at, run_id=run_id)
    return {
        **announced_by_job(Cause.REQUEST, run_id),
        "after_id": ids[-1],
        "contacts": checkpoint["contacts"] + done.contacts,
        "moved": checkpoint["moved"] + done.moved,
        "over": False,
    }


def _rescore(kind: Kind, ids: list[int], *, at: datetime, run_id: int | None = None) -> Rescored:
    live = list(Contact.objects.filter(id__in=ids, kind=kind, binned_at=None).values_list("id", flat=True))
    moves = rescore_contacts(contact_ids=live, cause=Cause.REQUEST, at=at, reference=run_id)
    return Rescored(len(live), len({move.contact_id for move in moves}))
