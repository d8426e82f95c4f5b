"""Runs as people see them: their own, or everybody's for administrators. Called by the views and `doctor`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.jobs.errors import RunNotFoundError
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.pulse import Pulse, find_pulses, list_cancel_asked

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run with what is known of its work just now: `pulse` while it is being worked on, and whether somebody has
    asked to cancel it."""

    run: Run
    pulse: Pulse | None
    cancel_asked: bool

    @property
    def state(self) -> State:
        return State(self.run.state)


def get_run_of(reader: User, run_id: int) -> Run:
    """The run, if the reader may see it. Raises RunNotFoundError."""
    run = _visible(reader).filter(pk=run_id).first()
    if run is None:
        raise RunNotFoundError(run_id)
    return run


def get_status_of(reader: User, run_id: int) -> RunStatus:
    """Raises RunNotFoundError. One query and two reads of the queue's store while the run is being worked on."""
    return _with_pulses([get_run_of(reader, run_id)])[0]


def list_statuses_of(
    reader: User, *, states: Sequence[State] = (), before_id: int | None = None, limit: int = PAGE_ROWS
) -> list[RunStatus]:
    """The newest first, at most `limit`, older than `before_id`; all states unless some are named. One query."""
    runs = _visible(reader).select_related("created_by").order_by("-pk")
    if states:
        runs = runs.filter(state__in=states)
    if before_id is not None:
        runs = runs.filter(pk__lt=before_id)
    return _with_pulses(list(runs[:limit]))


def list_unfinished_of(reader: User) -> list[RunStatus]:
    """The reader's own runs that wait or are being worked on, the oldest first, at most ten. For the top bar."""
    unfinished = Run.objects.filter(created_by=reader, state__in=[State.WAITING, State.RUNNING])
    return _with_pulses(list(unfinished.order_by("pk")[:10]))


def find_run(run_id: int) -> Run | None:
    """Whoever asks; for services."""
    return Run.objects.filter(pk=run_id).first()


def count_runs(state: State) -> int:
    return Run.objects.filter(state=state).count()


def count_failed_since(at: datetime) -> int:
    return Run.objects.filter(state=State.FAILED, finished_at__gte=at).count()


def count_waiting_since(at: datetime) -> int:
    """Runs that were started before that and that no worker has taken up since."""
    return Run.objects.filter(state=State.WAITING, attempts=0, created_at__lt=at).count()


def _visible(reader: User) -> QuerySet[Run]:
    if allows(reader, Permission.ADMINISTER):
        return Run.objects.all()
    return Run.objects.filter(created_by=reader)


def _with_pulses(runs: list[Run]) -> list[RunStatus]:
    running = {run.pk: run.token for run in runs if run.state == State.RUNNING}
    pulses, asked = find_pulses(running), list_cancel_asked(running)
    return [RunStatus(run, pulses.get(run.pk), run.pk in asked) for run in runs]
