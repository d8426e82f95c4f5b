"""The tags themselves: adds, renames, merges and deletes them. Called by the settings; `services.tagging` puts them on
contacts.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError, ValuesError
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.labels import checked_label, refuse_taken
from satsuma.app.crm.models import ContactTag, Tag
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.keys import wait_for_turn
from satsuma.app.crm.services.tagging import LONGEST_TAG
from satsuma.app.crm.values import ValueRefusedError

MAX_TAGS = 10_000


@transaction.atomic
def create_tag(*, name: str, at: datetime) -> int:
    """A new tag; gives its id. Raises ValuesError("name")."""
    wait_for_turn()
    if Tag.objects.count() >= MAX_TAGS:
        raise ValuesError({"name": _("There can be at most %(most)d tags.") % {"most": MAX_TAGS}})
    row = Tag()
    _write(row, name)
    return row.pk


@transaction.atomic
def rename_tag(*, tag_id: int, name: str, at: datetime) -> None:
    """Gives it another name, on every contact that has it. Raises ValuesError("name"), NotFoundError. Takes
    three seconds for 100,000 contacts, as merging and deleting do: they are made findable anew."""
    wait_for_turn()
    row = _tag(tag_id)
    _write(row, name)
    index_contacts(_contact_ids(row))


@transaction.atomic
def merge_tag(*, tag_id: int, into_id: int, at: datetime) -> None:
    """Gives every contact that has the tag the other one instead, and removes it. Raises NotFoundError."""
    row, into = _tag(tag_id), _tag(into_id)
    if row == into:
        return
    contact_ids = _contact_ids(row)
    links = (ContactTag(contact_id=contact_id, tag=into) for contact_id in contact_ids)
    ContactTag.objects.bulk_create(links, ignore_conflicts=True, batch_size=5_000)
    row.delete()
    index_contacts(contact_ids)


@transaction.atomic
def delete_tag(*, tag_id: int, at: datetime) -> None:
    """Removes it, from every contact too. Raises NotFoundError."""
    row = _tag(tag_id)
    contact_ids = _contact_ids(row)
    row.delete()
    index_contacts(contact_ids)


def _contact_ids(row: Tag) -> list[int]:
    return list(ContactTag.objects.filter(tag=row).values_list("contact_id", flat=True))


def _tag(tag_id: int) -> Tag:
    row = Tag.objects.filter(id=tag_id).first()
    if row is None:
        raise NotFoundError(_("There is no such tag."), tag_id=tag_id)
    return row


def _write(row: Tag, name: str) -> None:
    try:
        row.name = checked_label(name, longest=LONGEST_TAG)
        if "," in row.name:
            raise ValueRefusedError(_("Leave out the comma: it stands between tags."))
        row.name_folded = fold_name(row.name)[:LONGEST_TAG]
        others = Tag.objects.filter(name_folded=row.name_folded).exclude(id=row.pk)
        refuse_taken(row.name, others.values_list("name", flat=True))
    except ValueRefusedError as error:
        raise ValuesError({"name": str(error)}) from error
    row.save()
