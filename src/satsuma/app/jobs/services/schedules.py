"""Work that comes back every day. Called by `sweep`, and by settings that say when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from satsuma.app.accounts.queries import find_workspace
from satsuma.app.jobs.models import Schedule
from satsuma.app.jobs.registry import JobKind, list_kinds, time_name
from satsuma.app.jobs.services.runs import start_run


def start_daily_runs(*, at: datetime) -> list[str]:
    """Starts the daily runs whose time has come today, each once however many workers ask; their kinds. What was due
    while nothing ran starts as soon as something does, and once even if several of its times have passed. Nothing on
    the first day of a kind, nor before the installation has a workspace."""
    now = _local(at)
    if now is None:
        return []
    started = dict(Schedule.objects.values_list("kind", "last_on"))
    return [kind.name for kind in list_kinds() if _start_if_due(kind, started, now)]


@transaction.atomic
def expect_times(*, kind: str, times: Sequence[time], at: datetime) -> None:
    """That the kind is to start at these times from now on, today as far as they are still ahead. To be called where
    people choose them: what is not expected starts for the first time a day later."""
    now = _local(at)
    if now is None:
        return
    Schedule.objects.filter(kind__startswith=f"{kind} ").delete()
    Schedule.objects.bulk_create(
        Schedule(kind=time_name(kind, due), last_on=now.date() - timedelta(days=1 if due > now.time() else 0))
        for due in times
    )


def _local(at: datetime) -> datetime | None:
    workspace = find_workspace()
    return at.astimezone(ZoneInfo(workspace.time_zone or "UTC")) if workspace else None


def _start_if_due(kind: JobKind, started: Mapping[str, date], now: datetime) -> bool:
    due = [name for name, at in kind.times().items() if at <= now.time() and started.get(name) != now.date()]
    return _start_for_today(kind, due, now) if due else False


def _start_for_today(kind: JobKind, due: Sequence[str], now: datetime) -> bool:
    with transaction.atomic():
        starts = [_take_day(name, now) for name in due]
        if any(starts):
            start_run(kind=kind.name, arguments={}, by=None, at=now)
    return any(starts)


def _take_day(name: str, now: datetime) -> bool:
    """Whether nobody else has started it today."""
    schedule, is_new = Schedule.objects.select_for_update().get_or_create(kind=name, defaults={"last_on": now.date()})
    if is_new or schedule.last_on == now.date():
        return False
    schedule.last_on = now.date()
    schedule.save()
    return True
