"""Decision tables translated to segmentations, as far as ranges, groups, bands and rules can say what they say.

A table of several inputs becomes one axis per input and one rule per row; a table of one number becomes one axis whose
bands are the rows. Every row is a segment named `row 0`, `row 1` …; `no row` is for contacts that no row fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from satsuma.domain.interval import Interval, intervals
from satsuma.domain.model import Axis, Field, Number, Parameter, Segmentation
from support.models import axis, by_answer, by_group, by_range, field, plain, with_rules

NO_ROW = "no row"
SMALLEST = 0.0001
"""`> 500` begins at the next amount of money that is larger."""


class InexpressibleError(Exception):
    """What a segmentation cannot say; the text is the reason."""


class Cell(Protocol):
    """One condition of a row."""


@dataclass(frozen=True)
class Anything:
    pass


@dataclass(frozen=True)
class Range:
    interval: Interval


@dataclass(frozen=True)
class OneOf:
    values: tuple[str, ...]


@dataclass(frozen=True)
class Contains:
    value: str


@dataclass(frozen=True)
class IsTrue:
    pass


PATTERNS: tuple[tuple[str, Any], ...] = (
    (r"", lambda: Anything()),
    (r"true", lambda: IsTrue()),
    (r">= ([\d_]+)", lambda lower: Range(Interval(int(lower), None))),
    (r"> ([\d_]+)", lambda lower: Range(Interval(int(lower) + SMALLEST, None))),
    (r"\[([\d_]+)\.\.([\d_]+)\)", lambda lower, upper: Range(Interval(int(lower), int(upper)))),
    (r"(\d+)", lambda number: Range(Interval(int(number), int(number) + 1))),
    (r"contains\(\$, [\"'](\w+)[\"']\)", lambda value: Contains(value)),
    (r"([\"']\w+[\"'](?:, [\"']\w+[\"'])*)", lambda values: OneOf(tuple(re.findall(r"\w+", values)))),
)


def read_cell(text: str) -> Cell:
    for pattern, made in PATTERNS:
        if match := re.fullmatch(pattern, text):
            cell: Cell = made(*match.groups())
            return cell
    raise InexpressibleError(f"the condition {text}")


def translated(step: dict[str, Any]) -> Segmentation:
    """The step as a segmentation that asks for the fields `input 0`, `input 1` …; raises InexpressibleError."""
    if step["kind"] != "table":
        raise InexpressibleError("arithmetic over values")
    if step["hit_policy"] != "first":
        raise InexpressibleError("several rows hit at once")
    rows = [[read_cell(text) for text in rule["when"]] for rule in step["rules"]]
    if len(step["inputs"]) == 1:
        return _ladder([row[0] for row in rows])
    inputs = [_input(f"input {place}", cells) for place, cells in enumerate(zip(*rows, strict=True))]
    names = [f"row {place}" for place in range(len(rows))]
    boxes = [{each.axis.name: each.bands(cell) for each, cell in zip(inputs, row, strict=True)} for row in rows]
    return with_rules(
        [each.field for each in inputs],
        [each.axis for each in inputs],
        [NO_ROW, *reversed(names)],
        [*zip(names, boxes, strict=True), (NO_ROW, {})],
    )


def _ladder(cells: Sequence[Cell]) -> Segmentation:
    """One axis over one number: each range is a band, named by the first row that fits."""
    cuts = _cuts(cells)
    rows = [next(place for place, cell in enumerate(cells) if _holds(cell, part)) for part in intervals(cuts)]
    bands = {f"row {row}": place if place else None for place, row in enumerate(rows)}
    return plain([field("input 0", "money")], [by_range("input 0", cuts, range(len(rows)))], bands)


@dataclass(frozen=True)
class Input:
    """An input as an axis with one band per case that its cells tell apart."""

    field: Field
    axis: Axis
    cases: dict[str, Any]

    def bands(self, cell: Cell) -> list[str]:
        """The bands in which the cell's condition holds."""
        return [name for name, case in self.cases.items() if _holds(cell, case)]


def _holds(cell: Cell, case: Any) -> bool:
    """Whether the condition holds for a range (given as interval), an option, or an answer; None is any other."""
    match cell:
        case Range(interval):
            lower_fits = interval.lower is None or (case.lower is not None and case.lower >= interval.lower)
            return lower_fits and (interval.upper is None or (case.upper is not None and case.upper <= interval.upper))
        case OneOf(values):
            return case in values
        case Contains(value):
            return bool(case == value)
        case IsTrue():
            return case is True
        case _:
            return True


def _input(key: str, cells: Sequence[Cell]) -> Input:
    if any(isinstance(cell, Range) for cell in cells):
        cuts = _cuts(cells)
        parts = intervals(cuts)
        return _made(field(key, "money"), by_range(key, cuts, range(len(parts))), parts)
    if any(isinstance(cell, IsTrue) for cell in cells):
        return _made(field(key, "yes_no"), by_answer(key, yes=1, no=0), [None, True])
    tags = [cell.value for cell in cells if isinstance(cell, Contains)]
    options = list(dict.fromkeys(tags or [value for cell in cells if isinstance(cell, OneOf) for value in cell.values]))
    groups = by_group(key, {option: place + 1 for place, option in enumerate(options)})
    return _made(field(key, "choices" if tags else "choice", options=options), groups, [None, *options])


def _made(asked: Field, question: Parameter, cases: Sequence[Any]) -> Input:
    names = [f"case {place}" for place in range(len(cases))]
    edges = {name: place if place else None for place, name in enumerate(names)}
    return Input(asked, axis(asked.key, [question], edges), dict(zip(names, cases, strict=True)))


def _cuts(cells: Sequence[Cell]) -> list[Number]:
    ends = [end for cell in cells if isinstance(cell, Range) for end in (cell.interval.lower, cell.interval.upper)]
    return sorted({end for end in ends if end is not None})
