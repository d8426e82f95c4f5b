"""Keeps figures in the process until something changes that they are made of. Called by `analysis` and `dashboard`.

Everything that figures are made of carries a mark when it is written (`crm.changes`). On PostgreSQL a transaction
with a lower mark may end later: figures are kept only when none is running that could.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, Max

from satsuma.app.crm.changes import current_marks
from satsuma.app.crm.models import SnapshotToken
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec

MOST = 20
"""Figures that are kept; each is some 20 kB."""

Found = TypeVar("Found")
_kept: OrderedDict[object, Any] = OrderedDict()
_lock = Lock()

# Each is the last entry of an index.
_NEWEST = """
    SELECT COALESCE((SELECT MAX(changed) FROM crm_contact WHERE kind = 'company'), 0),
           COALESCE((SELECT MAX(changed) FROM crm_contact WHERE kind = 'person'), 0),
           COALESCE((SELECT MAX(changed) FROM crm_deal), 0),
           COALESCE((SELECT MAX(changed) FROM crm_activity), 0),
           COALESCE((SELECT MAX(changed) FROM crm_erased WHERE "table" = 'contact'), 0),
           COALESCE((SELECT MAX(changed) FROM crm_erased WHERE "table" = 'deal'), 0),
           COALESCE((SELECT MAX(changed) FROM crm_erased WHERE "table" = 'activity'), 0),
           COALESCE((SELECT MAX(changed) FROM segmentation_move WHERE segmentation_id = %s), 0)
"""


def kept_while_unchanged(what: str, segmentation: SegmentationSpec, as_of: date, find: Callable[[], Found]) -> Found:
    """What `find` gives for that segmentation and day, or what it gave before under the name `what`. Four queries of a
    few rows. In a transaction nothing is kept: what it has changed may be rolled back."""
    if connection.in_atomic_block:
        return find()
    horizon, newest, exempt = current_marks().horizon, _newest_mark(segmentation.id), _exempt()
    before = (what, segmentation, as_of, newest, exempt, _database())
    with _lock:
        if before in _kept:
            _kept.move_to_end(before)
            kept: Found = _kept[before]
            return kept
    found = find()
    if horizon > newest:
        _keep((what, segmentation, as_of, newest, exempt, _database()), found)
    return found


def _newest_mark(segmentation_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [segmentation_id])
        row = cursor.fetchone()
    assert row is not None
    return max(map(int, row))


def _exempt() -> tuple[int, int | None]:
    """Is another when an exemption comes or goes: who is no longer frozen may have another score in the same segment,
    which leaves no mark."""
    found = Exemption.objects.aggregate(count=Count("id"), newest=Max("id"))
    return found["count"], found["newest"]


def _database() -> frozenset[str]:
    """Tells one database from another that was put in its place: marks begin anew there."""
    return frozenset(SnapshotToken.objects.values_list("token", flat=True))


def _keep(key: object, found: object) -> None:
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
