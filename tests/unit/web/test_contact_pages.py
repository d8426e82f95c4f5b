"""The pages of one contact: what was typed is never lost, and nothing a person typed becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satsuma.app.crm.models import Activity, Contact, Field, Option, Stage
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import create_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind, Value
from support.html_page import parse

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
EVIL = "\"'><img src=x onerror=alert(1)>{{7*7}}${7*7}"

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("member")


def company(name: str = "Acme", **values: Value) -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name, **values}), by=None, at=NOW).contact


def form_of(page: Client, address: str) -> dict[str, object]:
    """What the browser would send if nobody typed anything."""
    return sent(page.get(address).context["form"])


def sent(form: Any) -> dict[str, object]:
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None}


def test_a_new_company_is_there_with_all_that_was_typed(page: Client) -> None:
    typed = form_of(page, "/companies/new/") | {
        "name": "Łódź Traktor",
        "employees": "1,250",
        "annual_revenue": "1234.5",
        "country": "PL",
        "website": "traktor.example",
        "tags": "Key account, Süd",
    }
    answer = page.post("/companies/new/", typed, follow=True)
    made = Contact.objects.get()
    assert answer.redirect_chain == [(f"/companies/{made.id}/", 302)]
    text = parse(answer.content.decode()).one("main").text
    for shown in ("Łódź Traktor", "1,250 people", "€1,234.50", "Poland", "Key account", "Süd", "Member Example"):
        assert shown in text


def test_what_is_wrong_is_told_beside_the_field_and_nothing_typed_is_lost(page: Client) -> None:
    typed = {"name": "Acme", "employees": "many", "email": "nobody", "version": "0", "base": "{}"}
    answer = page.post("/companies/new/", typed)
    form = answer.context["form"]
    assert answer.status_code == 422
    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "employees": ["Enter a number, such as 1234.5."],
        "email": ["Enter an e-mail address, such as anna@example.com."],
    }
    assert (form["name"].value(), form["employees"].value()) == ("Acme", "many")
    assert not Contact.objects.exists()


def test_who_saves_second_sees_both_versions_and_saves_what_they_decide(page: Client) -> None:
    acme = company(city="Berlin", phone="1")
    address = f"/companies/{acme.id}/edit/"
    mine = form_of(page, address)
    page.post(address, form_of(page, address) | {"city": "Hamburg", "phone": "2"})
    answer = page.post(address, mine | {"city": "Munich", "street": "Main St. 1"})
    assert answer.status_code == 409
    contested = [(row.label, row.theirs, row.ours) for row in answer.context["contested"]]
    assert (contested, answer.context["taken_over"]) == ([("City", "Hamburg", "Munich")], ["Phone"])
    page.post(address, sent(answer.context["form"]))
    acme.refresh_from_db()
    assert (acme.city, acme.phone, acme.street) == ("Munich", "2", "Main St. 1")


def test_a_retired_answer_stays_with_who_has_it(page: Client) -> None:
    field = Field.objects.create(kind="company", key="f901", source="custom", type="choice", label="Region")
    for key, label in (("o901", "North"), ("o902", "South")):
        Option.objects.create(field=field, key=key, label=label, label_folded=label.lower())
    acme = company(f901="o901")
    Option.objects.filter(key="o901").update(retired_at=NOW)
    address = f"/companies/{acme.id}/edit/"
    page.post(address, form_of(page, address) | {"city": "Berlin"})
    acme.refresh_from_db()
    assert (acme.city, acme.values) == ("Berlin", {"f901": "o901"})
    offered = [value for value, _ in page.get("/companies/new/").context["form"].fields["f901"].choices]
    assert offered == ["", "o902"]


def test_nothing_typed_becomes_html(page: Client) -> None:
    field = Field.objects.create(
        kind="company", key="f901", source="custom", type="choice", label=EVIL, help=EVIL, unit=EVIL
    )
    Option.objects.create(field=field, key="o901", label=EVIL, label_folded="evil")
    entry = Entry({"name": EVIL, "city": EVIL, "description": EVIL, "f901": "o901"}, tags=[EVIL[:50]])
    evil = create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact
    other = company(EVIL)
    addresses = (
        f"/companies/{evil.id}/",
        f"/companies/{evil.id}/edit/",
        f"/companies/{evil.id}/merge/",
        f"/companies/{evil.id}/merge/{other.id}/",
        "/companies/doubles/",
        "/companies/options/?q=%22",
        "/companies/similar/?name=" + EVIL.replace("{", "%7B").replace("$", "%24"),
    )
    for address in addresses:
        html = page.get(address).content.decode()
        assert "<img src=x" not in html, address
        assert "49" not in re.findall(r"onerror=alert\(1\)&gt;(\d+)", html), address
        assert EVIL in unescape(html) or "similar" in address, address


def test_a_web_address_becomes_a_link_of_the_web_only(page: Client) -> None:
    acme = company(website="www.acme.example/shop?a=1")
    Contact.objects.filter(id=acme.id).update(website="javascript:alert(1)")  # as if an older version had let it in
    html = page.get(f"/companies/{acme.id}/").content.decode()
    assert 'href="javascript' not in html
    assert 'href="https://javascript:alert(1)"' in html


def test_merging_keeps_what_is_chosen(page: Client) -> None:
    kept, other = company("Acme", city="Berlin"), company("ACME Corp", city="Hamburg", phone="2")
    address = f"/companies/{kept.id}/merge/{other.id}/"
    assert [(side.label, side.is_choice) for side in page.get(address).context["page"].sides] == [
        ("Name", True),
        ("Phone", False),
        ("City", True),
    ]
    choice = {"version": "1", "other_version": "1", "take-city": "other", "take-name": "kept"}
    answer = page.post(address, choice, follow=True)
    kept.refresh_from_db()
    assert (kept.name, kept.city, kept.phone) == ("Acme", "Hamburg", "2")
    assert answer.redirect_chain == [(f"/companies/{kept.id}/", 302)]
    assert page.get(f"/companies/{other.id}/").headers["Location"] == f"/companies/{kept.id}/"
    assert "City: Berlin" in Activity.objects.get().text


def test_the_bin_gives_back_and_only_managers_erase(page: Client, client_of: Callable[[str], Client]) -> None:
    acme, gone = company("Acme"), company("Gone")
    for contact in (acme, gone):
        page.post(f"/companies/{contact.id}/bin/")
    assert [row.name for row in page.get("/bin/").context["contacts"]] == ["Gone", "Acme"]
    page.post("/bin/restore/", {"id": [acme.id, "x", "9" * 30]})
    assert page.post("/bin/erase/", {"id": [gone.id]}).status_code == 403
    client_of("manager").post("/bin/erase/", {"id": [gone.id, acme.id]})
    assert list(Contact.objects.values_list("name", "binned_at")) == [("Acme", None)]


def test_the_profile_asks_the_database_as_often_for_many_as_for_one(
    page: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    acme = company()
    open_stage = Stage.objects.get(key="prospecting").pk
    for number in range(30):
        entry = Entry({"name": f"Person {number:02}"}, company_id=acme.id)
        create_contact(kind=Kind.PERSON, entry=entry, by=None, at=NOW)
        deal = DealEntry(title=f"Order {number:02}", currency="EUR", company_id=acme.id, stage_id=open_stage)
        create_deal(entry=deal, by=None, at=NOW)
    page.get(f"/companies/{acme.id}/")
    with django_assert_max_num_queries(14):
        answer = page.get(f"/companies/{acme.id}/")
    shown = answer.context["page"]
    assert (len(shown.people), len(shown.open_deals)) == (20, 20)


def test_a_picture_that_is_far_too_large_is_not_taken_in(page: Client) -> None:
    acme = company()
    large = SimpleUploadedFile("face.png", b"\x89PNG" + b"x" * 7 * 1024**2, content_type="image/png")
    answer = page.post(f"/companies/{acme.id}/image/", {"image": large}, follow=True)
    assert "The picture is larger than 5 MB. Choose a smaller one." in answer.content.decode()
    acme.refresh_from_db()
    assert acme.image == ""
