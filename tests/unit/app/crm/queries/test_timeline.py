"""The timeline of a contact: everything once, newest first, page by page, at a fixed number of queries."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.crm.models import Activity, Contact, Deal, Stage, Task
from satsuma.app.crm.queries.timeline import Line, Place, Stream, find_place, list_timeline
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)

pytestmark = pytest.mark.django_db


def contact(kind: Kind, company: Contact | None = None, **columns: object) -> Contact:
    return Contact.objects.create(
        kind=kind, name="Somebody", name_folded="somebody", company=company, created_at=NOW, updated_at=NOW, **columns
    )


def activity(on: date, company: Contact | None = None, person: Contact | None = None) -> Activity:
    return Activity.objects.create(
        kind="call", company=company, person=person, happened_at=NOW, happened_on=on, created_at=NOW
    )


def deal(of: Contact, opened: date | None, closed: date | None = None, **columns: object) -> Deal:
    state = "won" if closed else "open"
    stage, _ = Stage.objects.get_or_create(key=state, defaults={"label": state, "state": state})
    facts = {"title": "Rollout", "currency": "EUR", "stage": stage, "state": state, "created_at": NOW}
    facts[of.kind] = of
    return Deal.objects.create(opened_on=opened, closed_on=closed, updated_at=NOW, **{**facts, **columns})


def task(of: Contact, due: date | None = None, done: date | None = None) -> Task:
    return Task.objects.create(
        title="Send", contact=of, due_on=due, done_on=done, done_at=NOW if done else None, created_at=NOW
    )


def places(lines: list[Line]) -> list[tuple[Stream, int]]:
    return [(line.place.stream, line.place.id) for line in lines]


def whole(of: Contact, size: int) -> list[Line]:
    """The timeline, read page by page."""
    page = list_timeline(of, size=size)
    lines = list(page.lines)
    while page.after is not None:
        assert len(page.lines) == size
        page = list_timeline(of, after=find_place(str(page.after)), size=size)
        lines += page.lines
    return lines


@pytest.mark.both_databases
def test_within_a_day_what_is_due_stands_above_what_was_closed_done_said_and_opened():
    acme = contact(Kind.COMPANY)
    first, second = activity(TODAY, acme), activity(TODAY, acme)
    sale = deal(acme, TODAY, TODAY)
    done, due = task(acme, due=TODAY, done=TODAY), task(acme, due=TODAY)
    yesterday, tomorrow = activity(TODAY - timedelta(days=1), acme), task(acme, due=TODAY + timedelta(days=1))
    assert places(whole(acme, 100)) == [
        (Stream.TASK_DUE, tomorrow.id),
        (Stream.TASK_DUE, due.id),
        (Stream.DEAL_CLOSED, sale.id),
        (Stream.TASK_DONE, done.id),
        (Stream.ACTIVITY, second.id),
        (Stream.ACTIVITY, first.id),
        (Stream.DEAL_OPENED, sale.id),
        (Stream.ACTIVITY, yesterday.id),
    ]


def test_a_companys_timeline_has_its_own_and_its_peoples_and_nobody_elses():
    acme, other = contact(Kind.COMPANY), contact(Kind.COMPANY)
    ada, binned = contact(Kind.PERSON, acme), contact(Kind.PERSON, acme, binned_at=NOW)
    stranger = contact(Kind.PERSON, other)
    own, hers = activity(TODAY, acme), activity(TODAY, person=ada)
    both = activity(TODAY, acme, ada)
    for of in (binned, stranger):
        activity(TODAY, person=of)
        task(of, due=TODAY)
    hers_to_do = task(ada, due=TODAY)
    activity(TODAY, other)
    assert places(whole(acme, 100)) == [
        (Stream.TASK_DUE, hers_to_do.id),
        (Stream.ACTIVITY, both.id),
        (Stream.ACTIVITY, hers.id),
        (Stream.ACTIVITY, own.id),
    ]
    assert places(whole(ada, 100)) == [
        (Stream.TASK_DUE, hers_to_do.id),
        (Stream.ACTIVITY, both.id),
        (Stream.ACTIVITY, hers.id),
    ]


def test_what_has_no_day_or_is_in_the_bin_is_not_on_it():
    acme = contact(Kind.COMPANY)
    deal(acme, None)
    deal(acme, TODAY, binned_at=NOW)
    task(acme)
    assert whole(acme, 100) == []


@pytest.mark.both_databases
@pytest.mark.parametrize("size", [1, 2, 7])
def test_pages_together_hold_everything_once_in_order(size: int):
    chance = random.Random(7)
    acme = contact(Kind.COMPANY)
    ada = contact(Kind.PERSON, acme)
    expected = []
    for _ in range(12):
        day = TODAY - timedelta(days=chance.randrange(4))
        expected.append(Place(day, Stream.ACTIVITY, activity(day, acme, chance.choice([None, ada])).id))
        expected.append(Place(day, Stream.DEAL_OPENED, (sale := deal(acme, day, closed=TODAY)).id))
        expected.append(Place(TODAY, Stream.DEAL_CLOSED, sale.id))
        expected.append(Place(day, Stream.TASK_DONE, task(ada, done=day).id))
        expected.append(Place(day, Stream.TASK_DUE, task(acme, due=day).id))
    assert [line.place for line in whole(acme, size)] == sorted(expected, reverse=True)


def _shown(line: Line) -> object:
    """What a page reads of a line."""
    if line.activity:
        return line.activity.author, line.activity.person, line.activity.deal
    if line.deal:
        return line.deal.stage, line.deal.person
    assert line.task
    return line.task.owner, line.task.contact


@pytest.mark.parametrize("kind", list(Kind))
def test_queries_do_not_grow_with_rows(kind: Kind):
    def count(rows: int) -> int:
        of = contact(kind)
        for number in range(rows):
            day = TODAY - timedelta(days=number)
            activity(day, *((of, None) if kind is Kind.COMPANY else (None, of)))
            task(of, due=day)
            task(of, done=day)
            if kind is Kind.COMPANY:
                activity(day, person=contact(Kind.PERSON, of))
            deal(of, day, day)
        with CaptureQueriesContext(connection) as queries:
            for line in list_timeline(of).lines:
                _shown(line)
        return len(queries)

    assert count(1) == count(30) == (6 if kind is Kind.COMPANY else 5)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-11-26", "2026-11-26.2", "2026-11-26.9.1", "2026-13-01.2.1", "2026-11-26.2.-1", "٢٠٢٦-11-26.2.1"],
)
def test_what_names_no_place_is_none(text: str):
    assert find_place(text) is None
