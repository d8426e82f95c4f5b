"""Brings a table's snapshot up to date: reads the rows that changed since it was made, drops those that are gone.
Called by `contacts`, `services.metrics` and the nightly job.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import DatabaseError, connection

from satsuma.app.crm.changes import Marks, current_marks
from satsuma.app.crm.facts import tables
from satsuma.app.crm.facts.reading import ID, Selection, read
from satsuma.app.crm.models import Erased, SnapshotToken
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.snapshots.files import SnapshotFile, delete_files, list_files, locked
from satsuma.domain.errors import InputError
from satsuma.domain.model import Kind, Source

log = logging.getLogger("satsuma.snapshots")
FORMAT = 1
WORTH_WRITING = 1_000
ONE_IN = 50
"""So many changed rows, and a fiftieth of all, make a new file: fewer are quicker read again than everybody written."""
LONGEST_WAIT_SECONDS = 20.0
"""For somebody else who brings the snapshot up to date; after that the work is done twice rather than not at all."""
MOST_CHUNKS = 64
"""Each refresh adds one; many small ones slow everything down."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of which a snapshot is kept. `erased` is what `Erased` calls it."""

    name: str
    erased: str
    selection: Selection
    condition: str = "TRUE"
    parameters: tuple[Any, ...] = ()
    """Which rows of the table are its own, in the bin or not: an index finds the changed ones."""

    @property
    def columns(self) -> str:
        """A fingerprint of what is read: another one, when fields are added or deleted, is another snapshot."""
        schema = [f"{name}:{type_}" for name, type_ in self.selection.schema.items()]
        said = [str(FORMAT), self.selection.table, self.selection.where, *schema]
        said += [column.sql for column in self.selection.columns.values()]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def kept_contacts(kind: Kind) -> Kept:
    """The contacts of a kind with every field that people enter, retired or not. Two queries."""
    fields = [field for field in list_fields(kind, retired=True) if field.is_typed_in]
    links = tuple(tables.CONTACT_LINKS) if kind is Kind.PERSON else ()
    selection = tables.contacts(kind, fields, links=links)
    return Kept(kind.value, "contact", selection, "kind = %s", (kind.value,))


def kept_rows(source: Source) -> Kept:
    """All deals, or all activities."""
    if source is Source.DEALS:
        return Kept("deals", "deal", tables.DEALS)
    assert source is Source.ACTIVITIES
    return Kept("activities", "activity", tables.ACTIVITIES)


def refreshed(kept: Kept, columns: Collection[str] | None = None) -> pl.DataFrame:
    """The rows of the table as they are now, in no order, from the snapshot and what changed since: `id` and those of
    the `columns` that there are, or all.

    A million rows take about 3 s the first time; afterwards as long as what changed, and what is asked for. What is
    erased leaves the file at once. Inside of a transaction nothing is written: what it has changed may be rolled back.
    """
    wanted = [name for name in kept.selection.schema if columns is None or name == ID or name in columns]
    if connection.in_atomic_block:
        return _brought_up(kept, wanted, may_write=False)
    with locked(kept.name, at_most_seconds=LONGEST_WAIT_SECONDS) as is_held:
        return _brought_up(kept, wanted, may_write=is_held)


def _brought_up(kept: Kept, wanted: Sequence[str], *, may_write: bool) -> pl.DataFrame:
    """Marks are asked for first: what changes while rows are read is read again next time."""
    marks = current_marks()
    for file in _known_files(kept):
        if (before := file.read(wanted)) is None:
            continue
        changed, gone = _changed(kept, file.horizon, marks), _gone(kept, file.horizon, marks)
        if not changed and not gone:
            return before
        many = max(WORTH_WRITING, len(before) // ONE_IN)
        if not may_write or (not gone and len(changed) < many):
            return _mended(kept, before, changed, gone)
        if (whole := file.read(list(kept.selection.schema))) is not None:
            return _write(kept, _mended(kept, whole, changed, gone), marks.horizon).select(wanted)
    everybody = read(kept.selection)
    return (_write(kept, everybody, marks.horizon) if may_write else everybody).select(wanted)


def _known_files(kept: Kept) -> list[SnapshotFile]:
    """Those with the columns of today that were made from this database, the newest first."""
    files = [file for file in list_files(kept.name) if file.columns == kept.columns]
    known = set(SnapshotToken.objects.filter(token__in=[file.token for file in files]).values_list("token", flat=True))
    return [file for file in files if file.token in known]


def _mended(kept: Kept, before: pl.DataFrame, changed: Sequence[int], gone: Collection[int]) -> pl.DataFrame:
    rest = before.filter(~pl.col(ID).is_in(pl.Series(sorted({*changed, *gone}), dtype=pl.Int64).implode()))
    frame = pl.concat([rest, read(kept.selection, changed).select(before.columns)])
    return frame if frame.n_chunks() < MOST_CHUNKS else frame.rechunk()


def _changed(kept: Kept, since: int, marks: Marks) -> list[int]:
    rows = f"SELECT id FROM {kept.selection.table} WHERE {kept.condition}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"{rows} AND changed >= %s AND changed < %s", [*kept.parameters, since, marks.ceiling])
        return [row[0] for row in cursor.fetchall()]


def _gone(kept: Kept, since: int, marks: Marks) -> Collection[int]:
    erased = Erased.objects.filter(table=kept.erased, changed__gte=since, changed__lt=marks.ceiling)
    return set(erased.values_list("row_id", flat=True))


def _write(kept: Kept, frame: pl.DataFrame, horizon: int) -> pl.DataFrame:
    """Gives the frame back. A snapshot that cannot be written costs time, not truth."""
    file = SnapshotFile(kept.name, horizon, secrets.token_hex(16), kept.columns)
    try:
        SnapshotToken.objects.create(token=file.token)
        file.write(frame)
        SnapshotToken.objects.filter(token__in=delete_files(kept.name, but=file)).delete()
    except (DatabaseError, InputError, OSError):
        log.warning("the snapshot of %s could not be written", kept.name, exc_info=True)
    return frame
