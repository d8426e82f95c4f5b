"""The table behind Django's cache: what processes have to agree on in passing, such as attempts to sign in."""

from __future__ import annotations

from django.db import models


class CacheEntry(models.Model):
    """Read and written by Django's DatabaseCache alone, which says what the columns are."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"
