"""Polars: when/then chains over the typed columns, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import reduce
from operator import add
from typing import Any

import polars as pl

from benchmarks.model import AS_OF
from satsuma.domain.model import AgeRanges, Groups, NumericRanges, Parameter, Segmentation, YesNo
from satsuma.domain.scoring import band_edges

Literal = Callable[[int], Any]


def prepared(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    return lambda: scored(frame.lazy(), segmentation).collect(engine="streaming")


def prepared_in_small_numbers(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    """What an expert would do next: multiply beforehand, and write every literal as 16 bits."""
    return lambda: scored(frame.lazy(), segmentation, small=True).collect(engine="streaming")


def scored(frame: pl.LazyFrame, segmentation: Segmentation, *, small: bool = False) -> pl.LazyFrame:
    """`id`, `score`, `segment` and `present`."""
    (axis,) = segmentation.axes
    weighted = [weighted_chain(parameter, small=small) for parameter in axis.parameters]
    present = [_present(parameter, small=small) for parameter in axis.parameters]
    sums = frame.select("id", score=reduce(add, weighted), present=reduce(add, present))
    return sums.select("id", "score", segment_chain(band_edges(axis)), "present")


def weighted_chain(parameter: Parameter, *, small: bool = False) -> pl.Expr:
    if small:
        return chain(parameter, lambda points: pl.lit(parameter.relevance * points, pl.Int16))
    return chain(parameter, lambda points: points) * parameter.relevance


def chain(parameter: Parameter, literal: Literal) -> pl.Expr:
    column = pl.col(parameter.field)
    found: Any = pl.when(column.is_null()).then(literal(parameter.no_data))
    ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            conditions, last = [column < cut for cut in ranges.cuts], ranges.points[-1]
            points: Sequence[int] = ranges.points
        case AgeRanges():
            days = [AS_OF - timedelta(days=cut) for cut in ranges.cuts]
            conditions, points, last = [column > day for day in days], ranges.points, ranges.points[-1]
        case Groups():
            conditions = [column.is_in(group.values) for group in ranges.groups]
            points, last = [group.points for group in ranges.groups], ranges.anything_else
        case YesNo():
            conditions, points, last = [column], [ranges.yes], ranges.no
    for condition, earned in zip(conditions, points, strict=False):
        found = found.when(condition).then(literal(earned))
    result: pl.Expr = found.otherwise(literal(last))
    return result


def _present(parameter: Parameter, *, small: bool) -> pl.Expr:
    column = pl.col(parameter.field)
    if small:
        return pl.when(column.is_null()).then(pl.lit(0, pl.Int16)).otherwise(pl.lit(parameter.relevance, pl.Int16))
    return column.is_not_null() * parameter.relevance


def segment_chain(edges: Sequence[int]) -> pl.Expr:
    found: Any = pl
    for number, edge in enumerate(edges):
        found = found.when(pl.col("score") < edge).then(number)
    chained: pl.Expr = found.otherwise(len(edges))
    return chained.alias("segment")
