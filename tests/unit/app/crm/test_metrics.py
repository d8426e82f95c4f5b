"""Stored metrics: whose they are, that both ways of measuring agree, and that only what differs is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.catalogue import METRICS
from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.models import Contact, Deal, Field, Stage
from satsuma.app.crm.services.contacts import bin_contacts, erase_contacts, restore_contacts
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.metrics import list_outdated, measured, refresh_all_metrics, refresh_metrics
from satsuma.app.crm.services.sample import create_sample_data, remove_sample_data
from satsuma.app.crm.snapshots.jobs import start_refresh
from satsuma.domain.model import FieldType, Kind
from support.crm_rows import AS_OF, NOW, World, create_metric, create_world
from support.jobs import done_run
from support.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NUMBER, MONEY, DATE = FieldType.NUMBER, FieldType.MONEY, FieldType.DATE


def _create_metrics() -> None:
    """The ready-made ones, and others that read every column in every role."""
    for kind in Kind:
        for ready in METRICS:
            if kind in ready.kinds:
                create_metric(kind, f"{kind}_{ready.name}", ready.type, **ready.metric)
        create_metric(kind, f"{kind}_best", NUMBER, of="activities", aggregate="max", column="rating")
        create_metric(kind, f"{kind}_days", NUMBER, of="activities", aggregate="distinct", column="happened_on")
        create_metric(kind, f"{kind}_nines", NUMBER, of="activities", aggregate="count", where={"rating": ["9", "10"]})
        create_metric(
            kind,
            f"{kind}_small",
            MONEY,
            of="deals",
            aggregate="min",
            column="value",
            where={"value": ["19.99", "0.0001"]},
        )
        create_metric(kind, f"{kind}_none", MONEY, of="deals", aggregate="sum", column="product")
    persons = {"of": "people"}
    create_metric(Kind.COMPANY, "p_yes", NUMBER, aggregate="count", where={"p6": ["yes"], "country": ["pl"]}, **persons)
    create_metric(
        Kind.COMPANY, "p_sum", NUMBER, aggregate="sum", column="p1", where={"p1": ["0.1", "5", "7.25"]}, **persons
    )
    create_metric(Kind.COMPANY, "p_mean", NUMBER, aggregate="mean", column="p3", **persons)
    create_metric(Kind.COMPANY, "p_last", DATE, aggregate="latest", column="p7", **persons)
    create_metric(Kind.COMPANY, "p_texts", NUMBER, aggregate="distinct", column="p8", **persons)
    create_metric(Kind.COMPANY, "p_options", NUMBER, aggregate="distinct", column="p5", **persons)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_engine_measures_what_the_specification_measures(seed):
    world = create_world(seed=seed)
    _create_metrics()
    for kind, ids in ((Kind.COMPANY, world.companies), (Kind.PERSON, world.people)):
        by_specification = measured(kind, ids, AS_OF)
        assert measured(kind, ids, AS_OF, few=0) == by_specification
        assert len({str(metrics) for metrics in by_specification.values()}) > len(ids) // 2


@pytest.fixture
def stored_at_work(settings, tmp_path) -> World:
    """A world whose metrics are all stored, and snapshots in a folder of its own."""
    settings.DATA_FOLDER = tmp_path
    world = create_world(companies=20, people=20, deals=60, activities=60)
    _create_metrics()
    refresh_metrics(contact_ids=[*world.companies, *world.people], as_of=AS_OF)
    return world


def _metrics() -> dict[int, dict[str, object]]:
    return dict(Contact.objects.order_by("id").values_list("id", "metrics"))


def test_metrics_are_stored_without_touching_version_or_mark(stored_at_work):
    for kind in Kind:
        ids = list(Contact.objects.filter(kind=kind).values_list("id", flat=True))
        assert {id_: metrics for id_, metrics in _metrics().items() if id_ in ids} == measured(kind, ids, AS_OF)
    marks = Contact.objects.order_by("id").values_list("id", "version", "changed", "updated_at")
    before = list(marks)
    Contact.objects.update(metrics={})
    assert len(refresh_metrics(contact_ids=_metrics(), as_of=AS_OF)) == len(before)
    assert list(marks.all()) == before


def test_only_what_differs_is_written_and_named(stored_at_work):
    assert refresh_metrics(contact_ids=_metrics(), as_of=AS_OF) == frozenset()
    person = Contact.objects.filter(kind=Kind.PERSON, company__isnull=False, binned_at__isnull=True).first()
    stage = Stage.objects.get(state="won")
    deal = {"title": "Won", "stage": stage, "state": "won", "currency": "EUR", "created_at": NOW, "updated_at": NOW}
    Deal.objects.create(**deal, person=person, worth_e4=12_345_600, closed_on=AS_OF)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        changed = refresh_metrics(contact_ids=_metrics(), as_of=AS_OF)
    assert changed == {person.id, person.company_id}
    assert sum(query["sql"].startswith("UPDATE") for query in queries) <= 2


def test_whole_numbers_are_stored_without_a_point(stored_at_work):
    Deal.objects.all().delete()
    company = stored_at_work.companies[0]
    stage = Stage.objects.get(state="won")
    deal = {"title": "Won", "stage": stage, "state": "won", "currency": "EUR", "created_at": NOW, "updated_at": NOW}
    for worth in (10_000, 20_000, 33_333):
        Deal.objects.create(**deal, company_id=company, worth_e4=worth, closed_on=date(2026, 1, 31))
    for few in (0, 100):
        metrics = measured(Kind.COMPANY, [company], AS_OF, few=few)[company]
        won = {key: metrics[f"company_won_{key}"] for key in ("count", "value", "average", "share", "last")}
        assert str(won) == "{'count': 3, 'value': 6.3333, 'average': 2.1111, 'share': 1, 'last': '2026-01-31'}"


def test_queries_do_not_grow_with_the_contacts(stored_at_work):
    def count(ids) -> int:
        Contact.objects.update(metrics={})
        with CaptureQueriesContext(connection) as queries:
            refresh_metrics(contact_ids=ids, as_of=AS_OF)
        return len(queries)

    some = [*stored_at_work.companies[:5], *stored_at_work.people[:5]]
    assert count(some) == count(_metrics()) <= 20


def test_contacts_that_are_not_there_are_passed_over(stored_at_work):
    assert refresh_metrics(contact_ids=[10**12], as_of=AS_OF) == frozenset()
    assert refresh_metrics(contact_ids=[], as_of=AS_OF) == frozenset()


def test_a_new_day_moves_windows_and_everybody_is_found(stored_at_work):
    later = AS_OF + timedelta(days=30)
    for kind in Kind:
        assert list_outdated(kind, AS_OF) == []
        ids = list(
            Contact.objects.filter(kind=kind, binned_at__isnull=True).order_by("id").values_list("id", flat=True)
        )
        before, after = _metrics(), measured(kind, ids, later)
        outdated = [id_ for id_ in ids if before[id_] != after[id_]]
        assert outdated
        assert list_outdated(kind, later) == outdated
        assert refresh_all_metrics(kind=kind, as_of=later) == len(outdated)
        assert {id_: _metrics()[id_] for id_ in ids} == after
        assert list_outdated(kind, later) == []


def test_a_retired_metric_is_forgotten_and_comes_back(stored_at_work):
    Field.objects.filter(key="company_people").update(retired_at=NOW)
    having = [id_ for id_, metrics in _metrics().items() if "company_people" in metrics]
    live = Contact.objects.filter(id__in=having, binned_at__isnull=True).order_by("id").values_list("id", flat=True)
    assert list_outdated(Kind.COMPANY, AS_OF) == list(live)
    refresh_all_metrics(kind=Kind.COMPANY, as_of=AS_OF)
    assert not any("company_people" in _metrics()[id_] for id_ in live)
    Field.objects.filter(key="company_people").update(retired_at=None)
    assert list_outdated(Kind.COMPANY, AS_OF) == list(live)


def test_without_metric_fields_there_is_nothing_to_do(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    world = create_world(companies=2, people=0, deals=0, activities=0)
    assert list_outdated(Kind.COMPANY, AS_OF) == []
    assert refresh_metrics(contact_ids=world.companies, as_of=AS_OF) == frozenset()


@pytest.mark.django_db(transaction=True)
def test_two_who_save_at_once_count_what_both_wrote(settings, tmp_path):
    with transaction.atomic():
        world = create_world(companies=1, people=0, deals=0, activities=0)
        create_metric(Kind.COMPANY, "m1", NUMBER, of="deals", aggregate="count")
    stage = Stage.objects.get(state="won")
    deal = {"title": "Won", "stage": stage, "state": "won", "currency": "EUR", "created_at": NOW, "updated_at": NOW}

    def save(number: int) -> None:
        with transaction.atomic():
            Deal.objects.create(**deal, company_id=world.companies[0], changed=next_mark())
            refresh_metrics(contact_ids=world.companies, as_of=AS_OF)

    assert race(6, save) == [None] * 6
    assert Contact.objects.get(kind=Kind.COMPANY).metrics == {"m1": 6}


@pytest.mark.django_db(transaction=True)
def test_the_nightly_job_brings_everybody_up_to_date(settings, tmp_path, workspace):
    settings.DATA_FOLDER = tmp_path
    with transaction.atomic():
        world = create_world(companies=5, people=5, deals=20, activities=10)
        _create_metrics()
    run = done_run(start_refresh(at=NOW))
    assert (run.state, run.error) == ("done", None)
    live = Contact.objects.filter(binned_at__isnull=True)
    assert run.result["text"] == f"{live.count()} contacts have other metrics"
    today = workspace_day(timezone.now())
    for kind, ids in ((Kind.COMPANY, world.companies), (Kind.PERSON, world.people)):
        expected = measured(kind, ids, today)
        assert {c.id: c.metrics for c in live.filter(kind=kind)} == {
            c.id: expected[c.id] for c in live.filter(kind=kind)
        }
    assert done_run(start_refresh(at=NOW)).result["text"] == "0 contacts have other metrics"


def test_after_whatever_services_do_nobody_is_outdated(settings, tmp_path, administrator):
    """Incremental and full always agree."""
    settings.DATA_FOLDER = tmp_path
    who = {"by": administrator, "at": timezone.now()}
    today = workspace_day(who["at"])

    def assert_nobody_is_outdated() -> None:
        assert [list_outdated(kind, today) for kind in Kind] == [[], []]

    create_defaults(at=who["at"])
    create_sample_data(**who)
    assert all(metrics for metrics in _metrics().values())
    assert_nobody_is_outdated()
    companies = Contact.objects.filter(kind=Kind.COMPANY, deals__isnull=False).distinct().order_by("id")
    people = Contact.objects.filter(kind=Kind.PERSON, person_deals__isnull=False).distinct().order_by("id")
    some = [*companies.values_list("id", flat=True)[:4], *people.values_list("id", flat=True)[:8]]
    bin_contacts(contact_ids=some, **who)
    assert_nobody_is_outdated()
    erase_contacts(contact_ids=some[2:7], **who)
    assert_nobody_is_outdated()
    restore_contacts(contact_ids=some, **who)
    assert_nobody_is_outdated()
    remove_sample_data(**who)
    assert_nobody_is_outdated()
