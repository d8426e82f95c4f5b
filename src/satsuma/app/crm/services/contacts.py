"""Creates, saves, bins, restores and erases contacts. Called by web and cli; imports and bulk changes write many at
once in modules of their own, by the same rules (`checked_values`, `columns_of`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.hooks import Before, Cause, Counted, announce, announce_erasing
from satsuma.app.crm.models import Activity, BatchRow, Contact, Deal, Erased, Task
from satsuma.app.crm.pictures import forget_unused
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.search import Thing, forget, index_contacts
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.rows import derived_columns
from satsuma.app.crm.services.tagging import set_tags
from satsuma.app.crm.snapshots.contacts import forget_snapshots
from satsuma.app.crm.values import ValueRefusedError, check_value, stored_value, values_of
from satsuma.domain.model import FieldType, Kind, Value


class Keep(Enum):
    """The stand-in for something that a save leaves as it is."""

    KEEP = "keep"


KEEP = Keep.KEEP


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody enters about a contact. `values` has the fields that are set, None for one that is cleared; fields
    that are not in it stay as they are, as do links that are KEEP. `tags` are names."""

    values: Mapping[str, Value]
    company_id: int | Keep | None = KEEP
    owner_id: int | Keep | None = KEEP
    tags: Sequence[str] | Keep = KEEP


@dataclass(frozen=True, slots=True)
class Saved:
    """The contact after the save, and what segmentations have to say about it."""

    contact: Contact
    says: Sequence[str]


@transaction.atomic
def create_contact(*, kind: Kind, entry: Entry, by: User | None, at: datetime) -> Saved:
    """A new contact. Raises ValuesError with a sentence per field that cannot be kept."""
    contact = Contact(kind=kind, created_at=at, updated_at=at)
    fields = fields_by_key(kind)
    values = checked_values(fields, {**dict.fromkeys(_required(fields)), **entry.values})
    return _write(contact, fields, values, entry, at=at)


@transaction.atomic
def save_contact(*, contact_id: int, version: int, entry: Entry, by: User | None, at: datetime) -> Saved:
    """Sets what `entry` names. Raises ValuesError; NotFoundError for a contact that is erased or in the bin;
    ConflictError with the stored values if somebody saved after `version`, and nothing is changed."""
    contact = lock_contact(contact_id)
    fields = fields_by_key(Kind(contact.kind))
    values = checked_values(fields, entry.values)
    if contact.version != version:
        stored = values_of(fields, contact)
        theirs = {key: stored.get(key) for key, value in values.items() if stored.get(key) != value}
        raise ConflictError(version=contact.version, theirs=theirs)
    contact.version += 1
    contact.updated_at = at
    return _write(contact, fields, values, entry, at=at)


@transaction.atomic
def bin_contacts(*, contact_ids: Collection[int], by: User | None, at: datetime) -> Counted:
    """Puts them into the bin, from which they can be restored for 30 days; counts those that were not there yet."""
    return _set_binned(Contact.objects.filter(id__in=contact_ids, binned_at__isnull=True), at, by, at=at)


@transaction.atomic
def restore_contacts(*, contact_ids: Collection[int], by: User | None, at: datetime) -> Counted:
    """Takes them out of the bin; counts those that were in it."""
    return _set_binned(Contact.objects.filter(id__in=contact_ids, binned_at__isnull=False), None, None, at=at)


@transaction.atomic
def erase_contacts(*, contact_ids: Collection[int], by: User | None, at: datetime) -> int:
    """Removes for good those that are in the bin, with values, activities, tasks and pictures, also from what bulk
    changes and imports keep for undoing. Their deals stay, without the name, so that sums stay true. Gives how many
    there were."""
    rows = list(Contact.objects.select_for_update(no_key=True).filter(id__in=contact_ids, binned_at__isnull=False))
    ids = [row.id for row in rows]
    announce_erasing(ids, Cause.CONTACT, at=at)
    touches = list(Activity.objects.filter(Q(company__in=ids) | Q(person__in=ids)))
    linked = _linked(rows) | {id_ for touch in touches for id_ in (touch.company_id, touch.person_id) if id_}
    fed = fed_by(linked) - set(ids)
    mark = next_mark()
    Contact.objects.filter(company__in=ids).update(changed=mark)
    Deal.objects.filter(Q(company__in=ids) | Q(person__in=ids)).update(changed=mark)
    for kind in Kind:
        _leave_traces("contact", Thing(kind.value), [row.id for row in rows if row.kind == kind], mark)
    _leave_traces("activity", Thing.ACTIVITY, (touch.id for touch in touches), mark)
    _leave_traces("task", Thing.TASK, Task.objects.filter(contact__in=ids).values_list("id", flat=True), mark)
    Contact.objects.filter(id__in=ids).delete()
    forget_unused([row.image for row in rows])
    transaction.on_commit(forget_snapshots)
    refresh_metrics(contact_ids=fed, as_of=workspace_day(at))
    announce(fed, Cause.CONTACT, at=at)
    return len(ids)


def _leave_traces(table: str, thing: Thing, ids: Iterable[int], mark: int) -> None:
    """Tells snapshots and the search index that these rows go, and forgets what undoing would have put back."""
    gone = list(ids)
    BatchRow.objects.filter(table=table, row_id__in=gone).delete()
    Erased.objects.bulk_create(Erased(table=table, row_id=row_id, changed=mark) for row_id in gone)
    forget(thing, gone)


def lock_contact(contact_id: int, *, binned: bool = False) -> Contact:
    """The contact's row, locked until the transaction ends; what only refers to it, such as a result that is being
    written, need not wait. Raises NotFoundError."""
    rows = Contact.objects.select_for_update(no_key=True).filter(id=contact_id, binned_at__isnull=not binned)
    contact = rows.first()
    if contact is None:
        raise NotFoundError(_("This contact is no longer there."), contact_id=contact_id)
    return contact


def checked_values(fields: Mapping[str, FieldSpec], values: Mapping[str, Value]) -> dict[str, Value]:
    """The values as they are kept. Raises ValuesError with every field that is unknown, computed, missing though
    required, or wrong."""
    checked: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for key, value in values.items():
        try:
            checked[key] = _checked(fields.get(key), value)
        except ValueRefusedError as error:
            problems[key] = str(error)
    if problems:
        raise ValuesError(problems)
    return checked


def columns_of(fields: Mapping[str, FieldSpec], values: Mapping[str, Value]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands in the row's columns, and what in its `values`: by column and by key. Columns that follow from others
    (folded names, the domain) are with them. A missing value is "" or None in a column, None in `values`."""
    columns = {key: _column_value(fields[key], value) for key, value in values.items() if fields[key].is_column}
    custom = {key: stored_value(value) for key, value in values.items() if not fields[key].is_column}
    columns |= derived_columns(columns)
    return columns, custom


def _write(
    contact: Contact, fields: Mapping[str, FieldSpec], values: Mapping[str, Value], entry: Entry, *, at: datetime
) -> Saved:
    company_before = contact.company_id
    before = _held(contact, fields, values)
    columns, custom = columns_of(fields, values)
    for name, value in columns.items():
        setattr(contact, name, value)
    kept = {key: value for key, value in {**contact.values, **custom}.items() if value is not None}
    contact.values = kept
    if entry.company_id is not KEEP:
        contact.company_id = _company_id(contact, entry.company_id)
    if entry.owner_id is not KEEP:
        contact.owner_id = entry.owner_id
    contact.changed = next_mark()
    _save_row(contact)
    if entry.tags is not KEEP:
        set_tags(contact_id=contact.id, names=entry.tags)
    touched = {id_ for id_ in (contact.id, company_before, contact.company_id) if id_ is not None}
    index_contacts([contact.id])
    noted: Before = {contact.id: before}
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at), before=noted)
    return Saved(contact, announce(touched, Cause.CONTACT, at=at, before=noted))


def _held(contact: Contact, fields: Mapping[str, FieldSpec], values: Mapping[str, Value]) -> dict[str, Any]:
    """What the fields that are given another value held, as JSON keeps it."""
    held = values_of({key: fields[key] for key in values}, contact)
    return {key: stored_value(held.get(key)) for key, value in values.items() if held.get(key) != value}


def _save_row(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if Contact.objects.filter(kind=contact.kind, external_id=contact.external_id).exclude(id=contact.id).exists():
            raise ValuesError({"external_id": _("Another contact has this ID. Enter a different one.")}) from error
        raise


def _company_id(contact: Contact, company_id: int | None) -> int | None:
    if company_id is None:
        return None
    companies = Contact.objects.filter(id=company_id, kind=Kind.COMPANY, binned_at__isnull=True)
    if contact.kind != Kind.PERSON or not companies.exists():
        raise ValuesError({"company": _("Choose a company from the list.")})
    return company_id


def _set_binned(rows: Any, moment: datetime | None, who: User | None, *, at: datetime) -> Counted:
    found = list(rows.select_for_update(no_key=True))
    ids = [row.id for row in found]
    Contact.objects.filter(id__in=ids).update(
        binned_at=moment, binned_by=who, merged_into=None, changed=next_mark(), updated_at=at
    )
    touched, before = set(ids) | _linked(found), Before()
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at), before=before)
    return Counted(len(ids), announce(touched, Cause.CONTACT, at=at, before=before))


def _linked(contacts: Collection[Contact]) -> set[int]:
    """The companies whose people these are: their metrics count them."""
    return {contact.company_id for contact in contacts if contact.company_id is not None}


def _required(fields: Mapping[str, FieldSpec]) -> list[str]:
    return [key for key, field in fields.items() if field.required and field.is_typed_in and not field.retired]


def _checked(field: FieldSpec | None, value: Value) -> Value:
    if field is None or not field.is_typed_in:
        raise ValueRefusedError(_("This field cannot be filled in."))
    checked = check_value(field, value)
    if checked is None and field.required:
        raise ValueRefusedError(_("Please fill this in."))
    return checked


def _column_value(field: FieldSpec, value: Value) -> Any:
    numeric = field.type in (FieldType.NUMBER, FieldType.MONEY)
    return value if numeric or value is not None else ""
