"""Rows of values to CSV and XLSX, a few at a time. Called by everything that exports."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from satsuma.tables.formulas import defused_names
from satsuma.tables.writing import write_sheets

Row = Sequence[Any]
"""Texts, numbers, days, moments, yes/no, lists of texts; None is empty."""
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CHUNK = 2_000
LIST_SEPARATOR = "; "


def export_rows(headings: Sequence[str], rows: Iterable[Row], format_: str, *, name: str = "export") -> IO[bytes]:
    """The rows as a file that is open for reading and gone when it is closed. `format_` is one of `FORMATS`; rows are
    read once, a few at a time. Raises InputError `workbook_too_large`."""
    file = tempfile.NamedTemporaryFile(suffix=f".{format_}")  # noqa: SIM115 (the answer closes it)
    try:
        write_rows_to(Path(file.name), headings, rows, format_, name=name)
    except BaseException:
        file.close()
        raise
    opened = Path(file.name).open("rb")  # noqa: SIM115 (the answer closes it)
    file.close()  # the name goes; what is open stays until it is closed
    return opened


def write_rows_to(path: Path, headings: Sequence[str], rows: Iterable[Row], format_: str, *, name: str) -> None:
    """The same into a file of the caller's."""
    if format_ == "xlsx":
        write_sheets(path, {sheet_name(name): (headings, map(workbook_row, rows))}, f"{name}.xlsx")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets the encoding
        write_csv(file, headings, rows)


def write_csv(file: IO[str], headings: Sequence[str], rows: Iterable[Row]) -> None:
    writer = csv.writer(file)
    writer.writerow(defused_names(list(headings)))
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        writer.writerows(_harmless(chunk))


def sheet_name(name: str) -> str:
    """What a sheet may be called."""
    plain = "".join(sign for sign in name if sign not in "[]:*?/\\'").strip()[:31]
    return plain or "Sheet1"


def _harmless(rows: list[Row]) -> Iterator[list[str]]:
    """The rows as texts, of which none can act as a formula; numbers, days and the like are as they are."""
    texts: list[str] = []
    shown = [[_cell(value, texts) for value in row] for row in rows]
    safe = iter(defused_names(texts)) if texts else iter(())
    for row in shown:
        yield [next(safe) if cell is None else cell for cell in row]


def _cell(value: Any, texts: list[str]) -> str | None:
    """The cell's text; None for one that is put into `texts` first, to be made harmless with all others at once."""
    text = as_text(value)
    if isinstance(value, int | float | Decimal | date) or value is None:
        return text
    texts.append(text)
    return None


def as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list | tuple | set | frozenset):
        return LIST_SEPARATOR.join(map(str, value))
    return str(value)


def workbook_row(row: Row) -> list[Any]:
    return [_workbook_cell(value) for value in row]


def _workbook_cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime(value).replace(tzinfo=None)
    if isinstance(value, list | tuple | set | frozenset | bool):
        return as_text(value)
    return value
