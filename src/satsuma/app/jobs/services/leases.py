"""What workers do with runs: take up, verify, end, give back. Each is one short transaction that compares the fencing
token, so that two workers never have one run and a late one changes nothing. Called by `worker` and `work`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from satsuma.app.jobs.errors import LeaseLost
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.result import Result

TRIES = 3
"""So often a run is taken up before it fails for good."""
PAUSE_SECONDS = 10
"""How long a run waits before its second try; twice as long before the third."""
LONGEST_PAUSE = timedelta(minutes=5)
"""A run that seems to be due later than that is due: somebody set the clock back."""


def take_up_run(*, worker: str, at: datetime) -> Run | None:
    """Gives the worker the next waiting run, fresh ones first, under a new token; None when nothing is due."""
    due = Q(due_at=None) | Q(due_at__lte=at) | Q(due_at__gt=at + LONGEST_PAUSE)
    waiting = Run.objects.filter(due, state=State.WAITING).order_by("attempts", "pk")
    if not waiting.exists():  # without the lock that a transaction takes
        return None
    with transaction.atomic():
        run = waiting.select_for_update(skip_locked=True).first()
        if run is None:
            return None
        run.state, run.worker, run.started_at, run.finished_at = State.RUNNING, worker, at, None
        run.token, run.attempts, run.error = run.token + 1, run.attempts + 1, None
        run.save()
    return run


def hold_lease(*, run_id: int, token: int) -> None:
    """Inside of a transaction: nobody else can take the run up before it ends. Raises LeaseLost if somebody has.

    PostgreSQL keeps the row locked; on SQLite the transaction has the only write lock since it began.
    """
    assert connection.in_atomic_block, "The lease is held by a transaction."
    held = Run.objects.select_for_update().filter(pk=run_id, token=token, state=State.RUNNING)
    if held.values_list("pk", flat=True).first() is None:
        raise LeaseLost


def note_checkpoint(*, run_id: int, token: int, checkpoint: Any) -> None:
    """Raises LeaseLost if the run is somebody else's."""
    if not _held(run_id, token).update(checkpoint=checkpoint):
        raise LeaseLost


def finish_run(*, run_id: int, token: int, result: Result, progress: Mapping[str, Any], at: datetime) -> None:
    """The run is done. Raises LeaseLost if it is somebody else's."""
    facts = {"state": State.DONE, "result": result.as_json(), "error": None, "finished_at": at}
    if not _held(run_id, token).update(**facts, **progress):
        raise LeaseLost


def end_run_cancelled(*, run_id: int, token: int, progress: Mapping[str, Any], at: datetime) -> None:
    """Does nothing if the run is somebody else's."""
    _held(run_id, token).update(state=State.CANCELLED, finished_at=at, **progress)


def end_run_failed(
    *, run_id: int, token: int, error: Mapping[str, str], for_good: bool, progress: Mapping[str, Any], at: datetime
) -> State | None:
    """The run failed: for good, or until its next try. The state it is in now; None if it is somebody else's."""
    with transaction.atomic():
        run = _held(run_id, token).select_for_update().first()
        if run is None:
            return None
        run.error = dict(error)
        for name, value in progress.items():
            setattr(run, name, value)
        if for_good or run.attempts >= TRIES:
            run.state, run.finished_at = State.FAILED, at
        else:
            run.state, run.due_at = State.WAITING, at + timedelta(seconds=PAUSE_SECONDS * run.attempts)
        run.save()
    return State(run.state)


def give_back_run(*, run_id: int, token: int) -> None:
    """The worker stops before the run is over; that was no attempt. Does nothing if the run is somebody else's."""
    _held(run_id, token).update(state=State.WAITING, attempts=F("attempts") - 1, due_at=None, token=F("token") + 1)


def take_away_run(*, run_id: int, token: int, error: Mapping[str, str], at: datetime) -> State | None:
    """The worker that has the run seems to be dead: the run waits for another, or has failed after its third try. The
    new state; None if the run is no longer the worker's, or the worker is in a transaction and so alive."""
    with transaction.atomic():
        run = _held(run_id, token).select_for_update(skip_locked=True).first()
        if run is None:
            return None
        run.token, run.error = run.token + 1, dict(error)
        if run.attempts >= TRIES:
            run.state, run.finished_at = State.FAILED, at
        else:
            run.state, run.due_at = State.WAITING, None
        run.save()
    return State(run.state)


def _held(run_id: int, token: int) -> Any:
    return Run.objects.filter(pk=run_id, token=token, state=State.RUNNING)
