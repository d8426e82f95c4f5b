"""What a draft would do to everybody, read off a few cells: customers by score, segment and current segment.

The cells come from one pass over everybody (`snapshot`). `Preview` is shown by `cli` and `report`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Parameter, Segmentation
from satsuma.domain.scoring import Line, asked_relevance, band_edges, score_span
from satsuma.engine.compiler import PRESENT, SEGMENT, TOTAL

CURRENT, CUSTOMERS, VALUE = "current", "customers", "value"
"""Columns of the cells, besides `TOTAL`, `SEGMENT` and `PRESENT`: the current segment's name (left
out when nobody has one), how many customers, and what they are worth in ten-thousandths (left out without a value)."""
MAX_BINS = 40
"""Bars of the histogram: what a screen of 360 pixels can still show apart."""


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """How many customers a segment would get, what share of all (0 to 1), what they are worth together (None without a
    value field; else exact to four decimals) and their mean coverage (0 to 1)."""

    name: str
    color: str | None
    customers: int
    share: float
    value: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Customers whose total score is from `lower` to `upper`, both inside."""

    lower: int
    upper: int
    customers: int


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many customers hit a line of a parameter. Choices can hit several groups, so theirs may add up to more than
    there are customers."""

    line: Line
    customers: int


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who would go from one segment to another; `before` is None for customers without an earlier result."""

    before: str | None
    after: str
    customers: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a segmentation would do. `segments` stand lowest first, `lines` in the order of the enabled parameters;
    `edges` are the whole scores at which bands begin, for a single axis. `moves` holds changes only."""

    customers: int
    segments: tuple[SegmentSize, ...]
    histogram: tuple[Bin, ...]
    edges: tuple[int, ...]
    coverage: float
    lines: tuple[tuple[Parameter, tuple[LineCount, ...]], ...]
    moves: tuple[Move, ...]


def read_off(
    segmentation: Segmentation,
    cells: pl.DataFrame,
    counts: tuple[tuple[Parameter, tuple[LineCount, ...]], ...],
) -> Preview:
    """The preview that the cells and the customers per line amount to."""
    customers = int(cells[CUSTOMERS].sum())
    asked = asked_relevance(segmentation)
    return Preview(
        customers=customers,
        segments=tuple(_sizes(segmentation, cells, customers, asked)),
        histogram=tuple(_bins(segmentation, cells)),
        edges=band_edges(segmentation.axes[0]) if not segmentation.has_rules else (),
        coverage=_coverage(int(cells[PRESENT].sum()), customers * asked),
        lines=counts,
        moves=tuple(_moves(segmentation, cells)) if CURRENT in cells.columns else (),
    )


def _coverage(present: int, asked: int) -> float:
    return present / asked if asked else 1.0


def _sizes(segmentation: Segmentation, cells: pl.DataFrame, customers: int, asked: int) -> Iterator[SegmentSize]:
    summed = cells.group_by(SEGMENT).agg(pl.exclude(TOTAL, CURRENT).sum())
    by_number = {row[SEGMENT]: row for row in summed.iter_rows(named=True)}
    for number, named in enumerate(segmentation.segments):
        own = by_number.get(number, {})
        count = own.get(CUSTOMERS, 0)
        yield SegmentSize(
            name=named.name,
            color=named.color,
            customers=count,
            share=count / customers if customers else 0.0,
            value=own.get(VALUE, 0) / PER_UNIT if VALUE in cells.columns else None,
            coverage=_coverage(own.get(PRESENT, 0), count * asked),
        )


def _bins(segmentation: Segmentation, cells: pl.DataFrame) -> Iterator[Bin]:
    """Bars of equal whole width over all scores that are possible, at most `MAX_BINS`."""
    spans = [score_span(axis) for axis in segmentation.axes]
    lowest, highest = sum(low for low, _ in spans), sum(high for _, high in spans)
    width = -(-(highest - lowest + 1) // MAX_BINS)
    number = (pl.col(TOTAL) - lowest) // width
    counted = dict(cells.group_by(number.alias("bin")).agg(pl.col(CUSTOMERS).sum()).iter_rows())
    for place, lower in enumerate(range(lowest, highest + 1, width)):
        yield Bin(lower, min(lower + width - 1, highest), counted.get(place, 0))


def _moves(segmentation: Segmentation, cells: pl.DataFrame) -> Iterator[Move]:
    names = [named.name for named in segmentation.segments]
    moved = cells.group_by(CURRENT, SEGMENT).agg(pl.col(CUSTOMERS).sum()).sort(SEGMENT, pl.col(CURRENT).cast(pl.String))
    for before, after, customers in moved.select(CURRENT, SEGMENT, CUSTOMERS).iter_rows():
        if before != names[after]:
            yield Move(before, names[after], customers)
