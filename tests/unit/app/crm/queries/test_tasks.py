"""Lists of tasks: overdue, today, later and done, page by page, at a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Task
from satsuma.app.crm.queries.tasks import PAGE, Due, get_part, list_open_tasks_of, list_parts

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)

pytestmark = pytest.mark.django_db


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def task(due: date | None = None, *, done_minutes: int | None = None, **columns: object) -> int:
    done = {} if done_minutes is None else {"done_at": NOW + timedelta(minutes=done_minutes), "done_on": TODAY}
    return Task.objects.create(title="Send", due_on=due, created_at=NOW, **done, **columns).id


def contact(**columns: object) -> Contact:
    facts = {"kind": "company", "name": "Acme", "name_folded": "acme", "created_at": NOW, "updated_at": NOW}
    return Contact.objects.create(**{**facts, **columns})


@pytest.mark.both_databases
def test_each_task_stands_in_one_part_the_soonest_first_without_a_day_last():
    undated, later, tomorrow = task(), task(day(9)), task(day(1))
    today, overdue, long_overdue = task(day(0)), task(day(-1)), task(day(-9))
    done, done_later = task(day(-3), done_minutes=1), task(done_minutes=2)
    task(day(0), contact=contact(binned_at=NOW))
    shown = {part.due: [row.id for row in part.tasks] for part in list_parts(today=TODAY)}
    assert shown == {
        Due.OVERDUE: [long_overdue, overdue],
        Due.TODAY: [today],
        Due.LATER: [tomorrow, later, undated],
        Due.DONE: [done_later, done],
    }


@pytest.mark.both_databases
@pytest.mark.parametrize("due", list(Due))
def test_pages_follow_without_gap_whatever_is_ticked_off_meanwhile(due: Due):
    made = []
    for number in range(PAGE + 8):
        days = {Due.OVERDUE: -5 + number % 3, Due.TODAY: 0, Due.LATER: 1 + number % 3, Due.DONE: 0}[due]
        undated = due is Due.LATER and number % 4 == 0
        done = number // 2 if due is Due.DONE else None
        made.append(task(None if undated else day(days), done_minutes=done))
    first = get_part(due, today=TODAY)
    assert first.has_more
    if due is not Due.DONE:
        Task.objects.filter(id__in=[row.id for row in first.tasks[:10]]).update(done_at=NOW, done_on=TODAY)
        Task.objects.filter(id=first.tasks[-1].id).update(done_at=NOW, done_on=TODAY)
    second = get_part(due, today=TODAY, after_id=first.tasks[-1].id)
    assert not second.has_more
    assert sorted(row.id for row in (*first.tasks, *second.tasks)) == made


def test_one_owners_list_has_their_tasks_only(member: User):
    mine = task(day(0), owner=member)
    task(day(0))
    assert [row.id for row in get_part(Due.TODAY, today=TODAY, owner_id=member.pk).tasks] == [mine]


@pytest.mark.both_databases
def test_what_is_to_be_done_for_a_contact_is_what_is_open():
    acme = contact()
    undated, soon = task(contact=acme), task(day(1), contact=acme)
    overdue = task(day(-1), contact=acme)
    task(done_minutes=1, contact=acme)
    task(contact=contact())
    assert [row.id for row in list_open_tasks_of(acme)] == [overdue, soon, undated]


def test_queries_do_not_grow_with_rows(member: User):
    def count(rows: int) -> int:
        for number in range(rows):
            task(day(number - 5), owner=member, contact=contact())
            task(done_minutes=number, owner=member, contact=contact())
        with CaptureQueriesContext(connection) as queries:
            for part in list_parts(today=TODAY, owner_id=member.pk):
                for row in part.tasks:
                    str((row.contact, row.owner))
        return len(queries)

    assert count(1) == count(30) == 4
