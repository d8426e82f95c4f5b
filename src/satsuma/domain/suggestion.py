"""The known word that a mistyped one was probably meant to be. Used by `checks`, `modelfile` and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice


def closest(word: str, known: Iterable[str]) -> str | None:
    """The most similar of the known words, or None if none is similar."""
    if len(word) > LONGEST_WORD:
        return None
    by_lower = {candidate.lower(): candidate for candidate in islice(known, MOST_CANDIDATES)}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def hint(word: str, known: Iterable[str]) -> str:
    """A sentence for the end of a message: what was probably meant, or a few of what there is; empty if nothing is."""
    candidates = list(known)
    meant = closest(word, candidates)
    if meant is not None:
        return f"Did you mean {meant!r}?"
    shown = ", ".join(repr(candidate) for candidate in candidates[:SHOWN])
    more = ", …" if len(candidates) > SHOWN else ""
    return f"There is: {shown}{more}." if candidates else "There is none."


SHOWN = 10
"""How many known words a message lists."""

LONGEST_WORD, MOST_CANDIDATES = 100, 300
"""Comparing takes time with the length of the word and the number of candidates: beyond, none is looked for."""
