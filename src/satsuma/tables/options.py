"""How a file is to be read, as far as it is said rather than recognised. Built by `cli`, read by all of `tables`."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from satsuma.domain.errors import InputError

BLANKS = "blanks"
"""The delimiter of files whose cells are parted by runs of blanks."""

DELIMITERS = (",", ";", "\t", "|", BLANKS)
DECIMALS = (".", ",")
THOUSANDS = (",", ".", " ", "'")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What is known about a file. None means: recognise it when it is unambiguous.

    `header_row` counts records from 1; 0 says that there is no header (columns are then "column 1", "column 2" …).
    `empty_words` are cells that mean empty, besides "" and blanks ("NULL", "n/a"), written exactly like this.
    Raises InputError `option_invalid`.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    date_format: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    empty_words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _one_of("delimiter", self.delimiter, DELIMITERS)
        _one_of("decimal sign", self.decimal, DECIMALS)
        _one_of("thousands sign", self.thousands, THOUSANDS)
        if self.decimal is not None and self.decimal == self.thousands:
            raise _invalid("thousands sign", self.thousands, "It must differ from the decimal sign.")
        if self.header_row is not None and self.header_row < 0:
            raise _invalid("header row", self.header_row, "Rows count from 1; 0 means that there is no header.")
        if self.encoding is not None and not _is_encoding(self.encoding):
            raise _invalid(
                "encoding", self.encoding, "Known ones are utf-8, utf-16, cp1250, cp1252, latin-1 and so on."
            )


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise _invalid(name, value, f"Use one of {', '.join(map(repr, allowed))}.")


def _invalid(name: str, value: object, remedy: str) -> InputError:
    return InputError("option_invalid", f"{value!r} is not a {name}.", remedy=remedy, option=name, value=value)


def _is_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False
