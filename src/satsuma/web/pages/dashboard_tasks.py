"""The reader's tasks that are due. Shown by the dashboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Task
from satsuma.app.crm.queries.tasks import Due, get_part

SHOWN = 6


@dataclass(frozen=True, slots=True)
class DueTasks:
    """Overdue ones first, then today's; `more` if there are more of them than shown."""

    tasks: Sequence[Task]
    overdue: int
    more: bool
    today: date


def due_tasks(reader: User, today: date) -> DueTasks:
    """Two queries."""
    overdue, now = (get_part(due, today=today, owner_id=reader.pk) for due in (Due.OVERDUE, Due.TODAY))
    tasks = [*overdue.tasks, *now.tasks]
    return DueTasks(tasks[:SHOWN], len(overdue.tasks), len(tasks) > SHOWN, today)
