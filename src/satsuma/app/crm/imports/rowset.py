"""The rows of a file while they are checked: what was read, which rows are wrong and why. Used by the plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from satsuma.app.crm.imports.mapping import Mapped
from satsuma.app.crm.imports.parsing import BAD, INDEX
from satsuma.tables.refusals import Refusals

PLACE = "place"
"""The number of a row in the table, from 0; `INDEX` is its number in the file."""


@dataclass
class RowSet:
    """`data` has the typed columns by target; `columns` what each target's column is called in the file. A row with
    anything wrong is wrong as a whole."""

    data: pl.DataFrame
    columns: Mapping[str, str]
    most_errors: int
    refusals: Refusals = field(init=False)
    as_read: pl.DataFrame = field(init=False)
    """The columns before texts were replaced by what they mean: what errors show."""

    def __post_init__(self) -> None:
        self.as_read = self.data
        self.data = self.data.with_row_index(PLACE)
        self.refusals = Refusals(self.data.height, self.most_errors)
        self.refusals.marks = self.data[BAD].clone()

    @property
    def good(self) -> pl.DataFrame:
        return self.data.filter(~self.refusals.marks)

    @property
    def bad_count(self) -> int:
        return int(self.refusals.marks.sum())

    def refuse(self, places: pl.Series, target: str, say: str | Callable[[int], tuple[str, str]]) -> None:
        """The rows at these places are wrong; `say` is a sentence for all, or gives text and sentence for a place."""
        if not len(places):
            return
        wrong = pl.repeat(value=False, n=self.data.height, dtype=pl.Boolean, eager=True)
        wrong = wrong.scatter(places.cast(pl.UInt32).unique().sort(), values=True)
        texts = self.as_read[target] if target in self.as_read.columns else None

        def show(place: int) -> tuple[str, tuple[str, str]]:
            if callable(say):
                text, sentence = say(place)
                return text, (sentence, "")
            cell = texts[place] if texts is not None else None
            return _shown(cell), (say, "")

        self.refusals.add(self.columns.get(target, ""), self.data[INDEX], wrong, show)


def _shown(cell: Any) -> str:
    if isinstance(cell, pl.Series):
        return ", ".join(cell.to_list())
    return "" if cell is None else str(cell)


def column_names(mapped: Sequence[Mapped]) -> dict[str, str]:
    return {item.target.key: item.column.column for item in mapped}


def first_filled(column: str) -> pl.Expr:
    return pl.col(column).drop_nulls().first()
