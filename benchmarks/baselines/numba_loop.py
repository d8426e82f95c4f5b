"""numba: the same as compiled loops on all cores. Raced only if numba is installed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numba import njit, prange

from benchmarks.baselines.tables import Coded, Whole, coded, outcome
from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import band_edges

BLOCK = 1 << 18


def prepared(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    columns, edges = coded(frame, segmentation), band_edges(segmentation.axes[0])
    _added(columns, 1)
    return lambda: outcome(frame, _added(columns, frame.height), edges)


def _added(columns: list[Coded], rows: int) -> Whole:
    packed = np.zeros(rows, dtype=np.int32)
    for first in range(0, rows, BLOCK):
        block = slice(first, min(first + BLOCK, rows))
        for column in columns:
            if len(column.cuts):
                _add_by_cuts(packed[block], column.values[block], column.cuts, column.lines)
            else:
                _add_by_code(packed[block], column.values[block], column.lines)
    return packed


def _by_cuts(packed: Any, values: Any, cuts: Any, lines: Any) -> None:
    for row in prange(len(values)):
        number = 0
        for cut in cuts:
            number += values[row] >= cut
        packed[row] += lines[number]


def _by_code(packed: Any, values: Any, lines: Any) -> None:
    for row in prange(len(values)):
        packed[row] += lines[values[row]]


_add_by_cuts, _add_by_code = (njit(parallel=True)(loop) for loop in (_by_cuts, _by_code))
