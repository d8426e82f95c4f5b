"""One contact is scored by the specification, many by the engine; several versions read contacts once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.crm.facts.contacts import contacts_of
from satsuma.app.crm.models import Activity, Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import bin_contacts
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Version
from satsuma.app.segmentation.queries.segmentations import VersionSpec, version_spec
from satsuma.app.segmentation.scoring import (
    Readings,
    by_engine,
    by_specification,
    depends_on_day,
    layout_of,
    read_contacts,
    score_contacts,
)
from satsuma.domain.model import AgeRanges, Kind, NumericRanges, Parameter
from support.sales import create_company, create_person, create_sale
from support.segmented import a_model, by_employees, company_value, metric_key, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def create_world() -> list[int]:
    """Companies and people with deals and calls, and one in the bin; their ids."""
    for number in range(8):
        row = create_company(f"Company {number}")
        Contact.objects.filter(id=row.id).update(employees=number * 20 or None)
        ada = create_person(f"Person {number}", row)
        for _each in range(number % 3):
            create_sale(row, stage="won", value=Decimal(number * 700), closed_on=TODAY)
            log_activity(contact_id=ada.id, entry=ActivityEntry(Activity.Kind.CALL), by=None, at=NOW)
    bin_contacts(contact_ids=[row.id], by=None, at=NOW)
    return list(Contact.objects.values_list("id", flat=True))


def published(model: object) -> VersionSpec:
    return version_spec(publish(model, NOW))  # type: ignore[arg-type]


def people() -> VersionSpec:
    touched = metric_key(Kind.PERSON, "count", of="activities")
    asked = Parameter(touched, 1, NumericRanges((1, 3), (0, 5, 9)))
    return published(a_model([asked], kind=Kind.PERSON, name="People"))


def test_both_ways_give_the_same_in_the_same_order() -> None:
    ids = create_world()
    for version in (published(company_value()), people()):
        layout = layout_of(version.document)
        contacts = contacts_of(layout, ids)
        one_by_one = by_specification(layout, contacts, version.segment_ids, TODAY)
        assert len(one_by_one) > 5
        assert one_by_one.equals(by_engine(layout, contacts, version.segment_ids, TODAY))


def test_versions_that_share_a_reading_get_what_each_would_read_alone() -> None:
    ids = create_world()
    versions = [published(company_value()), published(by_employees()), people()]
    readings = Readings(versions, ids)
    for version in versions:
        shared = score_contacts(version, readings.of(version), TODAY)
        assert shared.equals(score_contacts(version, read_contacts(version, ids), TODAY))
        assert len(shared) > 4


def test_a_reading_is_shared_and_a_broken_version_spoils_it_for_no_other() -> None:
    versions = [published(company_value(f"Value {number}")) for number in range(3)]
    assert queries_of(versions) == queries_of(versions[:1])
    Version.objects.filter(id=versions[0].id).update(document="{}")
    broken = version_spec(Version.objects.get(id=versions[0].id))
    readings = Readings([broken, *versions[1:]], [1])
    assert len(readings.of(versions[1])) == 0
    with pytest.raises(IndexError):
        readings.of(broken)


def queries_of(versions: list[VersionSpec]) -> int:
    readings = Readings(versions, [1])
    with CaptureQueriesContext(connection) as queries:
        for version in versions:
            readings.of(version)
    return len(queries)


def test_results_depend_on_the_day_where_ages_or_days_count() -> None:
    latest = metric_key(Kind.COMPANY, "latest", of="activities")
    opened = metric_key(Kind.COMPANY, "count", of="deals", where={"state": ["open"]})
    won = metric_key(Kind.COMPANY, "count", of="deals", where={"state": ["won"]})
    asked = {
        "age": Parameter(latest, 1, AgeRanges((30,), (1, 0))),
        "days": Parameter(won, 1, NumericRanges((1,), (0, 1))),
        "no day": Parameter(opened, 1, NumericRanges((1,), (0, 1))),
        "plain": Parameter("employees", 1, NumericRanges((1,), (0, 1))),
    }
    found = {name: depends_on_day(published(a_model([parameter], name=name))) for name, parameter in asked.items()}
    assert found == {"age": True, "days": True, "no day": False, "plain": False}
