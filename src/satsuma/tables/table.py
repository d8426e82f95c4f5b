"""A file that was read: its columns, typed on demand. Made by `reading`, used by `engine` and `cli`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.columns import Column
from satsuma.tables.dates import read_days
from satsuma.tables.money import read_ten_thousandths
from satsuma.tables.numbers import read_numbers, read_whole_numbers
from satsuma.tables.options import ReadOptions
from satsuma.tables.refusals import Refusals
from satsuma.tables.texts import read_text_lists, read_texts, read_yes_no

FAULT = ("the spreadsheet shows an error", "Correct the formula or the cell.")
SHOWN_COLUMNS = 20
"""How many columns an error lists."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The cells of a file. Text formats have text cells; XLSX, Parquet and JSON lines their own types.

    `rows` holds each row's record number in the file, from 1, the header included. `notes` are remarks for the user on
    what was recognised. `faults` are cells that hold an error of the spreadsheet: column → place → error. A wrong cell
    raises when its column is asked for, unless wrong cells are gathered in `refusals`.
    """

    name: str
    frame: pl.DataFrame
    rows: pl.Series
    options: ReadOptions = field(default_factory=ReadOptions)
    notes: tuple[str, ...] = ()
    twins: frozenset[str] = frozenset()
    faults: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    refusals: Refusals | None = None

    def gathering(self, most: int) -> tuple[Table, Refusals]:
        """The same table, whose wrong cells read as None and are gathered: at most so many of each column."""
        refusals = Refusals(self.height, most)
        return replace(self, refusals=refusals), refusals

    @property
    def columns(self) -> list[str]:
        """The columns' names, all different: twins are told apart as "name (column 3)", a blank one is "column 3"."""
        return self.frame.columns

    @property
    def height(self) -> int:
        return self.frame.height

    def numbers(self, column: str) -> pl.Series:
        """Float64; see `numbers.read_numbers`. Raises CellError, InputError."""
        return read_numbers(self.column(column))

    def ten_thousandths(self, column: str) -> pl.Series:
        """Int64, the numbers times 10,000, exactly; see `money.read_ten_thousandths`. Raises CellError, InputError."""
        return read_ten_thousandths(self.column(column))

    def whole_numbers(self, column: str) -> pl.Series:
        """Int64. Raises CellError, InputError."""
        return read_whole_numbers(self.column(column))

    def days(self, column: str) -> pl.Series:
        """Date; see `dates.read_days`. Raises CellError, InputError."""
        return read_days(self.column(column))

    def yes_no(self, column: str) -> pl.Series:
        """Boolean. Raises CellError, InputError."""
        return read_yes_no(self.column(column))

    def texts(self, column: str) -> pl.Series:
        """String, NFC, trimmed. Raises CellError, InputError."""
        return read_texts(self.column(column))

    def text_lists(self, column: str, separator: str) -> pl.Series:
        """List(String). Raises CellError, InputError."""
        return read_text_lists(self.column(column), separator)

    def column(self, name: str) -> Column:
        """The cells of one column. Raises InputError `column_missing`, `column_ambiguous`; CellError for a fault."""
        if name not in self.frame.columns:
            raise self._ambiguous(name) if name in self.twins else self._missing(name)
        column = Column(self.name, name, self.frame[name], self.rows, self.options, self.refusals)
        if faults := self.faults.get(name):
            self._refuse(column, faults)
        return column

    def _refuse(self, column: Column, faults: Mapping[int, str]) -> None:
        if self.refusals is None:
            place = min(faults)
            raise column.refusal(place, *FAULT, faults[place])
        if column.name not in self.refusals.counts:
            wrong = pl.repeat(value=False, n=self.height, dtype=pl.Boolean, eager=True)
            wrong = wrong.scatter(sorted(faults), values=True)
            self.refusals.add(column.name, self.rows, wrong, lambda place: (faults[place], FAULT))

    def _missing(self, name: str) -> InputError:
        close = get_close_matches(name, self.columns, n=3, cutoff=0.6) or _same_letters(name, self.columns)
        if close:
            remedy = f"Did you mean {' or '.join(map(repr, close))}?"
        else:
            shown = ", ".join(map(repr, self.columns[:SHOWN_COLUMNS]))
            remedy = f"It has {shown}{' …' if len(self.columns) > SHOWN_COLUMNS else ''}."
        return InputError(
            "column_missing",
            f"{self.name} has no column {name!r}.",
            remedy=remedy,
            file=self.name,
            column=name,
            closest=close,
        )

    def _ambiguous(self, name: str) -> InputError:
        twins = [column for column in self.columns if column.startswith(f"{name} (column ")]
        return InputError(
            "column_ambiguous",
            f"{self.name} has {len(twins)} columns named {name!r}.",
            remedy=f"Name one of them: {', '.join(map(repr, twins))}.",
            file=self.name,
            column=name,
            columns=twins,
        )


def _same_letters(name: str, columns: list[str]) -> list[str]:
    return [column for column in columns if column.casefold() == name.strip().casefold()]
