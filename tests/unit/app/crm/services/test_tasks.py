"""Tasks: for whom, by when, by whom; open until they are ticked off."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.models import Task
from satsuma.app.crm.queries.search import search
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.tasks import (
    TaskEntry,
    create_task,
    delete_task,
    reopen_task,
    save_task,
    tick_off_task,
)
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company() -> int:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": "Acme"}), by=None, at=NOW).contact.id


def task(title: str = "Send the offer", **said: object) -> Task:
    return create_task(entry=TaskEntry(title, **said), by=None, at=NOW)  # type: ignore[arg-type]


def test_a_new_task_holds_what_was_entered(member: User):
    acme = company()
    made = task(" Send the offer ", contact_id=acme, due_on=date(2026, 12, 1), owner_id=member.pk)
    made.refresh_from_db()
    assert (made.title, made.contact_id, made.due_on, made.owner_id) == (
        "Send the offer",
        acme,
        date(2026, 12, 1),
        member.pk,
    )
    assert (made.done_at, made.done_on, made.version, made.created_at) == (None, None, 1, NOW)


def test_everything_that_is_wrong_is_said_at_once():
    binned = company()
    bin_contacts(contact_ids=[binned], by=None, at=NOW)
    with pytest.raises(ValuesError) as raised:
        task("", contact_id=binned, owner_id=99)
    assert raised.value.problems == {
        "title": "Enter a name.",
        "contact": "Choose a company or a person from the list.",
        "owner": "Choose somebody from the list.",
    }


@pytest.mark.both_databases
def test_ticking_off_notes_the_moment_and_the_workspaces_day_once():
    made = task()
    tick_off_task(task_id=made.id, by=None, at=LATE)
    done = tick_off_task(task_id=made.id, by=None, at=NOW)
    assert (done.done_at, done.done_on) == (LATE, date(2026, 11, 27))
    reopened = reopen_task(task_id=made.id, by=None, at=NOW)
    assert (reopened.done_at, reopened.done_on) == (None, None)


def test_the_later_of_two_people_sees_what_the_other_saved(member: User):
    made = task()
    save_task(task_id=made.id, version=1, entry=TaskEntry("Theirs", owner_id=member.pk), by=None, at=NOW)
    with pytest.raises(ConflictError) as raised:
        save_task(task_id=made.id, version=1, entry=TaskEntry("Mine"), by=None, at=NOW)
    assert (raised.value.version, raised.value.theirs) == (2, {"title": "Theirs", "owner": member.pk})
    assert Task.objects.get().title == "Theirs"


def test_who_has_left_may_keep_a_task(member: User):
    made = task(owner_id=member.pk)
    User.objects.update(is_active=False)
    entry = TaskEntry("Renamed", owner_id=member.pk)
    assert save_task(task_id=made.id, version=1, entry=entry, by=None, at=NOW).owner_id == member.pk


def test_search_follows_and_a_deleted_task_is_gone():
    made = task("Send the offer", contact_id=company())

    def found(words: str) -> list[int]:
        return [row.id for group in search(words, things=(Thing.TASK,)) for row in group.rows]

    assert found("offer") == [made.id]
    save_task(task_id=made.id, version=1, entry=TaskEntry("Call back", contact_id=made.contact_id), by=None, at=NOW)
    assert (found("offer"), found("back")) == ([], [made.id])
    delete_task(task_id=made.id, by=None, at=NOW)
    assert found("back") == []
    with pytest.raises(NotFoundError):
        tick_off_task(task_id=made.id, by=None, at=NOW)
