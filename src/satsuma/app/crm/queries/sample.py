"""Whether the sample data is there. Called by the settings and `services.sample`."""

from __future__ import annotations

from satsuma.app.crm.models import Batch


def find_sample() -> Batch | None:
    """The batch that made the sample data, or None if there is none, or no longer. One query."""
    return Batch.objects.filter(kind=Batch.Kind.SAMPLE, undone_at__isnull=True).first()
