"""pandas: `cut` for numbers and days, `map` for choices. Raced if pandas is installed, up to a million rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import polars as pl

from benchmarks.model import AS_OF
from satsuma.domain.model import AgeRanges, Groups, NumericRanges, Parameter, Segmentation, YesNo
from satsuma.domain.scoring import band_edges


def prepared(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    table = pd.DataFrame({name: _series(frame[name]) for name in frame.columns})
    return lambda: _scored(table, segmentation)


def _series(column: pl.Series) -> pd.Series:
    if column.dtype == pl.Enum:
        return pd.Series(pd.Categorical(column.cast(pl.String).to_list()))
    return pd.Series(column.to_list()) if column.dtype == pl.Boolean else pd.Series(column.to_numpy())


def _scored(table: pd.DataFrame, segmentation: Segmentation) -> pl.DataFrame:
    (axis,) = segmentation.axes
    score = sum(parameter.relevance * _points(table[parameter.field], parameter) for parameter in axis.parameters)
    present = sum(parameter.relevance * table[parameter.field].notna() for parameter in axis.parameters)
    segment = pd.cut(score, [-np.inf, *band_edges(axis), np.inf], right=False, labels=False)
    return pl.DataFrame(
        {
            "id": table["id"].to_numpy(),
            "score": score.to_numpy(),
            "segment": segment.to_numpy(),
            "present": present.to_numpy(),
        }
    )


def _points(column: pd.Series, parameter: Parameter) -> pd.Series:
    ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            numbers = pd.cut(column, [-np.inf, *ranges.cuts, np.inf], right=False, labels=False)
            return numbers.map(dict(enumerate(ranges.points))).fillna(parameter.no_data).astype(int)
        case AgeRanges():
            starts = [pd.Timestamp(AS_OF - timedelta(days=cut - 1)) for cut in reversed(ranges.cuts)]
            numbers = pd.cut(column, [pd.Timestamp.min, *starts, pd.Timestamp.max], right=False, labels=False)
            return numbers.map(dict(enumerate(reversed(ranges.points)))).fillna(parameter.no_data).astype(int)
        case Groups():
            listed = {option: group.points for group in ranges.groups for option in group.values}
            points = {option: listed.get(option, ranges.anything_else) for option in column.cat.categories}
            return column.map(points).astype(float).fillna(parameter.no_data).astype(int)
        case YesNo():
            return column.map({True: ranges.yes, False: ranges.no}).fillna(parameter.no_data).astype(int)
