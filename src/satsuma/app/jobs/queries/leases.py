"""What workers ask about leases."""

from __future__ import annotations

from satsuma.app.jobs.models import Run, State


def is_lease_held(run_id: int, token: int) -> bool:
    return Run.objects.filter(pk=run_id, token=token, state=State.RUNNING).exists()


def list_running() -> list[Run]:
    """Every run that a worker has, or had when it died."""
    return list(Run.objects.filter(state=State.RUNNING).order_by("pk"))
