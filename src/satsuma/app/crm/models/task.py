"""What somebody has to do."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from satsuma.app.crm.models.contact import Contact


class Task(models.Model):
    """Something to do for a contact, by a day, by somebody. `done_on` is the day of `done_at` in the workspace's time
    zone; both are NULL while it is open. `version` counts saves."""

    title = models.CharField(max_length=200)
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks", db_index=False
    )
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_done_day",
                condition=Q(done_at__isnull=True, done_on__isnull=True)
                | Q(done_at__isnull=False, done_on__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["owner", "due_on", "id"], name="task_open", condition=Q(done_at__isnull=True)),
            models.Index(fields=["owner", "done_at", "id"], name="task_done", condition=Q(done_at__isnull=False)),
            models.Index(fields=["contact", "due_on", "id"], name="task_due"),
            models.Index(fields=["contact", "done_on", "id"], name="task_by_day_done"),
        ]

    def __str__(self) -> str:
        return self.title
