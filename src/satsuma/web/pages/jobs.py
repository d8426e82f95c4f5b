"""What the pages of jobs show. Made by `views.jobs`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from babel.dates import format_timedelta
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.queries.runs import RunStatus
from satsuma.app.jobs.services.leases import TRIES
from satsuma.app.locale import active_locale, number, percent

COLOURS = {
    State.WAITING: "slate",
    State.RUNNING: "blue",
    State.DONE: "green",
    State.FAILED: "red",
    State.CANCELLED: "yellow",
}
FINEST_SPEED = 10
"""Below so many a second, one decimal is shown."""


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it is just now. Texts are empty where there is nothing to say; `total` is 0 while nobody knows it."""

    id: int
    title: str
    state_label: str
    colour: str
    author: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    is_over: bool
    is_running: bool
    done: int
    total: int
    phase: str
    speed: str
    time_left: str
    error_message: str
    error_remedy: str
    error_id: str
    tries: str
    result: str
    result_url: str
    can_cancel: bool
    can_retry: bool

    @classmethod
    def of(cls, status: RunStatus) -> JobView:
        run, state, pulse = status.run, status.state, status.pulse
        error, result = run.error or {}, run.result or {}
        return cls(
            id=run.pk,
            title=run.title,
            state_label=_("Stopping") if status.cancel_asked and not state.is_over else _state_label(state),
            colour=COLOURS[state],
            author=str(run.created_by) if run.created_by else _("Satsuma"),
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            is_over=state.is_over,
            is_running=state == State.RUNNING,
            done=pulse.done if pulse else run.done,
            total=pulse.total if pulse else run.total,
            phase=pulse.phase if pulse else "",
            speed=_speed(pulse.per_second) if pulse else "",
            time_left=_time_left(pulse.seconds_left) if pulse else "",
            error_message=error.get("message", ""),
            error_remedy=error.get("remedy", ""),
            error_id=error.get("id", ""),
            tries=_tries(run, state),
            result=result.get("text", ""),
            result_url=_address(result.get("link")),
            can_cancel=not state.is_over and not status.cancel_asked,
            can_retry=state in (State.FAILED, State.CANCELLED),
        )

    @property
    def percent(self) -> str:
        return percent(min(self.done / self.total, 1)) if self.total else ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of states above the list."""

    label: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class JobsPage:
    """The list. `next_url` leads to older ones, "" where there are none; `is_live`: something on it still moves."""

    title: str
    tabs: Sequence[Tab]
    jobs: Sequence[JobView]
    next_url: str
    worker_is_silent: bool

    @property
    def is_live(self) -> bool:
        return any(not job.is_over for job in self.jobs)


STATES: dict[str, tuple[State, ...]] = {
    "all": (),
    "unfinished": (State.WAITING, State.RUNNING),
    "failed": (State.FAILED,),
}
"""What the address calls a choice of states."""


def tabs(active: str) -> list[Tab]:
    labels = {"all": _("All"), "unfinished": _("Going on"), "failed": _("Failed")}
    return [Tab(labels[key], f"{reverse('jobs')}?{urlencode({'show': key})}", key == active) for key in STATES]


def _state_label(state: State) -> str:
    return {
        State.WAITING: _("Waiting"),
        State.RUNNING: _("Running"),
        State.DONE: _("Done"),
        State.FAILED: _("Failed"),
        State.CANCELLED: _("Cancelled"),
    }[state]


def _tries(run: Run, state: State) -> str:
    if state == State.WAITING and run.attempts:
        return _("Try %(try)s of %(tries)s comes soon.") % {"try": run.attempts + 1, "tries": TRIES}
    if state == State.FAILED and run.attempts > 1:
        return _("Tried %(tries)s times.") % {"tries": run.attempts}
    return ""


def _speed(per_second: float) -> str:
    if per_second <= 0:
        return ""
    shown = number(per_second, decimals=0 if per_second >= FINEST_SPEED else 1)
    return _("%(number)s per second") % {"number": shown}


def _time_left(seconds: float | None) -> str:
    if seconds is None or seconds <= 0:
        return ""
    left = format_timedelta(timedelta(seconds=ceil(seconds)), threshold=1.2, locale=active_locale())
    return _("about %(time)s left") % {"time": left}


def _address(link: dict[str, object] | None) -> str:
    """Where the result is; "" if there is none, or this version has no such page."""
    if not link:
        return ""
    try:
        url = reverse(str(link["name"]), args=list(link.get("args") or []))  # type: ignore[call-overload]
    except NoReverseMatch:
        return ""
    query = link.get("query")
    return f"{url}?{urlencode(query)}" if isinstance(query, dict) and query else str(url)
