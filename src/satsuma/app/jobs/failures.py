"""How a failure is told: to people in the run, to the log in full. Called by `worker` and `sweep`."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from satsuma.app.outages import find_outage
from satsuma.domain.errors import SatsumaError


def is_final(error: Exception) -> bool:
    """Whether trying again is no use: the error says what is wrong with what was handed in."""
    return isinstance(error, SatsumaError) and find_outage(error) is None


def describe_failure(error: Exception) -> dict[str, str]:
    """`code`, `message`, `remedy` and the `id` that the log has. Nothing of an unexpected error's own text, which may
    hold personal values."""
    failure_id = secrets.token_hex(4)
    told = find_outage(error) or error
    if isinstance(told, SatsumaError):
        return {"code": told.code, "message": told.message, "remedy": told.remedy, "id": failure_id}
    if isinstance(error, MemoryError):
        message = _("There was not enough memory.")
        return {"code": "memory", "message": message, "remedy": _("Try it with less at once."), "id": failure_id}
    return {
        "code": "fault",
        "message": _("Something went wrong that should not have: %(name)s.") % {"name": type(error).__name__},
        "remedy": _("Try again. If it stays, give an administrator the number below; the log has the details."),
        "id": failure_id,
    }


def describe_death() -> dict[str, str]:
    """Of a worker that showed no sign of life for the length of its lease."""
    return {
        "code": "worker_died",
        "message": _("The worker stopped in the middle of it."),
        "remedy": _("If this comes again, the job may need more memory than the machine has."),
        "id": secrets.token_hex(4),
    }
