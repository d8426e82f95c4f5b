"""History out of moves alone: sizes of each day, members on a past day, movement between two days, with four moves per
company, on SQLite and PostgreSQL. Each database in a process of its own, which Django is set up for once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryDirectory

from tests.support.engines import postgres_server

from benchmarks.data import Options
from benchmarks.timing import Line

TARGET_SECONDS = 1.0
MOVEMENT, BY_WINDOW = "movement of a year", "last moves by a window function"


def lines(options: Options) -> Iterator[Line]:
    rows = min(options.rows, 1_000_000)
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as ending:
            folder = ending.enter_context(TemporaryDirectory(prefix="satsuma-benchmark-"))
            outside = {**os.environ, "SATSUMA_DATA": folder}
            outside.pop("SATSUMA_DATABASE_URL", None)
            if database == "PostgreSQL":
                outside["SATSUMA_DATABASE_URL"] = ending.enter_context(postgres_server())
            command = [sys.executable, "-m", "benchmarks.history_child", str(rows)]
            run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=outside)
        took: dict[str, float] = json.loads(run.stdout)
        baseline = took.pop(BY_WINDOW)
        for what, seconds in took.items():
            name = f"history, {what}, {database}"
            if what == MOVEMENT:
                yield Line(name, rows, seconds, BY_WINDOW, baseline, target=None)
            else:
                yield Line(name, rows, seconds, target=TARGET_SECONDS)
