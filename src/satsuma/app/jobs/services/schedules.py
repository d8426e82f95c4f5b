"""Work that comes back every day. Called by `sweep`."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from satsuma.app.accounts.queries import find_workspace
from satsuma.app.jobs.models import Schedule
from satsuma.app.jobs.registry import JobKind, list_kinds
from satsuma.app.jobs.services.runs import start_run


def start_daily_runs(*, at: datetime) -> list[str]:
    """Starts the daily runs whose time has come today, each once however many workers ask; their kinds. What was due
    while nothing ran starts as soon as something does. Nothing on the first day of a kind, nor before the installation
    has a workspace."""
    workspace = find_workspace()
    if workspace is None:
        return []
    now = at.astimezone(ZoneInfo(workspace.time_zone) if workspace.time_zone else UTC)
    started = dict(Schedule.objects.values_list("kind", "last_on"))
    due = [
        kind
        for kind in list_kinds()
        if kind.daily_at and kind.daily_at <= now.time() and started.get(kind.name) != now.date()
    ]
    return [kind.name for kind in due if _start_for_today(kind, now)]


def _start_for_today(kind: JobKind, now: datetime) -> bool:
    with transaction.atomic():
        schedule, is_new = Schedule.objects.select_for_update().get_or_create(
            kind=kind.name, defaults={"last_on": now.date()}
        )
        if is_new or schedule.last_on == now.date():
            return False
        schedule.last_on = now.date()
        schedule.save()
        start_run(kind=kind.name, arguments={}, by=None, at=now)
    return True
