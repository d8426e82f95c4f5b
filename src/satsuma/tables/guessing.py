"""What the cells of a column can be read as. Called by `engine.profile` and by `draft`; no cell makes it raise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from satsuma.domain.errors import SatsumaError
from satsuma.tables.columns import Column
from satsuma.tables.dates import read_days, recognise_day_format
from satsuma.tables.money import read_ten_thousandths
from satsuma.tables.numbers import Spelling, read_numbers, read_whole_numbers, recognise_spelling
from satsuma.tables.table import Table
from satsuma.tables.texts import read_texts, read_yes_no


class CellKind(StrEnum):
    """What every filled cell of a column can be read as."""

    YES_NO = "yes_no"
    DATE = "date"
    WHOLE = "whole"
    MONEY = "money"
    NUMBER = "number"
    TEXT = "text"


READERS: tuple[tuple[CellKind, Callable[[Column], pl.Series]], ...] = (
    (CellKind.YES_NO, read_yes_no),
    (CellKind.DATE, read_days),
    (CellKind.WHOLE, read_whole_numbers),
    (CellKind.MONEY, read_ten_thousandths),
    (CellKind.NUMBER, read_numbers),
    (CellKind.TEXT, read_texts),
)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column may be. `kinds` are all that fit, the narrowest first; none for a column without filled cells.

    `spelling` and `date_format` say how numbers and days are written, where the cells are text and such a kind fits.
    `doubts` are the questions to ask the user: numbers or days that can be read in two ways.
    """

    name: str
    kinds: tuple[CellKind, ...]
    filled: int
    empty: int
    leading_zeros: bool = False
    spelling: Spelling | None = None
    date_format: str | None = None
    doubts: tuple[str, ...] = ()

    @property
    def likeliest(self) -> CellKind | None:
        """The narrowest kind; but numbers with leading zeros are codes, and 1/0 alone are numbers."""
        numeric = (CellKind.WHOLE, CellKind.MONEY, CellKind.NUMBER)
        fitting = [kind for kind in self.kinds if not (self.leading_zeros and kind in numeric)]
        if CellKind.WHOLE in fitting and CellKind.DATE not in fitting:
            return CellKind.WHOLE
        return fitting[0] if fitting else None


def recognise(table: Table, column: str) -> ColumnGuess:
    """What every filled cell of a column can be read as. Raises InputError only for an unknown column."""
    try:
        cells = table.column(column)
        texts = cells.texts()
    except SatsumaError as error:
        if error.code in ("column_missing", "column_ambiguous"):
            raise
        empty = table.frame[column].null_count()
        return ColumnGuess(column, (), table.height - empty, empty)
    filled = texts.len() - texts.null_count()
    if filled == 0:
        return ColumnGuess(column, (), 0, texts.len())
    kinds, doubts = _fitting(cells)
    written = cells.cells.dtype == pl.String
    return ColumnGuess(
        column,
        kinds,
        filled,
        texts.null_count(),
        leading_zeros=written and bool(texts.str.contains(r"^0[0-9]").any()),
        spelling=recognise_spelling(cells, texts) if written and CellKind.NUMBER in kinds else None,
        date_format=recognise_day_format(cells) if CellKind.DATE in kinds else None,
        doubts=doubts,
    )


def _fitting(column: Column) -> tuple[tuple[CellKind, ...], tuple[str, ...]]:
    kinds, doubts = [], []
    for kind, read in READERS:
        try:
            read(column)
            kinds.append(kind)
        except SatsumaError as error:
            if error.code in ("number_format_ambiguous", "date_format_ambiguous"):
                doubts.append(str(error))
    return tuple(kinds), tuple(dict.fromkeys(doubts))
