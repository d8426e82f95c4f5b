"""What people do with runs: start, cancel, retry. Called by the services of other apps and by the views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import require
from satsuma.app.jobs.errors import RunStateError
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.pulse import ask_to_cancel, forget_cancel
from satsuma.app.jobs.queries.runs import get_run_of
from satsuma.app.jobs.queue import wake_workers
from satsuma.app.jobs.registry import find_kind


def start_run(*, kind: str, arguments: Mapping[str, Any], by: User | None, at: datetime, title: str = "") -> Run:
    """A new waiting run, made in the caller's transaction: it is there if and only if that is committed, and then a
    worker is woken. `arguments` are JSON; `title` is what people read, the kind's own if it is empty; `by` is None for
    work that nobody asked for. Raises ValueError for a kind that no app has."""
    known = find_kind(kind)
    if known is None:
        raise ValueError(f"No job is called {kind!r}.")
    run = Run.objects.create(
        kind=kind, title=(title or str(known.title))[:300], arguments=dict(arguments), created_by=by, created_at=at
    )
    transaction.on_commit(wake_workers, robust=True)
    return run


def cancel_run(*, run_id: int, by: User, at: datetime) -> Run:
    """A waiting run is cancelled at once, a running one as soon as its work looks up; its open transaction leaves
    nothing behind. Does nothing to a run that is over. Raises RunNotFoundError when it is not the user's to see."""
    run = get_run_of(by, run_id)
    if State(run.state).is_over:
        return run
    ask_to_cancel(run.pk)
    waiting = Run.objects.filter(pk=run.pk, state=State.WAITING)
    if waiting.update(state=State.CANCELLED, finished_at=at):
        forget_cancel(run.pk)
    run.refresh_from_db()
    return run


def retry_run(*, run_id: int, by: User, at: datetime) -> Run:
    """A failed or cancelled run waits again, with three tries; it goes on from what it noted down. Raises
    RunNotFoundError when it is not the user's to see, RunStateError when it is not over or was done, NotAllowedError
    when the user's role no longer includes what it does."""
    run = get_run_of(by, run_id)
    if kind := find_kind(run.kind):
        require(by, kind.needed(run.arguments))
    ended = Run.objects.filter(pk=run.pk, state__in=[State.FAILED, State.CANCELLED])
    with transaction.atomic():
        changed = ended.update(state=State.WAITING, attempts=0, due_at=None, error=None, finished_at=None)
        if not changed:
            raise RunStateError(run.pk, run.state, _("Only a failed or cancelled job can be tried again."))
        transaction.on_commit(wake_workers, robust=True)
    forget_cancel(run.pk)
    run.refresh_from_db()
    return run
