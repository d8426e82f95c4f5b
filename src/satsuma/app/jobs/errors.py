"""What can go wrong with runs: errors for people, and the signals by which work is told to stop.

The signals are raised inside of a job by `Work`; a job lets them pass.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.domain.errors import SatsumaError


class RunNotFoundError(SatsumaError):
    """There is no such run, or it is none of the reader's business."""

    def __init__(self, run_id: int) -> None:
        super().__init__(
            "run_not_found",
            _("There is no such job."),
            remedy=_("It may have been removed: finished jobs are kept for 90 days."),
            run_id=run_id,
        )


class RunStateError(SatsumaError):
    """The run is in a state in which this cannot be done."""

    def __init__(self, run_id: int, state: str, message: str) -> None:
        super().__init__("run_state", message, remedy=_("Look at the job again."), run_id=run_id, state=state)


class StopSignal(Exception):  # noqa: N818
    """Ends a job from outside; nothing is wrong with it."""


class Cancelled(StopSignal):
    """Somebody asked for the run to be cancelled."""


class LeaseLost(StopSignal):
    """The run has been given to another worker, or is over: nothing more may be written for it."""


class WorkerStopping(StopSignal):
    """The worker is being stopped; the run goes back to waiting and counts no attempt."""
