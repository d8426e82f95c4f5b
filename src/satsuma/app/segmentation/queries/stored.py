"""Stored results and what people decided about single contacts, read as columns. Called by `services.results` and
`services.verifying`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import polars as pl
from django.db import connection

from satsuma.app.crm.facts.reading import Column, Selection, read, words
from satsuma.app.segmentation.comparing import PINNED, ROW, SEGMENT, STORED, VERSION, Exceptions
from satsuma.app.segmentation.models import Exemption, Pin
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
# The plus keeps both databases from looking up the segmentation in an index and sorting all of it for every page.
_OF_ONE = "+segmentation_id = %s"
FEW = 1_000


def read_results(segmentation_id: int, contact_ids: Collection[int] | None = None) -> pl.DataFrame:
    """The stored results, of these contacts or of everybody, with the columns of `comparing.STORED`. Half a second for
    a million."""
    columns = {name: Column(sql, STORED[name]) for name, sql in _COLUMNS.items()}
    selection = Selection("segmentation_assignment", columns, where=_OF_ONE, parameters=(segmentation_id,))
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
