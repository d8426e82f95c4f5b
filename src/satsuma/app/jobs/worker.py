"""Doing runs: a worker takes one up, shows signs of life while the job works, and writes how it ended.

Called by `process`, whose threads the queue wakes, and by tests (`do_waiting_runs`).
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.db import close_old_connections, connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satsuma.app.accounts.queries import find_workspace
from satsuma.app.jobs.errors import Cancelled, LeaseLost, WorkerStopping
from satsuma.app.jobs.failures import describe_failure, is_final
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.pulse import forget_cancel, forget_pulse, is_cancel_asked, write_pulse
from satsuma.app.jobs.registry import find_kind
from satsuma.app.jobs.services.leases import end_run_cancelled, end_run_failed, give_back_run, take_up_run
from satsuma.app.jobs.work import Work
from satsuma.app.locale import in_currency
from satsuma.domain.errors import SatsumaError

log = logging.getLogger("satsuma.jobs")

BEAT_SECONDS = 1.0
STOPPING = threading.Event()
"""Set when this process is to end: work is given back at its next look."""


def worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{threading.get_ident()}"


def do_waiting_runs() -> int:
    """Does all runs that are due, one after the other; how many. Returns early when the process is to end."""
    count = 0
    while not STOPPING.is_set() and (run := take_up_run(worker=worker_name(), at=timezone.now())):
        do_run(run)
        count += 1
    return count


def do_run(run: Run) -> None:
    """Does a run that was taken up. Whatever the job raises ends in the run; only faults of the database come out."""
    work = Work(run)
    log.info("run %s (%s) taken up, try %s", run.pk, run.kind, run.attempts)
    with reading_as_author(run):
        try:
            with Heart(work):
                _do(work)
        except Cancelled:
            end_run_cancelled(run_id=run.pk, token=run.token, progress=work.last_progress(), at=timezone.now())
        except WorkerStopping:
            give_back_run(run_id=run.pk, token=run.token)
            return
        except LeaseLost:
            log.warning("run %s is somebody else's now; what was not committed is dropped", run.pk)
            return
        except Exception as error:
            _fail(work, error)
            return
    forget_cancel(run.pk)


def _do(work: Work) -> None:
    work.check()
    kind = find_kind(work.kind)
    if kind is None:
        raise SatsumaError(
            "unknown_job",
            _("This version of Satsuma does not know this job."),
            remedy=_("Start it again, or install the version that started it."),
            kind=work.kind,
        )
    result = kind.function(work)
    if not work.is_finished:
        work.finish(result)


def _fail(work: Work, error: Exception) -> None:
    if not connection.in_atomic_block:  # as in tests, which undo what they did
        close_old_connections()  # the error may be that it was cut
    described = describe_failure(error)
    log.error("run %s (%s) failed, id %s", work.run_id, work.kind, described["id"], exc_info=error)
    state = end_run_failed(
        run_id=work.run_id,
        token=work.token,
        error=described,
        for_good=is_final(error),
        progress=work.last_progress(),
        at=timezone.now(),
    )
    log.info("run %s is %s", work.run_id, state or "somebody else's")


class Heart:
    """Beats beside the job, in a thread of its own: writes the pulse and listens for wishes to stop.

    A beat that cannot be written is left out; the next one comes in a second, and a lease lasts for thirty.
    """

    def __init__(self, work: Work) -> None:
        self.work = work
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, name=f"heart of run {work.run_id}", daemon=True)

    def __enter__(self) -> None:
        self._beat(1)
        self._thread.start()

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()
        try:
            forget_pulse(self.work.run_id, self.work.token)
        except Exception:
            log.warning("the pulse of run %s stays behind", self.work.run_id, exc_info=True)

    def _beat_on(self) -> None:
        beat = 2
        while not self._over.wait(BEAT_SECONDS):
            self._beat(beat)
            beat += 1

    def _beat(self, beat: int) -> None:
        if STOPPING.is_set():
            self.work.worker_stops.set()
        try:
            write_pulse(self.work.run_id, self.work.token, self.work.pulse(beat))
            if is_cancel_asked(self.work.run_id):
                self.work.cancel_asked.set()
        except Exception:
            log.warning("run %s misses a beat", self.work.run_id, exc_info=True)


@contextmanager
def reading_as_author(run: Run) -> Iterator[None]:
    """Texts come in the language of whoever started the run, days in the workspace's time zone."""
    workspace = find_workspace()
    author = run.created_by
    language = (author.language if author else "") or (workspace.language if workspace else "en")
    zone = ZoneInfo(workspace.time_zone) if workspace else None
    currency = workspace.currency if workspace else ""
    with translation.override(language), timezone.override(zone), in_currency(currency):
        yield
