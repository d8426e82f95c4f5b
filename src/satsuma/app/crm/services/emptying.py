"""Erases what has been in the bin for long. Called by the daily job."""

from __future__ import annotations

from datetime import datetime, timedelta

from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.services.contacts import erase_contacts
from satsuma.app.crm.services.deals import erase_deals

KEPT_DAYS = 30
CHUNK = 200


def erase_old(*, at: datetime) -> int:
    """Erases some of the contacts and deals that went into the bin more than 30 days before `at`, and gives how many;
    0 when there are none left. To be called again until then, each time in a transaction."""
    since = at - timedelta(days=KEPT_DAYS)
    contacts = Contact.objects.filter(binned_at__lt=since).order_by("binned_at").values_list("id", flat=True)
    deals = Deal.objects.filter(binned_at__lt=since).order_by("binned_at").values_list("id", flat=True)
    erased = erase_deals(deal_ids=list(deals[:CHUNK]), by=None, at=at)
    return erased + erase_contacts(contact_ids=list(contacts[:CHUNK]), by=None, at=at)
