"""Makes one contact of two. Called by the page that shows both side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import find_workspace, workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import ConflictError, RefusedError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.hooks import Before, Cause, announce
from satsuma.app.crm.models import Activity, Contact, ContactTag, Deal, Task
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.contacts import Saved, columns_of, lock_contact
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.values import stored_value, values_of
from satsuma.app.crm.wording import shown_value
from satsuma.domain.model import Kind, Value


@transaction.atomic
def merge_contacts(
    *,
    kept_id: int,
    other_id: int,
    versions: Mapping[int, int],
    from_other: Collection[str],
    by: User | None,
    at: datetime,
) -> Saved:
    """One contact of two of a kind: `kept_id` stays, takes the fields `from_other` of the other, and everything that
    belongs to the other: deals, activities, tasks, people, tags. Fields that only the other has are taken too. Values
    that are not taken are written into a note, so that nothing is lost; the other goes into the bin and leads to the
    kept one. Raises ConflictError if one was saved after the version shown, NotFoundError, RefusedError."""
    kept, other = (lock_contact(id_) for id_ in sorted({kept_id, other_id})) if kept_id != other_id else _refuse()
    if kept.id != kept_id:
        kept, other = other, kept
    _check(kept, other, versions)
    fields = {key: field for key, field in fields_by_key(Kind(kept.kind)).items() if field.is_typed_in}
    ours, theirs = values_of(fields, kept), values_of(fields, other)
    taken = {key: value for key, value in theirs.items() if key in from_other or key not in ours}
    lost = {key: value for key, value in ours.items() if key in taken and taken[key] != value}
    lost |= {key: value for key, value in theirs.items() if key not in taken and ours[key] != value}
    companies = {id_ for id_ in (kept.company_id, other.company_id) if id_}
    _retire(other, kept, at=at, by=by)
    _take_over(kept, other, fields, taken, at=at)
    _move_rows(kept, other)
    _note(kept, other, {fields[key]: value for key, value in lost.items()}, by=by, at=at)
    index_contacts([kept.id, other.id])
    touched = {kept.id, other.id, *companies}
    before: Before = {kept.id: {key: stored_value(ours.get(key)) for key in taken}}
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at), before=before)
    return Saved(kept, announce(touched, Cause.MERGE, at=at, before=before))


def _refuse() -> tuple[Contact, Contact]:
    raise RefusedError("merge_same", _("Choose two different contacts."))


def _check(kept: Contact, other: Contact, versions: Mapping[int, int]) -> None:
    if kept.kind != other.kind:
        raise RefusedError("merge_kinds", _("A company and a person cannot be merged."))
    for contact in (kept, other):
        if versions.get(contact.id) != contact.version:
            raise ConflictError(version=contact.version, theirs={})


def _retire(other: Contact, kept: Contact, *, at: datetime, by: User | None) -> None:
    """The other goes first: its external ID may be taken over, and there can be only one of each."""
    Contact.objects.filter(id=other.id).update(
        binned_at=at, binned_by=by, merged_into=kept, external_id="", changed=next_mark(), updated_at=at
    )


def _take_over(
    kept: Contact, other: Contact, fields: Mapping[str, FieldSpec], taken: Mapping[str, Value], *, at: datetime
) -> None:
    columns, custom = columns_of(fields, taken)
    for name, value in columns.items():
        setattr(kept, name, value)
    kept.values = kept.values | custom
    kept.company_id = kept.company_id or other.company_id
    kept.owner_id = kept.owner_id or other.owner_id
    kept.image = kept.image or other.image
    kept.version += 1
    kept.updated_at = at
    kept.changed = next_mark()
    kept.save()


def _move_rows(kept: Contact, other: Contact) -> None:
    mark = next_mark()
    for link in ("company", "person"):
        Deal.objects.filter(**{link: other}).update(**{link: kept, "changed": mark})
        Activity.objects.filter(**{link: other}).update(**{link: kept, "changed": mark})
    Task.objects.filter(contact=other).update(contact=kept)
    Contact.objects.filter(Q(company=other) & ~Q(id=kept.id)).update(company=kept, changed=mark)
    tags = ContactTag.objects.filter(contact=other).values_list("tag_id", flat=True)
    ContactTag.objects.bulk_create((ContactTag(contact=kept, tag_id=tag) for tag in tags), ignore_conflicts=True)


def _note(kept: Contact, other: Contact, lost: Mapping[FieldSpec, Value], *, by: User | None, at: datetime) -> None:
    """Written in the workspace's language: everybody reads it."""
    workspace = find_workspace()
    with override(workspace.language if workspace else "en"):
        lines = [_("Merged with %(name)s.") % {"name": other.name}]
        if lost:
            lines.append(_("Values that were not taken over:"))
            lines += [f"{field.label}: {shown_value(field, value)}" for field, value in lost.items()]
        text = "\n".join(lines)
    link = "company" if kept.kind == Kind.COMPANY else "person"
    Activity.objects.create(
        kind=Activity.Kind.NOTE,
        happened_at=at,
        happened_on=workspace_day(at),
        created_at=at,
        author=by,
        text=text,
        changed=next_mark(),
        **{link: kept},
    )
