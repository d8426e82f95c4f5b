"""Stored results and what people decided about single contacts, read as columns. Called by `services.results` and
`services.verifying`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import polars as pl
from django.db import connection
from django.db.models import Count, Max

from satsuma.app.crm.facts.reading import Column, Selection, read, words
from satsuma.app.segmentation.comparing import PINNED, ROW, SEGMENT, STORED, VERSION, Exceptions
from satsuma.app.segmentation.models import Assignment, Exemption, Move, Pin
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.scoring import COMPUTED, CONTACT, SCORE
from satsuma.engine.compiler import PRESENT

_COLUMNS = {
    CONTACT: "contact_id",
    SEGMENT: "segment_id",
    COMPUTED: "computed_id",
    SCORE: "score",
    PRESENT: "present",
    VERSION: "version_id",
}
FEW = 1_000
AFTER, ON = "after", "on"


def rows_of_one(segmentation_id: int, table: str, columns: Mapping[str, Column]) -> Selection:
    """Those of the table's rows that are the segmentation's.

    The plus keeps SQLite from looking the segmentation up in an index and sorting all of it for every page. PostgreSQL
    would take it for a condition that hardly any row meets, and look through the whole table for every page.
    """
    plus = "" if connection.vendor == "postgresql" else "+"
    return Selection(table, columns, where=f"{plus}segmentation_id = %s", parameters=(segmentation_id,))


def read_results(segmentation_id: int, contact_ids: Collection[int] | None = None) -> pl.DataFrame:
    """The stored results, of these contacts or of everybody, with the columns of `comparing.STORED`. Half a second for
    a million."""
    columns = {name: Column(sql, STORED[name]) for name, sql in _COLUMNS.items()}
    selection = rows_of_one(segmentation_id, "segmentation_assignment", columns)
    ids = None if contact_ids is None else _rows_of(segmentation_id, contact_ids)
    return read(selection, ids).rename({"id": ROW}).select(list(STORED))


def _rows_of(segmentation_id: int, contact_ids: Collection[int]) -> list[int]:
    rows = "SELECT id FROM segmentation_assignment WHERE segmentation_id = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{rows} AND contact_id {words().listed}",
            [segmentation_id, words().ids(sorted(contact_ids))],
        )
        return [row[0] for row in cursor.fetchall()]


def read_last_moves(segmentation_id: int, contact_ids: Collection[int] | None = None) -> pl.DataFrame:
    """Where the last move of each of these contacts led, or of all who have ever moved and are not erased: `CONTACT`
    and `AFTER`."""
    move, later = "segmentation_move", "later.segmentation_id = segmentation_move.segmentation_id"
    later = f"{later} AND later.contact_id = {move}.contact_id AND later.id > {move}.id"
    columns = {CONTACT: Column("contact_id", pl.Int64()), AFTER: Column("after_id", pl.Int64())}
    selection = rows_of_one(segmentation_id, move, columns)
    selection = selection.only(f"NOT EXISTS (SELECT 1 FROM {move} AS later WHERE {later})")  # noqa: S608
    ids = None if contact_ids is None else _moves_of(segmentation_id, contact_ids)
    found = selection.only("contact_id IS NOT NULL")
    return read(found, ids).select(CONTACT, AFTER)


def _moves_of(segmentation_id: int, contact_ids: Collection[int]) -> list[int]:
    ids = sorted(contact_ids)
    parts = [ids[first : first + FEW] for first in range(0, len(ids), FEW)]
    rows = Move.objects.filter(segmentation=segmentation_id)
    return [id_ for part in parts for id_ in rows.filter(contact__in=part).values_list("id", flat=True)]


def read_days_ahead(segmentation_id: int, today: date) -> pl.DataFrame:
    """The contacts that have moved on a day after this one, `CONTACT`, and the last such day, `ON`. There are some if a
    clock was set back, or the workspace's time zone was changed. One query over an index."""
    ahead = Move.objects.filter(segmentation=segmentation_id, on__gt=today, contact__isnull=False)
    rows = ahead.order_by().values_list("contact_id").annotate(Max("on"))
    return pl.DataFrame(list(rows), schema={CONTACT: pl.Int64(), ON: pl.Date()}, orient="row")


def count_members(segmentation_id: int) -> dict[int, int]:
    """How many contacts each segment has, by its id; empty ones are left out."""
    rows = Assignment.objects.filter(segmentation=segmentation_id, segment__isnull=False).order_by()
    return dict(rows.values_list("segment_id").annotate(Count("id")))


def count_members_by_moves(segmentation_id: int) -> dict[int, int]:
    """The same as it follows from the history: who came, less who left."""
    moves, counts = Move.objects.filter(segmentation=segmentation_id).order_by(), Counter[int]()
    counts.update(dict(moves.filter(after__isnull=False).values_list("after_id").annotate(Count("id"))))
    counts.subtract(dict(moves.filter(before__isnull=False).values_list("before_id").annotate(Count("id"))))
    return {segment: count for segment, count in counts.items() if count}


def read_exceptions(
    segmentation: SegmentationSpec, as_of: date, contact_ids: Collection[int] | None = None
) -> Exceptions:
    """Pins and exemptions on the day `as_of`: of everybody, or of at least these contacts. Two queries. A pin to a
    segment that the published version does not have does not hold."""
    assert segmentation.version is not None
    pins, exemptions = Pin.objects.filter(segmentation=segmentation.id), Exemption.objects.all()
    if contact_ids is not None and len(contact_ids) <= FEW:
        pins, exemptions = pins.filter(contact__in=contact_ids), exemptions.filter(contact__in=contact_ids)
    present = set(segmentation.version.segment_ids)
    rows = list(pins.values_list("contact_id", "segment_id", "expires_on"))
    exempt = list(exemptions.values_list("contact_id", "kind"))
    return Exceptions(
        pins=_pins((contact, segment) for contact, segment, end in rows if end > as_of and segment in present),
        ended=_pins((contact, segment) for contact, segment, end in rows if end <= as_of),
        objected=_contacts(contact for contact, kind in exempt if kind == Exemption.Kind.OBJECTION),
        frozen=_contacts(contact for contact, kind in exempt if kind == Exemption.Kind.FROZEN),
    )


def _pins(rows: Iterable[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={CONTACT: pl.Int64(), PINNED: pl.Int64()}, orient="row")


def _contacts(ids: Iterable[int]) -> pl.Series:
    return pl.Series(list(ids), dtype=pl.Int64)
