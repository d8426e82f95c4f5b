"""Who has a run: two workers never do, a dead one loses it, a late one is refused, whatever the clocks say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from satsuma.app.jobs.errors import LeaseLost
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.pulse import Pulse, find_pulses, find_worker_alive, write_pulse
from satsuma.app.jobs.registry import LEASE_SECONDS
from satsuma.app.jobs.services.leases import LONGEST_PAUSE, TRIES, take_up_run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.jobs.sweep import Sweep
from satsuma.app.jobs.work import Work
from support.jobs import a_job

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime.fromisoformat("2026-11-26T09:30:00+00:00")
PULSE = Pulse(beat=1, at=AT)


@pytest.fixture
def run(member: User) -> Run:
    """A run that a worker has just taken up and that shows one sign of life."""
    return taken_up(member)


def taken_up(by: User) -> Run:
    with a_job(lambda work: None):
        start_run(kind="test", arguments={}, by=by, at=AT)
    run = take_up_run(worker="first", at=AT)
    assert run is not None
    write_pulse(run.pk, run.token, PULSE)
    return run


def test_a_run_is_taken_up_once(member: User) -> None:
    with a_job(lambda work: None):
        start_run(kind="test", arguments={}, by=member, at=AT)
    first, second = take_up_run(worker="first", at=AT), take_up_run(worker="second", at=AT)
    assert first is not None
    assert (first.worker, first.token, first.attempts, first.state) == ("first", 1, 1, State.RUNNING)
    assert second is None


def test_fresh_runs_come_before_those_that_failed(member: User) -> None:
    with a_job(lambda work: None):
        failed, fresh, later = (start_run(kind="test", arguments={}, by=member, at=AT) for _each in range(3))
    Run.objects.filter(pk=failed.pk).update(attempts=1)
    order = [take_up_run(worker="w", at=AT) for _each in range(4)]
    assert [run and run.pk for run in order] == [fresh.pk, later.pk, failed.pk, None]


@pytest.mark.parametrize(
    ("due_in", "taken"),
    [
        (timedelta(seconds=-1), True),
        (timedelta(0), True),
        (timedelta(seconds=1), False),
        (LONGEST_PAUSE, False),
        (LONGEST_PAUSE + timedelta(seconds=1), True),  # the clock was set back since
    ],
)
def test_a_run_waits_until_it_is_due_but_never_because_a_clock_was_set(
    member: User, due_in: timedelta, taken: bool
) -> None:
    with a_job(lambda work: None):
        start_run(kind="test", arguments={}, by=member, at=AT)
    Run.objects.update(due_at=AT + due_in)
    assert (take_up_run(worker="w", at=AT) is not None) is taken


def test_a_worker_without_signs_of_life_loses_its_run_when_the_lease_is_over(run: Run) -> None:
    sweep = Sweep()
    sweep.once(steady_seconds=100.0, at=AT)
    sweep.once(steady_seconds=100.0 + LEASE_SECONDS - 0.1, at=AT)
    assert Run.objects.get(pk=run.pk).token == run.token
    sweep.once(steady_seconds=100.0 + LEASE_SECONDS, at=AT)
    lost = Run.objects.get(pk=run.pk)
    assert (lost.state, lost.token, lost.attempts) == (State.WAITING, run.token + 1, 1)
    assert lost.error is not None
    assert lost.error["code"] == "worker_died"
    again = take_up_run(worker="second", at=AT)
    assert again is not None
    assert (again.pk, again.token, again.attempts) == (run.pk, run.token + 2, 2)
    assert find_pulses({run.pk: run.token}) == {}


def test_each_sign_of_life_begins_the_lease_anew(run: Run) -> None:
    sweep = Sweep()
    for beat in range(2, 6):
        write_pulse(run.pk, run.token, replace(PULSE, beat=beat))
        assert sweep.list_dead(beat * (LEASE_SECONDS - 1)) == []


def test_a_worker_whose_pulse_was_never_seen_is_given_a_lease_too(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(token=run.token + 1)  # a pulse under an older token is not its pulse
    sweep = Sweep()
    assert sweep.list_dead(0.0) == []
    assert sweep.list_dead(LEASE_SECONDS - 0.1) == []
    assert [dead.pk for dead in sweep.list_dead(LEASE_SECONDS)] == [run.pk]


@pytest.mark.parametrize("step", [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)])
def test_clocks_that_are_set_take_no_run_away_and_keep_none(run: Run, step: timedelta) -> None:
    sweep = Sweep()
    sweep.once(steady_seconds=0.0, at=AT)
    write_pulse(run.pk, run.token, replace(PULSE, beat=2, at=AT + step))
    sweep.once(steady_seconds=5.0, at=AT + step)
    sweep.once(steady_seconds=5.0 + LEASE_SECONDS - 0.1, at=AT)
    assert Run.objects.get(pk=run.pk).state == State.RUNNING
    sweep.once(steady_seconds=5.0 + LEASE_SECONDS, at=AT + step)
    assert Run.objects.get(pk=run.pk).state == State.WAITING


def test_a_job_that_kills_its_workers_fails_after_its_third_try(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(attempts=TRIES)
    sweep = Sweep()
    sweep.once(steady_seconds=0.0, at=AT)
    sweep.once(steady_seconds=LEASE_SECONDS, at=AT + timedelta(minutes=1))
    dead = Run.objects.get(pk=run.pk)
    assert (dead.state, dead.finished_at) == (State.FAILED, AT + timedelta(minutes=1))
    assert take_up_run(worker="w", at=AT) is None


def test_the_lease_of_a_job_can_be_longer(run: Run) -> None:
    with a_job(lambda work: None, lease_seconds=300.0):
        sweep = Sweep()
        assert sweep.list_dead(0.0) == []
        assert sweep.list_dead(299.9) == []
        assert [dead.pk for dead in sweep.list_dead(300.0)] == [run.pk]


def test_a_sweep_says_that_a_worker_is_alive(workspace: object) -> None:
    Sweep().once(steady_seconds=0.0, at=AT)
    assert find_worker_alive() == AT


def test_the_pulse_shows_progress_and_speed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    steady = iter([10.0, 10.0, 10.0, 11.0, 12.0, 14.0]).__next__
    monkeypatch.setattr("satsuma.app.jobs.work.time.monotonic", steady)
    work = Work(run)
    work.progress(100, 1000, "Reading")  # the phase begins at 10.0
    work.progress(300, 1000, "Reading")
    pulse = replace(work.pulse(2), at=AT)
    assert pulse == Pulse(2, AT, 300, 1000, "Reading", per_second=50.0)
    assert pulse.seconds_left == 14.0
    assert PULSE.seconds_left is None


def test_of_a_run_that_is_over_nothing_more_is_written(run: Run) -> None:
    work = Work(run)
    work.finish()
    for write in (work.fence, work.finish, lambda: work.save_checkpoint(1)):
        with pytest.raises(LeaseLost):
            write()
    assert Run.objects.get(pk=run.pk).checkpoint is None
