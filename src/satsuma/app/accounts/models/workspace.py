"""The workspace: what holds for everybody in the installation. There is one, or none before the first run."""

from __future__ import annotations

from django.db import models


class Workspace(models.Model):
    """`language` is a code of settings.LANGUAGES, `currency` of ISO 4217, `time_zone` of the IANA database."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_workspace", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.name
