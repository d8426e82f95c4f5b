"""A run from its start to its end: done, failed, cancelled, given back; what the worker writes of it."""

from __future__ import annotations

import errno
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from satsuma.app.jobs import worker
from satsuma.app.jobs.errors import LeaseLost, WorkerStopping
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.result import Link, Result
from satsuma.app.jobs.services.leases import TRIES, take_up_run
from satsuma.app.jobs.services.runs import cancel_run, retry_run, start_run
from satsuma.app.jobs.work import Work
from satsuma.domain.errors import InputError
from support.jobs import a_job, done_run

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User

pytestmark = pytest.mark.both_databases
AT = datetime.fromisoformat("2026-11-26T09:30:00+00:00")


def started(by: User, kind: str = "test", **arguments: Any) -> Run:
    return start_run(kind=kind, title="Count sheep", arguments=arguments, by=by, at=AT)


def test_a_done_run_has_its_result_and_its_last_progress(member: User) -> None:
    def count(work: Work) -> Result:
        work.progress(3, work.arguments["sheep"], "Counting")
        return Result("3 sheep", link=Link("company_list", ["x"], {"q": "sheep"}), facts={"sheep": 3})

    with a_job(count):
        run = done_run(started(member, sheep=5))
    assert (run.state, run.done, run.total, run.phase, run.error) == (State.DONE, 3, 5, "Counting", None)
    assert run.result == {
        "text": "3 sheep",
        "link": {"name": "company_list", "args": ["x"], "query": {"q": "sheep"}},
        "facts": {"sheep": 3},
    }
    assert (run.attempts, run.token, run.created_at) == (1, 1, AT)
    assert run.started_at is not None
    assert run.finished_at is not None


def test_an_error_that_says_what_was_wrong_fails_the_run_at_once(member: User) -> None:
    def refuse(work: Work) -> None:
        raise InputError("no_sheep", "There are no sheep.", remedy="Buy some.")

    with a_job(refuse):
        run = done_run(started(member))
    assert (run.state, run.attempts) == (State.FAILED, 1)
    assert run.error is not None
    assert {**run.error, "id": ""} == {
        "code": "no_sheep",
        "message": "There are no sheep.",
        "remedy": "Buy some.",
        "id": "",
    }
    assert len(run.error["id"]) == 8


def test_a_full_disk_is_named_and_the_run_is_tried_again(member: User) -> None:
    def fill(work: Work) -> None:
        raise InputError("output_unwritable", "/secret/path cannot be written.") from OSError(errno.ENOSPC, "x")

    with a_job(fill):
        run = done_run(started(member))
    assert (run.state, run.attempts) == (State.WAITING, 1)
    assert run.error is not None
    assert {**run.error, "id": ""} == {
        "code": "disk_full",
        "message": "The disk is full: this could not be kept, and nothing is half done.",
        "remedy": "Make room where Satsuma keeps its data, or ask an administrator to. Then try again.",
        "id": "",
    }


def test_a_job_that_always_fails_ends_after_three_tries_and_lets_others_go_on(member: User) -> None:
    order: list[str] = []

    def fall(work: Work) -> None:
        order.append("fall")
        raise RuntimeError("secret of Mrs Smith")

    def go(work: Work) -> None:
        order.append("go")

    with a_job(fall, "fall"), a_job(go, "go"):
        poison, other = started(member, "fall"), started(member, "go")
        done_run(other)
        assert order == ["fall", "go"]
        for _again in range(TRIES):
            Run.objects.filter(state=State.WAITING).update(due_at=None)
            done_run(poison)
    assert order == ["fall", "go", "fall", "fall"]
    assert (poison.state, poison.attempts, poison.error["code"]) == (State.FAILED, TRIES, "fault")  # type: ignore[index]
    assert "Smith" not in str(poison.error)
    assert other.state == State.DONE or Run.objects.get(pk=other.pk).state == State.DONE


def test_after_a_fault_a_run_waits_longer_each_time(member: User) -> None:
    def fall(work: Work) -> None:
        raise RuntimeError

    with a_job(fall):
        run = done_run(started(member))
        first = run.due_at
        Run.objects.update(due_at=None)
        second = done_run(run).due_at
    assert first is not None
    assert second is not None
    assert timedelta(seconds=9) < first - timezone.now() < timedelta(seconds=10)
    assert timedelta(seconds=19) < second - timezone.now() < timedelta(seconds=20)


def test_a_run_of_a_job_that_no_version_knows_fails(member: User) -> None:
    with a_job(lambda work: None):
        run = started(member)
    run = done_run(run)
    assert (run.state, run.error["code"]) == (State.FAILED, "unknown_job")  # type: ignore[index]


def test_a_job_that_nobody_has_cannot_be_started(member: User) -> None:
    with pytest.raises(ValueError, match="No job is called 'nonsense'"):
        started(member, "nonsense")


def test_a_waiting_run_is_cancelled_at_once(member: User) -> None:
    with a_job(lambda work: None):
        run = cancel_run(run_id=started(member).pk, by=member, at=AT)
        assert (run.state, run.finished_at) == (State.CANCELLED, AT)
        assert done_run(run).state == State.CANCELLED


def test_a_running_run_is_cancelled_at_its_next_look_and_leaves_nothing(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.01)

    def count(work: Work) -> None:
        with work.transaction():
            work.save_checkpoint("half")
            cancel_run(run_id=work.run_id, by=member, at=AT)
            work.cancel_asked.wait(5)
            work.progress(7, 10, "Counting")

    with a_job(count):
        run = done_run(started(member))
        assert (run.state, run.checkpoint, run.done, run.attempts) == (State.CANCELLED, None, 7, 1)
        again = retry_run(run_id=run.pk, by=member, at=AT)
        assert (again.state, again.attempts) == (State.WAITING, 0)


def test_a_run_that_is_over_stays_as_it_is_when_cancelled(member: User) -> None:
    with a_job(lambda work: None):
        run = done_run(started(member))
    assert cancel_run(run_id=run.pk, by=member, at=AT).state == State.DONE


def test_a_worker_that_stops_gives_the_run_back_without_counting_a_try(member: User) -> None:
    def stop(work: Work) -> None:
        raise WorkerStopping

    with a_job(stop):
        run = take_up_run(worker="a", at=AT) if started(member) else None
        assert run is not None
        worker.do_run(run)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (State.WAITING, 0, None)


def test_work_goes_on_from_its_checkpoint(member: User) -> None:
    seen: list[Any] = []

    def count(work: Work) -> None:
        seen.append(work.checkpoint)
        with work.transaction():
            work.save_checkpoint({"row": len(seen)})
        if len(seen) == 1:
            raise RuntimeError

    with a_job(count):
        run = done_run(started(member))
        Run.objects.update(due_at=None)
        run = done_run(run)
    assert (seen, run.state, run.checkpoint) == ([None, {"row": 1}], State.DONE, {"row": 2})


def test_what_is_finished_inside_a_transaction_is_not_finished_when_it_fails(member: User) -> None:
    def fall(work: Work) -> None:
        with work.transaction():
            work.finish(Result("all"))
            raise InputError("x", "No.", remedy="Yes.")

    with a_job(fall):
        run = done_run(started(member))
    assert (run.state, run.result) == (State.FAILED, None)


def test_a_late_worker_changes_nothing(member: User) -> None:
    with a_job(lambda work: None):
        started(member)
    late = take_up_run(worker="late", at=AT)
    assert late is not None
    Run.objects.filter(pk=late.pk).update(token=late.token + 1, worker="other")
    work = Work(late)
    for write in (work.fence, lambda: work.save_checkpoint(1), work.finish):
        with pytest.raises(LeaseLost):
            write()
    with a_job(lambda work: None):
        worker.do_run(late)
    run = Run.objects.get(pk=late.pk)
    assert (run.state, run.worker, run.checkpoint, run.result) == (State.RUNNING, "other", None, None)


def test_texts_come_in_the_language_of_the_author(member: User) -> None:
    from django.utils import translation

    member.language = "pl"
    member.save()
    seen: list[str | None] = []
    with a_job(lambda work: seen.append(translation.get_language())):
        done_run(started(member))
    assert seen == ["pl"]
    assert timezone.get_current_timezone_name() == "UTC"
