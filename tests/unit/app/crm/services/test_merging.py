"""Merging makes one contact of two and loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from satsuma.app.crm.errors import ConflictError, NotFoundError, RefusedError
from satsuma.app.crm.models import Activity, Contact, Deal, Stage, Task
from satsuma.app.crm.queries.contacts import get_contact
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.app.crm.values import values_of
from satsuma.domain.model import Kind, Value

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def make(kind: Kind, tags: tuple[str, ...] = (), company_id: int | None = None, **values: Value) -> Contact:
    entry = Entry(values, company_id=company_id, tags=tags)
    return create_contact(kind=kind, entry=entry, by=None, at=NOW).contact


def merge(kept: Contact, other: Contact, *from_other: str, other_version: int = 1) -> Contact:
    return merge_contacts(
        kept_id=kept.id,
        other_id=other.id,
        versions={kept.id: 1, other.id: other_version},
        from_other=from_other,
        by=None,
        at=NOW,
    ).contact


def test_takes_what_is_chosen_and_what_only_the_other_has_and_notes_the_rest() -> None:
    kept = make(Kind.COMPANY, ("a", "b"), name="Acme", city="Berlin", phone="1", external_id="A", employees=10)
    other = make(Kind.COMPANY, ("b", "c"), name="ACME Corp", city="Hamburg", email="x@acme.com", external_id="B")
    merged = merge(kept, other, "external_id")
    fields = {key: field for key, field in fields_by_key(Kind.COMPANY).items() if field.is_typed_in}
    assert values_of(fields, Contact.objects.get(id=merged.id)) == {
        "name": "Acme",
        "city": "Berlin",
        "phone": "1",
        "employees": 10,
        "email": "x@acme.com",
        "external_id": "B",
    }
    assert sorted(tag.name for tag in merged.tags.all()) == ["a", "b", "c"]
    note = Activity.objects.get()
    assert (note.company_id, note.text) == (
        kept.id,
        "Merged with ACME Corp.\nValues that were not taken over:\nExternal ID: A\nName: ACME Corp\nCity: Hamburg",
    )


def test_everything_that_belongs_to_the_other_comes_along() -> None:
    kept, other = make(Kind.COMPANY, name="Acme"), make(Kind.COMPANY, name="Acme Corp")
    anna = make(Kind.PERSON, name="Anna", company_id=other.id)
    facts = {"stage": Stage.objects.get(key="won"), "state": "won", "currency": "EUR"}
    deal = Deal.objects.create(title="Rollout", company=other, created_at=NOW, updated_at=NOW, **facts)
    call = Activity.objects.create(kind="call", company=other, happened_at=NOW, happened_on=NOW.date(), created_at=NOW)
    task = Task.objects.create(title="Call", contact=other, created_at=NOW)
    merge(kept, other)
    for row, link in ((anna, "company_id"), (deal, "company_id"), (call, "company_id"), (task, "contact_id")):
        row.refresh_from_db()
        assert getattr(row, link) == kept.id, row


def test_the_old_address_leads_to_the_kept_contact() -> None:
    kept, other = make(Kind.PERSON, name="Anna"), make(Kind.PERSON, name="Anna N.")
    merge(kept, other)
    with pytest.raises(NotFoundError) as gone:
        get_contact(Kind.PERSON, other.id)
    assert gone.value.facts["merged_into"] == kept.id


def test_refuses_what_makes_no_sense_and_what_was_changed_meanwhile() -> None:
    company, other, person = (
        make(Kind.COMPANY, name="Acme"),
        make(Kind.COMPANY, name="Acme Corp"),
        make(Kind.PERSON, name="Anna"),
    )
    with pytest.raises(RefusedError, match="two different"):
        merge(company, company)
    with pytest.raises(RefusedError, match="cannot be merged"):
        merge(company, person)
    with pytest.raises(ConflictError):
        merge(company, other, other_version=2)
    bin_contacts(contact_ids=[other.id], by=None, at=NOW)
    with pytest.raises(NotFoundError):
        merge(company, other)
    assert not Activity.objects.exists()
