"""What engines take, out of the snapshots: the seam for segmentations. Called by previews, scoring runs and
`services.metrics`.
"""

from __future__ import annotations

import polars as pl
from django.db import connection

from satsuma.app.crm.facts.contacts import values_in
from satsuma.app.crm.facts.rows import Tables, rows_of
from satsuma.app.crm.facts.tables import LINKS
from satsuma.app.crm.models import SnapshotToken
from satsuma.app.crm.snapshots.files import delete_files, locked
from satsuma.app.crm.snapshots.refreshing import kept_contacts, kept_rows, refreshed
from satsuma.domain.model import Kind, Source
from satsuma.engine.facts import Contacts
from satsuma.engine.layout import Layout

COUNTED = (Source.DEALS, Source.ACTIVITIES)


def contacts_for(layout: Layout) -> Contacts:
    """Everybody of the segmentation's kind who is not in the bin, as of now: ids as keys, every asked field that is no
    metric, and the rows that asked metrics count. Fields are asked for by the keys of `crm`; one that there is not is
    empty throughout."""
    kind, asked = layout.segmentation.kind, [field for field in layout.asked if not field.metric]
    frame = refreshed(kept_contacts(kind), [field.key for field in asked])
    values = {field.key: values_in(frame, field) for field in asked}
    if not layout.sources:
        return Contacts(frame["id"], values)
    tables = Tables(_read(layout, Source.PEOPLE), {source: _read(layout, source) for source in _counted(layout)})
    rows = {source: rows_of(kind, source, layout.row_columns(source), tables) for source in layout.sources}
    return Contacts(frame["id"], values, rows)


def refresh_snapshots(layout: Layout | None = None) -> None:
    """Brings every snapshot up to date, or those that `contacts_for(layout)` reads."""
    kinds: set[Kind] = set(Kind)
    sources: tuple[Source, ...] = COUNTED
    if layout is not None:
        kinds = {layout.segmentation.kind, Kind.PERSON} if layout.sources else {layout.segmentation.kind}
        sources = _counted(layout)
    for kept in (*map(kept_contacts, sorted(kinds)), *map(kept_rows, sources)):
        refreshed(kept, columns=())


def forget_snapshots() -> None:
    """Deletes every snapshot, and with them the values of people that are to be erased for good. The next use makes new
    ones. To be called outside of transactions: `transaction.on_commit(forget_snapshots)`."""
    assert not connection.in_atomic_block
    for name in (*(kind.value for kind in Kind), *(kept_rows(source).name for source in COUNTED)):
        with locked(name):
            SnapshotToken.objects.filter(token__in=delete_files(name)).delete()


def _counted(layout: Layout) -> tuple[Source, ...]:
    return tuple(source for source in COUNTED if source in layout.sources)


def _read(layout: Layout, source: Source) -> pl.DataFrame:
    """The source's rows: whom they belong to, and what metrics read of them."""
    read = {column.column for column in layout.row_columns(source)} if source in layout.sources else set()
    kept = kept_contacts(Kind.PERSON) if source is Source.PEOPLE else kept_rows(source)
    return refreshed(kept, {*LINKS, *read})
