"""What is read of one contact: results, pins, exemptions, moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.explaining import agrees, explain_contact
from satsuma.app.segmentation.models import Assignment, Exemption, Segment
from satsuma.app.segmentation.queries.contact_moves import list_contact_moves
from satsuma.app.segmentation.queries.contact_results import ContactResult, find_contact_results
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.wording import Direction
from satsuma.domain.model import Kind
from support.segmented import a_model, by_employees, company_value, publish, publish_again

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LATER = NOW + timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(employees: int | None = None) -> Contact:
    entry = Entry({"name": "Acme", "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def employ(contact: Contact, employees: int | None, at: datetime = LATER) -> None:
    contact.refresh_from_db()
    save_contact(contact_id=contact.id, version=contact.version, entry=Entry({"employees": employees}), by=None, at=at)


def only(contact: Contact, as_of: date = TODAY) -> ContactResult:
    (result,) = find_contact_results(contact, as_of).results
    return result


def segment(name: str) -> int:
    return Segment.objects.get(name=name).pk


def test_a_result_is_read_on_the_scale_of_its_version() -> None:
    publish(company_value(), NOW)
    found = only(company(employees=50))
    assert (found.segment, found.score, found.percent, found.coverage) == (found.computed, 100, 25.0, 0.75)
    assert found.segment is not None
    assert (found.segment.name, found.version.number, found.assigned_at, found.pin) == ("Average", 1, NOW, None)


def test_the_primary_one_comes_first_and_unpublished_ones_are_not_there() -> None:
    assert find_contact_results(company(), TODAY).results == ()
    publish(by_employees(name="Zeta"), NOW)
    publish(by_employees(name="Alpha"), NOW)
    names = [result.segmentation.name for result in find_contact_results(company(), TODAY).results]
    assert names == ["Zeta", "Alpha"]


def test_who_has_no_result_is_not_scored() -> None:
    publish(by_employees(), NOW)
    acme = company()
    Assignment.objects.all().delete()
    found = only(acme)
    assert (found.is_scored, found.segment, found.percent, found.coverage) == (False, None, None, None)


def test_a_pin_stands_beside_what_the_score_gives_until_it_ends(member: User) -> None:
    published = publish(by_employees(), NOW)
    acme = company(employees=5)
    pin_contact(
        segmentation_id=published.segmentation_id,
        contact_id=acme.id,
        segment_id=segment("VIP"),
        reason="Their founder is ours",
        expires_on=TODAY + timedelta(days=2),
        by=member,
        at=NOW,
    )
    found = only(acme)
    assert found.pin is not None
    assert found.segment == found.pin.segment
    assert (found.pin.segment.name, found.pin.reason, found.pin.author) == ("VIP", "Their founder is ours", str(member))
    assert (found.computed and found.computed.name, found.last_move and found.last_move.cause) == ("Average", "pin")
    assert only(acme, TODAY + timedelta(days=1)).pin is not None
    assert only(acme, TODAY + timedelta(days=2)).pin is None  # its day has begun


def test_a_pin_to_a_segment_that_is_gone_does_not_count() -> None:
    published = publish(by_employees(), NOW)
    acme = company(employees=5)
    pin_contact(
        segmentation_id=published.segmentation_id,
        contact_id=acme.id,
        segment_id=segment("VIP"),
        reason="So",
        expires_on=TODAY + timedelta(days=9),
        by=None,
        at=NOW,
    )
    model = by_employees()
    fewer = a_model(model.axes[0].parameters, bands=model.axes[0].bands[:3], name=model.name)
    publish_again(published.segmentation_id, fewer, LATER)
    found = only(acme)
    assert (found.pin, found.segment and found.segment.name) == (None, "Average")


def test_an_objection_and_freezing_are_told_with_their_reasons(member: User) -> None:
    publish(by_employees(), NOW)
    acme = company(employees=500)
    for kind in Exemption.Kind:
        set_exemption(contact_id=acme.id, kind=kind, reason=f"because {kind}", by=member, at=NOW)
    found = find_contact_results(acme, TODAY)
    assert (found.objection and found.objection.reason, found.frozen and found.frozen.reason) == (
        "because objection",
        "because frozen",
    )
    (result,) = found.results
    assert (result.is_scored, result.segment, result.score) == (True, None, None)


def test_a_frozen_contact_is_read_by_the_version_that_it_keeps() -> None:
    published = publish(by_employees(0, 50, 100), NOW)
    acme = company(employees=50)
    set_exemption(contact_id=acme.id, kind=Exemption.Kind.FROZEN, reason="", by=None, at=NOW)
    publish_again(published.segmentation_id, by_employees(0, 50, 200), LATER)
    found = only(acme)
    assert found.segmentation.version is not None
    assert (found.version.number, found.segmentation.version.number, found.percent) == (1, 2, 50.0)


def test_moves_are_listed_latest_first_page_by_page_with_their_directions() -> None:
    published = publish(by_employees(), NOW)
    acme = company(employees=5)
    for number, employees in enumerate((500, 50, None)):
        employ(acme, employees, NOW + timedelta(hours=number + 1))
    segmentation = only(acme).segmentation
    moves = list_contact_moves(acme.id, segmentation)
    assert [(move.before and move.before.name, move.after and move.after.name) for move in moves] == [
        ("Good", "Average"),
        ("VIP", "Good"),
        ("Average", "VIP"),
        (None, "Average"),
    ]
    ways = [Direction.DOWN, Direction.DOWN, Direction.UP, Direction.NEW]
    assert [move.direction for move in moves] == ways
    assert list_contact_moves(acme.id, segmentation, before_id=moves[1].id, most=1) == [moves[2]]
    assert only(acme).last_move == moves[0]
    assert published.segmentation_id == segmentation.id


def test_as_many_queries_for_many_segmentations_as_for_one() -> None:
    acme = company(employees=50)
    counts = []
    for number in range(3):
        publish(by_employees(name=f"Size {number}"), NOW)
        with CaptureQueriesContext(connection) as queries:
            find_contact_results(acme, TODAY)
        counts.append(len(queries))
    assert counts == [6, 6, 6]


class TestExplaining:
    def explained(self, contact: Contact, as_of: date = TODAY) -> bool:
        """Whether what is stored is what the reasons give."""
        result = only(contact, as_of)
        assert result.segmentation.version is not None
        explanation = explain_contact(result.segmentation.version.model, contact.id, as_of)
        assert explanation is not None
        return agrees(explanation, result)

    def test_after_a_save_the_reasons_agree_with_what_is_stored(self) -> None:
        publish(company_value(), NOW)
        acme = company(employees=50)
        assert self.explained(acme)
        employ(acme, 500)
        assert self.explained(acme)

    def test_they_differ_where_something_changed_behind_the_results(self) -> None:
        publish(company_value(), NOW)
        acme = company(employees=50)
        Contact.objects.filter(id=acme.id).update(employees=500)
        assert not self.explained(acme)

    def test_a_pin_counts_and_one_that_ended_is_missed(self) -> None:
        published = publish(by_employees(), NOW)
        acme = company(employees=50)
        pin_contact(
            segmentation_id=published.segmentation_id,
            contact_id=acme.id,
            segment_id=segment("VIP"),
            reason="So",
            expires_on=TODAY + timedelta(days=1),
            by=None,
            at=NOW,
        )
        assert self.explained(acme)
        assert not self.explained(acme, TODAY + timedelta(days=1))

    def test_who_is_not_there_has_no_reasons(self) -> None:
        model = by_employees()
        acme = company()
        Contact.objects.filter(id=acme.id).update(binned_at=NOW)
        assert (explain_contact(model, acme.id, TODAY), explain_contact(model, 987654321, TODAY)) == (None, None)
