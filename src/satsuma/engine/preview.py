"""What a draft would do to everybody, read off cells: customers by the axes' scores and current segment.

The cells come from one pass over everybody (`snapshot`). `Preview` is shown by `cli`, `report` and the wizard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Axis, Parameter, Segmentation
from satsuma.domain.scoring import Line, asked_relevance, band_edges, score_span
from satsuma.engine.compiler import PRESENT, SEGMENT, TOTAL, band_column, score_column

CURRENT, CUSTOMERS, VALUE = "current", "customers", "value"
"""Columns of the cells, besides `TOTAL`, `SEGMENT` and `PRESENT`: the current segment's name (left out when nobody has
one), how many customers, and what they are worth in ten-thousandths (left out without a value)."""
MAX_BINS = 40
"""Bars of the histogram: what a screen of 360 pixels can still show apart."""
MAX_CELLS = 20_000
"""Cells that a browser is sent: some 250 kB, and a picture drawn anew in a few milliseconds."""


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
    """Customers whose score is from `lower` to `upper`, both inside. `parts` are those of each segment, lowest first;
    of each band, where the score is that of one of several axes."""

    lower: int
    upper: int
    customers: int
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LineCount:
    """How many customers hit a line of a parameter. Choices can hit several groups, so theirs may add up to more than
    there are customers."""

    line: Line
    customers: int


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who would go from one segment to another, and what they are worth together (None without a value
    field); `before` is None for customers without an earlier result."""

    before: str | None
    after: str
    customers: int
    value: float | None = None


@dataclass(frozen=True, slots=True)
class AxisPreview:
    """The scores of one axis: the lowest and highest that are possible, the whole scores at which bands begin."""

    name: str
    lowest: int
    highest: int
    edges: tuple[int, ...]
    histogram: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """Customers, and what they are worth, by their score on each axis and current segment, in that order: what other
    thresholds or other rules would do can be told from them alone, exactly. Columns of one length, of scores one for
    each axis; `values` is empty without a value field."""

    scores: tuple[tuple[int, ...], ...]
    currents: tuple[str | None, ...]
    customers: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a segmentation would do. `segments` stand lowest first, `lines` in the order of the enabled parameters;
    `edges` are the whole scores at which bands begin, for a single axis. `moves` holds changes only, `flows` also those
    who stay; `cells` are None where there would be more than `MAX_CELLS`."""

    customers: int
    segments: tuple[SegmentSize, ...]
    histogram: tuple[Bin, ...]
    edges: tuple[int, ...]
    coverage: float
    lines: tuple[tuple[Parameter, tuple[LineCount, ...]], ...]
    moves: tuple[Move, ...]
    flows: tuple[Move, ...] = ()
    axes: tuple[AxisPreview, ...] = ()
    cells: Cells | None = None


def read_off(
    segmentation: Segmentation,
    cells: pl.DataFrame,
    by_axis: Sequence[pl.DataFrame],
    counts: tuple[tuple[Parameter, tuple[LineCount, ...]], ...],
) -> Preview:
    """The preview that the cells, the customers by score and band of each axis, and those per line amount to."""
    customers = int(cells[CUSTOMERS].sum())
    asked = asked_relevance(segmentation)
    flows = tuple(_flows(segmentation, cells)) if CURRENT in cells.columns else ()
    axes = tuple(_axis(axis, number, by_axis[number]) for number, axis in enumerate(segmentation.axes))
    return Preview(
        customers=customers,
        segments=tuple(_sizes(segmentation, cells, customers, asked)),
        histogram=_total_histogram(segmentation, cells) if segmentation.has_rules else axes[0].histogram,
        edges=axes[0].edges if not segmentation.has_rules else (),
        coverage=_coverage(int(cells[PRESENT].sum()), customers * asked),
        lines=counts,
        moves=tuple(flow for flow in flows if flow.before != flow.after),
        flows=flows,
        axes=axes,
        cells=_told(cells, len(axes)) if cells.height <= MAX_CELLS and score_column(0) in cells.columns else None,
    )


def _coverage(present: int, asked: int) -> float:
    return present / asked if asked else 1.0


def _sizes(segmentation: Segmentation, cells: pl.DataFrame, customers: int, asked: int) -> Iterator[SegmentSize]:
    summed = cells.group_by(SEGMENT).agg(_sums(cells, CUSTOMERS, VALUE, PRESENT))
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


def _axis(axis: Axis, number: int, cells: pl.DataFrame) -> AxisPreview:
    span = score_span(axis)
    bars = _bins(cells, score_column(number), span, band_column(number), len(axis.bands))
    return AxisPreview(axis.name, *span, band_edges(axis), bars)


def _total_histogram(segmentation: Segmentation, cells: pl.DataFrame) -> tuple[Bin, ...]:
    spans = [score_span(axis) for axis in segmentation.axes]
    span = sum(low for low, _ in spans), sum(high for _, high in spans)
    return _bins(cells, TOTAL, span, SEGMENT, len(segmentation.segments))


def _bins(cells: pl.DataFrame, score: str, span: tuple[int, int], part: str, parts: int) -> tuple[Bin, ...]:
    """Bars of equal whole width over all scores that are possible, at most `MAX_BINS`."""
    lowest, highest = span
    width = -(-(highest - lowest + 1) // MAX_BINS)
    place = ((pl.col(score).cast(pl.Int32) - lowest) // width).alias("bin")  # of small types, scores overflow
    grouped = cells.group_by(place, part).agg(pl.col(CUSTOMERS).sum())
    counted = {(place, part): customers for place, part, customers in grouped.iter_rows()}
    found = []
    for number, lower in enumerate(range(lowest, highest + 1, width)):
        each = tuple(counted.get((number, part), 0) for part in range(parts))
        found.append(Bin(lower, min(lower + width - 1, highest), sum(each), each))
    return tuple(found)


def _flows(segmentation: Segmentation, cells: pl.DataFrame) -> Iterator[Move]:
    """By segment, then earlier segment."""
    names = [named.name for named in segmentation.segments]
    flows = cells.group_by(CURRENT, SEGMENT).agg(_sums(cells, CUSTOMERS, VALUE))
    for row in flows.sort(SEGMENT, pl.col(CURRENT).cast(pl.String)).iter_rows(named=True):
        value = row[VALUE] / PER_UNIT if VALUE in row else None
        yield Move(row[CURRENT], names[row[SEGMENT]], row[CUSTOMERS], value)


def _told(cells: pl.DataFrame, axes: int) -> Cells:
    scores, has_current = [score_column(number) for number in range(axes)], CURRENT in cells.columns
    found = cells.sort(*scores, *([pl.col(CURRENT).cast(pl.String)] if has_current else []))
    return Cells(
        tuple(tuple(found[column]) for column in scores),
        tuple(found[CURRENT].cast(pl.String)) if has_current else (None,) * found.height,
        tuple(found[CUSTOMERS]),
        tuple(value / PER_UNIT for value in found[VALUE]) if VALUE in cells.columns else (),
    )


def _sums(cells: pl.DataFrame, *columns: str) -> list[pl.Expr]:
    return [pl.col(column).sum() for column in columns if column in cells.columns]
