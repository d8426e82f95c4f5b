"""DuckDB: CASE expressions over a table of its own, choices as ENUM."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import duckdb
import polars as pl

from benchmarks.model import AS_OF
from satsuma.domain.model import AgeRanges, Groups, NumericRanges, Parameter, Segmentation, YesNo
from satsuma.domain.scoring import band_edges


def prepared(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    connection = loaded(frame)
    query = f"SELECT id, score, {segment_sql(segmentation)} AS segment, present FROM ({score_sql(segmentation)})"
    return lambda: frame_of(connection.sql(query))


def loaded(frame: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    """A database in memory with the frame as table `companies`."""
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE companies AS SELECT * FROM given").execute("DROP VIEW given")
    return connection


def score_sql(segmentation: Segmentation, keep: str = "id") -> str:
    """Score and present relevance of every company, besides the columns to keep."""
    parameters = segmentation.axes[0].parameters
    score = " + ".join(f"{p.relevance} * {_case(p)}" for p in parameters)
    present = " + ".join(f"CASE WHEN {p.field} IS NULL THEN 0 ELSE {p.relevance} END" for p in parameters)
    return f"SELECT {keep}, {score} AS score, {present} AS present FROM companies"


def segment_sql(segmentation: Segmentation) -> str:
    edges = band_edges(segmentation.axes[0])
    below = " ".join(f"WHEN score < {edge} THEN {number}" for number, edge in enumerate(edges))
    return f"CASE {below} ELSE {len(edges)} END"


def _case(parameter: Parameter) -> str:
    conditions, points = zip(*_branches(parameter), strict=True)
    whens = " ".join(f"WHEN {c} THEN {p}" for c, p in zip(conditions[:-1], points[:-1], strict=True))
    return f"CASE WHEN {parameter.field} IS NULL THEN {parameter.no_data} {whens} ELSE {points[-1]} END"


def _branches(parameter: Parameter) -> Iterator[tuple[str, int]]:
    """Condition and points, in order; the last holds otherwise."""
    column, ranges = parameter.field, parameter.ranges
    match ranges:
        case NumericRanges():
            yield from zip([*(f"{column} < {cut}e0" for cut in ranges.cuts), ""], ranges.points, strict=True)
        case AgeRanges():
            days = [AS_OF - timedelta(days=cut) for cut in ranges.cuts]
            yield from zip([*(f"{column} > DATE '{day}'" for day in days), ""], ranges.points, strict=True)
        case Groups():
            yield from ((f"{column} IN {_listed(group.values)}", group.points) for group in ranges.groups)
            yield "", ranges.anything_else
        case YesNo():
            yield from ((column, ranges.yes), ("", ranges.no))


def _listed(texts: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{text}'" for text in texts) + ")"


def frame_of(found: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    frame = pl.from_arrow(found.to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame
