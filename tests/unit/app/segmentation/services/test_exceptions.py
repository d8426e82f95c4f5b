"""Pins outrank the score until they end, objections leave no result, frozen contacts keep their last one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from satsuma.app.crm.errors import NotFoundError, ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, restore_contacts, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.merging import merge_contacts
from satsuma.app.segmentation.models import Assignment, Exemption, Pin, Segment, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.services.exemptions import lift_exemption, set_exemption
from satsuma.app.segmentation.services.pins import pin_contact, remove_pin
from satsuma.app.segmentation.services.rescoring import begin_day, rescore_contacts
from satsuma.domain.model import Kind
from support.segmented import assignment_of, by_employees, moves_of, publish, publish_again, segment_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LATER = NOW + timedelta(hours=1)
TOMORROW = NOW + timedelta(days=1)
OBJECTION, FROZEN = Exemption.Kind.OBJECTION, Exemption.Kind.FROZEN

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def version(defaults: None) -> Version:
    return publish(by_employees(), NOW)


@pytest.fixture
def acme(version: Version) -> Contact:
    return company("Acme", 5)


def company(name: str, employees: int | None = None) -> Contact:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def employ(contact: Contact, employees: int, at: datetime = LATER) -> list[str]:
    contact.refresh_from_db()
    entry = Entry({"employees": employees})
    return list(save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=at).says)


def pin(contact: Contact, version: Version, name: str = "VIP", days: int = 1, reason: str = "Board", **kw: int) -> None:
    segment = Segment.objects.get(segmentation=version.segmentation, name=name)
    facts = {"segmentation_id": version.segmentation_id, "contact_id": contact.id, "segment_id": segment.pk, **kw}
    pin_contact(**facts, reason=reason, expires_on=TODAY + timedelta(days=days), by=None, at=LATER)  # type: ignore[arg-type]


def result(contact: Contact) -> tuple[str | None, str | None, int | None]:
    row = assignment_of(contact.id)
    return (row.segment and row.segment.name, row.computed and row.computed.name, row.score)


def test_a_pin_outranks_the_score_and_both_are_kept(acme: Contact, version: Version) -> None:
    pin(acme, version)
    assert result(acme) == ("VIP", "Average", 0)
    assert employ(acme, 50) == []
    assert result(acme) == ("VIP", "Good", 50)
    remove_pin(segmentation_id=version.segmentation_id, contact_id=acme.id, by=None, at=LATER)
    assert result(acme) == ("Good", "Good", 50)
    assert [move[:3] for move in moves_of(acme.id)[1:]] == [("Average", "VIP", "pin"), ("VIP", "Good", "pin")]


def test_a_pin_ends_when_its_day_begins(acme: Contact, version: Version) -> None:
    pin(acme, version)
    begin_day(segmentation_id=version.segmentation_id, at=LATER)
    assert result(acme) == ("VIP", "Average", 0)
    begin_day(segmentation_id=version.segmentation_id, at=TOMORROW)
    assert result(acme) == ("Average", "Average", 0)
    assert moves_of(acme.id)[-1] == ("VIP", "Average", "pin_ended", None, date(2026, 11, 27))
    assert not Pin.objects.exists()


def test_a_save_on_the_day_a_pin_ends_does_not_wait_for_the_night(acme: Contact, version: Version) -> None:
    pin(acme, version)
    employ(acme, 6, TOMORROW)
    assert result(acme) == ("Average", "Average", 0)
    assert moves_of(acme.id)[-1][2] == "pin_ended"


def test_who_leaves_on_the_day_a_pin_ends_leaves_for_another_reason(acme: Contact, version: Version) -> None:
    pin(acme, version)
    bin_contacts(contact_ids=[acme.id], by=None, at=TOMORROW)
    assert moves_of(acme.id)[-1][:3] == ("VIP", None, "contact")


def test_a_new_pin_takes_the_place_of_the_old_one(acme: Contact, version: Version) -> None:
    pin(acme, version)
    pin(acme, version, "Good", days=7, reason="Talked to them")
    assert result(acme) == ("Good", "Average", 0)
    assert Pin.objects.get().reason == "Talked to them"


def test_what_cannot_be_pinned_is_told_beside_the_answers(acme: Contact, version: Version) -> None:
    other = publish(by_employees(name="Other"), NOW)
    foreign = Segment.objects.filter(segmentation=other.segmentation).first()
    assert foreign is not None
    with pytest.raises(ValuesError) as error:
        pin(acme, version, days=0, reason=" ", segment_id=foreign.pk)
    assert set(error.value.problems) == {"segment", "expires_on", "reason"}
    with pytest.raises(NotFoundError):
        pin(acme, version, contact_id=0)
    assert not Pin.objects.exists()


def test_a_pin_to_a_segment_that_is_retired_does_not_hold(acme: Contact, version: Version) -> None:
    pin(acme, version, days=30)
    fewer = by_employees()
    axis = fewer.axes[0].__class__(fewer.axes[0].name, fewer.axes[0].parameters, fewer.axes[0].bands[:3])
    publish_again(version.segmentation_id, fewer.__class__(fewer.name, fewer.kind, fewer.fields, (axis,)), LATER)
    assert result(acme) == ("Average", "Average", 0)
    assert moves_of(acme.id)[-1][:4] == ("VIP", "Average", "version", 2)


def test_who_objects_has_no_segment_and_no_score(acme: Contact, version: Version) -> None:
    pin(acme, version)
    set_exemption(contact_id=acme.id, kind=OBJECTION, reason="By e-mail", by=None, at=LATER)
    assert result(acme) == (None, None, None)
    assert moves_of(acme.id)[-1][:3] == ("VIP", None, "objection")
    employ(acme, 500)
    publish_again(version.segmentation_id, by_employees(100, 50, 0), LATER)
    assert result(acme) == (None, None, None)
    assert len(moves_of(acme.id)) == 3
    lift_exemption(contact_id=acme.id, kind=OBJECTION, by=None, at=LATER)
    assert result(acme) == ("VIP", "Average", 0)
    assert moves_of(acme.id)[-1][:3] == (None, "VIP", "objection")


def test_a_frozen_contact_keeps_its_result_and_the_version_it_came_from(acme: Contact, version: Version) -> None:
    set_exemption(contact_id=acme.id, kind=FROZEN, reason="Lost", by=None, at=LATER)
    employ(acme, 500)
    assert result(acme) == ("Average", "Average", 0)
    assert assignment_of(acme.id).version is None
    assigned_at = assignment_of(acme.id).assigned_at
    publish_again(version.segmentation_id, by_employees(1, 2, 3), LATER)
    publish_again(version.segmentation_id, by_employees(), LATER)
    assert result(acme) == ("Average", "Average", 0)
    assert assignment_of(acme.id).version == version
    assert assignment_of(acme.id).assigned_at == assigned_at
    lift_exemption(contact_id=acme.id, kind=FROZEN, by=None, at=LATER)
    assert result(acme) == ("VIP", "VIP", 100)
    assert assignment_of(acme.id).version is None
    assert [move[:3] for move in moves_of(acme.id)] == [
        (None, "Average", "contact"),
        ("Average", "VIP", "freezing"),
    ]


def test_a_frozen_contact_without_a_result_is_scored_once(version: Version) -> None:
    acme = company("Acme", 50)
    bin_contacts(contact_ids=[acme.id], by=None, at=LATER)
    Exemption.objects.create(contact=acme, kind=FROZEN, created_at=NOW)
    restore_contacts(contact_ids=[acme.id], by=None, at=LATER)
    assert result(acme) == ("Good", "Good", 50)
    employ(acme, 500)
    assert result(acme) == ("Good", "Good", 50)


def test_a_frozen_contact_can_be_pinned(acme: Contact, version: Version) -> None:
    set_exemption(contact_id=acme.id, kind=FROZEN, reason="", by=None, at=LATER)
    pin(acme, version)
    employ(acme, 50)
    assert result(acme) == ("VIP", "Average", 0)


def test_exemptions_are_lifted_once_and_reasons_are_short(acme: Contact) -> None:
    set_exemption(contact_id=acme.id, kind=FROZEN, reason="One", by=None, at=LATER)
    set_exemption(contact_id=acme.id, kind=FROZEN, reason=" Two ", by=None, at=LATER)
    assert Exemption.objects.get().reason == "Two"
    with pytest.raises(ValuesError) as error:
        set_exemption(contact_id=acme.id, kind=FROZEN, reason="x" * 10_001, by=None, at=LATER)
    assert list(error.value.problems) == ["reason"]
    lift_exemption(contact_id=acme.id, kind=FROZEN, by=None, at=LATER)
    with pytest.raises(NotFoundError):
        lift_exemption(contact_id=acme.id, kind=FROZEN, by=None, at=LATER)


def test_an_objection_survives_a_merge_and_so_do_pins(acme: Contact, version: Version) -> None:
    pinned, objecting = company("Acme Inc"), company("Acme Ltd")
    pin(pinned, version)
    merge(acme, pinned)
    assert result(acme)[0] == "VIP"
    set_exemption(contact_id=objecting.id, kind=OBJECTION, reason="", by=None, at=LATER)
    merge(acme, objecting)
    assert result(acme) == (None, None, None)
    assert moves_of(acme.id)[-1][2] == "merge"
    assert set(Assignment.objects.values_list("contact", flat=True)) == {acme.id}


def test_a_pin_that_has_ended_yields_to_that_of_a_merged_contact(acme: Contact, version: Version) -> None:
    other = company("Acme Inc")
    pin(acme, version, "Super")
    pin(other, version)
    Pin.objects.filter(contact=acme).update(expires_on=TODAY)
    merge(acme, other)
    assert result(acme)[0] == "VIP"


def merge(kept: Contact, other: Contact) -> None:
    kept.refresh_from_db()
    versions = {kept.id: kept.version, other.id: other.version}
    merge_contacts(kept_id=kept.id, other_id=other.id, versions=versions, from_other=(), by=None, at=LATER)


def test_rescoring_some_says_who_moved(acme: Contact, version: Version) -> None:
    Contact.objects.filter(id=acme.id).update(employees=500)
    moves = rescore_contacts(contact_ids=[acme.id, 0], cause=Cause.REQUEST, at=LATER)
    assert [(move.contact_id, move.before_score, move.after_score) for move in moves] == [(acme.id, 0, 100)]
    assert segment_of(acme.id) == "VIP"
    assert rescore_contacts(contact_ids=[acme.id], cause=Cause.REQUEST, at=LATER) == []
