"""Whatever is written into an address or a form where an id or a place in a list belongs: never a server error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from satsuma.app.crm.models import Stage
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind
from satsuma.web.ids import read_id

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NO_IDS = ("", "x", "-1", "²", "٣", "1.0", "9" * 19, "9" * 5_000)
"""The last is longer than Python reads."""
FORM = "application/x-www-form-urlencoded"
ENDS_OF_TIME = ("0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-12:00_1", "2026-13-01T00:00:00+00:00_1")

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("manager")


def company(name: str) -> int:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name}), by=None, at=NOW).contact.id


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id(text: str):
    assert read_id(text) is None


def test_what_is_an_id():
    assert (read_id("7"), read_id("9" * 18)) == (7, int("9" * 18))


@pytest.mark.parametrize(
    "address",
    ["/people/new/?company=", "/deals/new/?stage=", "/bin/?before=", "/imports/?before=", "/tasks/new/?contact="],
)
def test_addresses_with_what_is_no_id_lead_to_their_page(page: Client, address: str):
    assert {text: page.get(f"{address}{text}").status_code for text in NO_IDS} == dict.fromkeys(NO_IDS, 200)


def test_a_form_with_what_is_no_id(page: Client):
    kept, other = company("Acme"), company("Acme Ltd")
    assert page.get(f"/companies/{kept}/merge/?with={NO_IDS[-1]}").status_code == 200
    for text in NO_IDS:
        again = page.post(f"/companies/{kept}/merge/{other}/", {"version": text, "other_version": text})
        order = page.post(
            "/settings/contacts/company/fields/order/", urlencode({f"section-{text}": "1"}), content_type=FORM
        )
        assert (again.status_code, order.status_code) == (200, 422)


@pytest.mark.parametrize("place", ENDS_OF_TIME)
def test_a_place_at_the_end_of_time_is_no_place(page: Client, place: str):
    stage = Stage.objects.first()
    assert stage is not None
    assert page.get(f"/deals/stages/{stage.pk}/cards/", {"after": place}).status_code == 200
    assert page.get(f"/contacts/{company('Acme')}/timeline/", {"after": place}).status_code == 200
