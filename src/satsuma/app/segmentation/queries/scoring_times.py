"""When everybody is re-scored. Called by the registry of jobs and by the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from satsuma.app.segmentation.models import ScoringTimes

USUAL = (time(6), time(14))
"""In the workspace's zone, unless somebody has chosen others."""


def list_scoring_times() -> Sequence[time]:
    """Earliest first. One query."""
    row = ScoringTimes.objects.first()
    return tuple(time.fromisoformat(said) for said in row.times) if row else USUAL
