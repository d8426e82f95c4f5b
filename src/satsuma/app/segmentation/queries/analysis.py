"""How large, valuable, known and reachable the segments of a segmentation are. Called by the page of analysis and the
dashboard.

Everything is told of those who have a result now: nobody in the bin, and nobody who objected to profiling but for their
number. Sums are whole ten-thousandths, so they are those of the lists to the last cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from satsuma.app.segmentation.comparing import SEGMENT
from satsuma.app.segmentation.queries.analysis_cache import kept_while_unchanged
from satsuma.app.segmentation.queries.analysis_columns import (
    COVERAGE,
    MONEY,
    REACHABLE,
    Columns,
    missing_column,
    read_columns,
)
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.domain.metrics import PER_UNIT
from satsuma.engine.score import points_column
from satsuma.report.curve import Curve, pareto

CUSTOMERS, BUYERS, WITH_OPEN = "customers", "buyers", "with_open"
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
Five = tuple[float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some contacts together. Amounts are ten-thousandths in the workspace's currency: of won deals, of open ones,
    won in the last 30 days and in the 30 before. `buyers` have a won deal, `with_open` an open one; `reachable` have
    an e-mail or a phone number. `coverage` is the mean, 0 to 1. `five` are the smallest, the quartiles and the largest
    of what was won from each, in whole currency. Without anybody, `coverage` and `five` are None."""

    customers: int
    won_e4: int
    open_e4: int
    won_recent_e4: int
    won_before_e4: int
    buyers: int
    with_open: int
    reachable: int
    coverage: float | None
    five: Five | None

    @property
    def average_e4(self) -> int | None:
        """What was won from each on average, rounded half up; None without anybody."""
        return (2 * self.won_e4 + self.customers) // (2 * self.customers) if self.customers else None


@dataclass(frozen=True, slots=True)
class SegmentFigures:
    """A segment's figures, its shares of all customers (0 to 1) and of all that was won (None if nothing was), and the
    mean of relevance × points per enabled parameter."""

    segment: SegmentSpec
    figures: Figures
    share: float
    won_share: float | None
    points: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ParameterFigures:
    """An enabled parameter: its field's title, its axis, and how many have no data for it."""

    title: str
    field: str
    axis: str
    relevance: int
    missing: int


@dataclass(frozen=True, slots=True)
class Analysis:
    """A published segmentation in figures. `segments` stand lowest first, those that are retired behind if somebody is
    in them; `total` is everybody in a segment. `curve` is None where nothing was won."""

    segmentation: SegmentationSpec
    as_of: date
    segments: tuple[SegmentFigures, ...]
    total: Figures
    not_profiled: int
    parameters: tuple[ParameterFigures, ...]
    curve: Curve | None


def get_analysis(segmentation: SegmentationSpec, as_of: date) -> Analysis:
    """The figures on that day of a segmentation that is published. A second for a million contacts; at once if nothing
    has changed since somebody asked before."""
    return kept_while_unchanged("analysis", segmentation, as_of, lambda: _analysis(segmentation, as_of))


def _analysis(segmentation: SegmentationSpec, as_of: date) -> Analysis:
    columns = read_columns(segmentation, as_of)
    placed = columns.frame.filter(pl.col(SEGMENT).is_not_null())
    total = _figures(placed)
    parts = {key: frame for (key,), frame in placed.partition_by(SEGMENT, as_dict=True).items()}
    none = placed.clear()
    rows = (_segment(segment, parts.get(segment.id, none), total, columns) for segment in segmentation.segments)
    return Analysis(
        segmentation=segmentation,
        as_of=as_of,
        segments=tuple(row for row in rows if row.figures.customers or not row.segment.retired),
        total=total,
        not_profiled=len(columns.frame) - len(placed),
        parameters=_parameters(columns, placed),
        curve=pareto(placed["won"] / PER_UNIT),
    )


def _segment(segment: SegmentSpec, frame: pl.DataFrame, total: Figures, columns: Columns) -> SegmentFigures:
    figures = _figures(frame)
    points = (frame[points_column(number)] for number in range(_asked(columns)))
    return SegmentFigures(
        segment,
        figures,
        share=figures.customers / total.customers if total.customers else 0.0,
        won_share=figures.won_e4 / total.won_e4 if total.won_e4 > 0 else None,
        points=tuple(_whole(column) / figures.customers if figures.customers else 0.0 for column in points),
    )


def _figures(frame: pl.DataFrame) -> Figures:
    sums = {name: _whole(frame[name]) for name in MONEY}
    return Figures(
        customers=len(frame),
        won_e4=sums["won"],
        open_e4=sums["open"],
        won_recent_e4=sums["won_recent"],
        won_before_e4=sums["won_both"] - sums["won_recent"],
        buyers=_whole(frame["won_count"] > 0),
        with_open=_whole(frame["open_count"] > 0),
        reachable=_whole(frame[REACHABLE]),
        coverage=frame[COVERAGE].mean() if len(frame) else None,  # type: ignore[arg-type]
        five=_five(frame["won"]),
    )


def _five(amounts: pl.Series) -> Five | None:
    known = amounts.drop_nulls().sort()
    if known.is_empty():
        return None
    five = [_between(known, share) / PER_UNIT for share in QUARTERS]
    return five[0], five[1], five[2], five[3], five[4]


def _between(ordered: pl.Series, share: float) -> float:
    """The value at that share of the way, between two of them in proportion, as spreadsheets do."""
    place = share * (len(ordered) - 1)
    lower = int(place)
    below, above = ordered[lower], ordered[min(lower + 1, len(ordered) - 1)]
    return float(below + (above - below) * (place - lower))


def _parameters(columns: Columns, placed: pl.DataFrame) -> tuple[ParameterFigures, ...]:
    model = columns.model
    return tuple(
        ParameterFigures(
            model.field(parameter.field).title,
            parameter.field,
            axis.name,
            parameter.relevance,
            _whole(placed[missing_column(number)]),
        )
        for number, (axis, parameter) in enumerate(model.parameters)
    )


def _asked(columns: Columns) -> int:
    return sum(1 for _ in columns.model.parameters)


def _whole(column: pl.Series) -> int:
    """The sum of whole numbers, or of yes."""
    return int(column.sum() or 0)
