"""When work that comes back every day starts next. Called by pages that say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from satsuma.app.accounts.queries import find_workspace
from satsuma.app.jobs.models import Schedule
from satsuma.app.jobs.registry import find_kind


def find_next_start(kind: str, at: datetime) -> datetime | None:
    """By the rules of `services.schedules`; a moment that has passed if it starts as soon as a worker looks. None for a
    kind without a time, and before there is a workspace. Two queries."""
    known, workspace = find_kind(kind), find_workspace()
    if known is None or known.daily_at is None or workspace is None:
        return None
    now = at.astimezone(ZoneInfo(workspace.time_zone))
    last_on = Schedule.objects.filter(kind=kind).values_list("last_on", flat=True).first()
    is_new_or_done = last_on is None or last_on == now.date()
    day = now.date() + timedelta(days=1) if is_new_or_done else now.date()
    return datetime.combine(day, known.daily_at, now.tzinfo)
