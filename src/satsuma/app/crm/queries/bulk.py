"""Reads of bulk changes. Called by the page that offers to undo one."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Batch


@dataclass(frozen=True, slots=True)
class BulkDone:
    """A bulk change and how many contacts it changed."""

    batch: Batch
    count: int


def get_bulk_change(batch_id: int) -> BulkDone:
    """Raises NotFoundError. Two queries."""
    batch = Batch.objects.select_related("author").filter(id=batch_id, kind=Batch.Kind.BULK).first()
    if batch is None:
        raise NotFoundError(_("This change is no longer there."), batch_id=batch_id)
    return BulkDone(batch, batch.rows.count())
