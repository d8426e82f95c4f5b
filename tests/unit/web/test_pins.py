"""Pins, objections and frozen contacts: set, shown, refused in words, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Exemption, Pin, Segment, Version
from satsuma.domain.model import Kind
from support.html_page import Element, parse
from support.segmented import by_employees, moves_of, publish, segment_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("member")


@pytest.fixture
def acme(page: Client) -> Contact:
    """Five employees: Average."""
    publish(by_employees(), timezone.now())
    entry = Entry({"name": "Acme", "employees": 5})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=timezone.now()).contact


def today() -> date:
    return workspace_day(timezone.now())


def segment(name: str) -> Segment:
    return Segment.objects.get(name=name)


def address(contact: Contact, rest: str = "") -> str:
    return f"/contacts/{contact.id}/segmentations/{segment('VIP').segmentation_id}/{rest}"


def pinned(**said: str) -> dict[str, str]:
    until = (today() + timedelta(days=30)).isoformat()
    return {"segment": str(segment("VIP").pk), "reason": "Their founder is ours", "expires_on": until, **said}


def profile(page: Client, contact: Contact) -> Element:
    return parse(page.get(f"/companies/{contact.id}/").content.decode()).one("div", "segment-card")


def test_a_pin_is_set_shown_beside_the_score_changed_and_removed(page: Client, acme: Contact, member: User) -> None:
    answer = page.post(address(acme, "pin/"), pinned(), follow=True)
    assert answer.redirect_chain == [(f"/companies/{acme.id}/", 302)]
    assert [str(message) for message in answer.context["messages"]] == ["Acme is pinned to VIP."]
    card = profile(page, acme)
    assert card.one("div", "segment-large").text == "VIP"
    until = f"{today() + timedelta(days=30):%b %-d, %Y}"
    assert card.one("p", "segment-note").text == f"Pinned until {until} by {member} · by the score: Average"

    form = page.get(address(acme, "pin/")).context["form"]
    begun = (form["segment"].value(), form["reason"].value())
    assert begun == (str(segment("VIP").pk), "Their founder is ours")
    page.post(address(acme, "pin/"), pinned(segment=str(segment("Super").pk), reason="Changed my mind"))
    assert list(Pin.objects.values_list("segment__name", "reason")) == [("Super", "Changed my mind")]

    answer = page.post(address(acme, "pin/remove/"), follow=True)
    assert [str(message) for message in answer.context["messages"]][
        -1
    ] == "The pin is removed: the score decides again."
    assert (segment_of(acme.id), Pin.objects.count()) == ("Average", 0)
    assert [(before, after, cause) for before, after, cause, _reference, _on in moves_of(acme.id)] == [
        (None, "Average", "contact"),
        ("Average", "VIP", "pin"),
        ("VIP", "Super", "pin"),
        ("Super", "Average", "pin"),
    ]


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("segment", "", "Choose a segment."),
        ("segment", "987654321", "Select a valid choice. 987654321 is not one of the available choices."),
        ("reason", "  ", "Say why, in a few words: others will ask."),
        ("expires_on", "", "Enter a day: pins end, so that none is forgotten."),
        ("expires_on", "soon", "Enter a day, such as 2026-03-31."),
        ("expires_on", "2020-01-01", "Enter a day after today."),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_nothing_typed_is_lost(
    page: Client, acme: Contact, name: str, typed: str, sentence: str
) -> None:
    answer = page.post(address(acme, "pin/"), pinned(**{name: typed}))
    form = answer.context["form"]
    assert (answer.status_code, {name: list(errors) for name, errors in form.errors.items()}) == (
        422,
        {name: [sentence]},
    )
    others = {other: form[other].value() for other in pinned() if other != name}
    assert others == {other: value for other, value in pinned().items() if other != name}
    assert not Pin.objects.exists()


def test_the_reason_of_a_pin_is_for_everybody_who_sees_the_contact(
    page: Client, client_of: Callable[[str], Client], acme: Contact
) -> None:
    page.post(address(acme, "pin/"), pinned(reason="<b>Because</b>"))
    main = parse(client_of("viewer").get(address(acme)).content.decode()).one("main")
    assert main.one("p", "why-words").text == "<b>Because</b>"
    assert main.every("form") == []


def test_an_objection_takes_the_segment_away_until_it_is_lifted(page: Client, acme: Contact) -> None:
    said = " ".join(parse(page.get(f"/contacts/{acme.id}/objection/").content.decode()).one("main").text.split())
    assert "From now on Acme gets no score and no segment, in no segmentation." in said
    assert page.post(f"/contacts/{acme.id}/objection/", {"reason": ""}).status_code == 422
    answer = page.post(f"/contacts/{acme.id}/objection/", {"reason": "By e-mail"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Acme is not profiled any more."]
    assert (segment_of(acme.id), profile(page, acme).one("div", "segment-large").text) == (None, "not profiled")
    page.post(f"/contacts/{acme.id}/objection/lift/")
    assert (segment_of(acme.id), Exemption.objects.count()) == ("Average", 0)


def test_a_frozen_contact_stays_and_is_scored_when_it_is_unfrozen(page: Client, acme: Contact) -> None:
    answer = page.post(f"/contacts/{acme.id}/frozen/", {"reason": "Lost"}, follow=True)
    assert [str(message) for message in answer.context["messages"]] == ["Acme is frozen: the segment stays as it is."]
    form = page.get(f"/companies/{acme.id}/edit/").context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None} | {"employees": "500"}
    page.post(f"/companies/{acme.id}/edit/", typed)
    assert segment_of(acme.id) == "Average"
    assert "Frozen since" in profile(page, acme).text
    page.post(f"/contacts/{acme.id}/frozen/lift/")
    assert segment_of(acme.id) == "VIP"


def test_what_is_not_there_to_be_taken_back_is_not_found(page: Client, acme: Contact) -> None:
    for path in (
        address(acme, "pin/remove/"),
        f"/contacts/{acme.id}/frozen/lift/",
        f"/contacts/{acme.id}/objection/lift/",
    ):
        assert page.post(path).status_code == 404


def test_scoring_that_fails_is_told_and_the_contact_stays_as_it_was(page: Client, acme: Contact) -> None:
    Version.objects.update(document='{"name": "spoiled"}')
    answer = page.post(f"/contacts/{acme.id}/rescore/")
    assert answer.status_code == 302
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[1].startswith("Not everybody could be scored by Size.")
    assert segment_of(acme.id) == "Average"
