"""The wizard's live preview in an installation with many companies, on SQLite and PostgreSQL: everything between the
draft and the numbers that are shown. Each database in a process of its own, which Django is set up for once."""

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
from benchmarks.timing import Line, Unit

TARGET_SECONDS = 0.15
FIRST, SAVED, MEMORY = "the first in a process", "after somebody saved", "memory of the process"


def lines(options: Options) -> Iterator[Line]:
    for database in ("SQLite", "PostgreSQL"):
        with ExitStack() as ending:
            folder = ending.enter_context(TemporaryDirectory(prefix="satsuma-benchmark-"))
            outside = {**os.environ, "SATSUMA_DATA": folder}
            outside.pop("SATSUMA_DATABASE_URL", None)
            if database == "PostgreSQL":
                outside["SATSUMA_DATABASE_URL"] = ending.enter_context(postgres_server())
            command = [sys.executable, "-m", "benchmarks.drafts_child", str(options.rows)]
            run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=outside)
        took: dict[str, float] = json.loads(run.stdout)
        for what, measured in took.items():
            is_warm = what not in (FIRST, SAVED, MEMORY) and options.rows <= 1_000_000
            yield Line(
                f"draft preview, {what}, {database}",
                options.rows,
                measured,
                target=TARGET_SECONDS if is_warm else None,
                unit=Unit.MEGABYTES if what == MEMORY else Unit.SECONDS,
            )
