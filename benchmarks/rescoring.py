"""Everybody re-scored in an installation with many companies, on SQLite and PostgreSQL: a tenth gets another segment,
and history is written. Against the same inside the database, and row by row. Each database in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from tests.support.engines import postgres_server

from benchmarks.data import Options
from benchmarks.timing import Line

TARGETS = {"SQLite": 3.5, "PostgreSQL": 4.0}
"""Seconds for a million companies from the database."""
WARM_SECONDS = 1.5
SAVE_SECONDS, SLOW_SAVE_SECONDS = 0.02, 0.1
COLD, WARM, FIRST = "from the database", "snapshot warm", "first publication"
SAVE, SLOW_SAVE, ANALYSIS = "more for one save", "the slowest saves", "analysis"
BY_CASE, ROW_BY_ROW = "CASE in the database", "row by row, scaled"


def lines(options: Options) -> Iterator[Line]:
    for database, seconds in TARGETS.items():
        with ExitStack() as ending:
            folder = ending.enter_context(TemporaryDirectory(prefix="satsuma-benchmark-"))
            outside = {**os.environ, "SATSUMA_DATA": folder}
            outside.pop("SATSUMA_DATABASE_URL", None)
            if database == "PostgreSQL":
                outside["SATSUMA_DATABASE_URL"] = ending.enter_context(postgres_server())
            command = [sys.executable, "-m", "benchmarks.rescoring_child", str(options.rows)]
            run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=outside)
        yield from _lines(database, options.rows, json.loads(run.stdout), seconds)


def _lines(database: str, rows: int, took: Mapping[str, float], target: float) -> Iterator[Line]:
    what, is_asked = f"re-score everybody, 10 % change, {database}", rows <= 1_000_000
    yield Line(what, rows, took[COLD], BY_CASE, took[BY_CASE], target=target if is_asked else None)
    yield Line("… the same", rows, took[COLD], ROW_BY_ROW, took[ROW_BY_ROW])
    yield Line("… with the snapshot warm", rows, took[WARM], target=WARM_SECONDS if is_asked else None)
    yield Line("… first publication, everybody placed", rows, took[FIRST])
    yield Line("… what scoring adds to one save", 1, took[SAVE], target=SAVE_SECONDS)
    yield Line("… one save with all that it brings, 99th percentile", 1, took[SLOW_SAVE], target=SLOW_SAVE_SECONDS)
    yield Line("… figures of the analysis and the dashboard, after a save", rows, took[ANALYSIS])
