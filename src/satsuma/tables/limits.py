"""What a file may hold at most. Used by every reader of this package and by the documentation."""

from __future__ import annotations

MAX_FILE_BYTES = 4 * 1024**3
"""Size of a text file, and of what a compressed one unpacks to; XLSX included. Parquet has no such limit."""
MAX_CELL_CHARACTERS = 131_072
"""Characters of one raw cell. More is nearly always a quote that is never closed. (`csv` has the same limit.)"""
MAX_COLUMNS = 16_384
"""Columns of a table: as many as a spreadsheet has."""
MAX_SUM = 900_000_000_000_000
"""What the sizes of a money column may add up to: its sum of ten-thousandths still fits in 64 bits on every engine."""
