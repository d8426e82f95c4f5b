"""Whose metrics a deal or an activity counts for. Called by the services that save those."""

from __future__ import annotations

from collections.abc import Iterable

from satsuma.app.crm.models import Contact


def fed_by(contact_ids: Iterable[int]) -> frozenset[int]:
    """The contacts themselves and the companies of the people among them, who are counted with their people. One
    query."""
    named = frozenset(contact_ids)
    employers = Contact.objects.filter(id__in=named, company__isnull=False).values_list("company_id", flat=True)
    return named.union(id_ for id_ in employers if id_ is not None)
