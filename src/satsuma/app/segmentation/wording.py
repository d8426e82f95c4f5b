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
from satsuma.app.segmentation.origins import Maker, Origin

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


UNDONE: Mapping[str, str | Promise] = {
    Cause.BULK: gettext_lazy("Change of many undone"),
    Cause.MERGE: gettext_lazy("Merging undone"),
}
"""Of moves that took back what many at once had caused."""


class Caused(Protocol):
    """A move, as a row or as anything that was read from one; see `queries.contact_moves.MoveSpec`."""

    @property
    def cause(self) -> str: ...
    @property
    def reference(self) -> int | None: ...
    @property
    def restores(self) -> int | None: ...
    @property
    def is_undo(self) -> bool: ...


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
    Direction.NEW: "sparkles",
    Direction.UP: "arrow-up",
    Direction.DOWN: "arrow-down",
    Direction.GONE: "x",
    Direction.CHANGED: "switch-horizontal",
}


def origin_text(origin: Origin) -> str:
    """What made moves, in words that name nobody: "Import 12 undone", "Job 7"."""
    numbers = {"number": origin.number}
    match origin.maker:
        case Maker.VERSION:
            return _("Version %(number)s published") % numbers
        case Maker.IMPORT:
            return (_("Import %(number)s undone") if origin.is_undo else _("Import %(number)s")) % numbers
        case Maker.BULK | Maker.MERGE:
            cause = origin.maker.value
            return str(UNDONE[cause] if origin.is_undo else CAUSES[cause])
        case Maker.JOB:
            return _("Job %(number)s") % numbers


def cause_text(move: Caused) -> str:
    """Why the move happened, in the reader's language: "Version 3 published", "Import 12 undone", "Deal changed"."""
    if move.reference is None:
        return str(CAUSES[move.cause])
    numbers = {"number": move.reference, "restored": move.restores}
    if move.cause == Cause.VERSION:
        if move.restores is None:
            return _("Version %(number)s published") % numbers
        return _("Version %(number)s published, restores version %(restored)s") % numbers
    if move.cause == Cause.IMPORT:
        return (_("Import %(number)s undone") if move.is_undo else _("Import %(number)s")) % numbers
    return str((UNDONE if move.is_undo else CAUSES).get(move.cause, CAUSES[move.cause]))
