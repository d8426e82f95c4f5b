"""Results follow every save at once; history keeps every change of a segment with its cause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from satsuma.app.crm.models import Activity, Batch, Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.batches import undo_batch
from satsuma.app.crm.services.contacts import (
    Entry,
    bin_contacts,
    create_contact,
    erase_contacts,
    restore_contacts,
    save_contact,
)
from satsuma.app.crm.services.deal_bulk import move_deals
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import create_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.app.segmentation.models import Assignment, Move, Segment
from satsuma.app.segmentation.queries.history import list_sizes
from satsuma.app.segmentation.services import results
from satsuma.domain.model import Kind, NumericRanges, Parameter
from satsuma.domain.model import Segmentation as Model
from support.importing import bring_in
from support.sales import create_person, create_sale, stage_id
from support.segmented import (
    a_model,
    assignment_of,
    by_employees,
    company_value,
    metric_key,
    moves_of,
    publish,
    segment_of,
)

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LATER = NOW + timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str = "Acme", employees: int | None = None) -> Contact:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def employ(contact: Contact, employees: int | None) -> list[str]:
    contact.refresh_from_db()
    entry = Entry({"employees": employees})
    return list(save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=LATER).says)


def test_publishing_places_everybody_of_the_kind() -> None:
    small, large = company("Small", 5), company("Large", 500)
    create_person("Ada", large)
    version = publish(by_employees(), NOW)
    assert (segment_of(small.id), segment_of(large.id)) == ("Average", "VIP")
    assert Assignment.objects.count() == 2
    assert moves_of(large.id) == [(None, "VIP", "version", 1, TODAY)]
    assert (version.number, version.lowest, version.highest, version.asked) == (1, 0, 100, 1)


def test_a_large_publication_tells_postgresql_how_large_its_tables_are(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans without sizes")
    monkeypatch.setattr(results, "CHUNK", 3)
    for number in range(5):
        company(f"Company {number}")
    publish(by_employees(), NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE relname IN ('segmentation_assignment', 'segmentation_move')"
        )
        assert cursor.fetchall() == [(5,), (5,)]


def test_a_save_moves_a_contact_and_says_so() -> None:
    publish(by_employees(), NOW)
    acme = company(employees=5)
    assert employ(acme, 50) == ["Acme: Average → Good: Employees"]
    row = assignment_of(acme.id)
    assert (row.segment.name, row.score, row.present, row.version, row.assigned_at) == ("Good", 50, 1, None, LATER)
    assert moves_of(acme.id) == [(None, "Average", "contact", None, TODAY), ("Average", "Good", "contact", None, TODAY)]
    assert employ(acme, 51) == []
    assert Move.objects.count() == 2


def test_days_of_a_contacts_moves_do_not_go_back_with_the_clock() -> None:
    version = publish(by_employees(), NOW)
    acme, other = company(employees=5), company("Other", employees=5)
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    for contact, employees, days in ((acme, 50, 1), (acme, 500, -1), (other, 50, -1), (acme, 5, 0)):
        contact.refresh_from_db()
        entry, at = Entry({"employees": employees}), NOW + timedelta(days=days)
        save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=at)
    assert [move[-1] for move in moves_of(acme.id)] == [TODAY, tomorrow, tomorrow, tomorrow]
    assert [move[-1] for move in moves_of(other.id)] == [TODAY, TODAY]
    sizes = list_sizes(version.segmentation_id, yesterday, tomorrow)
    names = {segment.pk: segment.name for segment in Segment.objects.all()}
    assert {names[segment]: over_days for segment, over_days in sizes.by_segment.items()} == {
        "Average": (0, 1, 1),
        "Good": (0, 1, 1),
    }


def test_deals_and_activities_move_the_company_they_belong_to() -> None:
    acme = company(employees=5)
    ada = create_person("Ada", acme)
    publish(company_value(), NOW)
    assert segment_of(acme.id) == "Average"
    create_sale(acme, stage="won", value=Decimal(20_000), closed_on=TODAY)
    log_activity(contact_id=ada.id, entry=ActivityEntry(kind=Activity.Kind.CALL), by=None, at=LATER)
    # 100 of 400 points for the deal, as many for the call with somebody who works there.
    assert [move[:3] for move in moves_of(acme.id)] == [
        (None, "Average", "version"),
        ("Average", "Good", "activity"),
    ]
    assert assignment_of(acme.id).score == 200


def test_who_goes_into_the_bin_has_no_result_until_restored() -> None:
    publish(by_employees(), NOW)
    acme = company(employees=500)
    bin_contacts(contact_ids=[acme.id], by=None, at=LATER)
    assert not Assignment.objects.exists()
    restore_contacts(contact_ids=[acme.id], by=None, at=LATER)
    assert segment_of(acme.id) == "VIP"
    assert [move[:3] for move in moves_of(acme.id)] == [
        (None, "VIP", "contact"),
        ("VIP", None, "contact"),
        (None, "VIP", "contact"),
    ]


def test_history_keeps_the_moves_of_who_is_erased_without_naming_them() -> None:
    publish(by_employees(), NOW)
    acme = company(employees=500)
    bin_contacts(contact_ids=[acme.id], by=None, at=LATER)
    erase_contacts(contact_ids=[acme.id], by=None, at=LATER)
    assert sorted(Move.objects.values_list("contact", "before__name", "after__name"), key=str) == [
        (None, "VIP", None),
        (None, None, "VIP"),
    ]


def test_an_import_moves_who_it_touches_and_its_undo_takes_them_out() -> None:
    publish(by_employees(), NOW)
    keys = {"company": "external_id"}
    row = bring_in(
        "ID,Name,Employees\n1,Acme,500\n2,Bolt,5\n", keys=keys, ID="company.external_id", Name="company.name"
    )
    acme = Contact.objects.get(name="Acme")
    assert segment_of(acme.id) == "VIP"
    assert moves_of(acme.id)[0][2:4] == ("import", row.batch_id)
    undo_batch(batch_id=row.batch_id, by=None, at=LATER)
    assert not Assignment.objects.exists()
    left = Move.objects.filter(after__isnull=True)
    assert sorted(left.values_list("before__name", "contact", "cause")) == [
        ("Average", None, "import"),
        ("VIP", None, "import"),
    ]
    assert Batch.objects.get().undone_at == LATER


def test_a_merge_leaves_one_result() -> None:
    publish(by_employees(), NOW)
    kept, other = company("Acme"), company("Acme Inc", 500)
    merge_contacts(
        kept_id=kept.id, other_id=other.id, versions={kept.id: 1, other.id: 1}, from_other=(), by=None, at=LATER
    )
    assert list(Assignment.objects.values_list("contact", "segment__name")) == [(kept.id, "VIP")]
    assert moves_of(other.id)[-1][:3] == ("VIP", None, "merge")
    assert moves_of(kept.id)[-1][:3] == ("Average", "VIP", "merge")


def test_what_is_undone_of_deals_moves_the_company_of_the_person_back() -> None:
    acme = company()
    ada = create_person("Ada", acme)
    entry = DealEntry("Rollout", person_id=ada.id, value=Decimal(20_000))
    sale = create_deal(entry=entry, by=None, at=NOW).deal
    publish(by_won(), NOW)
    done = move_deals(deal_ids=[sale.id], stage_id=stage_id("won"), by=None, at=LATER)
    assert segment_of(acme.id) == "VIP"
    assert done.batch_id is not None
    undo_batch(batch_id=done.batch_id, by=None, at=LATER)
    assert segment_of(acme.id) == "Average"


def by_won() -> Model:
    won = metric_key(Kind.COMPANY, "sum", of="deals", where={"state": ["won"]})
    return a_model([Parameter(won, 1, NumericRanges((10_000,), (0, 100)))])
