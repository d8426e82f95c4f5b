"""Importing companies: 20 columns, 12 of them new fields, checked, written, findable, with metrics. Each file is
brought in by a process of its own into an empty installation; its largest memory, and that of its child, are reported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.data import Options
from benchmarks.timing import Line, Unit

MOST_ROWS = 100_000
SECONDS = {"csv": 15.0, "xlsx": 25.0}
"""Targets for 100,000 companies."""
MEGABYTES = 512
MISSING = 0.1


def lines(options: Options) -> Iterator[Line]:
    rows = min(options.rows, MOST_ROWS)
    with tempfile.TemporaryDirectory() as folder:
        frame = companies(rows, options.seed)
        frame.write_csv(Path(folder) / "companies.csv")
        _write_workbook(frame, Path(folder) / "companies.xlsx")
        del frame
        for kind, seconds in SECONDS.items():
            told = _child(Path(folder), kind)
            target = seconds if rows == MOST_ROWS else None
            yield Line(f"import {kind.upper()}: check and write", rows, told["check"] + told["run"], target=target)
            yield Line("… of that the check", rows, told["check"])
            yield Line("… processor time, both processes", rows, told["processor"])
            yield Line("… largest memory, worker", rows, told["worker"], target=MEGABYTES, unit=Unit.MEGABYTES)
            yield Line("… largest memory, child", rows, told["child"], target=MEGABYTES, unit=Unit.MEGABYTES)


def companies(rows: int, seed: int) -> pl.DataFrame:
    """Names and ids in every row; a tenth of every other column is missing."""
    chance = np.random.default_rng(seed)
    number = pl.Series("number", np.arange(rows))
    columns = {
        "Name": ("Company " + number.cast(pl.String)).alias("Name"),
        "External ID": ("X" + number.cast(pl.String)).alias("External ID"),
        "Website": ("https://www.company" + number.cast(pl.String) + ".com").alias("Website"),
        "E-mail": ("info@company" + number.cast(pl.String) + ".com").alias("E-mail"),
        "Country": _one_of(chance, rows, ("Poland", "Germany", "France", "Spain", "Italy")),
        "City": _one_of(chance, rows, tuple(f"City {place}" for place in range(300))),
        "Industry": _one_of(chance, rows, ("Software and IT", "Retail and shops", "Manufacturing")),
        "Employees": pl.Series(chance.integers(1, 5000, rows)),
    }
    columns |= {f"Number {place}": pl.Series(chance.uniform(0, 1e6, rows).round(2)) for place in range(5)}
    columns |= {f"Choice {place}": _one_of(chance, rows, ("gold", "silver", "bronze")) for place in range(3)}
    first = np.datetime64("2015-01-01")
    columns |= {f"Day {place}": pl.Series(first + chance.integers(0, 4000, rows)) for place in range(2)}
    columns["Flag"] = _one_of(chance, rows, ("yes", "no"))
    columns["Words"] = ("some words " + pl.Series(chance.integers(0, 10**6, rows)).cast(pl.String)).alias("Words")
    whole = pl.DataFrame([values.alias(name) for name, values in columns.items()])
    sometimes = [name for name in whole.columns if name not in ("Name", "External ID")]
    return whole.with_columns(
        pl.when(pl.Series(chance.random(rows) >= MISSING)).then(pl.col(name)).alias(name) for name in sometimes
    )


def _one_of(chance: np.random.Generator, rows: int, texts: tuple[str, ...]) -> pl.Series:
    return pl.Series(texts).gather(chance.integers(0, len(texts), rows))


def _write_workbook(frame: pl.DataFrame, path: Path) -> None:
    from satsuma.tables import write_table

    write_table(frame, path)


def _child(folder: Path, kind: str) -> dict[str, float]:
    environment = {**os.environ, "SATSUMA_DATA": str(folder / f"data-{kind}")}
    command = [sys.executable, "-m", "benchmarks.imports_child", str(folder / f"companies.{kind}")]
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return told
