"""Reads of the contact that something is tied to, whatever its kind. Called by pages of deals, activities and tasks."""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Contact
from satsuma.domain.model import Kind


def get_linked(contact_id: int) -> Contact:
    """The company or person, with a person's company. One query. Raises NotFoundError, also for one in the bin."""
    contact = find_linked(contact_id)
    if contact is None or contact.binned_at is not None:
        raise NotFoundError(_("This contact is no longer there."), contact_id=contact_id)
    return contact


def find_linked(contact_id: int, kind: Kind | None = None) -> Contact | None:
    """The company or person, in the bin or not, with a person's company; None if it is not there or of another kind.
    One query."""
    contact = Contact.objects.select_related("company").filter(id=contact_id).first()
    return contact if contact is not None and kind in (None, contact.kind) else None
