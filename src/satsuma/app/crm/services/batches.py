"""Changes of many rows that can be undone as one: what bulk changes and imports write down, and how it is taken back.

    batch = start_batch(kind=Batch.Kind.BULK, title=_("Owner of 12 companies"), by=user, at=at)
    touched = change_rows(batch, Table.CONTACT, {7: {"owner_id": 3}, 9: {"owner_id": 3}}, at=at)

Everything happens in the caller's transaction. Called by the bulk changes of lists, by imports and by undo.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.hooks import Cause, announce, announce_erasing
from satsuma.app.crm.models import Activity, Batch, BatchRow, Contact, ContactTag, Deal, Erased, Tag, Task
from satsuma.app.crm.search import Thing, forget, index_activities, index_contacts, index_deals
from satsuma.app.crm.services.feeding import fed_by
from satsuma.app.crm.services.metrics import refresh_metrics
from satsuma.app.crm.services.rows import MODELS, Row, Table, chunks, read_rows, write_rows

CAUSES: Mapping[str, Cause] = {Batch.Kind.IMPORT: Cause.IMPORT, Batch.Kind.MERGE: Cause.MERGE}
INDEXES: Mapping[Table, Callable[[Collection[int]], None]] = {
    Table.CONTACT: index_contacts,
    Table.DEAL: index_deals,
    Table.ACTIVITY: index_activities,
}
THINGS: Mapping[Table, tuple[Thing, ...]] = {
    Table.CONTACT: (Thing.COMPANY, Thing.PERSON),
    Table.DEAL: (Thing.DEAL,),
    Table.ACTIVITY: (Thing.ACTIVITY,),
}
CREATED = {"version": 1}
"""What is noted as `after` of a row that the batch made: it is untouched while its version is still this."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row held before and what the batch wrote, by column or key; `before` is None for a row that it made."""

    row_id: int
    before: Row | None
    after: Row


@dataclass(frozen=True, slots=True)
class KeptRow:
    """What undo left alone, because somebody changed it since: the whole row (no keys), or these columns and keys."""

    table: Table
    row_id: int
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of an undo: rows put back, rows removed, what was left alone, and what segmentations say about it."""

    restored: int
    removed: int
    kept: tuple[KeptRow, ...]
    says: tuple[str, ...] = ()


def start_batch(*, kind: Batch.Kind, title: str, by: User | None, at: datetime) -> Batch:
    return Batch.objects.create(kind=kind, title=title[:300], author=by, created_at=at)


def record(batch: Batch, table: Table, changes: Iterable[RowChange]) -> None:
    """Writes down what the caller changes itself. For tags the row is the contact, and both sides are
    {"tag_ids": [...]}: all that it had, all that it has."""
    rows = (
        BatchRow(batch=batch, table=table, row_id=change.row_id, before=change.before, after=change.after)
        for change in changes
    )
    for part in chunks(rows):
        BatchRow.objects.bulk_create(part)


def change_rows(batch: Batch, table: Table, changes: Mapping[int, Row], *, at: datetime) -> set[int]:
    """Sets what differs from what the rows hold, writes it down, and gives the contacts whose values or metrics it may
    have changed. The caller announces them. Rows that are gone, and values that are so already, are left out."""
    current = read_rows(table, list(changes), lock=True)
    differing = {
        row_id: {key: value for key, value in changes[row_id].items() if row.get(key) != value}
        for row_id, row in current.items()
    }
    differing = {row_id: change for row_id, change in differing.items() if change}
    before = {row_id: {key: current[row_id].get(key) for key in change} for row_id, change in differing.items()}
    record(batch, table, (RowChange(row_id, before[row_id], change) for row_id, change in differing.items()))
    write_rows(table, differing, mark=next_mark(), at=at)
    return touched_contacts(table, {row_id: current[row_id] | differing[row_id] for row_id in differing}) | (
        touched_contacts(table, before)
    )


def touched_contacts(table: Table, rows: Mapping[int, Row]) -> set[int]:
    """The contacts whose values or metrics depend on these rows."""
    links = {row.get(name) for row in rows.values() for name in ("company_id", "person_id")} - {None}
    return {int(link) for link in links if link} | (set(rows) if table is Table.CONTACT else set())


@transaction.atomic
def undo_batch(
    *, batch_id: int, by: User | None, at: datetime, progress: Callable[[int, int], None] | None = None
) -> Undone:
    """Puts back what the batch changed, where the row still holds what the batch wrote, and removes the rows that it
    made and nobody has touched or linked to since. Everything else is left alone and told. Raises NotFoundError;
    RefusedError `batch_undone` if it was undone before."""
    batch = Batch.objects.select_for_update().filter(id=batch_id).first()
    if batch is None:
        raise NotFoundError(_("This change is no longer there."), batch_id=batch_id)
    if batch.undone_at is not None:
        raise RefusedError("batch_undone", _("This change has been undone already."))
    undoing = _Undoing(batch, at, progress)
    undoing.run()
    batch.undone_at = at
    batch.save(update_fields=["undone_at"])
    for table, ids in undoing.indexed.items():
        INDEXES[table](sorted(ids))
    touched = fed_by(undoing.touched)
    refresh_metrics(contact_ids=touched, as_of=workspace_day(at))
    says = announce(touched, undoing.cause, at=at, reference=batch.id)
    return Undone(undoing.restored, undoing.removed, tuple(undoing.kept), tuple(says))


class _Undoing:
    """One undo, the tables in an order in which what hangs on others goes first."""

    def __init__(self, batch: Batch, at: datetime, progress: Callable[[int, int], None] | None) -> None:
        self.batch, self.at, self.cause = batch, at, CAUSES.get(batch.kind, Cause.BULK)
        self.progress = progress or (lambda done, total: None)
        self.mark = next_mark()
        self.total = BatchRow.objects.filter(batch=batch).count()
        self.done = self.restored = self.removed = 0
        self.kept: dict[KeptRow, None] = {}
        self.touched: set[int] = set()
        self.indexed: dict[Table, set[int]] = {table: set() for table in INDEXES}

    def run(self) -> None:
        self._tags()
        for table in (Table.ACTIVITY, Table.DEAL, Table.CONTACT):
            rows = BatchRow.objects.filter(batch=self.batch, table=table)
            for part in chunks(rows.filter(before__isnull=False).order_by("-id").iterator(), 1000):
                self._restore(table, part)
            made = rows.filter(before__isnull=True)
            if table is Table.CONTACT:  # people first: companies that still have some would be kept
                people = Contact.objects.filter(kind="person").values("id")
                self._remove_all(table, made.filter(row_id__in=people))
            self._remove_all(table, made)

    def _advance(self, count: int) -> None:
        self.done += count
        self.progress(min(self.done, self.total), self.total)

    def _restore(self, table: Table, part: list[BatchRow]) -> None:
        current = read_rows(table, [row.row_id for row in part], lock=True)
        changes: dict[int, dict[str, Any]] = {}
        for row in part:
            held, before, after = current.get(row.row_id), row.before or {}, row.after or {}
            ours = [key for key in after if held is not None and held.get(key) == after[key]]
            if theirs := tuple(key for key in after if key not in ours):
                self.kept[KeptRow(table, row.row_id, theirs if held is not None else ())] = None
            if ours:
                changes[row.row_id] = {key: before.get(key) for key in ours}
        write_rows(table, changes, mark=self.mark, at=self.at)
        self.restored += len(changes)
        self._touch(table, {row_id: current[row_id] for row_id in changes})
        self._touch(table, changes)
        self._advance(len(part))

    def _touch(self, table: Table, rows: Mapping[int, Row]) -> None:
        self.touched |= touched_contacts(table, rows)
        self.indexed[table] |= set(rows)

    def _remove_all(self, table: Table, rows: Any) -> None:
        removed = set()
        for part in chunks(list(rows.order_by("-id").values_list("row_id", "after")), 1000):
            removed |= self._remove(table, dict(part))
        self.touched -= removed if table is Table.CONTACT else set()
        self.indexed[table] -= removed

    def _remove(self, table: Table, part: Mapping[int, Row | None]) -> set[int]:
        current = read_rows(table, list(part), lock=True)
        changed = {row_id for row_id, row in current.items() if row["version"] != (part[row_id] or CREATED)["version"]}
        linked = _linked_to(current) if table is Table.CONTACT else set()
        kept = changed | linked
        self.kept |= dict.fromkeys(KeptRow(table, row_id) for row_id in sorted(kept))
        gone = [row_id for row_id in current if row_id not in kept]
        self._touch(table, {row_id: current[row_id] for row_id in gone})
        if table is Table.CONTACT:
            announce_erasing(gone, self.cause, at=self.at, reference=self.batch.pk)
        manager: Any = MODELS[table]._default_manager
        manager.filter(id__in=gone).delete()
        Erased.objects.bulk_create(Erased(table=table, row_id=row_id, changed=self.mark) for row_id in gone)
        for thing in THINGS[table]:
            forget(thing, gone)
        self.removed += len(gone)
        self._advance(len(gone))
        return set(gone)

    def _tags(self) -> None:
        there = set(Tag.objects.values_list("id", flat=True))
        for part in chunks(BatchRow.objects.filter(batch=self.batch, table=Table.TAG).order_by("-id").iterator(), 1000):
            contacts = [row.row_id for row in part]
            present = set(Contact.objects.filter(id__in=contacts).values_list("id", flat=True))
            for row in part:
                if row.row_id in present:
                    self._restore_tags(row, there)
            Contact.objects.filter(id__in=present).update(changed=self.mark, updated_at=self.at)
            self.touched |= present
            self.indexed[Table.CONTACT] |= present
            self.restored += len(present)
            self._advance(len(part))

    def _restore_tags(self, row: BatchRow, there: Collection[int]) -> None:
        before, after = set((row.before or {}).get("tag_ids", [])), set((row.after or {}).get("tag_ids", []))
        ContactTag.objects.filter(contact_id=row.row_id, tag_id__in=after - before).delete()
        again = [tag for tag in before - after if tag in there]
        ContactTag.objects.bulk_create(
            (ContactTag(contact_id=row.row_id, tag_id=tag) for tag in again), ignore_conflicts=True
        )


def _linked_to(ids: Collection[int]) -> set[int]:
    """Those of the contacts on which something hangs that an undo must not take along."""
    hanging: tuple[tuple[Any, str], ...] = (
        (Deal, "company_id"),
        (Deal, "person_id"),
        (Activity, "company_id"),
        (Activity, "person_id"),
        (Task, "contact_id"),
        (Contact, "company_id"),
        (ContactTag, "contact_id"),
    )
    wanted = list(ids)
    found: set[int] = set()
    for model, link in hanging:
        found |= set(model.objects.filter(**{f"{link}__in": wanted}).values_list(link, flat=True))
    return found
