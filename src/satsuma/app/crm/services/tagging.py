"""Puts tags on contacts. Called by every service that saves contacts; `services.tags` is for the tags themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import ContactTag, Tag
from satsuma.app.crm.values import ValueRefusedError, checked_text

LONGEST_TAG = 60
MOST_TAGS = 50
"""Tags of one contact."""


def set_tags(*, contact_id: int, names: Sequence[str]) -> None:
    """Gives the contact exactly these tags; those that nobody has used yet are made. Raises ValuesError."""
    tags = ensure_tags(names)
    ContactTag.objects.filter(contact_id=contact_id).exclude(tag__in=tags).delete()
    ContactTag.objects.bulk_create((ContactTag(contact_id=contact_id, tag=tag) for tag in tags), ignore_conflicts=True)


def ensure_tags(names: Collection[str]) -> list[Tag]:
    """The tags of these names, compared folded, made where they are missing. Raises ValuesError."""
    try:
        written = {fold_name(name): name for name in (checked_text(name, LONGEST_TAG) for name in names) if name}
    except ValueRefusedError as error:
        raise ValuesError({"tags": str(error)}) from error
    if len(written) > MOST_TAGS:
        raise ValuesError({"tags": _("Use at most %(most)d tags.") % {"most": MOST_TAGS}})
    new = (Tag(name=name, name_folded=folded[:LONGEST_TAG]) for folded, name in written.items())
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    return list(Tag.objects.filter(name_folded__in=[folded[:LONGEST_TAG] for folded in written]))
