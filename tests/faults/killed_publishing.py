"""Kills a worker before each statement of publishing in turn, or every n-th, lets another take it up, and publishes
something else the next time; then the same for re-scoring everybody. Prints what was stored after each.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.faults import answer, dying_before_statement, in_child, let_leases_end, open_installation
from support.republishing import (
    assert_right,
    counts,
    set_up,
    start_publishing_next,
    start_rescoring_changed,
    stored,
)

if TYPE_CHECKING:
    from satsuma.app.jobs.models import Run


def sweep(start: Callable[[], Run], stride: int) -> list[dict[str, Any]]:
    from django.db import transaction

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.worker import do_waiting_runs

    def work_and_die(number: int) -> None:
        with dying_before_statement(number):
            do_waiting_runs()

    def take_up() -> None:
        let_leases_end()
        do_waiting_runs()

    found, number, killed = [], 1 - stride, True
    while killed:
        number += stride
        before, counted = stored(), counts()
        with transaction.atomic():
            run = start()
        code = in_child(lambda at=number: work_and_die(at))  # type: ignore[misc]
        killed = code == -signal.SIGKILL
        assert killed or code == 0
        meanwhile = stored()
        assert in_child(take_up) == 0
        more = [after - until for until, after in zip(counted, counts(), strict=True)]
        state = Run.objects.get(pk=run.pk).state
        found.append(
            {"killed": killed, "before": before, "meanwhile": meanwhile, "after": stored(), "more": more,
             "state": state, "right": in_child(assert_right) == 0}
        )  # fmt: skip
    return found


def main() -> None:
    open_installation()
    assert in_child(set_up) == 0
    stride = int(sys.argv[1])
    answer({"publishing": sweep(start_publishing_next, stride), "rescoring": sweep(start_rescoring_changed, stride)})


main()
