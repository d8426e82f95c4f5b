"""Whatever is written into an address or a form where an id or a place in a list belongs: never a server error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client

from satsuma.app.crm.models import Import, Stage
from satsuma.app.crm.services import bulk
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.domain.model import Kind
from satsuma.web.ids import read_id
from support.addresses import Case, list_addresses, paths

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NO_IDS = ("", "x", "-1", "²", "٣", "1.0", "9" * 19, "9" * 5_000)
"""The last is longer than Python reads."""
FORM = "application/x-www-form-urlencoded"
ENDS_OF_TIME = ("0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-12:00_1", "2026-13-01T00:00:00+00:00_1")

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


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


@pytest.mark.parametrize(
    "address",
    [
        "/companies/similar/?name=%00a&email=%00a&website=%00.a.com",
        "/companies/options/?q=a%00",
        "/settings/products/?search=%00&q=%00a",
        "/settings/tags/?search=%00&q=%00a",
        "/settings/contacts/company/metrics/contacts/?q=a%00",
        "/search/?q=a%00",
        "/companies/?q=%00a&where=name~has~%00&after=1~%00&owner=%00",
    ],
)
def test_no_database_is_asked_for_nul(page: Client, address: str):
    assert page.get(address).status_code == 200


def test_nul_is_no_part_of_where_columns_go(page: Client):
    path = paths(next(address for address in list_addresses() if address.name == "import_mapping"))[Case.THERE]
    mapped = page.post(path, {"to-0": "new\0", "label-0": "Mo\0od", "key-company": "na\0me"})
    kept = Import.objects.get().mapping
    assert mapped.status_code in (302, 422)
    assert (kept["columns"][0]["to"], kept["columns"][0]["label"], kept["keys"]["company"]) == ("new", "Mood", "name")


def test_nul_is_no_part_of_a_job(page: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    made = [company(name) for name in ("Acme", "Beta")]
    page.post("/companies/bulk/apply/", {"action": "bin", "everything": "1", "address": "sort=\0name"})
    assert Run.objects.get(kind="bulk_change").arguments["address"] == "sort=name", made
