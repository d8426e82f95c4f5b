"""Kills a worker before each statement of a job in turn, or every n-th; prints what came of it when another took the
run up.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from support.faults import (
    answer,
    dying_before_statement,
    effect,
    effects,
    in_child,
    let_leases_end,
    open_installation,
)

if TYPE_CHECKING:
    from satsuma.app.jobs.result import Result
    from satsuma.app.jobs.work import Work

STEPS = 4


def steps_with_checkpoints(work: Work) -> Result | None:
    """Each step is written once, together with the note that it is; the last one together with the end of the run."""
    for step in range(work.checkpoint or 0, STEPS):
        with work.transaction():
            effect(work.run_id, step)
            work.save_checkpoint(step + 1)
            if step + 1 == STEPS:
                work.finish()
        work.progress(step + 1, STEPS, "Working")
    return None


def all_or_nothing(work: Work) -> Result | None:
    """Everything in one transaction, with the end of the run."""
    with work.transaction():
        for step in range(STEPS):
            effect(work.run_id, step)
        work.finish()
    return None


def main() -> None:
    open_installation()
    from django.utils import timezone

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.registry import job
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.jobs.worker import do_waiting_runs

    for function in (steps_with_checkpoints, all_or_nothing):
        job(function.__name__, title="A test")(function)

    def work_and_die(number: int) -> None:
        with dying_before_statement(number):
            do_waiting_runs()

    def take_up() -> None:
        let_leases_end()
        do_waiting_runs()

    found, stride = [], int(sys.argv[1])
    for kind in ("steps_with_checkpoints", "all_or_nothing"):
        number, killed = 1 - stride, True
        while killed:
            number += stride
            run = start_run(kind=kind, arguments={}, by=None, at=timezone.now())
            code = in_child(lambda at=number: work_and_die(at))  # type: ignore[misc]
            killed = code == -signal.SIGKILL
            assert killed or code == 0
            assert in_child(take_up) == 0
            run = Run.objects.get(pk=run.pk)
            found.append(
                {"kind": kind, "before": number, "killed": killed, "state": run.state, "effects": effects(run.pk)}
            )
    answer(found)


main()
