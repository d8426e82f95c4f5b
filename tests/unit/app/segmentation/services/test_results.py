"""Results follow every save at once; history keeps every change of a segment with its cause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

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
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.app.segmentation.models import Assignment, Move
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.domain.model import Kind
from support.importing import bring_in
from support.sales import create_person, create_sale
from support.segmented import assignment_of, by_employees, company_value, moves_of, publish, segment_of

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


def test_a_save_moves_a_contact_and_says_so() -> None:
    publish(by_employees(), NOW)
    acme = company(employees=5)
    assert employ(acme, 50) == ["Acme: Average → Good"]
    row = assignment_of(acme.id)
    assert (row.segment.name, row.score, row.present, row.version, row.assigned_at) == ("Good", 50, 1, None, LATER)
    assert moves_of(acme.id) == [(None, "Average", "contact", None, TODAY), ("Average", "Good", "contact", None, TODAY)]
    assert employ(acme, 51) == []
    assert Move.objects.count() == 2
