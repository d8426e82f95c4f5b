"""What a job is given: its arguments, and how to report, to be told to stop, and to write safely."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from satsuma.app.jobs.errors import Cancelled, LeaseLost, WorkerStopping
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.pulse import Pulse
from satsuma.app.jobs.queries.leases import is_lease_held
from satsuma.app.jobs.result import Result
from satsuma.app.jobs.services.leases import finish_run, hold_lease, note_checkpoint

CHECK_SECONDS = 5.0
"""How often `check` asks the database whether the lease is still held."""


class Work:
    """One take-up of a run.

    What must happen exactly once is written inside of `transaction()`, together with `save_checkpoint` or `finish`:
    a worker may die at any statement, and whoever takes the run up begins again from the last checkpoint.
    """

    def __init__(self, run: Run) -> None:
        self.run_id: int = run.pk
        self.kind: str = run.kind
        self.arguments: dict[str, Any] = run.arguments
        self.checkpoint: Any = run.checkpoint
        """What was noted down last, by this worker or one before it; None at first."""
        self.token: int = run.token
        self.created_by_id: int | None = run.created_by_id
        self.is_finished = False
        self.cancel_asked = threading.Event()
        self.worker_stops = threading.Event()
        self._done, self._total, self._phase = 0, 0, ""
        self._phase_began, self._done_before = time.monotonic(), 0
        self._checked = time.monotonic()

    def progress(self, done: int, total: int, phase: str = "") -> None:
        """Shows how far the work is, in the units of the phase, and checks. Cheap: call it for every few rows."""
        if phase != self._phase or done < self._done:
            self._phase_began, self._done_before = time.monotonic(), done
        self._done, self._total, self._phase = done, total, phase
        self.check()

    def check(self) -> None:
        """Raises Cancelled, WorkerStopping or LeaseLost when the work is to end here. Let them pass."""
        if self.cancel_asked.is_set():
            raise Cancelled
        if self.worker_stops.is_set():
            raise WorkerStopping
        if time.monotonic() - self._checked >= CHECK_SECONDS:
            self._checked = time.monotonic()
            if not is_lease_held(self.run_id, self.token):
                raise LeaseLost

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction that is fenced from its first statement on."""
        with transaction.atomic():
            self.fence()
            yield

    def fence(self) -> None:
        """Inside of the job's own transaction, before it writes: raises LeaseLost when another worker has the run, and
        keeps others from taking it up until the transaction ends."""
        hold_lease(run_id=self.run_id, token=self.token)

    def save_checkpoint(self, value: Any) -> None:
        """Notes down, as JSON, where to go on. Inside of a transaction it stands or falls with it."""
        note_checkpoint(run_id=self.run_id, token=self.token, checkpoint=value)
        self.checkpoint = value

    def finish(self, result: Result | None = None) -> None:
        """Ends the run as done inside of the job's own transaction: its effect and its end are one. Without it the run
        is done when the function returns, in a transaction of its own."""
        finish_run(
            run_id=self.run_id,
            token=self.token,
            result=result or Result(),
            progress=self.last_progress(),
            at=timezone.now(),
        )
        self.is_finished = True

    def last_progress(self) -> dict[str, Any]:
        """The columns `done`, `total` and `phase` of the run."""
        return {"done": self._done, "total": self._total, "phase": self._phase[:200]}

    def pulse(self, beat: int) -> Pulse:
        elapsed = time.monotonic() - self._phase_began
        speed = (self._done - self._done_before) / elapsed if elapsed > 0 else 0.0
        return Pulse(beat, timezone.now(), self._done, self._total, self._phase, speed)
