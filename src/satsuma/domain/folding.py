"""How two texts are compared: after trimming, NFKC and case folding. Used by scoring, and by `engine` at its edge."""

from __future__ import annotations

import unicodedata

MOST_MARKS = 30
"""Marks on one letter: as many as Unicode's stream-safe texts have (UAX #15). No language needs more than a few."""


def fold(text: str) -> str:
    """The form in which texts are compared: `fold(" Éclair ") == fold("ÉCLAIR")`. Never shown to anybody.

    Folded again after NFKC, because case folding can leave a text that NFKC would still change (and the other way
    round); the result is stable: `fold(fold(text)) == fold(text)`.
    """
    if text.isascii():  # the same, ten times as fast
        return text.lower().strip()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def has_piled_marks(text: str) -> bool:
    """Whether more than 30 marks stand on one letter. Normalising such a text takes time that grows with the square of
    their number, hours for a few megabytes; texts of strangers are asked this before."""
    if text.isascii():
        return False
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks > MOST_MARKS:
            return True
    return False
