"""The facts table out of the database: typed columns, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from django.db import DataError, OperationalError, connection
from polars.testing import assert_frame_equal, assert_series_equal

from satsuma.app.crm.facts import reading, tables
from satsuma.app.crm.facts.contacts import read_facts, read_rows
from satsuma.app.crm.models import Activity, Contact, Deal
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.values import values_of
from satsuma.domain.metrics import Role, RowColumn
from satsuma.domain.model import FieldType, Kind, Source
from satsuma.engine.facts import CONTACT_TYPES
from support.crm_rows import NOW, World, create_fields, create_metric, create_world, typed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TEXT, AMOUNT, DAY = Role.TEXT, Role.AMOUNT, Role.DAY


def _by_instances(kind: Kind, fields) -> pl.DataFrame:
    """The same table read the slow way, value by value: the specification."""
    by_key = {field.key: field for field in fields}
    contacts = list(Contact.objects.filter(kind=kind, binned_at__isnull=True).order_by("id"))
    values = [values_of(by_key, contact) for contact in contacts]
    columns = {
        key: pl.Series(
            [sorted(row[key]) if isinstance(row.get(key), frozenset) else row.get(key) for row in values],
            dtype=CONTACT_TYPES[field.type],
        )
        for key, field in by_key.items()
    }
    return pl.DataFrame({"id": pl.Series([contact.id for contact in contacts], dtype=pl.Int64), **columns})


@pytest.mark.parametrize("chunk", [7, 20_000])
@pytest.mark.parametrize("kind", list(Kind))
def test_facts_are_what_the_contacts_hold_to_the_last_digit(kind, chunk, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", chunk)
    create_world(seed=5, companies=60, people=60, deals=0, activities=0)
    found = read_facts(kind, typed_in(kind))
    expected = _by_instances(kind, typed_in(kind))
    assert 40 < len(found) < 60
    assert_frame_equal(found, expected, check_exact=True)
    for row, other in zip(found.rows(), expected.rows(), strict=True):  # frames call 0.1 and 0.1 + 1e-17 equal
        assert row == other


def test_texts_that_are_too_large_together_are_read_in_smaller_chunks():
    create_world(seed=5, companies=60, people=0, deals=0, activities=0)
    selection = tables.contacts(Kind.COMPANY, typed_in(Kind.COMPANY))
    expected = reading.read(selection)
    refused = []

    def refuse_large(execute, sql, parameters, many, context):
        last = parameters[-1]
        size = last if isinstance(last, int) else len(json.loads(last) if isinstance(last, str) else last)
        if size > 9:
            refused.append(size)
            raise DataError("string or blob too big")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(refuse_large):
        assert_frame_equal(reading.read(selection), expected)
        assert_frame_equal(reading.read(selection, expected["id"].to_list()), expected)
    assert refused == [20_000, 2_500, 312, 39, len(expected), len(expected), len(expected), 39]


def test_what_the_database_refuses_row_by_row_too_is_an_error():
    def refuse(execute, sql, parameters, many, context):
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(refuse), pytest.raises(OperationalError, match="disk I/O error"):
        reading.read(tables.contacts(Kind.COMPANY, []))


def test_only_the_fields_asked_for_are_read_each_once():
    create_world(companies=3, people=0, deals=0, activities=0)
    fields = {field.key: field for field in typed_in(Kind.COMPANY)}
    assert read_facts(Kind.COMPANY, [fields["f5"], fields["city"], fields["f5"]]).columns == ["id", "city", "f5"]
    assert read_facts(Kind.COMPANY, []).columns == ["id"]


@pytest.mark.parametrize("kind", list(Kind))
def test_a_table_without_contacts_has_typed_columns(kind):
    create_fields()
    found = read_facts(kind, typed_in(kind))
    assert found.is_empty()
    assert found.schema == _by_instances(kind, typed_in(kind)).schema


def test_metrics_are_read_as_they_are_stored():
    create_metric(Kind.COMPANY, "m1", FieldType.MONEY, of="deals", aggregate="sum", column="value")
    create_metric(Kind.COMPANY, "m2", FieldType.DATE, of="deals", aggregate="latest", column="closed_on")
    contacts = [
        Contact.objects.create(kind=Kind.COMPANY, name="A", metrics=metrics, created_at=NOW, updated_at=NOW)
        for metrics in ({"m1": 0.1, "m2": "9999-12-31"}, {"m1": 7}, {})
    ]
    found = read_facts(Kind.COMPANY, list_fields(Kind.COMPANY))
    days = [(0.1, date(9999, 12, 31)), (7.0, None), (None, None)]
    assert found.rows() == [(contact.id, *values) for contact, values in zip(contacts, days, strict=True)]


def test_values_of_another_field_or_type_of_list_do_no_harm():
    create_fields()
    Contact.objects.create(
        kind=Kind.COMPANY,
        name="A",
        values={"f5": [], "f8": "", "gone": {"deep": [1]}, 'we"ird\n': 1},
        created_at=NOW,
        updated_at=NOW,
    )
    fields = [field for field in typed_in(Kind.COMPANY) if not field.is_column]
    assert set(read_facts(Kind.COMPANY, fields).drop("id").row(0)) == {None}


def _expected_links(kind: Kind, rows) -> set[tuple[int, int]]:
    """Contact and row, by the words of the rule."""
    people = dict(Contact.objects.filter(kind=Kind.PERSON, binned_at__isnull=True).values_list("id", "company_id"))
    if kind is Kind.PERSON:
        return {(row.person_id, row.id) for row in rows if row.person_id}
    own = {(row.company_id, row.id) for row in rows if row.company_id}
    return own | {(people[row.person_id], row.id) for row in rows if people.get(row.person_id)}


@pytest.mark.parametrize("kind", list(Kind))
def test_rows_belong_to_whom_they_name_and_to_the_company_of_the_person(kind):
    create_world(seed=3)
    value = RowColumn(AMOUNT, "value")
    deals = list(Deal.objects.filter(binned_at__isnull=True))
    found = read_rows(kind, Source.DEALS, [value])
    worth = {deal.id: deal.worth_e4 for deal in deals}
    expected = [(contact, worth[deal]) for contact, deal in _expected_links(kind, deals)]
    assert len(expected) > 50
    by_size = sorted(zip(found.contact_keys.to_list(), found.columns[value].to_list(), strict=True), key=str)
    assert by_size == sorted(expected, key=str)

    day = RowColumn(DAY, "happened_on")
    found = read_rows(kind, Source.ACTIVITIES, [day])
    activities = {activity.id: activity.happened_on for activity in Activity.objects.all()}
    expected_days = [(c, activities[a]) for c, a in _expected_links(kind, Activity.objects.all())]
    assert sorted(zip(found.contact_keys, found.columns[day], strict=True)) == sorted(expected_days)


def test_people_belong_to_their_company_and_persons_have_none():
    world = create_world(seed=4)
    name = RowColumn(TEXT, "p8")
    fields = [field for field in typed_in(Kind.PERSON) if field.key == "p8"]
    found = read_rows(Kind.COMPANY, Source.PEOPLE, [name], fields)
    people = Contact.objects.filter(kind=Kind.PERSON, binned_at__isnull=True, company__isnull=False).order_by("id")
    assert found.contact_keys.to_list() == [person.company_id for person in people]
    assert found.columns[name].to_list() == [person.values.get("p8") for person in people]
    assert len(read_rows(Kind.PERSON, Source.PEOPLE, [name], fields).contact_keys) == 0
    assert len(world.people) > len(people)


@pytest.fixture
def one_of_each(administrator) -> World:
    world = create_world(seed=1, companies=1, people=1, deals=1, activities=1)
    Contact.objects.update(binned_at=None)
    person = Contact.objects.filter(id=world.people[0])
    values = {"p1": 7.25, "p2": 100, "p3": 9, "p4": "o1", "p5": ["o1", "o2"], "p6": False, "p7": "0001-01-01"}
    person.update(company=world.companies[0], values=values, country="PL", job_title="", owner=administrator)
    deal = Deal.objects.select_related("stage").get(id=world.deals[0])
    deal.company_id, deal.person_id, deal.worth_e4, deal.binned_at = world.companies[0], None, 199_900, None
    deal.owner, deal.product, deal.closed_on = administrator, None, date(2026, 1, 31)
    deal.save()
    Activity.objects.update(company=world.companies[0], rating=9, kind="call", author=administrator)
    return world


@pytest.mark.parametrize(
    ("source", "column", "text", "amount", "day"),
    [
        ("deals", "value", "19.99", 199_900, None),
        ("deals", "product", None, None, None),
        ("deals", "currency", "EUR", None, None),
        ("deals", "closed_on", "2026-01-31", None, date(2026, 1, 31)),
        ("activities", "kind", "call", None, None),
        ("activities", "rating", "9", 90_000, None),
        ("people", "p1", "7.25", 72_500, None),
        ("people", "p2", "100", 1_000_000, None),
        ("people", "p3", "9", 90_000, None),
        ("people", "p4", "o1", None, None),
        ("people", "p5", None, None, None),
        ("people", "p6", "no", None, None),
        ("people", "p7", "0001-01-01", None, date(1, 1, 1)),
        ("people", "p8", None, None, None),
        ("people", "country", "PL", None, None),
        ("people", "job_title", None, None, None),
        ("people", "no_such_column", None, None, None),
    ],
)
def test_each_column_is_read_in_each_role(source, column, text, amount, day, one_of_each):
    wanted = [RowColumn(role, column) for role in (TEXT, AMOUNT, DAY)]
    rows = read_rows(Kind.COMPANY, Source(source), wanted, typed_in(Kind.PERSON))
    assert [rows.columns[column].to_list() for column in wanted] == [[text], [amount], [day]]
    types = [pl.Series(dtype=dtype) for dtype in (pl.String, pl.Int64, pl.Date)]
    for asked, empty in zip(wanted, types, strict=True):
        assert_series_equal(rows.columns[asked].clear(), empty, check_names=False)


@pytest.mark.parametrize(("source", "column"), [("deals", "owner"), ("activities", "author"), ("people", "owner")])
def test_users_are_known_by_id_and_stages_by_key(source, column, one_of_each, administrator):
    wanted = RowColumn(TEXT, column)
    rows = read_rows(Kind.COMPANY, Source(source), [wanted])
    assert rows.columns[wanted].to_list() == [str(administrator.id)]
    stage, state = RowColumn(TEXT, "stage"), RowColumn(TEXT, "state")
    deals = read_rows(Kind.COMPANY, Source.DEALS, [stage, state])
    deal = Deal.objects.select_related("stage").get()
    assert [deals.columns[c].to_list() for c in (stage, state)] == [[deal.stage.key], [deal.state]]
