"""Parameters as arrays: a value becomes the number of the line it hits, that number points. For NumPy and numba.

Missing is a value above every cut, so that *no data* is one line more; score and present relevance of a line travel in
one whole number. This is near the limit of what the machine can do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.model import AS_OF, OPTIONS
from satsuma.domain.model import AgeRanges, Groups, NumericRanges, Parameter, Segmentation, YesNo

PRESENT_UNIT = 2**16
"""Score + this × present relevance: both are small enough to be told apart afterwards."""
Array = npt.NDArray[np.generic]
Whole = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Coded:
    """One parameter: its column without nulls, the ascending cuts (empty if the values are line numbers already), and
    what each line adds."""

    values: Array
    cuts: Array
    lines: Whole


def coded(frame: pl.DataFrame, segmentation: Segmentation) -> list[Coded]:
    return [_coded(frame[parameter.field], parameter) for parameter in segmentation.axes[0].parameters]


def _coded(column: pl.Series, parameter: Parameter) -> Coded:
    ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            values = column.fill_null(float("inf")).to_numpy()
            return Coded(values, np.array([*ranges.cuts, np.inf]), _lines(parameter, ranges.points))
        case AgeRanges():
            days = column.to_physical().fill_null(np.iinfo(np.int32).max).to_numpy()
            return Coded(days, _first_days(ranges), _lines(parameter, ranges.points[::-1]))
        case YesNo():
            flags = column.cast(pl.UInt8).fill_null(2).to_numpy()
            return Coded(flags, flags[:0], _lines(parameter, (ranges.no, ranges.yes)))
        case Groups():
            codes = column.to_physical().fill_null(len(OPTIONS)).to_numpy()
            return Coded(codes, codes[:0], _lines(parameter, tuple(_option_points(ranges))))


def _first_days(ranges: AgeRanges) -> Array:
    """The first day of each range but the oldest, as days since 1970: one later than the day of the cut."""
    epoch = np.datetime64(AS_OF).astype(int)
    assert AS_OF - timedelta(days=ranges.cuts[0]) == AS_OF
    return np.array([*(epoch - cut + 1 for cut in reversed(ranges.cuts)), np.iinfo(np.int32).max], dtype=np.int32)


def _option_points(ranges: Groups) -> Iterator[int]:
    by_option = {option: group.points for group in ranges.groups for option in group.values}
    return (by_option.get(option, ranges.anything_else) for option in OPTIONS)


def _lines(parameter: Parameter, points: tuple[int, ...]) -> Whole:
    hit = [parameter.relevance * (earned + PRESENT_UNIT) for earned in points]
    return np.array([*hit, parameter.relevance * parameter.no_data], dtype=np.int32)


def outcome(frame: pl.DataFrame, packed: Whole, edges: tuple[int, ...]) -> pl.DataFrame:
    """Score, segment and present relevance from what the lines added up to."""
    present = (packed + PRESENT_UNIT // 2) >> 16
    score = (packed - (present << 16)).astype(np.int16)
    segment = np.zeros(len(score), dtype=np.int8)
    for edge in edges:
        segment += score >= edge
    return pl.DataFrame({"id": frame["id"], "score": score, "segment": segment, "present": present})
