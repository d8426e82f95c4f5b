"""The lock under which results are decided: saves share it, publishing and full re-scoring have it alone. Called by the
services that write results. SQLite has one writer at a time: there the transaction itself is the lock.

Contacts are locked before segmentations, always, so that nobody waits for each other.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.segmentation.models import Segmentation, Version


def share_results() -> None:
    """Until the transaction ends, no version is published and nobody re-scores everybody; other saves go on. Waits for
    those who do. What is read afterwards is what they have written.

    Every segmentation is locked, also those that are not published yet: they may be while this waits.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM segmentation_segmentation ORDER BY id FOR KEY SHARE")
            cursor.fetchall()


def hold_results(segmentation_id: int) -> Segmentation:
    """The segmentation's row; until the transaction ends nobody else writes its results. Raises NotFoundError."""
    assert connection.in_atomic_block
    row = Segmentation.objects.select_for_update().filter(id=segmentation_id).first()
    if row is None:
        raise NotFoundError(_("This segmentation is no longer there."), segmentation_id=segmentation_id)
    return row


def wait_for_all_saves(segmentation_id: int) -> None:
    """Before the first version is published: until the transaction ends nobody else saves, and whoever does already is
    awaited. Their locks are older than the segmentation's row may be, so that holding it would not wait for them, and
    they know nothing of it. To be called before anything is locked here."""
    if connection.vendor == "postgresql" and not Version.objects.filter(segmentation=segmentation_id).exists():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE segmentation_segmentation IN EXCLUSIVE MODE")


def hold_contacts(contact_ids: Collection[int]) -> None:
    """Until the transaction ends nobody else changes these contacts or what their metrics count. Waits for those who
    do. The weaker lock: rows that only refer to the contacts need not wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM crm_contact WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE",
                [sorted(contact_ids)],
            )
            cursor.fetchall()
