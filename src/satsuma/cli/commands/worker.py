"""`satsuma worker`: does the jobs. `serve` starts it; with PostgreSQL, any number of them on any machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder

THREADS = 2
"""So that an export need not wait for an import. Jobs compute on all cores anyway."""


def command(
    data: DataFolder = None,
    threads: Annotated[int, typer.Option("--threads", min=1, max=16, help="How many jobs at the same time.")] = THREADS,
) -> None:
    """Start a worker alone: it imports, exports and does whatever else takes longer than a click."""
    from satsuma.cli.locks import running
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    folder = start_django(data, prepare=True)
    with running(folder):
        bring_database_up_to_date(folder)
        do_jobs(threads=threads)


def do_jobs(*, threads: int = THREADS) -> None:
    """Works until this process is asked to end. Django has been started."""
    from satsuma.app.jobs.process import work_until

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    if not work_until(stop, threads=threads):  # a job that does not look up would keep us; its lease runs out by itself
        sys.stdout.flush()
        os._exit(0)
