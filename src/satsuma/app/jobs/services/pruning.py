"""Removing old runs. Called by `jobs`."""

from __future__ import annotations

from datetime import datetime, timedelta

from satsuma.app.jobs.models import Run, State

KEPT_DAYS = 90


def delete_old_runs(*, at: datetime) -> int:
    """Removes runs that have been over for `KEPT_DAYS`; how many."""
    over = [State.DONE, State.FAILED, State.CANCELLED]
    return Run.objects.filter(state__in=over, finished_at__lt=at - timedelta(days=KEPT_DAYS)).delete()[0]
