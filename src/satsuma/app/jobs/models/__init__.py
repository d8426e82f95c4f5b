"""Runs, and when daily ones were last started."""

from satsuma.app.jobs.models.run import Run, State
from satsuma.app.jobs.models.schedule import Schedule

__all__ = ["Run", "Schedule", "State"]
