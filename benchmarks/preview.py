"""Previews of an edited draft from a warm snapshot, against the same grouping by DuckDB over a table of its own, and by
NumPy over ranges that are found beforehand. Then what is dragged: one parameter, or the thresholds, again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import polars as pl

from benchmarks.baselines import numpy_packed
from benchmarks.baselines.duckdb_sql import frame_of, loaded, score_sql, segment_sql
from benchmarks.data import Options, companies
from benchmarks.model import AS_OF, NUMBERS, VALUE, twenty_parameters
from benchmarks.score import typed
from benchmarks.timing import OURS, Line, assert_same, compared, race, seconds
from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import NumericRanges, Parameter, Segmentation
from satsuma.engine.preview import Preview
from satsuma.engine.snapshot import Snapshot

SECONDS = {100_000: 0.015, 1_000_000: 0.08, 10_000_000: 0.6}
"""The target for each number of companies; those up to `--rows` are measured."""
DRAG_SECONDS = 0.016
SQL, PACKED = "DuckDB GROUP BY", "NumPy, ranges found"
DRAGGED = ("points", "relevance", "thresholds")
REPETITIONS = 11


def lines(options: Options) -> Iterator[Line]:
    for rows, most_seconds in SECONDS.items():
        if rows <= max(options.rows, min(SECONDS)):
            yield from _lines(rows, most_seconds, options.seed)


def _lines(rows: int, most_seconds: float, seed: int) -> Iterator[Line]:
    segmentation = twenty_parameters()
    current = _current(segmentation, rows, seed)
    frame = companies(rows, seed).with_columns(current)
    snapshot = Snapshot(typed(frame.drop("current")), AS_OF, VALUE, current)
    first = seconds(lambda: snapshot.preview(segmentation))
    connection = loaded(frame)
    packed = numpy_packed.prepared(snapshot.contacts, segmentation, AS_OF, current, _ten_thousandths(frame))
    moved_cuts, moved_points = _drafts(segmentation, _with_cuts), _drafts(segmentation, _with_points)
    packed_points = _drafts(segmentation, _with_points)
    query = _sql(segmentation)
    _assert_same_sizes(snapshot.preview(segmentation), frame_of(connection.sql(query)))
    _assert_same_cells(snapshot.preview(segmentation), packed(segmentation))
    contenders: dict[str, Callable[[], Any]] = {
        "cuts": lambda: snapshot.preview(next(moved_cuts)),
        "points": lambda: snapshot.preview(next(moved_points)),
        SQL: lambda: frame_of(connection.sql(query)),
        PACKED: lambda: packed(next(packed_points)),
        **{f"{what} dragged": _dragging(snapshot.beside(current), segmentation, what) for what in DRAGGED},
    }
    best = race(contenders, REPETITIONS)
    for edit in ("cuts", "points"):
        what = f"preview, {edit} of one parameter edited"
        baselines = {SQL: best[SQL]} | ({PACKED: best[PACKED]} if edit == "points" else {})
        yield from compared(what, rows, {OURS: best[edit], **baselines}, target=most_seconds)
    for what in DRAGGED:
        yield from compared(
            f"… {what} dragged", rows, {OURS: best[f"{what} dragged"], SQL: best[SQL]}, target=DRAG_SECONDS
        )
    yield Line("… the first preview of a snapshot", rows, first)


def _dragging(snapshot: Snapshot, segmentation: Segmentation, what: str) -> Callable[[], Preview]:
    """The same thing moved again and again; it has been begun."""
    (axis,) = segmentation.axes
    first, *rest = axis.parameters

    def dragged(number: int) -> Segmentation:
        match what:
            case "points":
                moved = replace(axis, parameters=(_with_points(first, number), *rest))
            case "relevance":
                moved = replace(axis, parameters=(replace(first, relevance=number % 10 + 1), *rest))
            case _:
                edges = [band.edge and band.edge + number / 10 for band in axis.bands]
                bands = tuple(replace(band, edge=edge) for band, edge in zip(axis.bands, edges, strict=True))
                moved = replace(axis, bands=bands)
        return replace(segmentation, axes=(moved,))

    numbers = count(1)
    for begun in (segmentation, dragged(next(numbers))):
        snapshot.preview(begun)
    return lambda: snapshot.preview(dragged(next(numbers)))


def _ten_thousandths(frame: pl.DataFrame) -> pl.Series:
    return (frame[VALUE] * PER_UNIT).round()


def _current(segmentation: Segmentation, rows: int, seed: int) -> pl.Series:
    """A segment for everybody, by chance; the newest twentieth has none yet."""
    names = [segment.name for segment in segmentation.segments]
    numbers = pl.Series(np.random.default_rng([seed, 0, 2]).integers(0, len(names), rows))
    drawn = pl.Series("current", names, dtype=pl.Enum(names)).gather(numbers)
    return drawn.set(pl.int_range(rows, eager=True) >= rows - rows // 20, None)


def _drafts(segmentation: Segmentation, edited: Callable[[Parameter, int], Parameter]) -> Iterator[Segmentation]:
    """One draft after another, each with another number asked for in a way that was never previewed before."""
    (axis,) = segmentation.axes
    for number in count(1):
        place = number % len(NUMBERS)
        parameters = list(axis.parameters)
        parameters[place] = edited(parameters[place], number)
        yield replace(segmentation, axes=(replace(axis, parameters=tuple(parameters)),))


def _with_cuts(parameter: Parameter, number: int) -> Parameter:
    ranges = parameter.ranges
    assert isinstance(ranges, NumericRanges)
    cuts = tuple(round(cut * (1 + number / 1000), 2) for cut in ranges.cuts)
    return replace(parameter, ranges=replace(ranges, cuts=cuts))


def _with_points(parameter: Parameter, number: int) -> Parameter:
    ranges = parameter.ranges
    assert isinstance(ranges, NumericRanges)
    return replace(parameter, ranges=replace(ranges, points=(*ranges.points[:-1], 10 + number)))


def _sql(segmentation: Segmentation) -> str:
    """Sizes, values and movement in one grouping by score and current segment; customers per range are left out."""
    scored = score_sql(segmentation, f"current, round({VALUE} * {PER_UNIT})::BIGINT AS value")
    return f"""
        SELECT score, {segment_sql(segmentation)} AS segment, current, count(*) AS customers,
               sum(value)::BIGINT AS value, sum(present)::BIGINT AS present
        FROM ({scored}) GROUP BY ALL"""


def _assert_same_cells(preview: Preview, found: tuple[Any, Any]) -> None:
    assert preview.cells is not None
    customers, values = found
    assert sorted(customers[customers > 0]) == sorted(preview.cells.customers), PACKED
    assert np.isclose(values.sum() / PER_UNIT, sum(preview.cells.values)), PACKED


def _assert_same_sizes(preview: Preview, cells: pl.DataFrame) -> None:
    found = cells.group_by("segment").agg(pl.col("customers", "value").sum()).sort("segment")
    expected = pl.DataFrame(
        {
            "segment": [number for number, size in enumerate(preview.segments) if size.customers],
            "customers": [size.customers for size in preview.segments if size.customers],
            "value": [round((size.value or 0) * PER_UNIT) for size in preview.segments if size.customers],
        }
    )
    assert_same(found, expected, SQL)
