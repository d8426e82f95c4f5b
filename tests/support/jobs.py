"""Jobs made for tests, and doing runs in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.registry import Function


@contextmanager
def a_job(function: Function, name: str = "test", **facts: Any) -> Iterator[str]:
    """The function as a job of this name, while the test runs."""
    from satsuma.app.jobs.registry import forget_kind, job

    job(name, title="A test", **facts)(function)
    try:
        yield name
    finally:
        forget_kind(name)


def daily(hour: int, minute: int = 0) -> time:
    return time(hour, minute)


def done_run(run: Run) -> Run:
    """The run after every waiting run has been done here, in this process."""
    from satsuma.app.jobs.worker import do_waiting_runs

    do_waiting_runs()
    run.refresh_from_db()
    return run
