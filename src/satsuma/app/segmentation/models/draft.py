"""A segmentation being edited, and the steps that led to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.segmentation.models.segmentation import Segmentation


class Draft(models.Model):
    """What is being edited; every segmentation has one. `version` counts saves: who saves with an older one gets a
    conflict. `step` is the number of the step that is shown: undo goes one back, redo one on."""

    segmentation = models.OneToOneField(Segmentation, on_delete=models.CASCADE, related_name="draft")
    version = models.PositiveIntegerField(default=1)
    step = models.PositiveIntegerField(default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField()


class DraftStep(models.Model):
    """The whole draft after one change: a model file as JSON text, without its fields, which are those of the
    workspace. `segment_ids` names for each segment, lowest first, the `Segment` it is; None for a new one."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    document = models.TextField()
    segment_ids = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_step")]
