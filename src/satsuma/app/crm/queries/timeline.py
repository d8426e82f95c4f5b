"""What has happened with a contact, newest first: touches, deals opened and closed, tasks done and due. Called by the
profile's timeline.

A page is read from five streams, each sorted by an index, and merged here. Within a day: what is due stands above what
was closed, done, said and opened, and what was entered last above what was entered first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any

from django.db.models import Q, QuerySet

from satsuma.app.crm.models import Activity, Contact, Deal, Task
from satsuma.domain.model import Kind

PAGE = 30
MOST_PEOPLE = 5_000
"""People of one company whose own rows its timeline shows; what was logged with the company itself is always shown."""


class Stream(IntEnum):
    """Where a line comes from; the number is its place within a day."""

    DEAL_OPENED = 1
    ACTIVITY = 2
    TASK_DONE = 3
    DEAL_CLOSED = 4
    TASK_DUE = 5


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a line stands: the day, the stream, the row."""

    on: date
    stream: Stream
    id: int

    def __str__(self) -> str:
        return f"{self.on.isoformat()}.{self.stream:d}.{self.id}"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, or will: of activity, deal and task the one that the stream names."""

    place: Place
    activity: Activity | None = None
    deal: Deal | None = None
    task: Task | None = None

    @property
    def is_opened(self) -> bool:
        """Whether the line is about a deal's beginning, rather than its end."""
        return self.place.stream is Stream.DEAL_OPENED


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of lines; `after` is the place to go on from, None at the end."""

    lines: Sequence[Line]
    after: Place | None


def list_timeline(contact: Contact, *, after: Place | None = None, size: int = PAGE) -> Timeline:
    """The next lines of a contact: a company's own and those of its people, or a person's. Six queries for a company,
    five for a person, whatever the number of rows."""
    whose = _people_of(contact) if contact.kind == Kind.COMPANY else None
    lines = sorted(_lines(contact, whose, after, size + 1), key=lambda line: line.place, reverse=True)
    shown = lines[:size]
    return Timeline(shown, shown[-1].place if len(lines) > size else None)


def find_place(text: str) -> Place | None:
    """The place that `str` wrote, None for anything else."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    try:
        return Place(date.fromisoformat(match[1]), Stream(int(match[2])), int(match[3]))
    except ValueError:
        return None


_PLACE = re.compile(r"(\d{4}-\d\d-\d\d)\.([1-5])\.(\d{1,18})", re.ASCII)


def _people_of(company: Contact) -> list[int]:
    people = Contact.objects.filter(company=company.id, kind=Kind.PERSON, binned_at__isnull=True)
    return list(people.order_by("-id").values_list("id", flat=True)[:MOST_PEOPLE])


def _lines(contact: Contact, people: list[int] | None, after: Place | None, most: int) -> Iterator[Line]:
    with_contact = Q(person=contact.id) if people is None else Q(company=contact.id) | Q(person__in=people)
    of_contact = Q(contact=contact.id) if people is None else Q(contact__in=[contact.id, *people])
    activities = Activity.objects.filter(with_contact).select_related("author", "company", "person", "deal")
    deals = Deal.objects.filter(with_contact, binned_at__isnull=True).select_related("company", "person", "stage")
    tasks = Task.objects.filter(of_contact).select_related("contact", "owner")

    for activity in _page(activities, "happened_on", Stream.ACTIVITY, after, most):
        yield Line(Place(activity.happened_on, Stream.ACTIVITY, activity.id), activity=activity)
    for deal in _page(deals, "opened_on", Stream.DEAL_OPENED, after, most):
        yield Line(Place(_day(deal.opened_on), Stream.DEAL_OPENED, deal.id), deal=deal)
    for deal in _page(deals.exclude(state="open"), "closed_on", Stream.DEAL_CLOSED, after, most):
        yield Line(Place(_day(deal.closed_on), Stream.DEAL_CLOSED, deal.id), deal=deal)
    for task in _page(tasks, "done_on", Stream.TASK_DONE, after, most):
        yield Line(Place(_day(task.done_on), Stream.TASK_DONE, task.id), task=task)
    for task in _page(tasks.filter(done_at__isnull=True), "due_on", Stream.TASK_DUE, after, most):
        yield Line(Place(_day(task.due_on), Stream.TASK_DUE, task.id), task=task)


def _page(rows: QuerySet[Any], day: str, stream: Stream, after: Place | None, most: int) -> Iterable[Any]:
    """The first rows of a stream that have a day, below the place."""
    rows = rows.filter(**{f"{day}__isnull": False})
    if after is not None:
        below = Q(**{f"{day}__lt": after.on})
        if stream < after.stream:
            below |= Q(**{day: after.on})
        elif stream == after.stream:
            below |= Q(**{day: after.on, "id__lt": after.id})
        rows = rows.filter(below)
    return rows.order_by(f"-{day}", "-id")[:most]


def _day(day: date | None) -> date:
    assert day is not None
    return day
