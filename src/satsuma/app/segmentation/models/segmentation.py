"""A segmentation, the segments it places contacts in, and its published versions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from satsuma.app.crm.models.columns import FoldedField
from satsuma.domain.model import Kind

KINDS = [(kind.value, kind.value) for kind in Kind]


class Segmentation(models.Model):
    """One way to place all contacts of a kind.

    `published` is the version whose results are stored; None before the first is published, and then nobody has a
    segment. Everybody was last scored for the day `scored_on`, at `scored_at`. The primary segmentation of a kind is
    the one that lists and profiles show first. One with `archived_at` is out of use: its results stay as they were.
    Since `stale_since` scoring after a save has failed, so that some results may be old; the next re-scoring of
    everybody mends them and clears it.
    """

    kind = models.CharField(max_length=7, choices=KINDS)
    name = models.CharField(max_length=200)
    name_folded = FoldedField(max_length=400)
    is_primary = models.BooleanField(default=False)
    published = models.ForeignKey("Version", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    scored_on = models.DateField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    stale_since = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "name_folded"], name="segmentation_name"),
            models.UniqueConstraint(fields=["kind"], name="segmentation_primary", condition=Q(is_primary=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """One of a segmentation's segments, the same through all versions: a version may rename it, and past moves are then
    read under its new name. `position` is 0 for the lowest. One with `retired_at` is in no segment of the published
    version; past moves still name it, and so do kept results."""

    segmentation = models.ForeignKey(Segmentation, on_delete=models.CASCADE, related_name="segments")
    name = models.CharField(max_length=200)
    color = models.CharField(max_length=7, blank=True)
    description = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """A published draft, frozen for ever. `document` is the model file as JSON text, with the fields it asks for as
    they were then; `segment_ids` are the ids of its segments, lowest first. `lowest`, `highest` and `asked` – the span
    of the total score, and the relevance of all parameters together – turn stored scores into percent and coverage.
    `restores` is the number of the version that this one brought back."""

    segmentation = models.ForeignKey(Segmentation, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.TextField()
    segment_ids = models.JSONField()
    lowest = models.IntegerField()
    highest = models.IntegerField()
    asked = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    restores = models.PositiveIntegerField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segmentation", "number"], name="version_number")]
