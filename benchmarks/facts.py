"""Facts out of the installation: companies of 20 fields from SQLite and PostgreSQL into a snapshot, and brought up to
date. Each database in a process of its own, which Django is set up for once."""

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

TARGETS = {"SQLite": 3.0, "PostgreSQL": 5.0}
"""Seconds for a million companies from nothing."""
REFRESH_SECONDS = 0.5
SAVE_SECONDS = 0.02
ONE_BY_ONE, BY_CURSOR = "instances, one by one", "cursor and json.loads"


def lines(options: Options) -> Iterator[Line]:
    for database, seconds in TARGETS.items():
        with ExitStack() as ending:
            folder = ending.enter_context(TemporaryDirectory(prefix="satsuma-benchmark-"))
            outside = {**os.environ, "SATSUMA_DATA": folder}
            outside.pop("SATSUMA_DATABASE_URL", None)
            if database == "PostgreSQL":
                outside["SATSUMA_DATABASE_URL"] = ending.enter_context(postgres_server())
            took = _child(options.rows, outside)
        yield from _lines(database, options.rows, took, seconds if options.rows <= 1_000_000 else None)


def _child(rows: int, environment: Mapping[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.facts_child", str(rows)]
    run = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=dict(environment))
    told: dict[str, float] = json.loads(run.stdout)
    return told


def _lines(database: str, rows: int, took: Mapping[str, float], target: float | None) -> Iterator[Line]:
    what = f"facts, 20 fields, {database}"
    yield Line(what, rows, took["read"], ONE_BY_ONE, took["one by one"], target=target)
    yield Line(what, rows, took["read"], BY_CURSOR, took["by cursor"])
    yield Line("… with its snapshot written", rows, took["build"], target=target)
    yield Line("… brought up to date, 1 % edited", rows, took["refresh"], target=REFRESH_SECONDS if target else None)
    yield Line("… nothing changed", rows, took["warm"])
    yield Line("… whose metrics are outdated, a deal each", rows, took["outdated"])
    yield Line("… metrics of one company", 1, took["one"], target=SAVE_SECONDS)
