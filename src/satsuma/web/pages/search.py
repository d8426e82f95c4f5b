"""What the search page and its suggestions show. Made by `views.search`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.app.crm.lists.contacts import LISTS
from satsuma.app.crm.queries.search import Found, FoundGroup
from satsuma.app.crm.search import Thing
from satsuma.domain.model import Kind

NAMES: dict[Thing, str | Promise] = {
    Thing.COMPANY: _("Companies"),
    Thing.PERSON: _("People"),
    Thing.DEAL: _("Deals"),
    Thing.TASK: _("Tasks"),
    Thing.ACTIVITY: _("Activities"),
}
ICONS = {
    Thing.COMPANY: "building",
    Thing.PERSON: "user",
    Thing.DEAL: "cash",
    Thing.TASK: "checklist",
    Thing.ACTIVITY: "timeline",
}
ACTIVITIES: dict[str, str | Promise] = {
    "call": _("Call"),
    "email": _("E-mail"),
    "meeting": _("Meeting"),
    "note": _("Note"),
    "survey": _("Survey answer"),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, with its address; "" for one that belongs to nobody."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Things of one kind, best first; `more_url` leads to all of them where there is such a list."""

    name: str
    icon: str
    hits: Sequence[Hit]
    more_url: str
    has_more: bool


def hit_groups(groups: Sequence[FoundGroup], words: str) -> list[HitGroup]:
    return [
        HitGroup(
            str(NAMES[group.thing]),
            ICONS[group.thing],
            [_hit(found) for found in group.rows],
            _more_url(group, words),
            group.more,
        )
        for group in groups
    ]


def _hit(found: Found) -> Hit:
    detail = str(ACTIVITIES.get(found.detail, "")) if found.thing is Thing.ACTIVITY else found.detail
    return Hit(found.title, detail, _url(found))


def _url(found: Found) -> str:
    if found.thing in (Thing.COMPANY, Thing.PERSON):
        return reverse(f"{found.thing}_profile", args=[found.id])
    if found.thing is Thing.DEAL:
        return reverse("deal_page", args=[found.id])
    if found.company_id:
        return reverse("company_profile", args=[found.company_id])
    return reverse("person_profile", args=[found.person_id]) if found.person_id else ""


def _more_url(group: FoundGroup, words: str) -> str:
    if not group.more or group.thing not in {Thing(kind) for kind in LISTS}:
        return ""
    asked = QueryDict(mutable=True)
    asked["q"] = words
    return f"{reverse(f'{Kind(group.thing.value)}_list')}?{asked.urlencode()}"
