"""From an XLSX workbook to a frame. Called by `reading`.

The cells come from fastexcel (calamine). It gives error cells (#N/A) as empty ones, so those, and how far merged cells
reach, are looked up in the sheet's own XML.
"""

from __future__ import annotations

import logging
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.delimited import Cells
from satsuma.tables.dialect import SAMPLE_RECORDS
from satsuma.tables.header import Header, find_header
from satsuma.tables.limits import MAX_FILE_BYTES
from satsuma.tables.options import ReadOptions

logging.getLogger("fastexcel").setLevel(logging.ERROR)  # it warns of every empty column

ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>(?:(?!</c>).)*?<v>([^<]*)</v>', re.DOTALL
)
MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"')
SHEET = re.compile(r"<sheet\b[^>]*>")
RELATION = re.compile(r"<Relationship\b[^>]*>")


@dataclass(frozen=True, slots=True)
class Workbook:
    """What a sheet gave: its cells, remarks, and the errors it shows: column → place → error."""

    cells: Cells
    notes: tuple[str, ...]
    faults: Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class SheetXml:
    """What only the XML says: error cells by (row, column), both from 1, and the last row and column merged."""

    errors: Mapping[tuple[int, int], str]
    rows: int
    columns: int


def read_workbook(path: Path, options: ReadOptions, file: str) -> Workbook:
    """The first sheet or the one named. Raises InputError `file_broken`, `sheet_missing`, `file_empty` …"""
    _refuse_bomb(path, file)
    reader = _opened(path, file)
    sheet, notes = _chosen_sheet(reader.sheet_names, options.sheet, file)
    xml = _sheet_xml(path, sheet)
    header = find_header(_text_records(reader, sheet, SAMPLE_RECORDS), options.header_row, file)
    cells = _cells(reader, sheet, header, xml)
    return Workbook(cells, notes, _faults(cells, xml, _first_column(reader, sheet)))


def read_sheet_records(path: Path, sheet: str | None, file: str) -> list[list[str]]:
    """All cells of a sheet as text, blank rows and the reach of merged cells included."""
    _refuse_bomb(path, file)
    reader = _opened(path, file)
    name, _ = _chosen_sheet(reader.sheet_names, sheet, file)
    xml = _sheet_xml(path, name)
    records = _text_records(reader, name, None)
    columns = max(xml.columns, max(map(len, records), default=0))
    records.extend([] for _ in range(xml.rows - len(records)))
    return [record + [""] * (columns - len(record)) for record in records]


def sheet_names(path: Path, file: str) -> list[str]:
    return list(_opened(path, file).sheet_names)


def _opened(path: Path, file: str) -> Any:
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise broken_workbook(file) from error


def broken_workbook(file: str) -> InputError:
    return InputError(
        "file_broken",
        f"{file} cannot be read as an XLSX workbook.",
        remedy="Open it in a spreadsheet and save it again, without a password.",
        file=file,
    )


def _refuse_bomb(path: Path, file: str) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise broken_workbook(file) from error
    if unpacked > MAX_FILE_BYTES:
        raise InputError(
            "file_too_large",
            f"{file} unpacks to more than {MAX_FILE_BYTES // 1024**3} GiB.",
            remedy="Split it, or save it as Parquet.",
            file=file,
        )


def _chosen_sheet(names: list[str], wanted: str | None, file: str) -> tuple[str, tuple[str, ...]]:
    shown = ", ".join(map(repr, names))
    if wanted is None and names:
        note = f"{file}: of its sheets {shown} the first is read. Choose another with --sheet."
        return names[0], (note,) if len(names) > 1 else ()
    if wanted is None or wanted not in names:
        raise InputError(
            "sheet_missing", f"{file} has no sheet {wanted!r}.", remedy=f"It has {shown}.", file=file, sheet=wanted
        )
    return wanted, ()


def _text_records(reader: Any, sheet: str, rows: int | None) -> list[list[str]]:
    frame = reader.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=rows, dtypes="string").to_polars()
    return [list(record) for record in frame.select(pl.all().fill_null("")).iter_rows()] if frame.width else []


def _first_column(reader: Any, sheet: str) -> int:
    """The number of the sheet's first column that has cells, from 1: fastexcel leaves empty ones at the left out."""
    columns = reader.load_sheet(sheet, header_row=None, skip_rows=0, n_rows=1).available_columns()
    return columns[0].absolute_index + 1 if columns else 1


def _cells(reader: Any, sheet: str, header: Header, xml: SheetXml) -> Cells:
    loaded = reader.load_sheet(sheet, header_row=None, skip_rows=header.records, schema_sample_rows=None)
    frame = loaded.to_polars()
    frame = frame.rename(dict(zip(frame.columns, header.names, strict=True))) if frame.width else frame
    if frame.width == 0:
        frame = pl.DataFrame(schema=dict.fromkeys(header.names, pl.String))
    frame = frame.cast({column: pl.String for column, dtype in frame.schema.items() if dtype == pl.Null})
    rows = pl.int_range(header.records + 1, header.records + 1 + frame.height, dtype=pl.Int64, eager=True).alias("row")
    kept = _filled_rows(frame) | rows.is_in([row for row, _ in xml.errors])
    return Cells(frame.filter(kept), rows.filter(kept), header)


def _filled_rows(frame: pl.DataFrame) -> pl.Series:
    texts = (pl.col(pl.String).str.strip_chars() != "").fill_null(value=False)
    filled = (texts, pl.exclude(pl.String).is_not_null())
    return frame.select(pl.any_horizontal(filled).alias("filled"))["filled"]


def _faults(cells: Cells, xml: SheetXml, first_column: int) -> dict[str, dict[int, str]]:
    faults: dict[str, dict[int, str]] = {}
    places = dict(zip(cells.rows, range(len(cells.rows)), strict=True)) if xml.errors else {}
    for (row, column), error in sorted(xml.errors.items()):
        if row in places:
            faults.setdefault(cells.frame.columns[column - first_column], {})[places[row]] = error
    return faults


def _sheet_xml(path: Path, sheet: str) -> SheetXml:
    with zipfile.ZipFile(path) as parts:
        part = _part_of(parts, sheet)
        xml = parts.read(part) if part in parts.namelist() else b""
    errors = ERROR_CELL.finditer(xml) if b't="e"' in xml else ()
    merged = [(int(row), _column_number(column.decode())) for column, row in MERGED.findall(xml)]
    return SheetXml(
        {(int(found[2]), _column_number(found[1].decode())): unescape(found[3].decode()) for found in errors},
        max((row for row, _ in merged), default=0),
        max((column for _, column in merged), default=0),
    )


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """The name of the part that holds a sheet, "" if the workbook does not say."""
    try:
        workbook = parts.read("xl/workbook.xml").decode()
        relations = parts.read("xl/_rels/workbook.xml.rels").decode()
    except (KeyError, UnicodeDecodeError):
        return ""
    ids = {_attribute(tag, "name"): _attribute(tag, r"\w+:id") for tag in SHEET.findall(workbook)}
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in RELATION.findall(relations)}
    target = targets.get(ids.get(sheet, ""), "")
    return posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
