"""What the list of tasks shows. Made by `views.tasks`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Task
from satsuma.app.crm.queries.tasks import Due, Part, get_part, list_parts

NAMES: dict[Due, str | Promise] = {
    Due.OVERDUE: _("Overdue"),
    Due.TODAY: _("Today"),
    Due.LATER: _("Later"),
    Due.DONE: _("Done"),
}


@dataclass(frozen=True, slots=True)
class TaskPart:
    """A heading, the tasks under it, and where more of them are; "" if there are none."""

    due: Due
    name: str
    tasks: Sequence[Task]
    more_url: str


@dataclass(frozen=True, slots=True)
class TasksPage:
    """Every part of the list that holds something."""

    parts: Sequence[TaskPart]
    is_mine: bool
    today: date


def tasks_page(reader: User, *, is_mine: bool, today: date) -> TasksPage:
    """Four queries."""
    parts = list_parts(today=today, owner_id=reader.pk if is_mine else None)
    return TasksPage([_part(part, is_mine) for part in parts if part.tasks], is_mine, today)


def task_part(due: Due, reader: User, *, is_mine: bool, today: date, after_id: int | None) -> TaskPart:
    """Two queries."""
    return _part(get_part(due, today=today, owner_id=reader.pk if is_mine else None, after_id=after_id), is_mine)


def _part(part: Part, is_mine: bool) -> TaskPart:
    more = ""
    if part.has_more:
        asked = {"due": part.due.value, "after": part.tasks[-1].id} | ({} if is_mine else {"owner": "all"})
        more = f"{reverse('task_part')}?{urlencode(asked)}"
    return TaskPart(part.due, str(NAMES[part.due]), part.tasks, more)
