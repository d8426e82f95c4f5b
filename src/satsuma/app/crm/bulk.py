"""What can be changed in many contacts at once. Made by the bulk pages, taken by `services.bulk`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Action(StrEnum):
    """A kind of change."""

    OWNER = "owner"
    TAG = "tag"
    UNTAG = "untag"
    FIELD = "field"
    BIN = "bin"


@dataclass(frozen=True, slots=True)
class BulkChange:
    """One change for many: `owner_id` for OWNER, None for nobody; `tags`, names, for TAG and UNTAG; the field's `key`
    and the `value` in JSON for FIELD, None to clear it. `words` say it as people read it."""

    action: Action
    owner_id: int | None = None
    tags: tuple[str, ...] = ()
    key: str = ""
    value: Any = None
    words: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "action": self.action.value,
            "owner_id": self.owner_id,
            "tags": list(self.tags),
            "key": self.key,
            "value": self.value,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> BulkChange:
        return cls(**{**stored, "action": Action(stored["action"]), "tags": tuple(stored["tags"])})


@dataclass(frozen=True, slots=True)
class Selection:
    """Which contacts: these ids, or with `address` whatever that list shows, up to the row `up_to_id`."""

    ids: tuple[int, ...] = ()
    address: str | None = None
    up_to_id: int = 0
