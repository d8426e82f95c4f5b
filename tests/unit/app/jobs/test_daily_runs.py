"""Work that comes back every day, and the one that this app itself has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from satsuma.app.jobs.models import Run, Schedule, State
from satsuma.app.jobs.queries.schedules import find_next_start
from satsuma.app.jobs.services.pruning import KEPT_DAYS, delete_old_runs
from satsuma.app.jobs.services.schedules import start_daily_runs
from support.jobs import a_job, daily

if TYPE_CHECKING:
    from satsuma.app.accounts.models import Workspace

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def at(text: str) -> datetime:
    """A moment in Warsaw, where the workspace is."""
    return datetime.fromisoformat(f"{text}:00+01:00")


def starts(*moments: str) -> list[bool]:
    """Whether the daily job at 03:00 starts, asked at these moments."""
    with a_job(lambda work: None, "nightly", daily_at=daily(3)):
        return ["nightly" in start_daily_runs(at=at(moment)) for moment in moments]


def test_it_starts_once_a_day_at_its_time_in_the_workspaces_zone(workspace: Workspace) -> None:
    moments = ["2026-11-25T04:00", "2026-11-26T02:59", "2026-11-26T03:00", "2026-11-26T03:01", "2026-11-27T03:00"]
    assert starts(*moments) == [False, False, True, False, True]
    assert Run.objects.filter(kind="nightly", created_by=None, title="A test").count() == 2


def test_what_was_missed_starts_as_soon_as_something_runs(workspace: Workspace) -> None:
    assert starts("2026-11-20T12:00", "2026-11-26T22:15") == [False, True]


def test_a_clock_that_went_wrong_for_a_while_stops_nothing(workspace: Workspace) -> None:
    assert starts("2026-11-25T04:00", "2040-01-01T04:00", "2026-11-26T04:00", "2026-11-26T05:00") == [
        False,
        True,
        True,
        False,
    ]


def test_nothing_starts_before_there_is_a_workspace() -> None:
    assert starts("2026-11-25T04:00", "2026-11-26T04:00") == [False, False]
    assert not Schedule.objects.exists()


def test_the_next_start_is_when_it_starts(workspace: Workspace) -> None:
    """Workers look all the time: it starts at the hour that was told, and at none before."""
    with a_job(lambda work: None, "nightly", daily_at=daily(3)):
        for moment, told in {
            "2026-11-25T02:00": "2026-11-26T03:00",
            "2026-11-26T12:00": "2026-11-27T03:00",
            "2026-11-28T02:00": "2026-11-28T03:00",
        }.items():
            start_daily_runs(at=at(moment))
            assert find_next_start("nightly", at(moment)) == at(told)
            hours = range(1, 1 + (at(told) - at(moment)) // timedelta(hours=1))
            looked = [at(moment) + timedelta(hours=hour) for hour in hours]
            assert ["nightly" in start_daily_runs(at=each) for each in looked] == [each == at(told) for each in looked]
        assert find_next_start("nightly", at("2026-11-30T12:00")) == at("2026-11-30T03:00")
        assert find_next_start("refresh", at("2026-11-30T12:00")) is None


def test_old_runs_are_removed_when_they_are_over(workspace: Workspace) -> None:
    now = at("2026-11-26T03:00")
    old, young = now - timedelta(days=KEPT_DAYS, seconds=1), now - timedelta(days=KEPT_DAYS)
    for state, finished in [(State.DONE, old), (State.FAILED, old), (State.CANCELLED, old), (State.DONE, young)]:
        Run.objects.create(kind="x", title="x", state=state, created_at=old, finished_at=finished)
    Run.objects.create(kind="x", title="x", state=State.WAITING, created_at=old)
    assert delete_old_runs(at=now) == 3
    assert sorted(Run.objects.values_list("state", "finished_at")) == [("done", young), ("waiting", None)]
