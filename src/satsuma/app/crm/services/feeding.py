"""Whose metrics a deal or an activity counts for. Called by the services that save those."""

from __future__ import annotations

from collections.abc import Collection

from satsuma.app.crm.models import Contact


def fed_by(contact_ids: Collection[int]) -> frozenset[int]:
    """The contacts themselves and the companies of the people among them, who are counted with their people. One
    query."""
    companies = Contact.objects.filter(id__in=contact_ids, company__isnull=False).values_list("company_id", flat=True)
    return frozenset(contact_ids) | {id_ for id_ in companies if id_ is not None}
