"""How a snapshot learns what has changed since it was made. See `crm.changes`."""

from __future__ import annotations

from django.db import models

from satsuma.app.crm.models.columns import MarkField


class ChangeCounter(models.Model):
    """The last mark given, on databases with one writer at a time. One row."""

    value = models.BigIntegerField(default=0)


class Erased(models.Model):
    """A row that is gone for good, so that snapshots drop it too. Holds no personal values."""

    table = models.CharField(max_length=8)
    row_id = models.BigIntegerField()
    changed = MarkField()

    class Meta:
        indexes = [models.Index(fields=["table", "changed"], name="erased_by_change")]


class SnapshotToken(models.Model):
    """That a snapshot was made from this very database. A backup that is restored does not know what was made after it,
    although its marks count on from where it was taken."""

    token = models.CharField(max_length=32, unique=True)
