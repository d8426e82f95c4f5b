"""Workers against each other: many at once over one queue; one that is paused past its lease and wakes up again."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from support.faults import answer, effect, effects, end_of, let_leases_end, open_installation, start_child

if TYPE_CHECKING:
    from satsuma.app.jobs.work import Work

RUNS, WORKERS, ROUNDS = 16, 4, 4


def main() -> None:
    folder = open_installation()
    answer({"opened": opened_together(folder), "many": many_at_once(), "paused": paused(folder)})


def opened_together(folder: Path) -> list[int]:
    """How processes end that make a new queue at the same moment, over some rounds."""
    from django.db import connection

    def open_at(steady_seconds: float) -> None:
        from satsuma.app.jobs.queue import queue, wake_workers

        while time.monotonic() < steady_seconds:
            pass
        queue()
        wake_workers()

    codes = []
    for _round in range(ROUNDS):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS satsuma_queue_kv, satsuma_queue_schedule, satsuma_queue_counter")
                cursor.execute("DROP TABLE IF EXISTS satsuma_queue_task")
        for file in folder.glob("queue.sqlite3*"):
            file.unlink()
        together = time.monotonic() + 0.3
        children = [start_child(lambda at=together: open_at(at)) for _each in range(3)]  # type: ignore[misc]
        codes += [end_of(pid) for pid in children]
    return sorted(set(codes))


def many_at_once() -> dict[str, object]:
    """How often each run was done, and how often it was taken up, by four workers that begin together."""
    from django.utils import timezone

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.registry import job
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.jobs.worker import do_waiting_runs

    @job("short", title="A test")
    def short(work: Work) -> None:
        effect(work.run_id, os.getpid())
        time.sleep(0.01)

    runs = [start_run(kind="short", arguments={}, by=None, at=timezone.now()).pk for _each in range(RUNS)]
    workers = [start_child(lambda: do_waiting_runs() and None) for _each in range(WORKERS)]
    codes = [end_of(pid) for pid in workers]
    done = {run_id: effects(run_id) for run_id in runs}
    return {
        "codes": codes,
        "times": sorted({len(each) for each in done.values()}),
        "workers": len({pid for each in done.values() for pid in each}),
        "states": sorted(set(Run.objects.filter(pk__in=runs).values_list("state", "attempts"))),
    }


def paused(folder: Path) -> dict[str, object]:
    """The first worker stops breathing before it writes; the second does the run; then the first wakes up."""
    from django.utils import timezone

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.registry import job
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.jobs.worker import do_waiting_runs

    begun, late = folder / "begun", folder / "late"

    @job("slow", title="A test")
    def slow(work: Work) -> None:
        if not begun.exists():
            begun.touch()
            time.sleep(0.5)  # paused in here
        try:
            with work.transaction():
                effect(work.run_id, os.getpid())
                work.finish()
        except BaseException as error:
            late.write_text(type(error).__name__)
            raise

    run = start_run(kind="slow", arguments={}, by=None, at=timezone.now())
    first = start_child(lambda: do_waiting_runs() and None)
    while not begun.exists():
        time.sleep(0.01)
    os.kill(first, signal.SIGSTOP)

    def second() -> None:
        let_leases_end()
        do_waiting_runs()

    other = start_child(second)
    codes = [end_of(other)]
    os.kill(first, signal.SIGCONT)
    codes.append(end_of(first))
    run = Run.objects.get(pk=run.pk)
    return {
        "codes": codes,
        "state": run.state,
        "attempts": run.attempts,
        "by_second": effects(run.pk) == [other],
        "first_was_told": late.read_text(),
    }


main()
