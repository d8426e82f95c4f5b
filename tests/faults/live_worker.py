"""Worker processes as `satsuma worker` runs them, in real time: woken, cancelled, stopped, and killed if asked to."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from support.faults import answer, close_connections, effect, effects, end_of, open_installation, start_child

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.work import Work

PATIENCE_SECONDS = 90.0


def main() -> None:
    folder = open_installation()
    from django.utils import timezone

    from satsuma.app.accounts.services.setup import set_up
    from satsuma.app.jobs.registry import job

    anna = set_up(
        name="Anna",
        email="anna@example.com",
        password="correct horse battery",
        workspace_name="Acme",
        language="en",
        currency="EUR",
        time_zone="Europe/Warsaw",
        at=timezone.now(),
    )

    @job("quick", title="Quick")
    def quick(work: Work) -> None:
        effect(work.run_id, 1)

    @job("endless", title="Endless")
    def endless(work: Work) -> None:
        """Until somebody stops it; the second time it finds that it has been begun, and ends."""
        begun = folder / f"begun-{work.run_id}"
        if not begun.exists():
            begun.touch()
            while True:
                work.progress(1, 2, "Turning")
                time.sleep(0.05)
        with work.transaction():
            effect(work.run_id, work.token)
            work.finish()

    found: dict[str, object] = {}
    worker = a_worker()
    found["woken"] = woken(anna)
    found["cancelled"] = cancelled(anna, folder)
    found["stopped"] = stopped(anna, folder, worker)
    if "killed" in sys.argv:
        found["killed"] = killed(anna, folder)
    answer(found)


def a_worker() -> int:
    from satsuma.cli.commands.worker import do_jobs

    return start_child(do_jobs)


def started(kind: str, by: User) -> Run:
    from django.utils import timezone

    from satsuma.app.jobs.services.runs import start_run

    return start_run(kind=kind, arguments={}, by=by, at=timezone.now())


def seconds_until(holds: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE_SECONDS
        time.sleep(0.02)
    return time.monotonic() - begun


def is_in(run: Run, state: str) -> Callable[[], bool]:
    def holds() -> bool:
        run.refresh_from_db()
        return run.state == state

    return holds


def woken(by: User) -> float:
    """Seconds until a quick run is done by a worker that has been idle."""
    first = started("quick", by)
    seconds_until(is_in(first, "done"))
    time.sleep(2)
    second = started("quick", by)
    return seconds_until(is_in(second, "done"))


def cancelled(by: User, folder: Path) -> dict[str, object]:
    from django.utils import timezone

    from satsuma.app.jobs.services.runs import cancel_run

    run = started("endless", by)
    seconds_until((folder / f"begun-{run.pk}").exists)
    cancel_run(run_id=run.pk, by=by, at=timezone.now())
    took = seconds_until(is_in(run, "cancelled"))
    return {"seconds": took, "done": run.done, "total": run.total, "effects": effects(run.pk)}


def stopped(by: User, folder: Path, worker: int) -> dict[str, object]:
    """The worker is asked to end in the middle of a run, and another one comes."""
    run = started("endless", by)
    seconds_until((folder / f"begun-{run.pk}").exists)
    begun = time.monotonic()
    os.kill(worker, signal.SIGTERM)
    code, took = end_of(worker), time.monotonic() - begun
    run.refresh_from_db()
    given_back = [run.state, run.attempts]
    other = a_worker()
    seconds_until(is_in(run, "done"))
    os.kill(other, signal.SIGTERM)
    end_of(other)
    return {"code": code, "seconds": took, "given_back": given_back, "effects": len(effects(run.pk))}


def killed(by: User, folder: Path) -> dict[str, object]:
    """Seconds from the death of a worker until another has done its run, without any help."""
    first = a_worker()
    run = started("endless", by)
    seconds_until((folder / f"begun-{run.pk}").exists)
    os.kill(first, signal.SIGKILL)
    end_of(first)
    second = a_worker()
    took = seconds_until(is_in(run, "done"))
    os.kill(second, signal.SIGTERM)
    end_of(second)
    close_connections()
    return {"seconds": took, "attempts": run.attempts, "effects": len(effects(run.pk))}


main()
