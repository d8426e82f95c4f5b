"""Reads of tasks: somebody's, everybody's, a contact's. Called by pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Contact, Task

PAGE = 50


class Due(StrEnum):
    """The parts of a list of tasks."""

    OVERDUE = "overdue"
    TODAY = "today"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Part:
    """Tasks that are due alike, and whether there are more of them than shown."""

    due: Due
    tasks: Sequence[Task]
    has_more: bool


def get_task(task_id: int) -> Task:
    """The task with its contact and owner. One query. Raises NotFoundError."""
    task = Task.objects.select_related("contact", "owner").filter(id=task_id).first()
    if task is None:
        raise NotFoundError(_("This task is no longer there."), task_id=task_id)
    return task


def list_parts(*, today: date, owner_id: int | None = None) -> list[Part]:
    """Overdue, today, later and done: everybody's tasks, or those of one owner. Four queries."""
    return [get_part(due, today=today, owner_id=owner_id) for due in Due]


def get_part(due: Due, *, today: date, owner_id: int | None = None, skip: int = 0) -> Part:
    """One part of the list, from the task after the first `skip` on: the soonest first, those without a day last; of
    what is done the latest first. Tasks of contacts in the bin are left out. One query."""
    rows = Task.objects.filter(_CONTACT_IS_THERE).select_related("contact", "owner")
    if owner_id is not None:
        rows = rows.filter(owner=owner_id)
    found = list(_sorted(rows, due, today)[skip : skip + PAGE + 1])
    return Part(due, found[:PAGE], len(found) > PAGE)


def list_open_tasks_of(contact: Contact, *, most: int = 20) -> list[Task]:
    """What is to be done for a contact, the soonest first, those without a day last. One query."""
    rows = Task.objects.filter(contact=contact.id, done_at__isnull=True).select_related("contact", "owner")
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "id")[:most])


_CONTACT_IS_THERE = Q(contact__isnull=True) | Q(contact__binned_at__isnull=True)


def _sorted(rows: QuerySet[Task], due: Due, today: date) -> QuerySet[Task]:
    if due is Due.DONE:
        return rows.filter(done_at__isnull=False).order_by("-done_at", "-id")
    rows = rows.filter(done_at__isnull=True)
    match due:
        case Due.OVERDUE:
            return rows.filter(due_on__lt=today).order_by("due_on", "id")
        case Due.TODAY:
            return rows.filter(due_on=today).order_by("id")
        case Due.LATER:
            later = rows.filter(Q(due_on__gt=today) | Q(due_on__isnull=True))
            return later.order_by(F("due_on").asc(nulls_last=True), "id")
