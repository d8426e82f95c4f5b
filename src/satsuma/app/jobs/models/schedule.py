"""When work that comes back every day was last started."""

from __future__ import annotations

from django.db import models


class Schedule(models.Model):
    """`last_on` is the day, in the workspace's time zone, for which a run of this kind was last started. A kind that
    starts at several times has a row for each, called by both."""

    kind = models.CharField(max_length=60, unique=True)
    last_on = models.DateField()

    def __str__(self) -> str:
        return self.kind
