"""One column of a file: its cells, where they stand, and how to refuse one. Used by all readers of typed columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from satsuma.domain.errors import CellError, InputError
from satsuma.tables.options import ReadOptions
from satsuma.tables.refusals import Reason, Refusals


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column, as read. `rows` holds each cell's record number in the file, from 1. The first wrong
    cell raises, unless wrong cells are gathered in `refusals`: then they read as None."""

    file: str
    name: str
    cells: pl.Series
    rows: pl.Series
    options: ReadOptions
    refusals: Refusals | None = None

    def refusal(self, place: int, message: str, remedy: str = "", text: str | None = None) -> CellError:
        """The error for the cell at `place` (from 0 in the series), which shows `text` unless it shows itself."""
        return CellError(
            message,
            file=self.file,
            row=int(self.rows[place]),
            column=self.name,
            text=self.shown(place) if text is None else text.strip(),
            remedy=remedy,
        )

    def refused(self, values: pl.Series, wrong: pl.Series, message: str, remedy: str = "") -> pl.Series:
        """The values without those marked in `wrong`, a Boolean series; None counts as not wrong. Raises CellError for
        the first of them, unless they are gathered."""
        return self.refused_each(values, wrong, lambda place: (message, remedy))

    def refused_each(self, values: pl.Series, wrong: pl.Series, say: Callable[[int], Reason]) -> pl.Series:
        """The same with a reason for each place."""
        if not wrong.any():
            return values
        if self.refusals is None:
            place = int(wrong.fill_null(value=False).arg_true()[0])
            raise self.refusal(place, *say(place))
        self.refusals.add(self.name, self.rows, wrong, lambda place: (self.shown(place), say(place)))
        return values.set(wrong.fill_null(value=False), None)

    def shown(self, place: int) -> str:
        """The cell's text, as an error shows it."""
        cell = self.cells[place]
        return "" if cell is None else str(cell).strip()

    def refusal_of_kind(self, wanted: str) -> InputError:
        return InputError(
            "column_kind",
            f"{self.file}, column {self.name!r}: {self.cells.dtype} cannot be read as {wanted}.",
            remedy="Choose another column, or another type for this field.",
            file=self.file,
            column=self.name,
        )

    def texts(self, wanted: str = "text") -> pl.Series:
        """Every cell as text without surrounding blanks; None where it is empty. Raises InputError `column_kind`."""
        cells = _as_text(self.cells)
        if cells is None:
            raise self.refusal_of_kind(wanted)
        return tidy(cells, self.options.empty_words).rename(self.name)


def tidy(cells: pl.Series, empty_words: tuple[str, ...]) -> pl.Series:
    """Texts without surrounding blanks; None for an empty one and for a word that means empty."""
    trimmed = cells.str.strip_chars()
    empty = trimmed.is_in(["", *empty_words])
    return trimmed.set(empty, None) if empty.any() else trimmed


def _as_text(cells: pl.Series) -> pl.Series | None:
    """Cells of any simple type as text: whole numbers without a point, days as yyyy-mm-dd. None for lists and such."""
    dtype = cells.dtype
    if dtype == pl.String:
        return cells
    if dtype.is_float():
        return _floats_as_text(cells)
    if dtype == pl.Datetime:
        return _instants_as_text(cells)
    if dtype.is_integer() or dtype in (pl.Boolean, pl.Date, pl.Decimal, pl.Categorical, pl.Enum, pl.Null):
        return cells.cast(pl.String)
    return None


def _floats_as_text(cells: pl.Series) -> pl.Series:
    """1001.0 reads "1001": a spreadsheet has no whole numbers, and ids are often numbers."""
    values = cells.cast(pl.Float64)
    whole = ((values == values.floor()) & (values.abs() < 2.0**53)).fill_null(value=False)
    return values.cast(pl.String).zip_with(~whole, values.cast(pl.Int64, strict=False).cast(pl.String))


def _instants_as_text(cells: pl.Series) -> pl.Series:
    at_midnight = cells.dt.truncate("1d") == cells
    return cells.dt.to_string("%Y-%m-%d" if at_midnight.all() else "%Y-%m-%d %H:%M:%S")
