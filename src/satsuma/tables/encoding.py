"""From the bytes of a text file to UTF-8 without a byte order mark. Called by `reading`."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, lookup
from dataclasses import dataclass
from itertools import islice

from satsuma.domain.errors import InputError

CODE_PAGES = ("cp1252", "cp1250", "cp1251")
"""What a file that is not UTF-8 may be: Western, Central European, Cyrillic; the first wins a tie."""
MOST_CHAOS_PERCENT = 20.0
"""Above this share of letters that do not belong together, a code page is not believed."""
SAMPLED_WORDS = 2_000
SAMPLED_BYTES = 64 * 1024
WORD = re.compile(rb"[A-Za-z\x80-\xff]{0,50}[\x80-\xff][A-Za-z\x80-\xff]{0,50}")
MISPLACED = re.compile(r"(?<=[^\W\d_])[^\w\s]|(?<=[^\W\d_])[¹²³]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text as UTF-8 bytes, the encoding it was read with, and whether that was a guess."""

    utf8: bytes
    encoding: str
    guessed: bool = False


def decode(data: bytes, encoding: str | None, file: str) -> Decoded:
    """The text of `data`, read with `encoding` or with what is recognised: UTF-8, UTF-16 by its mark, a code page.

    Raises InputError `encoding_unknown` or `encoding_unreadable`.
    """
    if encoding is not None:
        return _decoded(data, encoding, file)
    if data.startswith(BOM_UTF8):
        return _decoded(data, "utf-8-sig", file)
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _decoded(data, "utf-16", file)
    if _is_utf8(data):
        return Decoded(data, "utf-8")
    return _decoded(data, recognise_code_page(data, file), file, guessed=True)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str, file: str, *, guessed: bool = False) -> Decoded:
    if lookup(encoding).name == "utf-8" and _is_utf8(data):
        return Decoded(data.removeprefix(BOM_UTF8), encoding)
    try:
        text = data.decode(encoding)
        return Decoded(text.removeprefix("\ufeff").encode("utf-8"), encoding, guessed)
    except UnicodeError as error:
        line = data.count(b"\n", 0, error.start) + 1 if isinstance(error, UnicodeDecodeError) else 1
        raise InputError(
            "encoding_unreadable",
            f"{file}, line {line}: this is not {encoding}.",
            remedy="Say how the file is written with --encoding, for instance cp1250 or utf-16.",
            file=file,
            encoding=encoding,
        ) from error


def recognise_code_page(data: bytes, file: str) -> str:
    """The code page that makes the likeliest words of those that are not ASCII; "latin-1" where it says the same.

    Raises InputError `encoding_unknown`.
    """
    words = b" ".join(found.group() for found in islice(WORD.finditer(data), SAMPLED_WORDS))
    likely = _likely_pages(words) or _likely_pages(data[:SAMPLED_BYTES])
    if not likely:
        raise InputError(
            "encoding_unknown",
            f"{file}: the encoding of this text is not recognised.",
            remedy="Say it with --encoding, or save the file as UTF-8.",
            file=file,
        )
    best = min(likely, key=lambda page: (_misplaced_signs(words, page), -likely[page], CODE_PAGES.index(page)))
    return "latin-1" if best == "cp1252" and re.search(rb"[\x80-\x9f]", data) is None else best


def _likely_pages(sample: bytes) -> dict[str, float]:
    """The code pages under which a sample is no chaos, with how much it is like a language, in percent."""
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=list(CODE_PAGES), threshold=1)
    return {
        page: match.percent_coherence
        for match in matches
        if match.percent_chaos <= MOST_CHAOS_PERCENT
        for page in match.could_be_from_charset
        if page in CODE_PAGES
    }


def _misplaced_signs(words: bytes, page: str) -> int:
    """Signs right beside a letter, as in "pe³ny" for "pełny"."""
    return len(MISPLACED.findall(words.decode(page, "replace")))


def example_word(utf8: bytes) -> str:
    """The first word that is not ASCII, by which a person can judge the encoding."""
    return next((found.group().decode("utf-8", "ignore") for found in WORD.finditer(utf8)), "")
