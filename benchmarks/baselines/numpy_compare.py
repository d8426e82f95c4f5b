"""NumPy: compare with every cut, count, look up, add; in blocks that stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from benchmarks.baselines.tables import Coded, Whole, coded, outcome
from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import band_edges

BLOCK = 1 << 15


def prepared(frame: pl.DataFrame, segmentation: Segmentation) -> Callable[[], pl.DataFrame]:
    columns, edges = coded(frame, segmentation), band_edges(segmentation.axes[0])
    return lambda: outcome(frame, _added(columns, frame.height), edges)


def _added(columns: list[Coded], rows: int) -> Whole:
    packed = np.zeros(rows, dtype=np.int32)
    for first in range(0, rows, BLOCK):
        block = slice(first, min(first + BLOCK, rows))
        for column in columns:
            packed[block] += column.lines.take(_line_numbers(column, block), mode="clip")
    return packed


def _line_numbers(column: Coded, block: slice) -> np.ndarray:
    values = column.values[block]
    if not len(column.cuts):
        return values
    numbers = np.zeros(len(values), dtype=np.uint8)
    for cut in column.cuts:
        numbers += values >= cut
    return numbers
