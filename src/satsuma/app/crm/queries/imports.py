"""Reads of imports and exports. Called by web and cli."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.imports.report import ERRORS
from satsuma.app.crm.imports.storage import part_path
from satsuma.app.crm.models import Export, Import

SHOWN = 50


def get_import(import_id: int) -> Import:
    """The import with its author. Raises NotFoundError. One query."""
    row = Import.objects.select_related("author").filter(id=import_id).first()
    if row is None:
        raise NotFoundError(_("This import is no longer there."), import_id=import_id)
    return row


def list_imports(*, before_id: int | None = None, most: int = SHOWN) -> list[Import]:
    """The newest first, at most that many, older than `before_id`. One query."""
    rows = Import.objects.select_related("author").order_by("-id")
    return list((rows if before_id is None else rows.filter(id__lt=before_id))[:most])


def imports_of_batches(batch_ids: Collection[int]) -> Mapping[int, int]:
    """The imports' ids by those of their batches, as far as both are there. One query."""
    rows = Import.objects.filter(batch__in=batch_ids)
    return {batch_id: import_id for batch_id, import_id in rows.values_list("batch_id", "id") if batch_id is not None}


def find_errors_file(row: Import) -> Path | None:
    """The CSV of the errors that the last check found; None if it found none, or the upload is gone."""
    path = part_path(row.folder, ERRORS)
    return path if row.report and row.report["error_count"] and path.exists() else None


def get_export_of(reader: User, export_id: int) -> Export:
    """The export, if the reader asked for it or is an administrator. Raises NotFoundError."""
    row = Export.objects.filter(id=export_id).first()
    if row is None or not (row.author_id == reader.pk or allows(reader, Permission.ADMINISTER)):
        raise NotFoundError(_("There is no such export."), export_id=export_id)
    return row


def list_exports_of(reader: User) -> list[Export]:
    """The reader's own exports, the newest first, at most twenty. One query."""
    return list(Export.objects.filter(author=reader, ready_at__isnull=False).order_by("-id")[:20])
