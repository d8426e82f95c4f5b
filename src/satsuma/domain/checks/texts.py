"""Rules for names, words, colours and numbers, wherever they stand. Called by the other modules of `checks`."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal

from satsuma.domain.checks.codes import Code
from satsuma.domain.errors import SHOWN_CHARACTERS, Problem
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_DIGITS, MAX_NAME_CHARACTERS, MAX_NUMBER, MAX_TEXT_CHARACTERS
from satsuma.domain.model import Number
from satsuma.domain.places import Path, place

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def quoted(text: str) -> str:
    """The text as a message shows it: in quotes, escaped, shortened."""
    return repr(text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…")


def name_problems(text: str, path: Path) -> Iterator[Problem]:
    """For what people see in one line: names, labels, keys."""
    yield from _length_problems(text, path, MAX_NAME_CHARACTERS)
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        message = f"{quoted(text)} holds a line break, a tab or another control character. Remove it."
        yield Problem(place(*path), Code.TEXT_CHARACTERS, message, {"text": text})
    yield from _nfc_problems(text, path)


def word_problems(text: str, path: Path) -> Iterator[Problem]:
    """For what is compared with cells of a table: columns, options, words of a group."""
    yield from _length_problems(text, path, MAX_TEXT_CHARACTERS)
    yield from _unwritable_problems(text, path)
    yield from _nfc_problems(text, path)


def description_problems(text: str | None, path: Path) -> Iterator[Problem]:
    """For text of any number of lines; it may be empty or left out."""
    if text:
        yield from word_problems(text, path) if text.strip() else ()


def _length_problems(text: str, path: Path, limit: int) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(place(*path), Code.TEXT_EMPTY, "There is no text here. Write one, or remove it.")
    if len(text) > limit:
        message = f"{quoted(text)} has {len(text):,} characters. At most {limit:,} are allowed: shorten it."
        yield Problem(place(*path), Code.TEXT_TOO_LONG, message, {"characters": len(text), "limit": limit})


def _unwritable_problems(text: str, path: Path) -> Iterator[Problem]:
    if UNWRITABLE.search(text):
        message = f"{quoted(text)} holds a NUL or half a character (a lone surrogate). Remove it."
        yield Problem(place(*path), Code.TEXT_CHARACTERS, message, {"text": text})


def _nfc_problems(text: str, path: Path) -> Iterator[Problem]:
    if not unicodedata.is_normalized("NFC", text):
        message = f"{quoted(text)} is not in the Unicode form NFC, so it would not equal the same word elsewhere."
        yield Problem(place(*path), Code.TEXT_NOT_NFC, message, {"text": text})


def color_problems(color: str | None, path: Path) -> Iterator[Problem]:
    if color is not None and not COLOR.fullmatch(color):
        message = f'{quoted(color)} is not a colour. Write "#" and six hexadecimal digits in quotes, such as "#2fb344".'
        yield Problem(place(*path), Code.COLOR, message, {"color": color})


def twice_problems(names: Iterable[tuple[str, Path]], what: str) -> Iterator[Problem]:
    """For names that must differ, also when folded: the later one of two has the problem."""
    seen: dict[str, str] = {}
    for name, path in names:
        folded = fold(name)
        if folded in seen:
            message = f"Two {what} are named {quoted(seen[folded])} (capitals do not count). Rename one."
            yield Problem(place(*path), Code.NAME_TWICE, message, {"name": name, "first": seen[folded]})
        seen.setdefault(folded, name)


def shown(number: Number) -> str:
    """The number as a message shows it: as it would be written in the file, shortened."""
    text = repr(number)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def number_problems(number: Number, path: Path) -> Iterator[Problem]:
    """For numbers that values are compared with."""
    if isinstance(number, float) and not math.isfinite(number):
        message = f"{number} is not a number that values can be compared with. Write a finite one."
        yield Problem(place(*path), Code.NUMBER_NOT_FINITE, message, {"number": str(number)})
    elif abs(number) > MAX_NUMBER:
        message = f"{shown(number)} is too large. Numbers reach from -1e15 to 1e15."
        yield Problem(place(*path), Code.NUMBER_TOO_LARGE, message, {"number": shown(number), "limit": MAX_NUMBER})
    elif digits(number) > MAX_DIGITS:
        message = f"{shown(number)} has {digits(number)} digits. At most {MAX_DIGITS} are kept exactly: round it."
        yield Problem(place(*path), Code.NUMBER_TOO_PRECISE, message, {"number": number, "limit": MAX_DIGITS})


def is_usable(number: Number) -> bool:
    """Whether the number is one that further rules can be asked about."""
    return not isinstance(number, float) or math.isfinite(number)


def digits(number: Number) -> int:
    """Significant digits of a finite number's shortest decimal form."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits)


def decimals(number: Number) -> int:
    """Decimals of a finite number's shortest decimal form."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
