"""Result tables and texts to files, whole or not at all. Called by `cli` and `report`."""

from __future__ import annotations

import datetime as dt
import gzip
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.atomic import written_whole
from satsuma.tables.formulas import defused, defused_names
from satsuma.tables.reading import JSON_LINES, PARQUET, TABBED, file_kind

Formats = Mapping[type[dt.date], Any]

LIST_SEPARATOR = ";"
"""Between the parts of a list in a file that has no lists."""
WORKBOOK_ROWS, WORKBOOK_COLUMNS, WORKBOOK_CHARACTERS = 1_048_576, 16_384, 32_767
EXACT_IN_WORKBOOK = 10**15
"""A spreadsheet keeps 15 digits; a larger whole number is written as text."""
FIRST_WORKBOOK_DAY = "1900-03-01"
"""Spreadsheets disagree about earlier days, which are written as text."""


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Writes a table, its kind told by the extension: .csv .tsv .jsonl (also with .gz), .xlsx, .parquet.

    In CSV, TSV and XLSX no text can act as a formula, and lists are joined with ";". Raises InputError
    `file_kind_unknown`, `output_unwritable`, `workbook_too_large`; the old file then stays as it was.
    """
    kind = check_written_kind(path)
    with written_whole(path) as beside:
        if kind in PARQUET:
            frame.write_parquet(beside)
        elif kind == ".xlsx":
            _write_workbook(frame, beside, path.name)
        else:
            _write_text_table(frame, beside, kind, packed=path.suffix.lower() == ".gz")


def check_written_kind(path: Path) -> str:
    """The kind of a file to write, as its extension. Raises InputError `file_kind_unknown` if we do not write it."""
    kind = file_kind(path)
    if kind not in (*PARQUET, ".xlsx", *JSON_LINES, ".csv", *TABBED):
        raise InputError(
            "file_kind_unknown",
            f"{path.name}: files that end in {kind!r} are read, but not written.",
            remedy="Use .csv, .tsv, .jsonl (each also with .gz), .xlsx or .parquet.",
            file=path.name,
        )
    return kind


def csv_text(frame: pl.DataFrame) -> str:
    """The table as CSV, in which no text can act as a formula."""
    return _harmless(frame).write_csv()


def write_text(path: Path, text: str) -> None:
    """Writes a text as UTF-8 with LF. Raises InputError `output_unwritable`."""
    with written_whole(path) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def _write_text_table(frame: pl.DataFrame, path: Path, kind: str, *, packed: bool) -> None:
    with path.open("wb") as plain:
        # No name and no time in the archive: equal tables give equal files.
        stream: Any = gzip.GzipFile("", "wb", fileobj=plain, mtime=0) if packed else plain
        if kind in JSON_LINES:
            frame.write_ndjson(stream)
        else:
            _harmless(frame).write_csv(stream, separator="\t" if kind in TABBED else ",")
        if packed:
            stream.close()


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    flat = _flat(frame)
    safe = flat.with_columns(defused(pl.col(pl.String)))
    return safe.rename(dict(zip(safe.columns, defused_names(safe.columns), strict=True)))


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Lists joined, categories as texts."""
    joined = frame.with_columns(
        pl.col(name).cast(pl.List(pl.String)).list.join(LIST_SEPARATOR, ignore_nulls=True)
        for name, dtype in frame.schema.items()
        if dtype == pl.List
    )
    return joined.cast({pl.Categorical: pl.String, pl.Enum: pl.String})


def _write_workbook(frame: pl.DataFrame, path: Path, file: str) -> None:
    if frame.height >= WORKBOOK_ROWS:
        raise _too_large(file, f"{frame.height:,} rows of {frame.width:,} columns")
    write_sheets(path, {"Sheet1": (frame.columns, _flat(frame).iter_rows())}, file)


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[object]]]], file: str) -> None:
    """A workbook with these sheets: headings, and rows that are read once. Every text goes in as a string, never as a
    formula or a link. Raises InputError `workbook_too_large`, in which the file is called `file`."""
    import xlsxwriter  # loaded by nobody who writes none: it takes as long as Polars

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        formats = {
            dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
            dt.datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for name, (headings, rows) in sheets.items():
            if len(headings) > WORKBOOK_COLUMNS:
                raise _too_large(file, f"{len(headings):,} columns")
            sheet = workbook.add_worksheet(name)
            _write_row(sheet, 0, tuple(headings), formats, file)
            for row, values in enumerate(rows, start=1):
                if row >= WORKBOOK_ROWS:
                    raise _too_large(file, f"more than {WORKBOOK_ROWS - 1:,} rows")
                _write_row(sheet, row, values, formats, file)


def _write_row(sheet: Any, row: int, values: Sequence[object], formats: Mapping[type[dt.date], Any], file: str) -> None:
    for column, value in enumerate(values):
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, int | float | Decimal) and _fits(value):
            sheet.write_number(row, column, float(value))
        elif isinstance(value, dt.date) and value.isoformat() >= FIRST_WORKBOOK_DAY:
            sheet.write_datetime(row, column, _without_zone(value), formats[type(value)])
        elif value is not None:
            _write_text(sheet, row, column, str(value), file)


def _fits(number: float | Decimal) -> bool:
    """A double can be not finite, which a spreadsheet cannot hold."""
    return math.isfinite(number) and (isinstance(number, float) or abs(number) <= EXACT_IN_WORKBOOK)


def _without_zone(value: dt.date) -> dt.date:
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def _write_text(sheet: Any, row: int, column: int, text: str, file: str) -> None:
    if len(text) > WORKBOOK_CHARACTERS:
        raise _too_large(file, f"a text of {len(text):,} characters in row {row + 1}")
    sheet.write_string(row, column, text)


def _too_large(file: str, found: str) -> InputError:
    return InputError(
        "workbook_too_large",
        f"{file}: a workbook cannot hold {found}.",
        remedy="Write .csv or .parquet instead.",
        file=file,
    )
