"""What the settings' landing page shows.

A module of `views` adds its cards by a list named SETTINGS, beside its urlpatterns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from satsuma.app.accounts.permissions import Permission


class Part(Enum):
    """What stands below one heading."""

    CONTACTS = "contacts"
    DEALS = "deals"
    INSTALLATION = "installation"


HEADINGS: Mapping[Part, Promise] = {
    Part.CONTACTS: gettext_lazy("Contacts"),
    Part.DEALS: gettext_lazy("Deals"),
    Part.INSTALLATION: gettext_lazy("Installation"),
}
"""In the order of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsCard:
    """A page of the settings. Cards of a part stand in the order of `position`; `title` and `text` are lazily
    translated, `address` is the name of the page's address; who lacks `needs` does not see it."""

    part: Part
    position: int
    title: str | Promise
    text: str | Promise
    icon: str
    address: str
    needs: Permission


@dataclass(frozen=True, slots=True)
class SettingsPart:
    """A heading and the cards below it; there is at least one."""

    title: str
    cards: Sequence[SettingsCard]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    title: str
    parts: Sequence[SettingsPart]


def settings_parts(cards: Iterable[SettingsCard]) -> list[SettingsPart]:
    """The cards below their headings; a heading without any is left out."""
    ordered = sorted(cards, key=lambda card: (card.position, card.address))
    found = ((heading, [card for card in ordered if card.part is part]) for part, heading in HEADINGS.items())
    return [SettingsPart(str(heading), of_part) for heading, of_part in found if of_part]
