"""Names segmentations, says which is primary, takes them out of use and deletes them. Called by their pages.

Which segmentation is primary changes for one kind at a time: whoever changes it locks the rows of the kind, in the
order of their ids.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import folded_label
from satsuma.app.crm.services.keys import wait_for_turn
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.segmentation.models import Assignment, Draft, Move, Pin, Segment, Segmentation, Version
from satsuma.app.segmentation.services.drafts import checked_name
from satsuma.app.segmentation.services.rescoring import RESCORE, note_stale


@transaction.atomic
def rename_segmentation(*, segmentation_id: int, name: str, at: datetime) -> str:
    """Gives it another name, at once and for everybody; gives the name as it is kept. Whoever has the draft open under
    the old one gets a conflict. Raises ValuesError `name`, NotFoundError."""
    row, others = _lock(segmentation_id)
    called = checked_name(name)
    if any(other.name_folded == folded_label(called) for other in others):
        raise ValuesError({"name": _("“%(name)s” is there already. Enter another name.") % {"name": called}})
    if row.name != called:
        row.name, row.name_folded = called, folded_label(called)
        row.save()
        Draft.objects.filter(segmentation=row).update(version=F("version") + 1)
    return called


@transaction.atomic
def make_primary(*, segmentation_id: int, at: datetime) -> None:
    """Makes it the one of its kind that lists and profiles show first. Raises RefusedError for one out of use,
    NotFoundError."""
    row, others = _lock(segmentation_id)
    if row.archived_at is not None:
        raise RefusedError(
            "segmentation_archived", _("It is in the archive."), remedy=_("Take it out of the archive first.")
        )
    _set_primary(row, others)


@transaction.atomic
def archive_segmentation(*, segmentation_id: int, at: datetime) -> None:
    """Takes it out of use: nobody is scored by it and no list offers it; its results and history stay as they are. If
    it was primary, the oldest of the others in use is from now on, one with results first."""
    row, others = _lock(segmentation_id)
    if row.archived_at is not None:
        return
    row.archived_at, was_primary = at, row.is_primary
    row.is_primary = False
    row.save()
    if was_primary:
        _choose_primary(others)


@transaction.atomic
def restore_segmentation(*, segmentation_id: int, at: datetime) -> None:
    """Brings it back into use; it becomes primary if none is. Its results are those of the day it was archived, and
    noted as stale, until everybody is scored again: a job does that now."""
    row, others = _lock(segmentation_id)
    if row.archived_at is None:
        return
    row.archived_at = None
    row.is_primary = row.is_primary or not any(other.is_primary for other in others)
    row.save()
    if row.published_id is not None:
        note_stale(row.pk, at)
        start_run(kind=RESCORE, arguments={"segmentation_ids": [row.pk]}, by=None, at=at)


@transaction.atomic
def delete_segmentation(*, segmentation_id: int, at: datetime) -> None:
    """Removes it for good: draft, versions, everybody's results in it and their history. As `archive_segmentation`, it
    passes on being primary. A million results take some seconds."""
    row, others = _lock(segmentation_id)
    was_primary = row.is_primary
    for results in (Move, Assignment, Pin):
        rows = results._default_manager.filter(segmentation=row)
        rows._raw_delete(rows.db)  # nothing else refers to these rows, so they need not be read first
    Segmentation.objects.filter(id=row.pk).update(published=None, is_primary=False)
    Version.objects.filter(segmentation=row).delete()
    Segment.objects.filter(segmentation=row).delete()
    row.delete()
    if was_primary:
        _choose_primary(others)


def _lock(segmentation_id: int) -> tuple[Segmentation, list[Segmentation]]:
    """The segmentation, and the others of its kind; until the transaction ends nobody makes another. Raises
    NotFoundError."""
    wait_for_turn()
    kind = Segmentation.objects.filter(id=segmentation_id).values_list("kind", flat=True)
    rows = list(Segmentation.objects.select_for_update().filter(kind__in=kind).order_by("id"))
    found = next((row for row in rows if row.pk == segmentation_id), None)
    if found is None:
        raise NotFoundError(_("This segmentation is no longer there."), segmentation_id=segmentation_id)
    return found, [row for row in rows if row is not found]


def _choose_primary(others: list[Segmentation]) -> None:
    in_use = [row for row in others if row.archived_at is None]
    if in_use:
        chosen = min(in_use, key=lambda row: (row.published_id is None, row.pk))
        _set_primary(chosen, [row for row in others if row is not chosen])


def _set_primary(row: Segmentation, others: list[Segmentation]) -> None:
    """First takes it from the other: only one of a kind can have it at a time."""
    Segmentation.objects.filter(id__in=[other.pk for other in others], is_primary=True).update(is_primary=False)
    row.is_primary = True
    row.save(update_fields=["is_primary"])
