"""The facts of a few contacts in the running transaction: what snapshots give of everybody, cut to those contacts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.models import Contact, Deal, Field
from satsuma.app.crm.snapshots.contacts import contacts_for
from satsuma.domain import model as domain
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source
from satsuma.engine.facts import records
from satsuma.engine.layout import Layout
from support.crm_rows import AS_OF, World, create_fields, create_world

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WON = (("state", ("won",)),)
METRICS = (
    domain.Field("m1", FieldType.MONEY, metric=Metric(Source.DEALS, Aggregate.SUM, "value", WON)),
    domain.Field("m2", FieldType.DATE, metric=Metric(Source.ACTIVITIES, Aggregate.LATEST, "happened_on")),
    domain.Field("m3", FieldType.NUMBER, metric=Metric(Source.PEOPLE, Aggregate.COUNT, where=(("p6", ("yes",)),))),
    domain.Field("m4", FieldType.NUMBER, metric=Metric(Source.PEOPLE, Aggregate.MEAN, "p1")),
    domain.Field("m5", FieldType.NUMBER, metric=Metric(Source.DEALS, Aggregate.DISTINCT, "product", day="closed_on")),
    domain.Field("m6", FieldType.NUMBER, metric=Metric(Source.PEOPLE, Aggregate.DISTINCT, "owner")),
)
LOST = (
    domain.Field("no_such_field", FieldType.NUMBER),
    domain.Field("city", FieldType.DATE),
)
"""Fields that are gone, and of another type now."""


def _layout(kind: Kind, fields: tuple[domain.Field, ...]) -> Layout:
    axis = domain.Axis("", parameters=(), bands=())
    return Layout(domain.Segmentation("", kind, fields, (axis,)), also=tuple(field.key for field in fields))


def _plain(kind: Kind) -> tuple[domain.Field, ...]:
    rows = Field.objects.filter(kind=kind).exclude(key="city").order_by("id")
    return tuple(domain.Field(row.key, FieldType(row.type)) for row in rows)


@pytest.fixture(params=list(Kind))
def kind(request) -> Kind:
    return request.param


@pytest.fixture
def world() -> World:
    return create_world(seed=8, companies=25, people=25, deals=90, activities=90)


@pytest.fixture
def layout(kind, world) -> Layout:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    Field.objects.create(kind=kind, key="retired", source="custom", type=FieldType.TEXT, retired_at=moment)
    Contact.objects.filter(id=world.companies[3]).update(values={"retired": "still known"})
    return _layout(kind, _plain(kind) + METRICS + LOST)


def _by_id(layout, contacts):
    return dict(zip(contacts.keys.to_list(), records(layout, contacts, AS_OF), strict=True))


def test_a_few_contacts_are_as_snapshots_give_them(kind, layout, world):
    everybody = _by_id(layout, contacts_for(layout))
    ids = world.companies if kind is Kind.COMPANY else world.people
    assert 15 < len(everybody) < len(ids)
    for asked in (ids, ids[:1], ids[3:4], ids[7:12][::-1]):
        found = contacts_of(layout, asked)
        assert found.keys.to_list() == [id_ for id_ in sorted(asked) if id_ in everybody]
        assert _by_id(layout, found) == {id_: everybody[id_] for id_ in found.keys.to_list()}
    values = {key: {str(record.get(key)) for record in everybody.values()} for key in ("retired", "m1", "m2", "m5")}
    assert all(len(values[key]) > 1 for key in ("m1", "m2", "m5"))
    assert ("still known" in values["retired"]) == (kind is Kind.COMPANY)
    assert {(record["city"], record["no_such_field"]) for record in everybody.values()} == {(None, None)}


def test_columns_are_as_snapshots_give_them(layout, kind, world):
    ids = world.companies if kind is Kind.COMPANY else world.people
    few, all_ = contacts_of(layout, ids), contacts_for(layout)
    assert {key: column.dtype for key, column in few.values.items()} == {
        key: column.dtype for key, column in all_.values.items()
    }
    assert few.rows.keys() == all_.rows.keys()
    for source, rows in few.rows.items():
        assert {column: cells.dtype for column, cells in rows.columns.items()} == {
            column: cells.dtype for column, cells in all_.rows[source].columns.items()
        }


def test_others_and_those_that_are_not_there_are_left_out(kind, layout, world):
    others = world.people if kind is Kind.COMPANY else world.companies
    found = contacts_of(layout, [*others, 10**9])
    assert len(found) == 0
    assert list(records(layout, found, AS_OF)) == []
    assert list(records(layout, contacts_of(layout, []), AS_OF)) == []


def test_what_the_running_transaction_wrote_counts(world):
    layout = _layout(Kind.COMPANY, METRICS[:1] + _plain(Kind.COMPANY))
    company, mark = Contact.objects.filter(kind=Kind.COMPANY, binned_at=None).first(), next_mark()
    Deal.objects.filter(id=world.deals[0]).update(
        company=company, person=None, state="won", worth_e4=120_000_000, binned_at=None, changed=mark
    )
    before = Deal.objects.filter(company=company).exclude(id=world.deals[0])
    before.update(company=None, changed=mark)
    Contact.objects.filter(company=company).update(company=None, changed=mark)
    Contact.objects.filter(id=company.id).update(values={"f1": 7.5}, changed=mark)
    record = _by_id(layout, contacts_of(layout, [company.id]))[company.id]
    assert (record["m1"], record["f1"], record["f2"]) == (12_000, 7.5, None)


@pytest.mark.parametrize(("sources", "most"), [((), 2), ((0,), 5), ((0, 1, 2), 8)])
def test_few_queries(sources, most, world):
    layout = _layout(Kind.COMPANY, tuple(METRICS[number] for number in sources) + _plain(Kind.COMPANY))
    with CaptureQueriesContext(connection) as queries:
        contacts_of(layout, world.companies[:1])
        once = len(queries)
        contacts_of(layout, world.companies)
    assert (once, len(queries)) == (most, 2 * most)


def test_no_field_is_asked_for():
    create_fields()
    assert len(contacts_of(_layout(Kind.COMPANY, ()), [1])) == 0
