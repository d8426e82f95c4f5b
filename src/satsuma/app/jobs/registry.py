"""The kinds of jobs: functions by name. Filled by the modules `jobs` of the apps, read by the services and the worker.

@job("import", title=gettext_lazy("Import"))
def run_import(work: Work) -> Result | None:
    for rows in batches(work.checkpoint):
        with work.transaction():                    # fenced: a worker that lost its lease writes nothing
            write(rows)
            work.save_checkpoint(...)               # together with what was written
        work.progress(done, total, gettext("Writing rows"))
    return Result(gettext("412 companies"), link=Link("import", [7]))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from satsuma.app.accounts.permissions import Permission
from satsuma.app.jobs.result import Result

if TYPE_CHECKING:
    from satsuma.app.jobs.work import Work

LEASE_SECONDS = 30.0
"""Without a sign of life for so long, a worker is taken for dead."""


Function = Callable[["Work"], Result | None]
Times = Callable[[], Sequence[time]]
"""Gives times of the day, in the workspace's zone, as they are set just now."""
Needs = Permission | Callable[[Mapping[str, Any]], Permission]
"""A permission, or a function that says by a run's arguments which one."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """`daily_at`: it starts by itself every day at this time of the workspace's zone, or later if nothing ran then.
    `also_at` says at which further times, where people choose them. `needs`: what somebody must be allowed to try it
    again."""

    name: str
    title: str | Promise
    function: Function
    lease_seconds: float = LEASE_SECONDS
    daily_at: time | None = None
    also_at: Times | None = None
    needs: Needs = Permission.VIEW

    def times(self) -> Mapping[str, time]:
        """Every time of the day at which it starts, by the name under which the schedule knows it."""
        found = {self.name: self.daily_at} if self.daily_at else {}
        return found | {time_name(self.name, at): at for at in (self.also_at() if self.also_at else ())}

    def needed(self, arguments: Mapping[str, Any]) -> Permission:
        """What somebody must be allowed to try a run with these arguments again."""
        return self.needs if isinstance(self.needs, Permission) else self.needs(arguments)


_KINDS: dict[str, JobKind] = {}


def job(
    name: str,
    *,
    title: str | Promise,
    lease_seconds: float = LEASE_SECONDS,
    daily_at: time | None = None,
    also_at: Times | None = None,
    needs: Needs = Permission.VIEW,
) -> Callable[[Function], Function]:
    """Makes a function the job of this name. `title` is shown for runs that were started without one of their own."""

    def register(function: Function) -> Function:
        known = _KINDS.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two jobs are called {name!r}.")
        _KINDS[name] = JobKind(name, title, function, lease_seconds, daily_at, also_at, needs)
        return function

    return register


def time_name(kind: str, at: time) -> str:
    """What the schedule calls one of several times of a kind."""
    return f"{kind} {at:%H:%M}"


def find_kind(name: str) -> JobKind | None:
    load_kinds()
    return _KINDS.get(name)


def list_kinds() -> list[JobKind]:
    load_kinds()
    return list(_KINDS.values())


@cache
def load_kinds() -> None:
    """Imports the modules `jobs` of the apps, when a kind is first asked for: what jobs need is large, and commands
    that start nothing need not wait for it."""
    autodiscover_modules("jobs")


def forget_kind(name: str) -> None:
    """Takes a job back; for tests that make their own."""
    _KINDS.pop(name, None)
