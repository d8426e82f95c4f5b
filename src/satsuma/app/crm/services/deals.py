"""Creates, saves, moves, bins, restores and erases deals. Called by web; imports write many at once by the same rules
(`deal_entries`).

Every save writes the deal, its place in the search, the metrics of the contacts it counts for, before and after, and
lets segmentations know: all in one transaction, or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.hooks import Before, Cause, Counted, announce
from satsuma.app.crm.models import Deal, Erased, Stage
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.search.index import forget, index_deals
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.deal_entries import (
    DealEntry,
    check_days,
    entry_of,
    find_stage,
    set_stage,
    write_entry,
)
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.values import ValueRefusedError


@dataclass(frozen=True, slots=True)
class SavedDeal:
    """The deal after the save, and what segmentations have to say about it."""

    deal: Deal
    says: Sequence[str] = ()


@transaction.atomic
def create_deal(*, entry: DealEntry, by: User | None, at: datetime) -> SavedDeal:
    """A new deal, owned by whom the entry says. Raises ValuesError with a sentence per answer that cannot be kept."""
    deal = Deal(created_at=at, updated_at=at)
    write_entry(deal, entry, today=workspace_day(at))
    return _write(deal, before=(), at=at)


@transaction.atomic
def save_deal(*, deal_id: int, version: int, entry: DealEntry, by: User | None, at: datetime) -> SavedDeal:
    """Says of the deal what the entry says. Raises ValuesError; NotFoundError for a deal that is erased or in the bin;
    ConflictError with the stored answers by name if somebody saved after `version`, and nothing is changed."""
    deal = lock_deal(deal_id)
    if deal.version != version:
        raise ConflictError(version=deal.version, theirs=_differing(entry_of(deal), entry))
    before = _contacts_of(deal)
    write_entry(deal, entry, today=workspace_day(at))
    return _write(deal, before=before, at=at)


@transaction.atomic
def move_deal(*, deal_id: int, stage_id: int, by: User | None, at: datetime) -> SavedDeal:
    """Puts the deal into a stage: won or lost it gets today as its closed day, open again it has none. Moving it to
    where it is changes nothing. Raises ValuesError for a stage that is not offered, or a deal opened after today;
    NotFoundError."""
    deal = lock_deal(deal_id)
    if deal.stage_id == stage_id:
        return SavedDeal(deal)
    try:
        set_stage(deal, find_stage(deal, stage_id), closed_on=None, today=workspace_day(at))
        check_days(deal)
    except ValueRefusedError as error:
        raise ValuesError({"stage": str(error)}) from error
    return _write(deal, before=(), at=at)


@transaction.atomic
def close_deal(*, deal_id: int, state: State, by: User | None, at: datetime) -> SavedDeal:
    """Wins or loses the deal: moves it to the first stage of that state. A deal that is there already stays. Raises
    ValuesError where the workspace has no such stage, and like `move_deal`."""
    deal = lock_deal(deal_id)
    if deal.state == state:
        return SavedDeal(deal)
    stage = Stage.objects.filter(state=state, retired_at__isnull=True).order_by("position", "id").first()
    if stage is None:
        raise ValuesError({"stage": _("There is no such stage. A manager can add one in the settings.")})
    return move_deal(deal_id=deal_id, stage_id=stage.id, by=by, at=at)


@transaction.atomic
def bin_deals(*, deal_ids: Collection[int], by: User | None, at: datetime) -> Counted:
    """Puts them into the bin, from which they can be restored for 30 days; counts those that were not there yet."""
    rows = Deal.objects.filter(id__in=deal_ids, binned_at__isnull=True)
    return _set_binned(list(rows.select_for_update()), at, at=at)


@transaction.atomic
def restore_deals(*, deal_ids: Collection[int], by: User | None, at: datetime) -> Counted:
    """Takes them out of the bin; counts those that were in it."""
    rows = Deal.objects.filter(id__in=deal_ids, binned_at__isnull=False)
    return _set_binned(list(rows.select_for_update()), None, at=at)


@transaction.atomic
def erase_deals(*, deal_ids: Collection[int], by: User | None, at: datetime) -> int:
    """Removes for good those that are in the bin; their activities stay with the contacts. Gives how many there
    were."""
    rows = list(Deal.objects.select_for_update().filter(id__in=deal_ids, binned_at__isnull=False))
    ids = [deal.id for deal in rows]
    mark = next_mark()
    Erased.objects.bulk_create(Erased(table="deal", row_id=id_, changed=mark) for id_ in ids)
    forget(Thing.DEAL, ids)
    Deal.objects.filter(id__in=ids).delete()
    return len(ids)


def lock_deal(deal_id: int) -> Deal:
    """The deal's row with its stage, locked until the transaction ends. Raises NotFoundError."""
    deal = Deal.objects.select_for_update(of=("self",)).select_related("stage").filter(id=deal_id).first()
    if deal is None or deal.binned_at is not None:
        raise NotFoundError(_("This deal is no longer there."), deal_id=deal_id)
    return deal


def _write(deal: Deal, *, before: Iterable[int], at: datetime) -> SavedDeal:
    if not deal._state.adding:
        deal.version += 1
    deal.updated_at = at
    deal.changed = next_mark()
    _save_row(deal)
    index_deals([deal.id])
    return SavedDeal(deal, _announce({*before, *_contacts_of(deal)}, at=at))


def _save_row(deal: Deal) -> None:
    try:
        with transaction.atomic():
            deal.save()
    except IntegrityError as error:
        if Deal.objects.filter(external_id=deal.external_id).exclude(id=deal.id).exists():
            raise ValuesError({"external_id": _("Another deal has this ID. Enter a different one.")}) from error
        raise


def _set_binned(deals: list[Deal], moment: datetime | None, *, at: datetime) -> Counted:
    ids = [deal.id for deal in deals]
    Deal.objects.filter(id__in=ids).update(binned_at=moment, changed=next_mark(), updated_at=at)
    index_deals(ids)
    return Counted(len(ids), _announce({id_ for deal in deals for id_ in _contacts_of(deal)}, at=at))


def _contacts_of(deal: Deal) -> tuple[int, ...]:
    return tuple(id_ for id_ in (deal.company_id, deal.person_id) if id_ is not None)


def _announce(contact_ids: Collection[int], *, at: datetime) -> list[str]:
    touched, before = fed_by(contact_ids), Before()
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at), before=before)
    return announce(touched, Cause.DEAL, at=at, before=before)


def _differing(stored: DealEntry, entered: DealEntry) -> Mapping[str, object]:
    """The stored answers that are not those entered, by name: links without their "_id"."""
    left_out = {name for name in ("rate", "currency", "stage_id") if not getattr(entered, name)}
    pairs = ((part.name, getattr(stored, part.name)) for part in fields(DealEntry) if part.name not in left_out)
    return {name.removesuffix("_id"): kept for name, kept in pairs if kept != getattr(entered, name)}
