"""What others do between two statements of a save: results are right, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Activity, Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Pin, Segment, Segmentation
from satsuma.app.segmentation.services.pins import pin_contact, remove_pin
from satsuma.app.segmentation.services.segmentations import delete_segmentation, rename_segmentation
from satsuma.app.segmentation.services.starting import start_empty
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain.model import Kind
from support.racing import beside, race
from support.sales import create_company, create_person
from support.segmented import by_employees, company_value, publish, segment_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def save(contact: Contact, entry: Entry) -> None:
    save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=LATER)


def test_a_touch_counts_for_the_company_that_the_person_comes_to_meanwhile() -> None:
    before, after = create_company("Before"), create_company("After")
    ada = create_person(company=before)
    publish(company_value(), NOW)
    with transaction.atomic():
        save(ada, Entry({}, company_id=after.id))
        call = ActivityEntry(Activity.Kind.CALL)
        logging = beside(lambda: log_activity(contact_id=ada.id, entry=call, by=None, at=LATER))
    logging.result(timeout=10)
    assert verify_results(at=LATER).is_right


def test_a_first_version_waits_for_saves_that_began_before_its_segmentation() -> None:
    acme = create_company("Acme")
    publish(by_employees(name="There before"), NOW)
    with transaction.atomic():
        save(acme, Entry({"employees": 500}))
        publishing = beside(lambda: publish(by_employees(name="New"), LATER))
    version = publishing.result(timeout=10)
    assert segment_of(acme.id, version.segmentation_id) == "VIP"


def test_a_second_click_on_start_makes_another_one() -> None:
    race(2, lambda number: start_empty(kind=Kind.COMPANY, by=None, at=NOW))
    rows = Segmentation.objects.order_by("id").values_list("name", "is_primary")
    assert list(rows) == [("Company value", True), ("Company value 2", False)]


def test_a_name_is_given_once_at_a_time() -> None:
    ids = [start_empty(kind=Kind.COMPANY, by=None, at=NOW).pk for _each in range(2)]
    found = race(2, lambda number: rename_segmentation(segmentation_id=ids[number], name="Worth", at=NOW))
    assert {type(each) for each in found} == {ValuesError, str}


def test_a_pin_can_be_removed_while_its_segmentation_is_deleted() -> None:
    acme = create_company("Acme")
    id_ = publish(by_employees(), NOW).segmentation_id
    vip = Segment.objects.get(name="VIP")
    facts = {"segmentation_id": id_, "contact_id": acme.id, "by": None, "at": NOW}
    pin_contact(segment_id=vip.pk, reason="Board", expires_on=NOW.date() + timedelta(days=2), **facts)  # type: ignore[arg-type]
    deleting: list[Any] = []

    def delete_beside(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = run(sql, *rest)
        if sql.startswith('DELETE FROM "segmentation_pin"'):
            deleting.append(beside(lambda: delete_segmentation(segmentation_id=id_, at=LATER)))
        return found

    with connection.execute_wrapper(delete_beside):
        remove_pin(segmentation_id=id_, contact_id=acme.id, by=None, at=LATER)
    deleting[0].result(timeout=10)
    assert not Pin.objects.exists()
    assert not Segmentation.objects.exists()
