"""What the last page of the first run shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """A way to begin. `posts`: going it changes something, so it is a button and no link."""

    title: str
    text: str
    icon: str
    url: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class StartPage:
    title: str
    ways: Sequence[Way]
