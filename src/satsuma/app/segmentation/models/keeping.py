"""What keeps results current: when everybody is re-scored, and what the last check found."""

from __future__ import annotations

from django.db import models


class ScoringTimes(models.Model):
    """When everybody is re-scored besides each night. At most one row; without it, at the usual times. `times` are
    HH:MM in the workspace's zone, earliest first; none at all is possible."""

    times = models.JSONField(default=list)


class ResultCheck(models.Model):
    """What came of recomputing everybody's results, the last time: how many `results` were compared for the day
    `as_of`, and how many were `wrong`. `findings` has an entry for each segmentation that is not as it should be. One
    row."""

    checked_at = models.DateTimeField()
    as_of = models.DateField()
    segmentations = models.PositiveIntegerField()
    results = models.PositiveBigIntegerField()
    wrong = models.PositiveBigIntegerField()
    findings = models.JSONField(default=list)
