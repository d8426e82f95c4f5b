"""Who would change segment, counted. Called by `page`."""

from __future__ import annotations

from dataclasses import dataclass

from satsuma.domain.model import Segmentation
from satsuma.engine.preview import Move, Preview
from satsuma.report.texts import NONE, customers_text

MAX_MOVES = 100
"""Rows that are listed: fifty segments can make 2,450 pairs."""
UP, DOWN, NEW, OTHER = "up", "down", "new", NONE
"""`OTHER`: from a segment that is no more, which is neither lower nor higher."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    """From where to where; `before` is None for customers without an earlier result."""

    before: str | None
    before_segment: int | None
    after: str
    after_segment: int
    direction: str
    customers: str


@dataclass(frozen=True, slots=True)
class Movement:
    """All moves, largest first. `left_off` tells what the list leaves off, None if nothing."""

    summary: str
    rows: tuple[MoveRow, ...]
    left_off: str | None


def list_moves(segmentation: Segmentation, preview: Preview) -> Movement | None:
    """None where nobody moves, or where nobody had a segment before."""
    if not preview.moves:
        return None
    numbers = {segment.name: number for number, segment in enumerate(segmentation.segments)}
    largest = sorted(preview.moves, key=lambda move: -move.customers)
    rest = largest[MAX_MOVES:]
    return Movement(
        _summary(numbers, preview),
        tuple(_row(numbers, move) for move in largest[:MAX_MOVES]),
        f"{len(rest):,} smaller moves of {customers_text(sum(move.customers for move in rest))}" if rest else None,
    )


def _row(numbers: dict[str, int], move: Move) -> MoveRow:
    before = None if move.before is None else numbers.get(move.before)
    return MoveRow(
        move.before, before, move.after, numbers[move.after], _direction(numbers, move), f"{move.customers:,}"
    )


def _direction(numbers: dict[str, int], move: Move) -> str:
    if move.before is None:
        return NEW
    if move.before not in numbers:
        return OTHER
    return UP if numbers[move.after] > numbers[move.before] else DOWN


def _summary(numbers: dict[str, int], preview: Preview) -> str:
    """`38 move up, 21 move down, 441 stay.`"""
    sums = dict.fromkeys((UP, DOWN, NEW, OTHER), 0)
    for move in preview.moves:
        sums[_direction(numbers, move)] += move.customers
    stay = preview.customers - sum(sums.values())
    parts = [f"{sums[UP]:,} move up", f"{sums[DOWN]:,} move down"]
    parts += [f"{sums[NEW]:,} {'are' if sums[NEW] > 1 else 'is'} new"] if sums[NEW] else []
    parts += [f"{sums[OTHER]:,} come from a segment that is no more"] if sums[OTHER] else []
    return f"{', '.join([*parts, f'{stay:,} stay'])}."
