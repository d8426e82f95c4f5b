"""Reads of published versions. Called by the list of versions, comparisons and downloads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.segmentation import models
from satsuma.app.segmentation.queries.segmentations import VersionSpec, version_spec


def list_versions(segmentation_id: int, *, before: int | None = None, limit: int | None = None) -> list[VersionSpec]:
    """The versions, the newest first; with `before` those older than that number, at most `limit`. One query."""
    rows = models.Version.objects.filter(segmentation=segmentation_id).select_related("published_by")
    if before is not None:
        rows = rows.filter(number__lt=before)
    return [version_spec(row) for row in rows.order_by("-number")[:limit]]


def get_version(segmentation_id: int, number: int) -> VersionSpec:
    """One query. Raises NotFoundError."""
    rows = models.Version.objects.filter(segmentation=segmentation_id, number=number)
    row = rows.select_related("published_by").first()
    if row is None:
        raise NotFoundError(_("There is no such version."), segmentation_id=segmentation_id, number=number)
    return version_spec(row)
