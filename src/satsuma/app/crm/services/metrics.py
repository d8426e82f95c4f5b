"""Stored metrics: what lists sort by and profiles show, in `Contact.metrics`. Called by every service that saves what
metrics count, and by the job `refresh_metrics`: once a day, because windows of days move, and when a metric changes.

A few contacts are measured by the specification (`domain.metrics.measure`), many by the engine; both give the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

import polars as pl
from django.db import connection, transaction

from satsuma.app.crm.facts import tables
from satsuma.app.crm.facts.contacts import read_tables_of
from satsuma.app.crm.facts.reading import read
from satsuma.app.crm.facts.rows import rows_of
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.hooks import Before
from satsuma.app.crm.metrics import metric_from
from satsuma.app.crm.models import Contact, Field
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.snapshots.contacts import contacts_for
from satsuma.app.crm.values import stored_value
from satsuma.domain import model as domain
from satsuma.domain.metrics import measure
from satsuma.domain.model import Kind, Source
from satsuma.engine.facts import Contacts, encode, rows_by_contact
from satsuma.engine.layout import ID, Layout
from satsuma.engine.metrics import MetricCompiler

FEW = 100
"""Up to so many contacts are measured one by one: quicker than planning expressions."""
BATCH = 10_000
NOW = "_now"

Stored = Mapping[str, Any]
"""A contact's metrics by key, as JSON keeps them; a metric without data has no entry."""


def refresh_metrics(*, contact_ids: Collection[int], as_of: date, before: Before | None = None) -> frozenset[int]:
    """Measures the metrics of these contacts on the day `as_of` anew and stores what differs; gives whose did, and puts
    into `before` what these metrics were.

    To be called in the transaction of what they count, after it is written: the contacts are locked, so that of two who
    save at once the later one counts what both wrote. Ids that are not there are passed over. At most ten queries for
    each kind, and another ten for every 10,000 contacts.
    """
    changed: set[int] = set()
    ids = iter(sorted(set(contact_ids)))
    while batch := list(islice(ids, BATCH)):
        changed.update(_refresh(batch, as_of, before))
    return frozenset(changed)


@transaction.atomic
def _refresh(contact_ids: Sequence[int], as_of: date, noted: Before | None) -> Iterable[int]:
    # The weaker lock: what only refers to these contacts, such as a note that is being saved, need not wait.
    rows = Contact.objects.select_for_update(no_key=True).filter(id__in=contact_ids).order_by("id")
    stored: dict[Kind, dict[int, Stored]] = {}
    for id_, kind, metrics in rows.values_list("id", "kind", "metrics"):
        stored.setdefault(Kind(kind), {})[id_] = metrics
    differing: dict[int, Stored] = {}
    for kind, before in stored.items():
        after = measured(kind, list(before), as_of)
        differing |= {id_: metrics for id_, metrics in after.items() if metrics != before[id_]}
        if noted is not None:
            _note(noted, before, {id_: differing[id_] for id_ in before if id_ in differing})
    _store(differing)
    return differing


def _note(noted: Before, before: Mapping[int, Stored], after: Mapping[int, Stored]) -> None:
    for id_, now in after.items():
        then = before[id_]
        was = {key: then.get(key) for key in then.keys() | now.keys() if then.get(key) != now.get(key)}
        noted.setdefault(id_, {}).update(was)


def measured(kind: Kind, contact_ids: Sequence[int], as_of: date, *, few: int = FEW) -> dict[int, Stored]:
    """The metrics of contacts of one kind, read from the database, as they are to be stored."""
    layout = _layout(kind)
    contacts = Contacts(pl.Series(contact_ids, dtype=pl.Int64), {}, _rows(layout, contact_ids))
    by_contact = _by_specification if len(contact_ids) <= few else _by_engine
    return dict(zip(contact_ids, by_contact(layout, contacts, as_of), strict=True))


def _layout(kind: Kind) -> Layout:
    """A layout that asks for every metric field of the kind that is in use, and nothing else. One query, without labels
    and options: this is part of every save."""
    rows = Field.objects.filter(kind=kind, source=Field.Source.METRIC, retired_at__isnull=True).order_by("id")
    fields = tuple(
        domain.Field(row.key, domain.FieldType(row.type), metric=metric_from(row.metric or {})) for row in rows
    )
    nothing = domain.Axis("", parameters=(), bands=())
    return Layout(domain.Segmentation("", kind, fields, (nothing,)), also=tuple(field.key for field in fields))


def _people_fields(layout: Layout) -> list[FieldSpec]:
    """The fields of persons that the layout's metrics read."""
    if Source.PEOPLE not in layout.sources:
        return []
    asked = {column.column for column in layout.row_columns(Source.PEOPLE)}
    fields = list_fields(Kind.PERSON, retired=True) if asked else ()
    return [field for field in fields if field.key in asked and field.is_typed_in]


def _rows(layout: Layout, contact_ids: Sequence[int]) -> dict[Source, Any]:
    kind = layout.segmentation.kind
    found = read_tables_of(kind, contact_ids, layout.sources, _people_fields(layout))
    return {source: rows_of(kind, source, layout.row_columns(source), found) for source in layout.sources}


def _by_specification(layout: Layout, contacts: Contacts, as_of: date) -> Iterator[Stored]:
    rows = {source: rows_by_contact(layout, source, contacts) for source in layout.sources}
    for number in range(len(contacts)):
        yield _stored(
            (field.key, measure(field.metric, rows[field.metric.of][number], as_of))
            for field in layout.asked
            if field.metric
        )


def _by_engine(layout: Layout, contacts: Contacts, as_of: date) -> Iterator[Stored]:
    keys = [field.key for field in layout.asked]
    for values in measured_frame(layout, contacts, as_of).iter_rows():
        yield _stored(zip(keys, values, strict=True))


def measured_frame(layout: Layout, contacts: Contacts, as_of: date) -> pl.DataFrame:
    """One column per asked metric, called by its key, in the order of `contacts`: doubles and days."""
    facts = encode(layout, contacts)
    frame: pl.DataFrame = MetricCompiler(layout, as_of, pl).measured(facts.contacts, facts.rows).collect().sort(ID)
    return frame.select(pl.col(layout.column(field.key)).alias(field.key) for field in layout.asked)


def list_outdated(kind: Kind, as_of: date) -> list[int]:
    """The contacts of a kind, out of the bin, whose stored metrics are not those of the day `as_of`. To be asked
    outside of transactions, so that snapshots can be kept. A million companies with ten million deals take some 10 s.
    """
    fields = [field for field in list_fields(kind, retired=True) if field.metric]
    if not fields:
        return []
    stored, layout = read(tables.contacts(kind, fields)), _layout(kind)
    contacts = contacts_for(layout)
    now = measured_frame(layout, contacts, as_of).insert_column(0, contacts.keys.alias(ID))
    pairs = stored.join(now, on=ID, how="inner", suffix=NOW)
    differs = [pl.col(field.key).ne_missing(_measured(field)) for field in fields]
    return pairs.filter(pl.any_horizontal(differs))[ID].sort().to_list()


def refresh_all_metrics(*, kind: Kind, as_of: date) -> int:
    """Measures everybody's metrics of that kind on the day `as_of` and stores what differs; gives how many contacts
    did. Each batch in a transaction of its own: whoever saves meanwhile has counted what they saved."""
    return len(refresh_metrics(contact_ids=list_outdated(kind, as_of), as_of=as_of))


def _measured(field: FieldSpec) -> pl.Expr:
    """What is to be stored: nothing for a retired field."""
    return pl.lit(None) if field.retired else pl.col(f"{field.key}{NOW}")


def _stored(values: Iterable[tuple[str, Any]]) -> Stored:
    """Whole numbers without a point, so that both ways of measuring, and both databases, store the same."""
    return {
        key: int(value) if isinstance(value, float) and value.is_integer() else stored_value(value)
        for key, value in values
        if value is not None
    }


def _store(metrics: Mapping[int, Stored]) -> None:
    """Metrics follow from the rows they count: neither version nor mark of the contact changes with them."""
    rows = [(json.dumps(stored), id_) for id_, stored in metrics.items()]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE crm_contact SET metrics = %s WHERE id = %s", rows)
