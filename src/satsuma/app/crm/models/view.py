"""Lists that somebody keeps."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A list's filter, sorting and columns under a name: `query` is the part of the address after the question mark.
    Without an owner it is everybody's."""

    class List(models.TextChoices):
        COMPANIES = "companies"
        PEOPLE = "people"
        DEALS = "deals"

    list = models.CharField(max_length=10, choices=List.choices)
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=4000)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
