"""Quick-fill: what segmentations lack, typed in row by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.values import values_of
from satsuma.domain.model import Kind
from satsuma.web.forms.quick_fill import RowForm
from support.lists import make_fields
from support.segmented import by_employees, publish, segment_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def company(member: User) -> Contact:
    make_fields()
    for name in ("Acme", "Beta"):
        made = Contact.objects.create(
            kind="company", name=name, name_folded=name.lower(), created_at=NOW, updated_at=NOW
        )
    publish(by_employees(), NOW)
    return made


def _save(client: Client, company: Contact, employees: str, *, version: int = 1, fragment: bool = True):
    address = reverse("company_fill_row", args=[company.pk])
    typed = {"employees": employees, "version": str(version), "address": "q=&sort=-name"}
    return client.post(address, typed, headers=FRAGMENT if fragment else {})


def test_the_grid_has_the_rows_of_the_list_and_what_is_asked(client_of: ClientOf, company: Contact):
    page = client_of("member").get(reverse("company_fill"), {"sort": "-name"}).content.decode()

    assert re.findall(r'<tr id="row-\d+">.*?<span>([^<]*)', page, re.DOTALL) == ["Beta", "Acme"]
    assert page.count('class="fill-cell is-empty"') == 2
    assert f'form="fill-{company.pk}"' in page
    assert 'aria-label="Employees of Beta"' in page
    filtered = client_of("member").get(reverse("company_fill"), {"where": "name~is~acme"}).content.decode()
    assert "Beta" not in filtered


def test_a_saved_row_says_what_moved(client_of: ClientOf, company: Contact):
    answer = _save(client_of("member"), company, "1,200")

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<div>([^<]*)</div>", shown) == ["Saved", "Beta: Average → VIP: Employees"]
    assert 'value="1200"' in shown
    assert "is-empty" not in shown
    assert segment_of(company.pk) == "VIP"


def test_without_scripts_saving_leads_back_to_the_grid(client_of: ClientOf, company: Contact):
    answer = _save(client_of("member"), company, "12", fragment=False)

    assert answer.headers["Location"] == f"{reverse('company_fill')}?sort=-name"
    company.refresh_from_db()
    assert company.employees == 12


def test_what_cannot_be_kept_is_said_beside_it(client_of: ClientOf, company: Contact):
    answer = _save(client_of("member"), company, "many")

    assert answer.status_code == 422
    assert 'value="many"' in answer.content.decode()
    assert "invalid-feedback" in answer.content.decode()
    company.refresh_from_db()
    assert company.employees is None


def test_two_people_are_told_in_the_row(client_of: ClientOf, company: Contact):
    client = client_of("member")
    assert _save(client, company, "50").status_code == 200
    answer = _save(client, company, "70")

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Saving again puts yours in its place. Employees: 50" in shown
    assert 'name="version" value="2"' in shown
    assert _save(client, company, "70", version=2).status_code == 200
    company.refresh_from_db()
    assert company.employees == 70


def test_nothing_is_asked_without_a_published_segmentation(client_of: ClientOf, member: User):
    make_fields()
    assert "Nothing is asked" in client_of("member").get(reverse("company_fill")).content.decode()


def test_more_rows_cost_no_more_queries(client_of: ClientOf, company: Contact):
    client = client_of("member")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("company_fill"))
        return len(seen)

    queries()  # the first request notes when somebody was last seen
    few = queries()
    Contact.objects.bulk_create(
        Contact(kind="company", name=f"C{number}", name_folded=f"c{number}", created_at=NOW, updated_at=NOW)
        for number in range(30)
    )
    assert queries() == few <= 14


def test_a_row_gives_back_every_kind_of_value(company: Contact):
    stored = {
        "f901": 2.5,
        "f904": "f904o1",
        "f905": ["f905o0", "f905o2"],
        "f906": True,
        "f907": "2026-11-20",
        "f908": "x",
    }
    company.values = stored
    fields = [field for field in list_fields(Kind.COMPANY) if field.key in stored]
    shown = RowForm(company, fields)
    typed = {"version": 1, **{field.html_name: field.value() for field in shown if field.html_name != "version"}}
    form = RowForm(company, fields, data=typed)

    assert form.is_valid(), form.errors
    assert form.entry().values == values_of({field.key: field for field in fields}, company)
    assert form.entry().values.keys() == stored.keys()
    assert '<select name="f905"' in str(shown["f905"])
    assert str(shown["f905"]).count("selected") == 2
