"""Scoring Parquet files larger than memory: read, scored and written in blocks. Each run is a process of its own, whose
largest memory is reported."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.data import BLOCK, Options, write_companies
from benchmarks.timing import OURS, Line, Unit, assert_same

BY_HAND = "Polars by hand"
CONTENDERS = (OURS, BY_HAND, "Polars by hand, Enum")
MEGABYTES = 2_000
COMPARED = 10 * BLOCK
"""Rows of both results that are held in memory at once."""


def lines(options: Options) -> Iterator[Line]:
    folder = options.folder / f"companies-{options.rows}-{options.seed}"
    if not folder.exists():
        write_companies(folder, options.rows, options.seed)
    try:
        runs = _run(folder, 3 if options.rows > COMPARED else 5)
        _assert_same_results(folder, options.rows)
    finally:
        for name in CONTENDERS:
            _result(folder, name).unlink(missing_ok=True)
        if not options.keep:
            shutil.rmtree(folder)
    ours, memory = runs[OURS]
    for name in CONTENDERS[1:]:
        ratio = 1.25 if name == BY_HAND else None
        yield Line("score from Parquet to Parquet", options.rows, ours, name, runs[name][0], ratio)
    yield Line(
        "… largest memory", options.rows, memory, BY_HAND, runs[BY_HAND][1], target=MEGABYTES, unit=Unit.MEGABYTES
    )


def _run(folder: Path, repetitions: int) -> dict[str, tuple[float, float]]:
    """Seconds and megabytes, each at best."""
    best = dict.fromkeys(CONTENDERS, (float("inf"), float("inf")))
    for _ in range(repetitions):
        for name in CONTENDERS:
            seconds, memory = _child(name, folder)
            best[name] = min(seconds, best[name][0]), min(memory, best[name][1])
    return best


def _child(name: str, folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.stream_child", name, str(folder), str(_result(folder, name))]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return told["seconds"], told["megabytes"]


def _result(folder: Path, name: str) -> Path:
    return folder.with_name(f"{folder.name}-{CONTENDERS.index(name)}.parquet")


def _assert_same_results(folder: Path, rows: int) -> None:
    """Row by row, some millions at a time: sinks may write rows in any order."""
    for first in range(0, rows, COMPARED):
        expected, *others = (_part(_result(folder, name), first) for name in CONTENDERS)
        assert expected.height == min(COMPARED, rows - first)
        for name, found in zip(CONTENDERS[1:], others, strict=True):
            assert_same(found, expected, name)


def _part(path: Path, first: int) -> pl.DataFrame:
    own = pl.col("id").is_between(first, first + COMPARED, closed="left")
    return pl.scan_parquet(path).filter(own).sort("id").collect()
