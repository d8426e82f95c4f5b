"""Changes many deals in one go, so that it can be undone as one. Called by the list of deals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.hooks import Cause, announce
from satsuma.app.crm.models import Batch, Deal
from satsuma.app.crm.services.batches import change_rows, start_batch
from satsuma.app.crm.services.deal_entries import check_days, find_stage, set_stage
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.links import checked_owner
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.rows import Row, Table
from satsuma.app.crm.values import ValueRefusedError


@dataclass(frozen=True, slots=True)
class DealsChanged:
    """What came of it: how many deals changed, the batch to undo it by (None if none did), what segmentations say."""

    count: int
    batch_id: int | None
    says: Sequence[str] = ()


@transaction.atomic
def move_deals(*, deal_ids: Collection[int], stage_id: int, by: User | None, at: datetime) -> DealsChanged:
    """Puts them into a stage, as `move_deal` does with one; those in the bin stay as they are. Raises ValuesError for a
    stage that is not offered, and for deals that it cannot be done with, by title: then none is moved."""
    today = workspace_day(at)
    changes: dict[int, Row] = {}
    for deal in _locked(deal_ids):
        try:
            set_stage(deal, find_stage(deal, stage_id), closed_on=None, today=today)
            check_days(deal)
        except ValueRefusedError as error:
            raise ValuesError({"stage": f"{deal.title}: {error}"}) from error
        closed_on = deal.closed_on.isoformat() if deal.closed_on else None
        changes[deal.id] = {"stage_id": deal.stage_id, "state": deal.state, "closed_on": closed_on}
    return _change(changes, _("Stage of %(deals)s"), by=by, at=at)


@transaction.atomic
def assign_deals(*, deal_ids: Collection[int], owner_id: int | None, by: User | None, at: datetime) -> DealsChanged:
    """Gives them an owner, or with None nobody; those in the bin stay as they are. Raises ValuesError for somebody who
    is not, or no longer, a user."""
    try:
        checked_owner(owner_id, before=None)
    except ValueRefusedError as error:
        raise ValuesError({"owner": str(error)}) from error
    changes: Mapping[int, Row] = {deal.id: {"owner_id": owner_id} for deal in _locked(deal_ids)}
    return _change(changes, _("Owner of %(deals)s"), by=by, at=at)


def _locked(deal_ids: Collection[int]) -> list[Deal]:
    rows = Deal.objects.select_for_update(of=("self",)).select_related("stage").order_by("id")
    return list(rows.filter(id__in=deal_ids, binned_at__isnull=True))


def _change(changes: Mapping[int, Row], title: str, *, by: User | None, at: datetime) -> DealsChanged:
    count = len(changes)
    deals = ngettext("%(count)d deal", "%(count)d deals", count) % {"count": count}
    batch = start_batch(kind=Batch.Kind.BULK, title=title % {"deals": deals}, by=by, at=at)
    touched = fed_by(change_rows(batch, Table.DEAL, changes, at=at))
    if not (changed := batch.rows.count()):
        batch.delete()
        return DealsChanged(0, None)
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at))
    says = announce(touched, Cause.BULK, at=at, reference=batch.id)
    return DealsChanged(changed, batch.id, tuple(dict.fromkeys(says)))
