"""From files (CSV, XLSX, Parquet, JSON lines) to typed Polars columns, and result tables back to files.

Called by `cli` and `engine`. Names are loaded when they are first asked for: `satsuma --help` must not load Polars.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from satsuma.tables.atomic import written_whole
    from satsuma.tables.guessing import CellKind, ColumnGuess, recognise
    from satsuma.tables.options import ReadOptions
    from satsuma.tables.reading import read_records, read_table, scan
    from satsuma.tables.table import Table
    from satsuma.tables.writing import write_table, write_text

__all__ = [
    "CellKind",
    "ColumnGuess",
    "ReadOptions",
    "Table",
    "read_records",
    "read_table",
    "recognise",
    "scan",
    "write_table",
    "write_text",
    "written_whole",
]

_HOMES = {
    "CellKind": "guessing",
    "ColumnGuess": "guessing",
    "ReadOptions": "options",
    "Table": "table",
    "read_records": "reading",
    "read_table": "reading",
    "recognise": "guessing",
    "scan": "reading",
    "write_table": "writing",
    "write_text": "writing",
    "written_whole": "atomic",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
