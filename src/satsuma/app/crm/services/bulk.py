"""Changes many contacts in one go, so that it can be undone as one. Called by the bulk pages of lists.

A few are changed at once; more than that are a job, which writes a few thousand at a time and goes on where it was when
its worker dies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, allows, require
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.bulk import Action, BulkChange, Selection
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.hooks import Cause, announce
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import ListQuery, read_understood
from satsuma.app.crm.models import Batch, Contact, ContactTag, Tag
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.queries.lists import count_rows, list_ids
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.batches import RowChange, Undone, change_rows, record, start_batch, undo_batch
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.rows import Row, Table
from satsuma.app.crm.services.tagging import ensure_tags
from satsuma.app.crm.values import ValueRefusedError, check_value, loaded_value, stored_value
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.domain.model import FieldType, Kind

AT_ONCE = 500
"""More contacts than this are changed, or put back, by a job."""
CHUNK = 2_000
CHANGE, UNDO = "bulk_change", "bulk_undo"
UNIQUE = ("name", "external_id")
"""Fields of which no two contacts should have the same."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of a bulk change: how many contacts it changed, the batch to undo it by, what hooks had to say."""

    count: int
    batch_id: int
    says: Sequence[str] = ()


def bulk_fields(kind: Kind) -> tuple[FieldSpec, ...]:
    """The fields that can be set in many contacts at once."""
    return tuple(field for field in fields_by_key(kind).values() if field.is_typed_in and field.key not in UNIQUE)


@transaction.atomic
def change_contacts(
    *,
    kind: Kind,
    contact_ids: Collection[int],
    change: BulkChange,
    by: User | None,
    at: datetime,
    batch_id: int | None = None,
) -> Changed:
    """Changes these contacts and nothing else, and notes down what they held; those that are gone or in the bin, and
    those that are so already, stay as they are. `batch_id` goes on with a batch that was begun. Raises ValuesError."""
    change = _checked(kind, change)
    live = Contact.objects.filter(id__in=contact_ids, kind=kind, binned_at=None)
    ids = sorted(live.values_list("id", flat=True))
    batch = Batch.objects.get(id=batch_id) if batch_id else start_batch(
        kind=Batch.Kind.BULK, title=change.words or change.action.value, by=by, at=at
    )  # fmt: skip
    if change.action in (Action.TAG, Action.UNTAG):
        changed = touched = _change_tags(batch, ids, change, at=at)
    else:
        touched = change_rows(batch, Table.CONTACT, dict.fromkeys(ids, _row(change, by, at)), at=at)
        changed = touched & set(ids)
    if change.action is not Action.OWNER:
        index_contacts(changed)
    companies = touched - changed
    if kind is Kind.PERSON and changed:
        companies |= set(Contact.objects.filter(people__in=changed).values_list("id", flat=True))
    refresh_metrics(contact_ids=companies, as_of=workspace_day(at))
    says = announce(changed | companies, Cause.BULK, at=at, reference=batch.id)
    return Changed(len(changed), batch.id, tuple(dict.fromkeys(says)))


@transaction.atomic
def start_bulk_change(*, kind: Kind, selection: Selection, change: BulkChange, by: User, at: datetime) -> Changed | Run:
    """Changes the selected contacts: at once if they are few, else by a job. Raises ValuesError; NotAllowedError for
    somebody who may not change a whole list."""
    require(by, Permission.EDIT_CONTACTS)
    change = _checked(kind, change)
    if selection.address is not None:
        require(by, Permission.IMPORT)
        newest = Contact.objects.aggregate(newest=Max("id"))["newest"] or 0
        selection = Selection(address=selection.address, up_to_id=newest)
    ids = next_ids(kind, selection, 0, AT_ONCE + 1, as_of=workspace_day(at))
    if len(ids) <= AT_ONCE:
        return change_contacts(kind=kind, contact_ids=ids, change=change, by=by, at=at)
    arguments = {
        "kind": kind.value,
        "ids": list(selection.ids),
        "address": selection.address,
        "up_to_id": selection.up_to_id,
        "change": change.as_json(),
    }
    return start_run(kind=CHANGE, arguments=arguments, by=by, at=at, title=change.words)


def count_selected(kind: Kind, selection: Selection, *, as_of: date) -> int:
    """How many contacts are selected, counted exactly."""
    if selection.address is None:
        return len(selection.ids)
    definition, query = _asked(kind, selection.address)
    return count_rows(definition, query, as_of=as_of, most=10**9).rows


def undo_bulk_change(*, batch_id: int, by: User, at: datetime) -> Undone | Run:
    """Puts back what the bulk change changed, where nobody has changed it since: at once if it was little, else by a
    job. Raises NotFoundError; RefusedError if it was undone before, and `change_of_other` for the change of somebody
    else, unless the reader may change whole lists."""
    batch = Batch.objects.filter(id=batch_id, kind=Batch.Kind.BULK).first()
    if batch is None:
        raise NotFoundError(_("This change is no longer there."), batch_id=batch_id)
    require(by, Permission.EDIT_CONTACTS)
    if batch.author_id != by.pk and not allows(by, Permission.IMPORT):
        raise RefusedError(
            "change_of_other",
            _("Somebody else has made this change."),
            remedy=_("Ask them, or a manager of your workspace, to undo it."),
        )
    if batch.undone_at is None and batch.rows.count() > AT_ONCE:
        return start_run(kind=UNDO, arguments={"batch_id": batch_id}, by=by, at=at, title=_("Undo: ") + batch.title)
    return undo_batch(batch_id=batch_id, by=by, at=at)


def next_ids(kind: Kind, selection: Selection, after_id: int, most: int, *, as_of: date) -> list[int]:
    """The selected contacts' ids behind this one, ascending, at most so many."""
    if selection.address is None:
        return sorted(id_ for id_ in set(selection.ids) if id_ > after_id)[:most]
    definition, query = _asked(kind, selection.address)
    found = list_ids(definition, query, as_of=as_of, after_id=after_id, most=most)
    return [id_ for id_ in found if id_ <= selection.up_to_id]


def _asked(kind: Kind, address: str) -> tuple[ListDefinition, ListQuery]:
    definition = contact_list(kind)
    return definition, read_understood(definition, address)


def _checked(kind: Kind, change: BulkChange) -> BulkChange:
    """The change, if it can be kept. Raises ValuesError."""
    owner = change.owner_id
    if change.action is Action.OWNER and owner and not User.objects.filter(id=owner, is_active=True).exists():
        raise ValuesError({"owner": _("Choose an owner from the list.")})
    if change.action in (Action.TAG, Action.UNTAG) and not change.tags:
        raise ValuesError({"tags": _("Enter at least one tag.")})
    if change.action is Action.FIELD:
        field = next((field for field in bulk_fields(kind) if field.key == change.key), None)
        if field is None:
            raise ValuesError({"key": _("Choose a field.")})
        _check_field(field, change.value)
    return change


def _check_field(field: FieldSpec, stored: Any) -> None:
    try:
        value = check_value(field, loaded_value(field.type, stored))
    except ValueRefusedError as error:
        raise ValuesError({"value": str(error)}) from error
    if value is None and field.required:
        raise ValuesError({"value": _("This field has to be filled in.")})


def _row(change: BulkChange, by: User | None, at: datetime) -> Row:
    """What each row is to hold, as JSON keeps it."""
    match change.action:
        case Action.OWNER:
            return {"owner_id": change.owner_id}
        case Action.BIN:
            return {"binned_at": at.astimezone(UTC).isoformat(), "binned_by_id": by.pk if by else None}
        case _:
            return {change.key: change.value}


def _change_tags(batch: Batch, ids: Sequence[int], change: BulkChange, *, at: datetime) -> set[int]:
    """Adds the tags, or takes them away; gives the contacts that it changed."""
    adds = change.action is Action.TAG
    tags = {tag.pk for tag in (ensure_tags(change.tags) if adds else _known_tags(change.tags))}
    before: dict[int, set[int]] = {id_: set() for id_ in ids}
    for contact, tag in ContactTag.objects.filter(contact__in=ids).values_list("contact_id", "tag_id"):
        before[contact].add(tag)
    after = {id_: (held | tags if adds else held - tags) for id_, held in before.items()}
    changed = {id_ for id_ in ids if after[id_] != before[id_]}
    record(batch, Table.TAG, (_tag_change(id_, before[id_], after[id_]) for id_ in sorted(changed)))
    if adds:
        new = (ContactTag(contact_id=id_, tag_id=tag) for id_ in changed for tag in sorted(tags - before[id_]))
        ContactTag.objects.bulk_create(new, ignore_conflicts=True, batch_size=CHUNK)
    else:
        ContactTag.objects.filter(contact__in=changed, tag__in=tags).delete()
    Contact.objects.filter(id__in=changed).update(version=F("version") + 1, changed=next_mark(), updated_at=at)
    return changed


def _known_tags(names: Iterable[str]) -> list[Tag]:
    return list(Tag.objects.filter(name_folded__in=[fold_name(name) for name in names]))


def _tag_change(contact_id: int, before: Collection[int], after: Collection[int]) -> RowChange:
    return RowChange(contact_id, {"tag_ids": sorted(before)}, {"tag_ids": sorted(after)})


def field_change(field: FieldSpec, value: Any, *, words: str) -> BulkChange:
    """The change that sets a field: `value` is typed, None clears it."""
    stored = stored_value(value)
    if stored is None and field.is_column and field.type in (FieldType.TEXT, FieldType.CHOICE):
        stored = ""
    return BulkChange(Action.FIELD, key=field.key, value=stored, words=words)


def changed_words(kind: Kind, count: int) -> str:
    """ "12 companies changed"."""
    if kind is Kind.COMPANY:
        return ngettext("%(count)s company changed", "%(count)s companies changed", count) % {"count": count}
    return ngettext("%(count)s person changed", "%(count)s people changed", count) % {"count": count}


def run_bulk_change(arguments: Mapping[str, Any], checkpoint: Mapping[str, Any], *, by: User | None, at: datetime) -> (
    dict[str, Any]
):  # fmt: skip
    """One step of the job, inside its transaction: changes the next few thousand; gives the next checkpoint, with
    `over` when there are none left. A checkpoint has `batch_id`, `after_id` and `count`, all 0 at first."""
    kind, change = Kind(arguments["kind"]), BulkChange.from_json(arguments["change"])
    selection = Selection(tuple(arguments["ids"]), arguments["address"], arguments["up_to_id"])
    ids = next_ids(kind, selection, checkpoint["after_id"], CHUNK, as_of=workspace_day(at))
    if not ids:
        return {**checkpoint, "over": True}
    done = change_contacts(
        kind=kind, contact_ids=ids, change=change, by=by, at=at, batch_id=checkpoint["batch_id"] or None
    )
    return {"batch_id": done.batch_id, "after_id": ids[-1], "count": checkpoint["count"] + done.count, "over": False}
