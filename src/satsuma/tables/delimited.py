"""From delimited text to a frame of text cells: by Polars where that cannot err, else record by record.

Called by `reading`. Both ways give the same frame; the fast one is taken only when each line is seen to be one plain
record of exactly as many cells as the header has.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.dialect import recognise_delimiter, sample_records
from satsuma.tables.header import Header, find_header
from satsuma.tables.limits import MAX_CELL_CHARACTERS
from satsuma.tables.options import BLANKS, ReadOptions
from satsuma.tables.records import is_blank, iterate_records

CHUNK_RECORDS = 50_000
UNUSED_BYTE = "\x1f"
"""Parts nothing: used to read whole lines. A file that contains it goes the careful way."""
PATTERNS = {",": ",", ";": ";", "\t": r"\t", "|": r"\|"}
MOST_PLAIN_COLUMNS = 300
"""A pattern for wider records becomes too large for the regex engine."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A frame of text cells (None or blank is empty), the file's record number of each row, and the header."""

    frame: pl.DataFrame
    rows: pl.Series
    header: Header


def read_delimited(utf8: bytes, options: ReadOptions, file: str) -> Cells:
    """All records after the header that are not blank.

    Raises InputError `file_empty`, `header_missing`, `row_ragged`, `nul_character`, `quote_open`, `cell_too_long`.
    """
    delimiter = options.delimiter or recognise_delimiter(utf8)
    refuse_nul(utf8, delimiter, file)
    beginning = sample_records(utf8, delimiter) or list(islice(iterate_records(utf8, delimiter, file), 1))
    header = find_header(beginning, options.header_row, file)
    cells = _read_plain(utf8, delimiter, header, beginning)
    return cells or _read_carefully(utf8, delimiter, header, file)


def refuse_nul(utf8: bytes, delimiter: str, file: str) -> None:
    if b"\0" not in utf8:
        return
    marked = utf8.replace(b"\0", "\ufffe".encode())
    rows = enumerate(iterate_records(marked, delimiter, file), start=1)
    row = next((row for row, record in rows if any("\ufffe" in cell for cell in record)), 1)
    raise InputError(
        "nul_character",
        f"{file}, row {row}: a cell contains a NUL character.",
        remedy="Remove it; if the file is UTF-16 without a byte order mark, say --encoding utf-16-le.",
        file=file,
        row=row,
    )


def _read_plain(utf8: bytes, delimiter: str, header: Header, beginning: list[list[str]]) -> Cells | None:
    """The fast way, or None where it does not apply."""
    if delimiter == BLANKS or UNUSED_BYTE.encode() in utf8 or not 1 <= len(header.names) <= MOST_PLAIN_COLUMNS:
        return None
    offset = _end_of_line(utf8, header.records)
    if sample_records(utf8[:offset], delimiter) != beginning[: header.records]:
        return None
    body = utf8[offset:]
    lines = _lines(body)
    if lines is None or _starts_blank(lines):
        return None
    if not lines.drop_nulls().str.contains(_plain_record(delimiter, len(header.names))).all():
        return None
    frame = _read_csv(body, delimiter, '"' if b'"' in body else None, dict.fromkeys(header.names, pl.String))
    return _without_blank_rows(frame, lines, delimiter, header) if frame.height == lines.len() else None


def _starts_blank(lines: pl.Series) -> bool:
    """Polars takes the number of cells from the first line, or skips it if it is empty."""
    return lines.len() > 0 and not (lines[0] or "").strip(" \r")


def _end_of_line(utf8: bytes, count: int) -> int:
    """The place behind the first `count` lines."""
    place = 0
    for _ in range(count):
        place = utf8.find(b"\n", place) + 1
        if place == 0:
            return len(utf8)
    return place


def _lines(body: bytes) -> pl.Series | None:
    """The lines as text, or None if they cannot be told or one may hold a cell that is too long."""
    count = body.count(b"\n") + (not body.endswith(b"\n") if body else 0)
    lines = _read_csv(body, UNUSED_BYTE, None, {"line": pl.String})["line"]
    longest = lines.str.len_bytes().max() or 0
    return lines if lines.len() == count and int(str(longest)) <= MAX_CELL_CHARACTERS else None


def _read_csv(body: bytes, delimiter: str, quote: str | None, schema: dict[str, type[pl.String]]) -> pl.DataFrame:
    if not body:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(
        body, has_header=False, separator=delimiter, quote_char=quote, schema=schema, empty_string_is_null=False
    )


def _plain_record(delimiter: str, cells: int) -> str:
    """A pattern: exactly `cells` cells, each bare or well quoted, and no line end inside."""
    part = PATTERNS[delimiter]
    cell = rf'(?:[^"\r{part} ][^"\r{part}]*|"(?:[^"\r]|"")*")?'
    return rf"^(?: *|{cell}(?:{part}{cell}){{{cells - 1}}})\r?$"


def _without_blank_rows(frame: pl.DataFrame, lines: pl.Series, delimiter: str, header: Header) -> Cells:
    rows = pl.int_range(header.records + 1, header.records + 1 + frame.height, dtype=pl.Int64, eager=True)
    suspects = lines.fill_null("").str.contains(rf'^[\s"{PATTERNS[delimiter]}]*$')
    return _filled_cells(frame, rows, header) if suspects.any() else Cells(frame, rows.alias("row"), header)


def _filled_cells(frame: pl.DataFrame, rows: pl.Series, header: Header) -> Cells:
    """The rows that have at least one cell which is not blank."""
    filled = frame.select(pl.any_horizontal((pl.all().str.strip_chars() != "").fill_null(value=False)).alias("filled"))
    return Cells(frame.filter(filled["filled"]), rows.filter(filled["filled"]).alias("row"), header)


def _read_carefully(utf8: bytes, delimiter: str, header: Header, file: str) -> Cells:
    """The slow way, which finds every fault. Memory is that of the frame and of one chunk."""
    records = islice(iterate_records(utf8, delimiter, file), header.records, None)
    schema = dict.fromkeys(header.names, pl.String)
    frames = [pl.DataFrame(schema=schema)]
    row = header.records + 1
    while chunk := list(islice(records, CHUNK_RECORDS)):
        columns = zip(*_evened(chunk, row, header, file), strict=True)
        frames.append(pl.DataFrame([pl.Series(name, next(columns), dtype=pl.String) for name in header.names]))
        row += len(chunk)
    return _filled_cells(pl.concat(frames), pl.int_range(header.records + 1, row, dtype=pl.Int64, eager=True), header)


def _evened(records: list[list[str]], first_row: int, header: Header, file: str) -> list[list[str]]:
    """The records, each with exactly as many cells as the header has; a blank one has blank cells."""
    expected = len(header.names)
    if all(len(record) == expected for record in records):
        return records
    for row, record in enumerate(records, start=first_row):
        too_short = len(record) < header.least_cells and not is_blank(record)
        if too_short or not is_blank(record[expected:]):
            raise _ragged(file, row, header, len(record))
    return [(record + [""] * expected)[:expected] for record in records]


def _ragged(file: str, row: int, header: Header, found: int) -> InputError:
    expected = header.least_cells if found < header.least_cells else len(header.names)
    return InputError(
        "row_ragged",
        f"{file}, row {row}: {found} cell{'s' if found != 1 else ''} where the header has {expected}.",
        remedy="Correct the row; quote cells that contain the delimiter; or say --delimiter or --header-row.",
        file=file,
        row=row,
        expected=expected,
        found=found,
    )
