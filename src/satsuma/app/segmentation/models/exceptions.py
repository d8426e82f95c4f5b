"""What people decide about single contacts, beside the score."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models.segmentation import Segment, Segmentation


class Pin(models.Model):
    """Overrides a contact's computed segment until the day `expires_on` has begun."""

    segmentation = models.ForeignKey(Segmentation, on_delete=models.CASCADE, related_name="pins")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.RESTRICT, related_name="+")
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "segmentation"], name="pin_once")]


class Exemption(models.Model):
    """A contact that is not scored, in any segmentation. Without results for an objection to profiling; with the last
    ones for a frozen contact. Who objected and is frozen too has no results."""

    class Kind(models.TextChoices):
        OBJECTION = "objection"
        FROZEN = "frozen"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    reason = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "kind"], name="exemption_once")]
