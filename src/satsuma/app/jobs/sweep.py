"""What every worker looks after, whoever was woken: leases of dead workers, waiting runs, daily work. Called by
`process` every few seconds, and by tests with times of their own.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from satsuma.app.jobs.failures import describe_death
from satsuma.app.jobs.models import Run, State
from satsuma.app.jobs.pulse import find_pulses, forget_pulse, note_worker_alive
from satsuma.app.jobs.queries.leases import list_running
from satsuma.app.jobs.queries.runs import count_runs
from satsuma.app.jobs.queue import wake_workers
from satsuma.app.jobs.registry import LEASE_SECONDS, find_kind
from satsuma.app.jobs.services.leases import take_away_run
from satsuma.app.jobs.services.schedules import start_daily_runs
from satsuma.app.jobs.worker import reading_as_author

log = logging.getLogger("satsuma.jobs")

SWEEP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Sign:
    """The last sign of life of a run's worker, and when this process first saw it, on its own steady clock."""

    token: int
    beat: int
    seen_seconds: float


@dataclass
class Sweep:
    """Watches the signs of life of all running runs.

    Clocks of machines may be wrong and may be set; none is compared with another here. A worker is dead when its pulse
    has not changed for the length of the lease on the steady clock of the process that watches.
    """

    signs: dict[int, Sign] = field(default_factory=dict)

    def once(self, *, steady_seconds: float, at: datetime) -> None:
        """One round. `steady_seconds` comes from a clock that only runs forward."""
        note_worker_alive(at)
        for run in self.list_dead(steady_seconds):
            self._take_away(run, at)
        start_daily_runs(at=at)
        for _each in range(min(count_runs(State.WAITING), 2)):
            wake_workers()

    def list_dead(self, steady_seconds: float) -> list[Run]:
        """The running runs without a sign of life for the length of their lease."""
        running = list_running()
        pulses = find_pulses({run.pk: run.token for run in running})
        before, self.signs = self.signs, {}
        for run in running:
            beat = pulses[run.pk].beat if run.pk in pulses else 0
            known = before.get(run.pk)
            same = known is not None and (known.token, known.beat) == (run.token, beat)
            self.signs[run.pk] = known if known and same else Sign(run.token, beat, steady_seconds)
        return [run for run in running if steady_seconds - self.signs[run.pk].seen_seconds >= _lease_seconds(run)]

    def _take_away(self, run: Run, at: datetime) -> None:
        with reading_as_author(run):
            state = take_away_run(run_id=run.pk, token=run.token, error=describe_death(), at=at)
        if state is not None:
            forget_pulse(run.pk, run.token)
            log.warning("run %s was taken from %s, which seems to be dead; it is %s", run.pk, run.worker, state)


def _lease_seconds(run: Run) -> float:
    kind = find_kind(run.kind)
    return kind.lease_seconds if kind else LEASE_SECONDS
