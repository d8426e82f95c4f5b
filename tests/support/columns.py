"""Tables for tests, written as their cells: what a CSV file would hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from satsuma.engine.profile import ColumnProfile, profile_column
from satsuma.tables import ReadOptions, Table


def text_table(columns: Mapping[str, Sequence[str]], options: ReadOptions | None = None) -> Table:
    """A table of text cells under a header in row 1."""
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    rows = pl.int_range(2, frame.height + 2, dtype=pl.Int64, eager=True)
    return Table("test.csv", frame, rows, options or ReadOptions())


def profile(name: str, cells: Sequence[str], options: ReadOptions | None = None) -> ColumnProfile:
    """The profile of a column whose cells are these texts."""
    return profile_column(text_table({name: cells}, options), name)
