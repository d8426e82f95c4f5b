"""What a job gives back, for people and for programs. Made by jobs, kept by `services.leases`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """An address by its name and arguments."""

    name: str
    args: Sequence[str | int] = ()
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: a short text for people, where to look, and numbers for programs. All of it JSON."""

    text: str = ""
    link: Link | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "link": asdict(self.link) if self.link else None, "facts": dict(self.facts)}
