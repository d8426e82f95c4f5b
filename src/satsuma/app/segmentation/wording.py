"""Moves in words: why a contact's segment changed, and which way. Called by pages, lists, exports and notes.

History knows causes only, so these words never name a person or a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.segmentation.models.results import Cause

CAUSES: Mapping[str, str | Promise] = {
    Cause.CONTACT: gettext_lazy("Contact changed"),
    Cause.DEAL: gettext_lazy("Deal changed"),
    Cause.ACTIVITY: gettext_lazy("Activity logged"),
    Cause.BULK: gettext_lazy("Many changed at once"),
    Cause.IMPORT: gettext_lazy("Import"),
    Cause.MERGE: gettext_lazy("Contacts merged"),
    Cause.VERSION: gettext_lazy("Version published"),
    Cause.TIME: gettext_lazy("Time passed"),
    Cause.REQUEST: gettext_lazy("Scored again on request"),
    Cause.PIN: gettext_lazy("Pinned by hand"),
    Cause.PIN_ENDED: gettext_lazy("Pin ended"),
    Cause.OBJECTION: gettext_lazy("Objection to profiling"),
    Cause.FREEZING: gettext_lazy("Frozen or unfrozen"),
}
"""Every cause, for filters and for moves without more to say."""


class Caused(Protocol):
    """A move, as a row or as anything that was read from one."""

    @property
    def cause(self) -> str: ...
    @property
    def reference(self) -> int | None: ...


class Direction(StrEnum):
    """Which way a move went. `CHANGED` is one whose segments have no order any more: one of them is retired."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    GONE = "gone"
    CHANGED = "changed"


DIRECTIONS: Mapping[Direction, str | Promise] = {
    Direction.NEW: gettext_lazy("New"),
    Direction.UP: gettext_lazy("Up"),
    Direction.DOWN: gettext_lazy("Down"),
    Direction.GONE: gettext_lazy("Gone"),
    Direction.CHANGED: gettext_lazy("Changed"),
}
ICONS: Mapping[Direction, str] = {
    Direction.NEW: "plus",
    Direction.UP: "arrow-up",
    Direction.DOWN: "arrow-down",
    Direction.GONE: "x",
    Direction.CHANGED: "switch-horizontal",
}


def cause_text(move: Caused) -> str:
    """Why the move happened, in the reader's language: "Version 3 published", "Import 12", "Deal changed"."""
    if move.reference is not None:
        if move.cause == Cause.VERSION:
            return _("Version %(number)s published") % {"number": move.reference}
        if move.cause == Cause.IMPORT:
            return _("Import %(number)s") % {"number": move.reference}
    return str(CAUSES[move.cause])
