"""Scoring everybody in memory, against Polars, NumPy, numba, DuckDB and pandas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import polars as pl

from benchmarks.data import Options, companies
from benchmarks.model import AS_OF, twenty_parameters
from benchmarks.timing import OURS, Line, Unit, assert_same, compared, race
from satsuma.domain.model import Segmentation
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import score

BY_HAND, SMALL = "Polars by hand", "Polars by hand, Int16"
MOST_FOR_PANDAS = 1_000_000
ROWS_PER_SECOND = 40_000_000
OTHERS = {
    "NumPy compare": "numpy_compare",
    "numba": "numba_loop",
    "DuckDB CASE": "duckdb_sql",
    "pandas.cut": "pandas_cut",
}
"""Baselines besides Polars, by module. Those whose library is missing are left out."""


def lines(options: Options) -> Iterator[Line]:
    segmentation = twenty_parameters()
    frame = companies(options.rows, options.seed)
    contacts = typed(frame)
    facts = encode(Layout(segmentation), contacts)
    contenders: dict[str, Callable[[], Any]] = {OURS: lambda: score(facts, AS_OF)}
    contenders.update(_baselines(frame, segmentation))
    expected = _named(contenders[OURS]())
    for name, run in contenders.items():
        assert_same(_named(run()), expected, name)
    best = race(contenders, 5 if options.rows > MOST_FOR_PANDAS else 9)
    what = "score in memory, 20 parameters"
    yield from compared(what, options.rows, best, {BY_HAND: 1.25})
    speed = options.rows / best[OURS]
    yield Line("… rows per second", options.rows, speed, target=ROWS_PER_SECOND, unit=Unit.ROWS_PER_SECOND)
    encoding = race({OURS: lambda: encode(Layout(segmentation), contacts)}, 3)[OURS]
    yield Line("… encoding typed facts, once", options.rows, encoding)


def typed(frame: pl.DataFrame) -> Contacts:
    return Contacts(frame["id"], {name: frame[name] for name in frame.columns if name != "id"})


def _baselines(frame: pl.DataFrame, segmentation: Segmentation) -> Iterator[tuple[str, Callable[[], Any]]]:
    by_hand = import_module("benchmarks.baselines.polars_by_hand")
    yield BY_HAND, by_hand.prepared(frame, segmentation)
    yield SMALL, by_hand.prepared_in_small_numbers(frame, segmentation)
    for name, module in OTHERS.items():
        library = module.partition("_")[0]
        if find_spec(library) and (library != "pandas" or frame.height <= MOST_FOR_PANDAS):
            yield name, import_module(f"benchmarks.baselines.{module}").prepared(frame, segmentation)


def _named(found: pl.DataFrame) -> pl.DataFrame:
    return found.rename({"score_0": "score"}, strict=False).select("id", "score", "segment", "present")
