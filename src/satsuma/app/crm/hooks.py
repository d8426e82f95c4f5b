"""Who wants to know that contacts have changed, or are about to go for good: the seam for segmentations. Called by
every service that saves.

A hook runs in the transaction of the save: if it fails, nothing was saved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Cause(StrEnum):
    """Why contacts changed, as histories name it."""

    CONTACT = "contact"
    DEAL = "deal"
    ACTIVITY = "activity"
    BULK = "bulk"
    IMPORT = "import"
    MERGE = "merge"


Before = dict[int, dict[str, Any]]
"""What fields held before a save that changed them, by contact and field key, as JSON keeps it; None for nothing."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The companies and people whose values or metrics a save may have changed. `reference` is the id of the batch
    behind it, where there is one; without one, `before` holds what was known of their fields until then."""

    contact_ids: frozenset[int]
    cause: Cause
    at: datetime
    reference: int | None = None
    before: Mapping[int, Mapping[str, Any]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows a save changed, and what the hooks had to say."""

    count: int
    says: Sequence[str] = ()


ANNOUNCED = "announced"

Hook = Callable[[Touched], Sequence[str]]
"""Gives sentences for the person who saved, such as "Good → Super: value of won deals"."""

LastHook = Callable[[Touched], None]

_HOOKS: list[Hook] = []
_LAST_HOOKS: list[LastHook] = []


def after_save(hook: Hook) -> Hook:
    """Registers the hook, once; to be called while the app starts."""
    if hook not in _HOOKS:
        _HOOKS.append(hook)
    return hook


def before_erasing(hook: LastHook) -> LastHook:
    """Registers the hook, once; to be called while the app starts."""
    if hook not in _LAST_HOOKS:
        _LAST_HOOKS.append(hook)
    return hook


def announce_erasing(contact_ids: Collection[int], cause: Cause, *, at: datetime, reference: int | None = None) -> None:
    """Calls every hook while the contacts are still there. To be called inside the erasing transaction, which may have
    locked their rows only so that others can still refer to them."""
    touched = Touched(frozenset(contact_ids), cause, at, reference)
    for hook in _LAST_HOOKS if touched.contact_ids else ():
        hook(touched)


def announced(cause: Cause, batch_id: int, *, is_undo: bool = False) -> dict[str, Any]:
    """For the facts of a job's result, or its checkpoint, as JSON: what it announced, so that pages can show what
    followed."""
    return {ANNOUNCED: {"cause": cause.value, "reference": batch_id, "is_undo": is_undo}}


def announce(
    contact_ids: Collection[int],
    cause: Cause,
    *,
    at: datetime,
    reference: int | None = None,
    before: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[str]:
    """Calls every hook; gives what they have to say. To be called inside the saving transaction."""
    touched = Touched(frozenset(contact_ids), cause, at, reference, before or {})
    return [sentence for hook in _HOOKS for sentence in hook(touched)] if touched.contact_ids else []
