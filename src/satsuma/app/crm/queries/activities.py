"""Reads of single activities and of those that belong to a deal. A contact's own are in `queries.timeline`."""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Activity

LINKED = ("author", "company", "person", "deal")


def get_activity(activity_id: int) -> Activity:
    """The activity with its author, contacts and deal. One query. Raises NotFoundError."""
    activity = Activity.objects.select_related(*LINKED).filter(id=activity_id).first()
    if activity is None:
        raise NotFoundError(_("This activity is no longer there."), activity_id=activity_id)
    return activity


def list_activities_of_deal(deal_id: int, *, most: int = 100) -> list[Activity]:
    """What was logged with a deal, the latest first, at most that many. One query."""
    rows = Activity.objects.filter(deal=deal_id).select_related(*LINKED)
    return list(rows.order_by("-happened_on", "-id")[:most])
