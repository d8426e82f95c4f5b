"""Connections to PostgreSQL that are cut: under a job, between its commit and the answer, and under everything when the
server starts again; prints what came of each.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.engines import restart_postgres
from support.faults import answer, close_connections, effect, effects, end_of, in_child, open_installation, start_child
from support.outages import browser, first_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.work import Work

PATIENCE_SECONDS = 90.0


def main() -> None:
    folder = open_installation()
    assert in_child(first_run) == 0
    from satsuma.app.jobs.registry import job

    found: list[str] = []

    @job("cut", title="Cut")
    def cut(work: Work) -> None:
        """Its connection is cut on the first try: before its commit, or right after it."""
        if work.token == 1 and work.arguments["when"] == "before":
            read()
            terminate()
        with noting_errors(found), work.transaction():
            effect(work.run_id, work.token)
            work.finish()
            if work.token == 1 and work.arguments["when"] == "within":
                terminate()
            if work.arguments["when"] == "answer":
                deafen()
        if work.token == 1 and work.arguments["when"] == "after":
            terminate()
            read()

    @job("long", title="Long")
    def long(work: Work) -> None:
        """Waits for the server to start again, then goes on."""
        (folder / f"begun-{work.token}").touch()
        for step in range(40 if work.token == 1 else 1):
            time.sleep(0.1)
            read()
            work.progress(step, 40, "Turning")
        with work.transaction():
            effect(work.run_id, work.token)
            work.finish()

    tries = {when: cut_once(when) for when in ("before", "within", "answer", "after")}
    answer({**tries, "errors": found, "restart": restarted(folder)})


@contextmanager
def noting_errors(found: list[str]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        found.append(type(error).__name__)
        raise


def read() -> None:
    from satsuma.app.jobs.models import Run

    Run.objects.count()


def terminate() -> None:
    """As an administrator does it, or a network that is gone: this process' connection is no more."""
    import psycopg
    from django.db import connection

    assert connection.connection is not None
    with psycopg.connect(os.environ["SATSUMA_DATABASE_URL"], autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    time.sleep(0.2)


def deafen() -> None:
    """This process can send to the server, but hears no answer any more."""
    from django.db import connection

    assert connection.connection is not None
    socket.fromfd(connection.connection.fileno(), socket.AF_INET, socket.SOCK_STREAM).shutdown(socket.SHUT_RD)


def started(kind: str, **arguments: str) -> Run:
    from django.utils import timezone

    from satsuma.app.accounts.models import User
    from satsuma.app.jobs.services.runs import start_run

    return start_run(kind=kind, arguments=arguments, by=User.objects.get(), at=timezone.now())


def cut_once(when: str) -> list[object]:
    """How the run stands after the try that was cut, and in the end, and how often its effect is there."""
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.worker import do_waiting_runs

    run = started("cut", when=when)
    do_waiting_runs()
    run.refresh_from_db()
    first = [run.state, run.error and run.error["code"]]
    Run.objects.filter(pk=run.pk).update(due_at=None)
    do_waiting_runs()
    run.refresh_from_db()
    return [*first, run.state, len(effects(run.pk))]


def restarted(folder: Path) -> dict[str, object]:
    """Under a worker in the middle of a run, and under a web process whose connections were open."""
    from satsuma.cli.commands.worker import do_jobs

    worker = start_child(do_jobs)
    client, run = browser(), started("long")
    seconds_until((folder / "begun-1").exists)
    before = opened(client, run)
    restart_postgres(os.environ["SATSUMA_DATABASE_URL"])
    pages = opened(client, run)

    def is_done() -> bool:
        run.refresh_from_db()
        return run.state == "done"

    close_connections()
    took = seconds_until(is_done)
    quick = started("cut", when="never")

    def is_quick_done() -> bool:
        quick.refresh_from_db()
        return quick.state == "done"

    woken = seconds_until(is_quick_done)
    os.kill(worker, signal.SIGTERM)
    code = end_of(worker)
    found = {"before": before, "pages": pages, "seconds": took, "woken": woken, "attempts": run.attempts}
    return {**found, "code": code, "effects": len(effects(run.pk))}


def opened(client: Client, run: Run) -> list[int]:
    """How pages are answered, each as the web server does it: Django looks at its connections between requests."""
    from django.db import close_old_connections

    found = []
    for address in ("/companies/", f"/jobs/{run.pk}/", "/jobs/"):
        close_old_connections()
        found.append(client.get(address).status_code)
    return found


def seconds_until(holds: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < PATIENCE_SECONDS
        time.sleep(0.05)
    return time.monotonic() - begun


main()
