"""What somebody has to do."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from satsuma.app.crm.models.contact import Contact


class Task(models.Model):
    """Something to do for a contact, by a day, by somebody."""

    title = models.CharField(max_length=200)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["owner", "done_at", "due_on"], name="task_by_owner")]
