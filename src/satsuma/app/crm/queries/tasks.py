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


def get_part(due: Due, *, today: date, owner_id: int | None = None, after_id: int | None = None) -> Part:
    """One part of the list, from the task after `after_id` on: the soonest first, those without a day last; of what is
    done the latest first. Tasks of contacts in the bin are left out. One query, two with `after_id`."""
    rows = Task.objects.filter(_CONTACT_IS_THERE).select_related("contact", "owner")
    if owner_id is not None:
        rows = rows.filter(owner=owner_id)
    if after_id is not None and (last := Task.objects.filter(id=after_id).first()) is not None:
        rows = rows.filter(_below(last, due))
    found = list(_sorted(rows, due, today)[: PAGE + 1])
    return Part(due, found[:PAGE], len(found) > PAGE)


def list_open_tasks_of(contact: Contact, *, most: int = 20) -> list[Task]:
    """What is to be done for a contact, the soonest first, those without a day last. One query."""
    rows = Task.objects.filter(contact=contact.id, done_at__isnull=True).select_related("contact", "owner")
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "id")[:most])


_CONTACT_IS_THERE = Q(contact__isnull=True) | Q(contact__binned_at__isnull=True)


def _below(last: Task, due: Due) -> Q:
    """What stands below a task in its part of the list, as it is sorted there."""
    if due is Due.DONE:
        if last.done_at is None:  # its tick was taken away meanwhile: the list begins anew
            return Q()
        return Q(done_at__lt=last.done_at) | Q(done_at=last.done_at, id__lt=last.id)
    if last.due_on is None:
        return Q(due_on__isnull=True, id__gt=last.id)
    return Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, id__gt=last.id) | Q(due_on__isnull=True)


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
