"""Ids and texts as addresses and forms bring them, where no form of ours reads them. Used by views and forms."""

from __future__ import annotations

LONGEST = 18
"""Digits that every database takes for an id."""


def read_id(text: str) -> int | None:
    """The number that the text names; None for whatever is none: other writings of digits, and more of them than an id
    ever has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def storable(text: str) -> str:
    """The text without NUL, which PostgreSQL takes in no text and no JSON."""
    return text.replace("\0", "")
