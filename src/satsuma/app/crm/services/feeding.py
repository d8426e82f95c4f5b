"""Whose metrics a deal or an activity counts for. Called by the services that save those."""

from __future__ import annotations

from collections.abc import Iterable

from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.rows import chunks
from satsuma.domain.model import Kind

AT_ONCE = 5_000
"""So many contacts are looked up by one query."""


def fed_by(contact_ids: Iterable[int]) -> frozenset[int]:
    """The contacts themselves and the companies of the people among them, who are counted with their people. One query
    for every 5,000. Until the transaction ends nobody else moves these people to another company: of two who save at
    once, the later one knows where they are."""
    named = frozenset(contact_ids)
    return named.union(*(_employers(part) for part in chunks(sorted(named), AT_ONCE)))


def _employers(contact_ids: list[int]) -> set[int]:
    """What a row says once its lock is there decides, not what it said when it was looked for. Companies are locked
    later, all together: in the order of their ids nobody waits for each other."""
    people = Contact.objects.select_for_update(no_key=True).filter(id__in=contact_ids, kind=Kind.PERSON)
    rows = people.order_by("id")
    return {company for company in rows.values_list("company_id", flat=True) if company is not None}
