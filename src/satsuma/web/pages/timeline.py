"""What the timeline of a contact shows. Made by `views.timeline` and `views.activities`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from satsuma.app.crm.models import Contact, Task
from satsuma.app.crm.queries.tasks import list_open_tasks_of
from satsuma.app.crm.queries.timeline import Line, Place, list_timeline


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """A page of the timeline; `tasks` are what is to be done, on the first page only; `after` leads to the next one, ""
    at the end."""

    contact: Contact
    tasks: Sequence[Task]
    lines: Sequence[Line]
    after: str
    is_first: bool


def timeline_page(contact: Contact, *, after: Place | None = None) -> TimelinePage:
    """Seven queries at most."""
    timeline = list_timeline(contact, after=after)
    tasks = [] if after else list_open_tasks_of(contact)
    return TimelinePage(contact, tasks, timeline.lines, str(timeline.after or ""), after is None)
