"""NumPy over packed range codes: the range of each parameter is found once, a few parameters share a number of 16 bits,
and a draft with other points is as many table look-ups as there are such numbers. The near limit of a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from satsuma.domain.model import Parameter, Segmentation
from satsuma.domain.scoring import lines
from satsuma.engine.compiler import Compiler
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import Layout

CODES = 1 << 16
NOBODY = 7
"""Stands for no current segment; there are fewer than seven."""

Whole = npt.NDArray[Any]
Pack = tuple[list[int], Whole]
"""Numbers of parameters, and their lines in one code per company."""


def prepared(
    contacts: Contacts, segmentation: Segmentation, as_of: date, current: pl.Series, value: pl.Series
) -> Callable[[Segmentation], tuple[Whole, Whole]]:
    """What counts customers and adds values by score and current segment, for drafts of the same ranges."""
    layout = Layout(segmentation)
    facts = encode(layout, contacts).contacts.collect()
    parameters = [parameter for _, parameter in segmentation.parameters]
    packs = list(_packs(facts, Compiler(layout, as_of, pl), parameters))
    standing = current.to_physical().fill_null(NOBODY).to_numpy().astype(np.int32)
    amounts = value.fill_null(0).to_numpy().astype(np.float64)

    def counted(draft: Segmentation) -> tuple[Whole, Whole]:
        asked = [parameter for _, parameter in draft.parameters]
        score = np.zeros(len(standing), dtype=np.int16)
        for numbers, codes in packs:
            score += _table([asked[number] for number in numbers]).take(codes)
        key = (score.astype(np.int32) - int(score.min())) * (NOBODY + 1) + standing
        return np.bincount(key), np.bincount(key, weights=amounts)

    return counted


def _packs(facts: pl.DataFrame, compiler: Compiler, parameters: list[Parameter]) -> Iterator[Pack]:
    numbers: list[int] = []
    packed, size = np.zeros(facts.height, dtype=np.uint16), 1
    for number, parameter in enumerate(parameters):
        count = len(lines(parameter))
        if size * count > CODES:
            yield numbers, packed
            numbers, packed, size = [], np.zeros(facts.height, dtype=np.uint16), 1
        found = facts.lazy().select("id", compiler.line_number(parameter).alias("line")).collect()["line"]
        packed += found.to_numpy().astype(np.uint16) * np.uint16(size)
        numbers.append(number)
        size *= count
    yield numbers, packed


def _table(parameters: list[Parameter]) -> Whole:
    """Relevance × points by code."""
    table = np.zeros(1, dtype=np.int16)
    for parameter in parameters:
        points = np.array([parameter.relevance * line.points for line in lines(parameter)], dtype=np.int16)
        table = np.add.outer(points, table).ravel()
    return table
