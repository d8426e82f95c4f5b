"""Reads of single contacts: profiles, their people, doubles, the bin. Lists of everybody are in `queries.lists`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.folding import domain_of, fold_name
from satsuma.app.crm.models import Contact
from satsuma.domain.folding import fold
from satsuma.domain.model import Kind

SHOWN_DOUBLES = 5
"""How many possible doubles a form shows: enough to make people look."""


def get_contact(kind: Kind, contact_id: int, *, binned: bool = False) -> Contact:
    """The contact with its company, owner and tags, in two queries; with `binned` also one in the bin. Raises
    NotFoundError, which names in `merged_into` the contact that it was merged into, if it was."""
    contact = _with_links(Contact.objects.filter(id=contact_id, kind=kind)).first()
    if contact is None or (contact.binned_at is not None and not binned):
        merged_into = contact.merged_into_id if contact else None
        raise NotFoundError(_("This contact is no longer there."), contact_id=contact_id, merged_into=merged_into)
    return contact


def list_people_of(company_id: int, *, most: int = 50) -> list[Contact]:
    """The people of a company by name, at most that many. One query."""
    people = Contact.objects.filter(kind=Kind.PERSON, company=company_id, binned_at__isnull=True)
    return list(people.order_by("name_folded", "id")[:most])


def find_doubles(
    kind: Kind, *, name: str = "", email: str = "", website: str = "", except_id: int | None = None
) -> list[Contact]:
    """Contacts that may be the same: of the same folded name, e-mail address or web domain. At most five, one query."""
    same = Q(pk__in=[])
    if folded := fold_name(name):
        same |= Q(name_folded=folded[:400])
    if email:
        same |= Q(email_folded=fold(email))
    if domain := domain_of(website):
        same |= Q(domain=domain)
    others = Contact.objects.filter(same, kind=kind, binned_at__isnull=True).exclude(id=except_id or 0)
    return list(others.order_by("name_folded", "id")[:SHOWN_DOUBLES])


@dataclass(frozen=True, slots=True)
class Doubles:
    """Contacts that have something in common: `by` is the column, `shared` its value."""

    by: str
    shared: str
    contacts: tuple[Contact, ...]


DOUBLE_COLUMNS = ("name_folded", "email_folded", "domain")


def list_doubles(kind: Kind, *, most: int = 50) -> list[Doubles]:
    """Groups of contacts that share a folded name, e-mail address or web domain: at most that many groups of each sort,
    the largest first, and ten contacts of each. Six queries, each a pass over an index."""
    return [group for column in DOUBLE_COLUMNS for group in _doubles_by(kind, column, most)]


def _doubles_by(kind: Kind, column: str, most: int) -> list[Doubles]:
    present = Contact.objects.filter(kind=kind, binned_at__isnull=True).exclude(**{column: ""})
    counted = present.values(column).annotate(many=Count("id")).filter(many__gt=1).order_by("-many", column)
    shared = [row[column] for row in counted[:most]]
    groups: Mapping[str, list[Contact]] = {value: [] for value in shared}
    for contact in present.filter(**{f"{column}__in": shared}).order_by("id")[: most * 10]:
        groups[getattr(contact, column)].append(contact)
    return [Doubles(column, value, tuple(contacts[:10])) for value, contacts in groups.items() if len(contacts) > 1]


def list_binned(*, before_id: int | None = None, most: int = 50) -> list[Contact]:
    """What is in the bin, the latest first; `before_id` continues after that contact. One query."""
    binned = Contact.objects.filter(binned_at__isnull=False).select_related("binned_by", "merged_into")
    if before_id is not None:
        last = Contact.objects.filter(id=before_id).values_list("binned_at", flat=True).first()
        binned = binned.filter(Q(binned_at__lt=last) | Q(binned_at=last, id__lt=before_id)) if last else binned.none()
    return list(binned.order_by("-binned_at", "-id")[:most])


def _with_links(contacts: QuerySet[Contact]) -> QuerySet[Contact]:
    return contacts.select_related("company", "owner").prefetch_related("tags")


def list_named(kind: Kind, beginning: str, *, most: int = 20) -> list[Contact]:
    """Contacts whose folded name begins so, by name, at most that many. One query over an index."""
    start = fold_name(beginning)
    named = Contact.objects.filter(kind=kind, binned_at__isnull=True)
    if start:
        named = named.filter(name_folded__gte=start, name_folded__lt=start + LAST_CHARACTER)
    return list(named.select_related("company").order_by("name_folded", "id")[:most])


LAST_CHARACTER = "\U0010ffff"
"""Sorts after whatever a name can go on with."""
