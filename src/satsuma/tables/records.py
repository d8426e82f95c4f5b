"""The careful reader of delimited text: one record after the other, quotes as RFC 4180 has them.

Called by `dialect` and `header` (a sample), by `delimited` (whatever the fast reader must not touch) and by `reading`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from satsuma.domain.errors import InputError
from satsuma.tables.limits import MAX_CELL_CHARACTERS
from satsuma.tables.options import BLANKS

END = "\0"
"""Read behind the last line: a cell that contains it was opened by a quote and never closed. No file has it inside."""


def iterate_records(utf8: bytes, delimiter: str, file: str) -> Iterator[list[str]]:
    """Each record's cells as written, blanks after a delimiter left out; a blank line is a record without cells.

    Lines end with LF, CRLF or CR. A quote that stands inside a bare cell is part of it. Raises InputError
    `quote_open` or `cell_too_long`.
    """
    lines = io.TextIOWrapper(io.BytesIO(utf8), encoding="utf-8", newline="")
    if delimiter == BLANKS:
        return (line.split() for line in lines)
    return _quoted_records(lines, delimiter, file)


def _quoted_records(lines: Iterable[str], delimiter: str, file: str) -> Iterator[list[str]]:
    reader = csv.reader(chain(lines, [END]), delimiter=delimiter, skipinitialspace=True)
    row = 0
    try:
        for row, record in enumerate(reader, start=1):
            if record and END in record[-1]:
                if record != [END]:
                    raise _quote_never_closed(file, row)
                return
            yield record
    except csv.Error as error:
        raise InputError(
            "cell_too_long",
            f"{file}, row {row + 1}: a cell is longer than {MAX_CELL_CHARACTERS:,} characters.",
            remedy="Look for a quote that is opened and never closed, or shorten the cell.",
            file=file,
            row=row + 1,
        ) from error


def _quote_never_closed(file: str, row: int) -> InputError:
    return InputError(
        "quote_open",
        f"{file}, row {row}: a quote is opened and never closed.",
        remedy="Close the quote, or double it if it belongs to the text.",
        file=file,
        row=row,
    )


def is_blank(record: list[str]) -> bool:
    return not record or not (record[0].strip() or "".join(record).strip())


def filled_cells(record: list[str]) -> int:
    return sum(1 for cell in record if cell.strip())


def width(record: list[str]) -> int:
    """Cells up to the last one that is not blank."""
    return max((place for place, cell in enumerate(record, start=1) if cell.strip()), default=0)
