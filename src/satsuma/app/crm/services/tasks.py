"""Creates, saves, ticks off and deletes tasks. Called by web. Tasks feed no metric: nothing else follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.errors import ConflictError, NotFoundError
from satsuma.app.crm.labels import Problems, checked_label
from satsuma.app.crm.models import Task
from satsuma.app.crm.search.index import forget, index_tasks
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.links import checked_contact, checked_owner


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """What somebody says about a task: for whom (a contact, or nobody), by when (a day, or any time), done by whom."""

    title: str
    contact_id: int | None = None
    due_on: date | None = None
    owner_id: int | None = None


@transaction.atomic
def create_task(*, entry: TaskEntry, by: User | None, at: datetime) -> Task:
    """A new task. Raises ValuesError with a sentence per answer that cannot be kept."""
    task = Task(created_at=at)
    _write_entry(task, entry)
    return _write(task)


@transaction.atomic
def save_task(*, task_id: int, version: int, entry: TaskEntry, by: User | None, at: datetime) -> Task:
    """Says of the task what the entry says. Raises ValuesError, NotFoundError, and ConflictError with the stored
    answers by name if somebody saved after `version`."""
    task = lock_task(task_id)
    if task.version != version:
        stored = TaskEntry(task.title, task.contact_id, task.due_on, task.owner_id)
        raise ConflictError(version=task.version, theirs=_differing(stored, entry))
    _write_entry(task, entry)
    task.version += 1
    return _write(task)


@transaction.atomic
def tick_off_task(*, task_id: int, by: User | None, at: datetime) -> Task:
    """Marks it as done, now; a task that is done stays as it is. Raises NotFoundError."""
    task = lock_task(task_id)
    if task.done_at is None:
        task.done_at, task.done_on = at, workspace_day(at)
        task.save(update_fields=["done_at", "done_on"])
    return task


@transaction.atomic
def reopen_task(*, task_id: int, by: User | None, at: datetime) -> Task:
    """Takes the tick away. Raises NotFoundError."""
    task = lock_task(task_id)
    task.done_at = task.done_on = None
    task.save(update_fields=["done_at", "done_on"])
    return task


@transaction.atomic
def delete_task(*, task_id: int, by: User | None, at: datetime) -> None:
    """Removes the task for good. Raises NotFoundError."""
    lock_task(task_id)
    forget(Thing.TASK, [task_id])
    Task.objects.filter(id=task_id).delete()


def lock_task(task_id: int) -> Task:
    """The task's row, locked until the transaction ends. Raises NotFoundError."""
    task = Task.objects.select_for_update().filter(id=task_id).first()
    if task is None:
        raise NotFoundError(_("This task is no longer there."), task_id=task_id)
    return task


def _write_entry(task: Task, entry: TaskEntry) -> None:
    problems = Problems()
    task.title = problems.read("title", lambda: checked_label(entry.title))
    with problems.beside("contact"):
        task.contact_id = checked_contact(entry.contact_id, before=task.contact_id)
    with problems.beside("owner"):
        task.owner_id = checked_owner(entry.owner_id, before=task.owner_id)
    task.due_on = entry.due_on
    problems.end()


def _write(task: Task) -> Task:
    task.save()
    index_tasks([task.id])
    return task


def _differing(stored: TaskEntry, entry: TaskEntry) -> dict[str, object]:
    names = ("title", "contact_id", "due_on", "owner_id")
    kept = {name: getattr(stored, name) for name in names if getattr(stored, name) != getattr(entry, name)}
    return {name.removesuffix("_id"): value for name, value in kept.items()}
