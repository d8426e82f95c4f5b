"""Cells that cannot be read, gathered instead of raised. Used by whoever wants all of a table's wrong cells at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from satsuma.domain.errors import SHOWN_CHARACTERS

Reason = tuple[str, str]
"""What is wrong with a cell, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One cell that cannot be read. `row` counts the file's records from 1, the header included."""

    row: int
    column: str
    text: str
    message: str
    remedy: str = ""


@dataclass(slots=True)
class Refusals:
    """The wrong cells of a table: all are counted and marked, the first `most` of each column are kept.

    `counts` is by column; `marks` says for each row of the table whether it has a wrong cell.
    """

    height: int
    most: int
    kept: list[Refusal] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    marks: pl.Series = field(init=False)

    def __post_init__(self) -> None:
        self.marks = pl.repeat(value=False, n=self.height, dtype=pl.Boolean, eager=True)

    def add(self, column: str, rows: pl.Series, wrong: pl.Series, show: Callable[[int], tuple[str, Reason]]) -> None:
        """The cells marked in `wrong`; `show` gives a place's text and what is wrong with it."""
        before = self.counts.get(column, 0)
        places = wrong.fill_null(value=False).arg_true()
        for place in places.head(max(0, self.most - before)):
            text, reason = show(place)
            self.kept.append(Refusal(int(rows[place]), column, _shortened(text), *reason))
        self.counts[column] = before + len(places)
        self.marks |= wrong.fill_null(value=False)


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
