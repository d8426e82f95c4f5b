"""From texts to the words they are found by, and from what somebody typed to the words that are looked for.

Called by `search.index` and `queries.search`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from satsuma.app.crm.folding import WORD, words

MAX_WORD = 60
"""Characters of a word that count: nobody types more to find something, and PostgreSQL takes 2,046 bytes."""
MAX_DOCUMENT_BYTES = 400_000
"""Bytes of words kept for one thing: PostgreSQL takes a megabyte."""
MAX_QUERY_WORDS = 12
PREFIX_FROM = 2
"""Characters from which a word is also looked for as the beginning of a longer one."""
NUMBER = re.compile(r"[+(\d][\d\s().\-/]*")
FEWEST_DIGITS = 6
COUNTRY_DIGITS = 3
"""Digits that a calling code has at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word, or instead of them the digits of a phone number ("" for none)."""

    words: tuple[str, ...]
    digits: str = ""


def wanted(typed: str) -> Wanted | None:
    """The words of what somebody typed, the first dozen; None if there are none."""
    found = tuple(dict.fromkeys(_words(typed)))[:MAX_QUERY_WORDS]
    return Wanted(found, _typed_digits(typed.strip())) if found else None


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The different words of the texts, sorted."""
    found = sorted(set(_words("\n".join(texts))))
    if sum(map(len, found)) * 4 > MAX_DOCUMENT_BYTES:
        found = _within(found, MAX_DOCUMENT_BYTES)
    return tuple(found)


def digits_of(phone: str) -> tuple[str, ...]:
    """The digits of a phone number in one, also without a calling code: so that it is found however it was spaced."""
    digits = _digits(phone)
    if len(digits) < FEWEST_DIGITS:
        return ()
    shorter = (digits[cut:].lstrip("0") for cut in range(COUNTRY_DIGITS + 1))
    return tuple(dict.fromkeys(part for part in shorter if len(part) >= FEWEST_DIGITS))


def _words(text: str) -> list[str]:
    found = WORD.findall(text.lower()) if text.isascii() else words(text)  # most texts need no folding
    return [word[:MAX_WORD] for word in found]


def _typed_digits(typed: str) -> str:
    digits = _digits(typed) if NUMBER.fullmatch(typed) else ""
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789").lstrip("0")[:MAX_WORD]


def _within(found: list[str], limit: int) -> list[str]:
    kept, size = [], 0
    for word in found:
        size += len(word.encode())
        if size > limit:
            break
        kept.append(word)
    return kept
