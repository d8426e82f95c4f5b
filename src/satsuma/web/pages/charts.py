"""What a chart shows: the picture's numbers, the same as a table and as a file. Made by the functions of `chart_kinds`,
laid out by components/chart.html, drawn by static/js/charts.js.

Pages give numbers in the reader's language as texts; scripts only place them. Nothing is shown in the picture alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from satsuma.report.colors import Shade
from satsuma.tables.formulas import defused_names
from satsuma.tables.writing import csv_text

Raw = str | int | float | None
"""A cell as files have it."""


class ChartKind(StrEnum):
    """How it is drawn; charts_kinds.js has a function of each name."""

    BARS = "bars"
    SHARES = "shares"
    STACKS = "stacks"
    AREAS = "areas"
    CURVE = "curve"
    BOXES = "boxes"
    FLOWS = "flows"


@dataclass(frozen=True, slots=True)
class Datum:
    """One thing that a chart shows: a bar, a part. `text` is the value in the reader's language and `note` what
    else to say of it; `url` leads to the list behind it; without `shade` it has the chart's own colour."""

    label: str
    value: float
    text: str
    url: str = ""
    shade: Shade | None = None
    note: str = ""

    @property
    def drawing(self) -> dict[str, Any]:
        said = {"label": self.label, "value": self.value, "text": self.text, "url": self.url, "note": self.note}
        return {key: value for key, value in said.items() if value != ""} | shades(self.shade)


def shades(shade: Shade | None) -> dict[str, str]:
    """The colour as scripts read it."""
    return {"light": shade.light, "dark": shade.dark} if shade else {}


@dataclass(frozen=True, slots=True)
class Heading:
    label: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`raw` is what files get in the place of `text`: a plain number, a day as 2026-11-26."""

    text: str
    raw: Raw = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The chart as a table; each row's first cell is its heading."""

    headings: Sequence[Heading]
    rows: Sequence[Sequence[Cell]]

    @property
    def lines(self) -> list[list[tuple[Cell, Heading]]]:
        """The rows, each cell beside its column's heading."""
        return [list(zip(row, self.headings, strict=True)) for row in self.rows]

    def csv(self) -> str:
        """The same as a file, with plain numbers, in which no text can act as a formula."""
        names = _apart(defused_names([heading.label for heading in self.headings]))
        raw = [[cell.text if cell.raw is None else cell.raw for cell in row] for row in self.rows]
        columns = [
            pl.Series(name, [row[place] for row in raw], strict=False, dtype=pl.Float64 if heading.is_number else None)
            for place, (name, heading) in enumerate(zip(names, self.headings, strict=True))
        ]
        return csv_text(pl.DataFrame([_whole(column) for column in columns]))


def _whole(numbers: pl.Series) -> pl.Series:
    """Whole numbers without a decimal point."""
    is_whole = numbers.dtype == pl.Float64 and bool((numbers.round() == numbers).all())
    return numbers.cast(pl.Int64) if is_whole else numbers


def _apart(names: Sequence[str]) -> list[str]:
    """Column names that differ, as a table needs them: the second “Good” is called “Good (2)”."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


@dataclass(frozen=True, slots=True)
class Chart:
    """`name` is the element's id and the name of its files, `title` what it is about, `summary` what the picture says
    to those who do not see it. `legend` are the colours that the picture does not name itself."""

    name: str
    kind: ChartKind
    title: str
    summary: str
    drawing: Mapping[str, Any]
    table: ChartTable
    legend: Sequence[Datum] = ()

    @property
    def is_empty(self) -> bool:
        return not self.table.rows

    @property
    def data_id(self) -> str:
        return f"{self.name}-data"

    @property
    def data(self) -> dict[str, Any]:
        """What stands beside the picture as JSON."""
        legend = [part.drawing for part in self.legend]
        return {"title": self.title, **self.drawing, "legend": legend, "csv": self.table.csv()}
