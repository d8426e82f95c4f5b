"""Which record names the columns, and what the columns are called. Called by `delimited` and `workbooks`."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from statistics import median

from satsuma.domain.errors import InputError
from satsuma.tables.limits import MAX_COLUMNS
from satsuma.tables.records import filled_cells, is_blank, width


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file. `records` are those up to and with the header; `least_cells` what a row must have."""

    names: tuple[str, ...]
    records: int
    least_cells: int
    twins: frozenset[str] = frozenset()
    """Names that stand above several columns: these are called "name (column 3)"."""


def find_header(records: list[list[str]], header_row: int | None, file: str) -> Header:
    """The header among a file's first records, said by `header_row` or recognised.

    Recognised is the first record that fills at least half as many cells as the records usually do: titles and
    remarks above a table fill one. Raises InputError `file_empty`, `header_missing` or `columns_too_many`.
    """
    filled = [filled_cells(record) for record in records if not is_blank(record)]
    if not filled:
        raise InputError("file_empty", f"{file} is empty.", remedy="Name a file with a header and rows.", file=file)
    if header_row == 0:
        usual_cells = Counter(len(record) for record in records if not is_blank(record)).most_common(1)[0][0]
        return _header([""] * usual_cells, 0, usual_cells, file)
    place = header_row - 1 if header_row else _recognised_place(records, median(filled))
    if place >= len(records) or is_blank(records[place]):
        raise InputError(
            "header_missing",
            f"{file} has no header in row {place + 1}.",
            remedy="Say with --header-row which row names the columns.",
            file=file,
            row=place + 1,
        )
    return _header(records[place], place + 1, width(records[place]), file)


def _recognised_place(records: list[list[str]], usual_filled: float) -> int:
    return next(place for place, record in enumerate(records) if 2 * filled_cells(record) >= usual_filled)


def _header(cells: list[str], records: int, least_cells: int, file: str) -> Header:
    if len(cells) > MAX_COLUMNS:
        raise InputError(
            "columns_too_many",
            f"{file} has {len(cells):,} columns; at most {MAX_COLUMNS:,} are read.",
            remedy="Keep only the columns that are needed.",
            file=file,
        )
    names, twins = unique_names(cells)
    return Header(names, records, least_cells, twins)


def unique_names(cells: list[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names that are all different, and the ones that were not: blank ones and twins are told apart by their place."""
    tidy = [unicodedata.normalize("NFC", cell).strip() for cell in cells]
    named = [name or f"column {place}" for place, name in enumerate(tidy, start=1)]
    twins = frozenset(name for name, count in Counter(named).items() if count > 1)
    told_apart = [f"{name} (column {place})" if name in twins else name for place, name in enumerate(named, start=1)]
    if len(set(told_apart)) < len(told_apart):
        return tuple(f"{name} (column {place})" for place, name in enumerate(named, start=1)), frozenset(named)
    return tuple(told_apart), twins
