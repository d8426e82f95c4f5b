"""What a deal or a task can be tied to. Called by the services that save those. What has been binned, retired or
deactivated since may stay where it is, and cannot be chosen anew: each check takes the tie before and asks only about a
new one, in one query.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Product
from satsuma.app.crm.values import ValueRefusedError
from satsuma.domain.model import Kind


def checked_owner(owner_id: int | None, *, before: int | None) -> int | None:
    """The id of the owner. Raises ValueRefusedError for somebody who is not, or no longer, a user."""
    if _is_new(owner_id, before) and not User.objects.filter(pk__in=[owner_id], is_active=True).exists():
        raise ValueRefusedError(_("Choose somebody from the list."))
    return owner_id


def checked_product(product_id: int | None, *, before: int | None) -> int | None:
    """The id of the product. Raises ValueRefusedError for one that is not offered."""
    offered = Product.objects.filter(id__in=[product_id], retired_at__isnull=True)
    if _is_new(product_id, before) and not offered.exists():
        raise ValueRefusedError(_("Choose one of the products."))
    return product_id


def checked_contact(contact_id: int | None, *, before: int | None, kind: Kind | None = None) -> int | None:
    """The id of the contact. Raises ValueRefusedError for one that is not there, or of another kind."""
    kinds = [kind] if kind else list(Kind)
    contacts = Contact.objects.filter(id__in=[contact_id], kind__in=kinds, binned_at__isnull=True)
    if _is_new(contact_id, before) and not contacts.exists():
        raise ValueRefusedError(_choose(kind))
    return contact_id


def _is_new(id_: int | None, before: int | None) -> bool:
    return id_ is not None and id_ != before


def _choose(kind: Kind | None) -> str:
    if kind is Kind.COMPANY:
        return _("Choose a company from the list.")
    return _("Choose a person from the list.") if kind else _("Choose a company or a person from the list.")
