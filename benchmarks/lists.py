"""The company list with many companies: a page and its count, for filters and orders that people use, on SQLite and
PostgreSQL. Each database in a process of its own, which Django is set up for once."""

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

TARGET_SECONDS = 0.1
BY_OFFSET = "by OFFSET, counted to the end"


def lines(options: Options) -> Iterator[Line]:
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as ending:
            folder = ending.enter_context(TemporaryDirectory(prefix="satsuma-benchmark-"))
            outside = {**os.environ, "SATSUMA_DATA": folder}
            outside.pop("SATSUMA_DATABASE_URL", None)
            if database == "PostgreSQL":
                outside["SATSUMA_DATABASE_URL"] = ending.enter_context(postgres_server())
            command = [sys.executable, "-m", "benchmarks.lists_child", str(options.rows)]
            run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=outside)
        took: dict[str, float] = json.loads(run.stdout)
        baseline = took.pop(BY_OFFSET)
        target = TARGET_SECONDS if options.rows <= 1_000_000 else None
        for what, seconds in took.items():
            if what == "in the middle":
                yield Line(
                    f"company list, {what}, {database}", options.rows, seconds, BY_OFFSET, baseline, target=target
                )
            else:
                yield Line(f"company list, {what}, {database}", options.rows, seconds, target=target)
