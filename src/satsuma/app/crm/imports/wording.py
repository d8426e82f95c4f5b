"""What is wrong with a file or a cell, in the reader's language: the readers' own words are for the command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satsuma.domain.errors import SatsumaError

Words = tuple[str | Promise, str | Promise]

FILE: Mapping[str, Words] = {
    "file_empty": (_("The file is empty."), _("Choose a file with a header and rows.")),
    "header_missing": (
        _("There is no header in row %(row)s."),
        _("Say below which row names the columns, or that there is none."),
    ),
    "row_ragged": (
        _("Row %(row)s has %(found)s cells where the header has %(expected)s."),
        _("Correct the row in the file, or choose another delimiter or header row below."),
    ),
    "nul_character": (
        _("Row %(row)s holds a character that cannot be kept (NUL)."),
        _("Remove it from the file, or choose another encoding below."),
    ),
    "quote_open": (
        _("In row %(row)s a quotation mark is opened and never closed."),
        _("Close it in the file, or double it if it belongs to the text."),
    ),
    "cell_too_long": (
        _("In row %(row)s a cell is longer than can be read."),
        _("Look for a quotation mark that is never closed, or shorten the cell."),
    ),
    "encoding_unknown": (
        _("The encoding of this text is not recognised."),
        _("Choose it below, or save the file as UTF-8."),
    ),
    "encoding_unreadable": (_("The text is not written in %(encoding)s."), _("Choose another encoding below.")),
    "file_broken": (_("The file is damaged, or not what its name says."), _("Save it again and upload it anew.")),
    "file_unreadable": (_("The file cannot be read."), _("Upload it again.")),
    "file_missing": (_("The file is no longer there."), _("Upload it again.")),
    "file_kind_wrong": (
        _("The file's name does not say what it is."),
        _("Give it the extension of what it is, and upload it again."),
    ),
    "file_kind_unknown": (
        _("Files of this kind are not known."),
        _("Choose a file that ends in .csv, .tsv, .txt, .jsonl (each also with .gz), .xlsx or .parquet."),
    ),
    "file_too_large": (_("The file is too large."), _("Split it into several files.")),
    "columns_too_many": (_("The file has too many columns."), _("Keep only those that are needed.")),
    "json_broken": (_("Row %(row)s is not a JSON object."), _("Write one JSON object per line, strictly.")),
    "sheet_missing": (_("There is no sheet of this name."), _("Choose one of the sheets below.")),
    "column_missing": (_("The column is not in the file."), _("Map the columns again.")),
    "column_ambiguous": (_("Several columns have this name."), _("Map the columns again.")),
    "column_kind": (
        _("The cells of this column are of another kind than the field."),
        _("Choose another field, or leave the column out."),
    ),
    "sum_too_large": (_("The numbers of this column add up to too much."), _("Use a larger unit.")),
    "number_format_ambiguous": (
        _("“%(text)s” can be read in two ways."),
        _("Say how numbers are written: go back to what was recognised, and choose the decimal sign."),
    ),
    "date_format_ambiguous": (
        _("“%(text)s” may mean two different days."),
        _("Say how days are written: go back to what was recognised, and choose the date format."),
    ),
    "option_invalid": (_("“%(value)s” cannot be used here."), _("Choose one of what is offered.")),
    "cell_unreadable": (_("Row %(row)s, column “%(column)s” cannot be read."), _("Correct the cell.")),
}
"""By the code of the reader's error: what is wrong, and what to do."""

CELL: Mapping[str, str | Promise] = {
    "this is not a number": _("this is not a number"),
    "this is not a finite number": _("this is not a finite number"),
    "this number has a percent sign": _("this number has a percent sign"),
    "this number has a currency sign": _("this number has a currency sign"),
    "this is not a whole number": _("this is not a whole number"),
    "this is beyond 1,000,000,000,000,000": _("this number is too large: at most 15 digits can be kept"),
    "this is too close to zero to be kept": _("this is too close to zero to be kept"),
    "this has more than 4 decimals": _("this has more than 4 decimals"),
    "money has at most 4 decimals": _("money has at most 4 decimals"),
    "this is not a day": _("this is not a day"),
    "this year is not between 1 and 9999": _("this year is not between 1 and 9999"),
    "this is neither yes nor no": _("this is neither yes nor no"),
    "this text contains a NUL character": _("this text holds a character that cannot be kept"),
    "this text is longer than 10,000 characters": _("this text is longer than 10,000 characters"),
    "the spreadsheet shows an error": _("the spreadsheet shows an error"),
    "this is not an e-mail address": _("this is not an e-mail address"),
}
"""What is wrong with a cell. Sentences with numbers of their own are in `COUNTED`."""

COUNTED: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (re.compile(r"^this has (\d+) significant digits$"), _("this has %(first)s digits; at most 15 can be kept")),
    (re.compile(r"^this text is longer than (\d+) characters$"), _("this text is longer than %(first)s characters")),
    (re.compile(r"^the rating is not from (-?\d+) to (-?\d+)$"), _("the rating is not from %(first)s to %(second)s")),
)


class FileError(SatsumaError):
    """A file that cannot be read; `row` is known for many."""

    def __init__(self, code: str, name: str, facts: Mapping[str, Any]) -> None:
        message, remedy = FILE.get(code, FILE["file_broken"])
        shown = {"row": "?", "found": "?", "expected": "?", "encoding": "?", "text": "", "column": "", "value": ""}
        shown |= {key: str(fact) for key, fact in facts.items()}
        super().__init__(code, str(message) % shown, remedy=str(remedy), **{**facts, "file": name})


class UnreadError(SatsumaError):
    """A file that was kept though it cannot be read: `error` is what its row says about it."""

    def __init__(self, name: str, error: Mapping[str, str]) -> None:
        super().__init__(error["code"], f"{name}: {error['message']}", remedy=error["remedy"], file=name)


def file_error(error: Mapping[str, Any], name: str) -> FileError:
    return FileError(error["code"], name, {key: fact for key, fact in error["facts"].items() if key != "file"})


def cell_reason(message: str) -> str:
    """What is wrong with a cell, in the reader's language."""
    if message in CELL:
        return str(CELL[message])
    for pattern, words in COUNTED:
        if found := pattern.match(message):
            first, second = (*found.groups(), "")[:2]
            return str(words) % {"first": first, "second": second}
    return message
