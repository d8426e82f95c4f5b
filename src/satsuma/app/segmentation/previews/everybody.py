"""Everybody of a kind in the memory of the process, for previews of one draft after another. Called by `drafts`.

What is kept is used again as long as no contact, deal or activity has changed; then everybody is read anew out of the
snapshots. With a million contacts that is a second: so as not to spend more than a tenth of the time on it, changes are
looked for a little later while people edit and others save.

A million contacts with 20 fields that drafts ask for, and a deal each, take some 600 MB in each process that shows
previews, for each kind.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from threading import RLock
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, Max

from satsuma.app.crm.changes import current_marks
from satsuma.app.crm.models import SnapshotToken
from satsuma.app.crm.snapshots.contacts import contacts_for
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.analysis_columns import WON
from satsuma.domain import model as domain
from satsuma.domain.model import Kind
from satsuma.engine.facts import Contacts, some_of
from satsuma.engine.layout import Layout
from satsuma.engine.snapshot import Snapshot

VALUE = domain.Field("preview value", domain.FieldType.MONEY, metric=WON)
"""What customers are worth. Its key is none that the workspace gives fields."""
MANY = 100_000
"""Fewer contacts are read again so quickly that every change is looked for."""
READING_SHARE = 10
"""Everybody is not read again before so many times the reading time has passed."""
MOST_SEGMENTATIONS = 4
"""So many segmentations' present segments are kept beside the contacts: 10 MB each for a million."""


@dataclass(slots=True)
class Everybody:
    """The contacts of a kind who are profiled, on the day `as_of`, with the fields and metrics that were asked for.
    `seen` tells whether it still holds. `beside` keeps what others add, by the id of a segmentation."""

    as_of: date
    snapshot: Snapshot
    not_profiled: int
    fields: Mapping[str, domain.Field]
    metrics: frozenset[domain.Metric]
    horizon: int
    seen: object
    database: frozenset[str]
    read_at: float
    read_seconds: float
    beside: OrderedDict[int | None, Any] = field(default_factory=OrderedDict)

    @property
    def keys(self) -> pl.Series:
        return self.snapshot.contacts.keys

    def holds(self, fields: Mapping[str, domain.Field], metrics: frozenset[domain.Metric], as_of: date) -> bool:
        """Whether all of these are there."""
        known = {key: known.type for key, known in self.fields.items()}
        return (
            self.as_of == as_of
            and metrics <= self.metrics
            and known.items() >= {key: asked.type for key, asked in fields.items()}.items()
        )

    def keep_beside(self, segmentation_id: int | None, found: Any) -> None:
        self.beside[segmentation_id] = found
        self.beside.move_to_end(segmentation_id)
        while len(self.beside) > MOST_SEGMENTATIONS:
            self.beside.popitem(last=False)


_LOCKS = {kind: RLock() for kind in Kind}
_KEPT: dict[Kind, Everybody] = {}


def with_value(segmentation: domain.Segmentation) -> domain.Segmentation:
    """The segmentation with the field of the value, as snapshots of everybody want it."""
    return replace(segmentation, fields=(*segmentation.fields, VALUE))


@contextmanager
def everybody(segmentation: domain.Segmentation, as_of: date) -> Iterator[Everybody]:
    """Everybody of the kind, with the segmentation's fields, as of now; nobody else uses it meanwhile. Four queries
    while nothing has changed. In a transaction nothing is kept: what it has changed may be rolled back."""
    kind = segmentation.kind
    fields = {known.key: known for known in segmentation.fields if not known.metric}
    metrics = frozenset(known.metric for known in with_value(segmentation).fields if known.metric)
    if connection.in_atomic_block:
        yield _read(kind, fields, metrics, as_of)
        return
    with _LOCKS[kind]:
        kept = _KEPT.get(kind)
        if kept is None:
            kept = _read(kind, fields, metrics, as_of)
        elif not kept.holds(fields, metrics, as_of) or not _is_current(kept, kind):
            found = _read(kind, {**kept.fields, **fields}, kept.metrics | metrics, as_of)
            found.beside = kept.beside if kept.database == found.database else OrderedDict()
            kept = found
        _KEPT[kind] = kept
        yield kept


def _is_current(kept: Everybody, kind: Kind) -> bool:
    is_fresh = time.monotonic() - kept.read_at < READING_SHARE * kept.read_seconds
    if is_fresh and len(kept.keys) >= MANY:
        return True
    return (kept.seen, kept.database) == (_seen(kind, kept.horizon), _database())


def _read(kind: Kind, fields: Mapping[str, domain.Field], metrics: frozenset[domain.Metric], as_of: date) -> Everybody:
    """Marks are asked for first: what changes while contacts are read is noticed next time."""
    started = time.monotonic()
    horizon = current_marks().horizon
    seen = _seen(kind, horizon)
    everyone = contacts_for(_layout(kind, fields.values(), metrics))
    objected = Exemption.objects.filter(kind=Exemption.Kind.OBJECTION, contact__kind=kind)
    contacts = _without(everyone, list(objected.values_list("contact_id", flat=True)))
    read_at = time.monotonic()
    return Everybody(
        as_of=as_of,
        snapshot=Snapshot(contacts, as_of, VALUE.key),
        not_profiled=len(everyone) - len(contacts),
        fields=fields,
        metrics=metrics,
        horizon=horizon,
        seen=seen,
        database=_database(),
        read_at=read_at,
        read_seconds=read_at - started,
    )


def _layout(kind: Kind, fields: Iterable[domain.Field], metrics: Iterable[domain.Metric]) -> Layout:
    measured = (
        domain.Field(f"metric {number}", domain.FieldType.NUMBER, metric=metric)
        for number, metric in enumerate(metrics)
    )
    asked = (*fields, *measured)
    nothing = domain.Axis("", parameters=(), bands=())
    return Layout(domain.Segmentation("", kind, asked, (nothing,)), tuple(each.key for each in asked))


def _without(contacts: Contacts, ids: list[int]) -> Contacts:
    if not ids:
        return contacts
    numbers = (~contacts.keys.is_in(pl.Series(ids, dtype=pl.Int64).implode())).arg_true()
    return some_of(contacts, numbers)


# Of every table that values come from, the marks from a horizon on: they only grow, so no change leaves both numbers
# the same. Each is the end of an index.
_MARKS = """SELECT {number}, count(*), COALESCE(sum(changed), 0) FROM {table} WHERE {where}
            AND changed >= %s AND changed < %s"""
_TABLES = (
    ("crm_contact", "kind = 'company'"),
    ("crm_contact", "kind = 'person'"),
    ("crm_deal", "TRUE"),
    ("crm_activity", "TRUE"),
    ("crm_erased", "\"table\" = 'contact'"),
    ("crm_erased", "\"table\" = 'deal'"),
    ("crm_erased", "\"table\" = 'activity'"),
)
_ALL_MARKS = " UNION ALL ".join(
    _MARKS.format(number=number, table=table, where=where) for number, (table, where) in enumerate(_TABLES)
)


def _seen(kind: Kind, horizon: int) -> object:
    """What tells whether anything that is read has changed."""
    bounds = [horizon, current_marks().ceiling]
    with connection.cursor() as cursor:
        cursor.execute(_ALL_MARKS, bounds * len(_TABLES))
        marks = sorted(tuple(map(int, row)) for row in cursor.fetchall())
    objections = Exemption.objects.filter(kind=Exemption.Kind.OBJECTION, contact__kind=kind)
    decided = objections.aggregate(Count("id"), Max("id"), Max("created_at"))
    return marks, decided


def _database() -> frozenset[str]:
    """Tells one database from another that was put in its place: marks begin anew there. A new snapshot looks like one:
    then everybody is read once more."""
    return frozenset(SnapshotToken.objects.values_list("token", flat=True))
