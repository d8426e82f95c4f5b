"""Who sees which runs, and may cancel or retry them: their own; administrators all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from satsuma.app.accounts.errors import NotAllowedError
from satsuma.app.accounts.permissions import Permission, Role, permissions_of
from satsuma.app.jobs.errors import RunNotFoundError, RunStateError
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.pulse import Pulse, ask_to_cancel, write_pulse
from satsuma.app.jobs.queries.runs import (
    RunStatus,
    get_run_of,
    get_status_of,
    list_statuses_of,
    list_unfinished_of,
)
from satsuma.app.jobs.services.runs import cancel_run, retry_run, start_run
from support.jobs import a_job

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User

pytestmark = pytest.mark.both_databases
AT = datetime.fromisoformat("2026-11-26T09:30:00+00:00")


def started(by: User | None, **facts: object) -> Run:
    with a_job(lambda work: None):
        run = start_run(kind="test", arguments={}, by=by, at=AT)
    for name, value in facts.items():
        setattr(run, name, value)
    run.save()
    return run


def test_people_see_their_own_and_administrators_all(member: User, manager: User, administrator: User) -> None:
    own, other, nobody = started(member), started(manager), started(None)
    assert [status.run.pk for status in list_statuses_of(member)] == [own.pk]
    assert [status.run.pk for status in list_statuses_of(administrator)] == [nobody.pk, other.pk, own.pk]
    assert get_run_of(administrator, other.pk) == other


@pytest.mark.parametrize(
    "reach",
    [
        lambda run_id, reader: get_run_of(reader, run_id),
        lambda run_id, reader: cancel_run(run_id=run_id, by=reader, at=AT),
        lambda run_id, reader: retry_run(run_id=run_id, by=reader, at=AT),
    ],
    ids=["see", "cancel", "retry"],
)
def test_what_is_somebody_elses_does_not_exist(
    member: User, manager: User, reach: Callable[[int, User], object]
) -> None:
    other = started(manager, state=State.FAILED)
    with pytest.raises(RunNotFoundError):
        reach(other.pk, member)
    assert Run.objects.get(pk=other.pk).state == State.FAILED


@pytest.mark.parametrize("state", [State.WAITING, State.RUNNING, State.DONE])
def test_only_what_failed_or_was_cancelled_is_tried_again(member: User, state: State) -> None:
    run = started(member, state=state)
    with pytest.raises(RunStateError):
        retry_run(run_id=run.pk, by=member, at=AT)
    assert Run.objects.get(pk=run.pk).state == state


@pytest.mark.parametrize(
    ("kind", "arguments", "needs"),
    [
        ("import_check", {}, Permission.IMPORT),
        ("import_run", {}, Permission.IMPORT),
        ("import_undo", {}, Permission.IMPORT),
        ("bulk_change", {"address": None}, Permission.EDIT_CONTACTS),
        ("bulk_change", {"address": ""}, Permission.IMPORT),
        ("bulk_undo", {}, Permission.EDIT_CONTACTS),
    ],
)
@pytest.mark.parametrize("role", list(Role))
def test_whoever_lost_a_role_does_not_try_its_jobs_again(
    manager: User, kind: str, arguments: dict[str, Any], needs: Permission, role: Role
) -> None:
    run = started(manager, state=State.FAILED, kind=kind, arguments=arguments)
    manager.role = role
    manager.save()
    if needs in permissions_of(role):
        assert retry_run(run_id=run.pk, by=manager, at=AT).state == State.WAITING
    else:
        with pytest.raises(NotAllowedError):
            retry_run(run_id=run.pk, by=manager, at=AT)
        assert Run.objects.get(pk=run.pk).state == State.FAILED


def test_lists_can_be_of_some_states_and_go_on_page_by_page(member: User) -> None:
    runs = [started(member, state=State.FAILED if number % 2 else State.DONE) for number in range(5)]
    failed = list_statuses_of(member, states=[State.FAILED])
    assert [status.run.pk for status in failed] == [runs[3].pk, runs[1].pk]
    page = list_statuses_of(member, before_id=runs[3].pk, limit=2)
    assert [status.run.pk for status in page] == [runs[2].pk, runs[1].pk]


def test_a_running_run_is_seen_with_its_pulse_and_the_wish_to_cancel_it(member: User) -> None:
    run = started(member, state=State.RUNNING, token=2)
    pulse = Pulse(7, AT, 10, 20, "Reading", 5.0)
    write_pulse(run.pk, 2, pulse)
    write_pulse(run.pk, 1, Pulse(9, AT))
    assert get_status_of(member, run.pk) == RunStatus(run, pulse, cancel_asked=False)
    ask_to_cancel(run.pk)
    assert get_status_of(member, run.pk) == RunStatus(run, pulse, cancel_asked=True)


def test_the_top_bar_shows_what_is_going_on_for_the_reader(member: User, administrator: User) -> None:
    waiting, running = started(member), started(member, state=State.RUNNING)
    started(member, state=State.DONE)
    started(administrator)
    assert [status.run.pk for status in list_unfinished_of(member)] == [waiting.pk, running.pk]
