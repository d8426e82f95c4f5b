"""What a version gives contacts, as a frame: one contact by the specification, many by the engine; both give the same.
Called by `services.results` and `services.verifying`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import polars as pl

from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.snapshots.contacts import contacts_for, refresh_snapshots
from satsuma.app.segmentation.documents import read_version
from satsuma.app.segmentation.queries.segmentations import VersionSpec
from satsuma.domain import scoring as specification
from satsuma.domain.model import AgeRanges, Axis, Field, Kind, Segmentation
from satsuma.engine.compiler import PRESENT, SEGMENT, score_column
from satsuma.engine.facts import Contacts, encode, records
from satsuma.engine.layout import Layout
from satsuma.engine.score import score

CONTACT, COMPUTED, SCORE = "contact", "computed", "score"
FRESH = {CONTACT: pl.Int64(), COMPUTED: pl.Int64(), SCORE: pl.Int32(), PRESENT: pl.Int32()}
"""The columns of what is given here: ids of contacts and segments, total score, present relevance."""
FEW = 50
"""Up to so many contacts are scored one by one: quicker than planning expressions."""


@lru_cache(maxsize=100)
def layout_of(document: str) -> Layout:
    """Where the facts of a version stand. Kept in memory by the version's text: every save asks for it."""
    return Layout(read_version(document))


def warm_up(document: str) -> None:
    """Brings the snapshots that a version reads up to date, so that a transaction need not. To be called outside of
    transactions. Three seconds for a million contacts the first time, a tenth of that afterwards."""
    refresh_snapshots(layout_of(document))


class Readings:
    """The facts of a few contacts, read once for all the versions that score them: reading is most of the work."""

    def __init__(self, versions: Iterable[VersionSpec], contact_ids: Collection[int]) -> None:
        self._documents = [version.document for version in versions]
        self._ids = contact_ids
        self._read: dict[Kind, Contacts | None] = {}

    def of(self, version: VersionSpec) -> Contacts:
        """What the version asks for. If what is shared cannot be read, each version reads its own."""
        layout = layout_of(version.document)
        kind = layout.segmentation.kind
        if kind not in self._read:
            self._read[kind] = None
            shared = shared_layout(tuple(self._documents), kind)
            self._read[kind] = contacts_of(shared, self._ids) if shared else None
        if (read := self._read[kind]) is None:
            return contacts_of(layout, self._ids)
        values = {field.key: read.values[field.key] for field in layout.asked if not field.metric}
        return Contacts(read.keys, values, read.rows)


@lru_cache(maxsize=50)
def shared_layout(documents: tuple[str, ...], kind: Kind) -> Layout | None:
    """A layout that asks for everything that those of the versions of a kind ask for; None if one cannot be read, or if
    they take a field for different things."""
    fields: dict[str, Field] = {}
    for number, document in enumerate(documents):
        try:
            layout = layout_of(document)
        except Exception:
            return None
        for field in layout.asked if layout.segmentation.kind is kind else ():
            key = f"{field.key} {number}" if field.metric else field.key
            if fields.setdefault(key, replace(field, key=key)).type is not field.type:
                return None
    nothing = Axis("", parameters=(), bands=())
    return Layout(Segmentation("", kind, tuple(fields.values()), (nothing,)), also=tuple(fields))


def read_contacts(version: VersionSpec, contact_ids: Collection[int] | None) -> Contacts:
    """The facts of these contacts, or of everybody of the kind, who are not in the bin, as the running transaction sees
    them. A few milliseconds for one; a tenth of a second for a million with a warm snapshot."""
    layout = layout_of(version.document)
    return contacts_for(layout) if contact_ids is None else contacts_of(layout, contact_ids)


def score_contacts(version: VersionSpec, contacts: Contacts, as_of: date) -> pl.DataFrame:
    """A row of `FRESH` for each of the contacts. Asks no database: half a second for a million."""
    by_contact = by_specification if len(contacts) <= FEW else by_engine
    return by_contact(layout_of(version.document), contacts, version.segment_ids, as_of)


def by_specification(layout: Layout, contacts: Contacts, segment_ids: Sequence[int], as_of: date) -> pl.DataFrame:
    """One by one, as `domain.scoring` says."""
    results = [specification.score(layout.segmentation, record, as_of) for record in records(layout, contacts, as_of)]
    return pl.DataFrame(
        {
            CONTACT: contacts.keys,
            COMPUTED: [segment_ids[result.segment] for result in results],
            SCORE: [result.total.score for result in results],
            PRESENT: [result.present for result in results],
        },
        schema=FRESH,
    )


def by_engine(layout: Layout, contacts: Contacts, segment_ids: Sequence[int], as_of: date) -> pl.DataFrame:
    """All in one pass."""
    frame = score(encode(layout, contacts), as_of)
    names = pl.Series(segment_ids, dtype=pl.Int64)
    axes = range(len(layout.segmentation.axes))
    total = pl.sum_horizontal(*(pl.col(score_column(axis)) for axis in axes)).cast(pl.Int32)
    scored = frame.select(total.alias(SCORE), pl.col(PRESENT).cast(pl.Int32))
    return pl.DataFrame([contacts.keys.alias(CONTACT), names.gather(frame[SEGMENT]).alias(COMPUTED), *scored])


def depends_on_day(version: VersionSpec) -> bool:
    """Whether a contact's result can become another because a day has passed: ages, and metrics that count by days."""
    layout = layout_of(version.document)
    ages = any(isinstance(parameter.ranges, AgeRanges) for _axis, parameter in layout.segmentation.parameters)
    return ages or any(field.metric is not None and field.metric.day is not None for field in layout.asked)
