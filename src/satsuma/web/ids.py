"""Ids as addresses and forms bring them. Used by views."""

from __future__ import annotations

LONGEST = 18
"""Digits that every database takes for an id."""


def read_id(text: str) -> int | None:
    """The number that the text names; None for whatever is none: other writings of digits, and more of them than an id
    ever has."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None
