"""What a bulk change, a merge or an import did, row by row, so that it can be undone."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Batch(models.Model):
    """One change of many rows. `title` says what was done, in the words of the person who did it. `made` holds the ids
    of what else came with it, by table (fields, products, tasks)."""

    class Kind(models.TextChoices):
        BULK = "bulk"
        IMPORT = "import"
        MERGE = "merge"
        SAMPLE = "sample"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    title = models.CharField(max_length=300)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    made = models.JSONField(default=dict)


class BatchRow(models.Model):
    """One row of a batch: what it held before (NULL: it was not there), and what the batch wrote, by column or key."""

    class Table(models.TextChoices):
        CONTACT = "contact"
        DEAL = "deal"
        ACTIVITY = "activity"
        TAG = "tag"

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=8, choices=Table.choices)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["batch", "table", "row_id"], name="batch_row")]
