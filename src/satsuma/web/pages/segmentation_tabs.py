"""The tabs that all pages of one segmentation share. Shown by segmentations/tabs.html."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, allows


class Place(StrEnum):
    """A page of a segmentation, by the name of its address."""

    ANALYSIS = "segmentation"
    HISTORY = "history"
    VERSIONS = "versions"
    DRAFT = "draft_parameters"


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_active: bool
    count: int | None = None


def segmentation_tabs(segmentation_id: int, active: Place, reader: User) -> tuple[Tab, ...]:
    """The pages that the reader may see. No query."""
    labels = {
        Place.ANALYSIS: _("Analysis"),
        Place.HISTORY: _("History"),
        Place.VERSIONS: _("Versions"),
        Place.DRAFT: _("Draft"),
    }
    shown = [place for place in labels if place is not Place.DRAFT or allows(reader, Permission.MANAGE_SEGMENTATIONS)]
    tabs = [Tab(labels[place], _address(place, segmentation_id), place is active) for place in shown]
    return tuple(tab for tab in tabs if tab.url)


def _address(place: Place, segmentation_id: int) -> str:
    try:
        return reverse(place, args=[segmentation_id])
    except NoReverseMatch:
        return ""
