"""What the settings' landing page shows.

A module of `views` adds its cards by a list named SETTINGS, beside its urlpatterns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from satsuma.app.accounts.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsCard:
    """A page of the settings. Cards stand in the order of `position`; `title` and `text` are lazily translated,
    `address` is the name of the page's address; who lacks `needs` does not see it."""

    position: int
    title: str | Promise
    text: str | Promise
    icon: str
    address: str
    needs: Permission


@dataclass(frozen=True, slots=True)
class SettingsPage:
    title: str
    cards: Sequence[SettingsCard]
