"""Touches: calls, e-mails, meetings, notes, answers to surveys."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models.columns import MarkField
from satsuma.app.crm.models.contact import Contact
from satsuma.app.crm.models.deal import Deal


class Activity(models.Model):
    """One touch with a company, a person or both. `happened_on` is the day of `happened_at` in the workspace's time
    zone, which metrics count by. `rating` is a survey's answer on a scale from 0 to 10. `version` counts saves."""

    class Kind(models.TextChoices):
        CALL = "call"
        EMAIL = "email"
        MEETING = "meeting"
        NOTE = "note"
        SURVEY = "survey"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    company = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="activities", db_index=False
    )
    person = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="person_activities", db_index=False
    )
    deal = models.ForeignKey(Deal, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities")
    happened_at = models.DateTimeField()
    happened_on = models.DateField()
    text = models.TextField(blank=True)
    rating = models.IntegerField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    changed = MarkField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activity_has_contact",
                condition=models.Q(company__isnull=False) | models.Q(person__isnull=False),
            )
        ]
        # What timelines page through, and what snapshots ask for.
        indexes = [
            models.Index(fields=["company", "happened_on", "id"], name="activity_by_company"),
            models.Index(fields=["person", "happened_on", "id"], name="activity_by_person"),
            models.Index(fields=["changed"], name="activity_by_change"),
        ]
