"""Search over everything, as a page and while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Activity, Contact
from satsuma.app.crm.search import index_activities, index_contacts

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def _contact(kind: str, name: str) -> Contact:
    contact = Contact.objects.create(
        kind=kind, name=name, name_folded=name.lower(), email="x@example.com", created_at=NOW, updated_at=NOW
    )
    index_contacts([contact.pk])
    return contact


def test_everything_that_is_found_leads_to_its_page(client_of: ClientOf, viewer: User):
    company, person = _contact("company", "Acme <b>"), _contact("person", "Ann Acme")
    call = Activity.objects.create(
        kind="call", person=person, text="Acme again", happened_at=NOW, happened_on=NOW.date(), created_at=NOW
    )
    index_activities([call.pk])
    for name in ("search", "search_suggestions"):
        page = client_of("viewer").get(reverse(name), {"q": "acm"}).content.decode()
        for address, text in (
            (reverse("company_profile", args=[company.pk]), "Acme &lt;b&gt;"),
            (reverse("person_profile", args=[person.pk]), "Ann Acme"),
            (reverse("person_profile", args=[person.pk]), "Acme again"),
        ):
            assert f'href="{address}"><span>{text}</span>' in page


@pytest.mark.parametrize("typed", ["", "zzz", "\0", "'\"<>", "x" * 5000])
def test_whatever_is_typed_is_answered(client_of: ClientOf, viewer: User, typed: str):
    for name in ("search", "search_suggestions"):
        assert client_of("viewer").get(reverse(name), {"q": typed}).status_code == 200


def test_more_than_fits_leads_to_the_list(client_of: ClientOf, viewer: User):
    for number in range(21):
        _contact("company", f"Acme {number}")
    page = client_of("viewer").get(reverse("search"), {"q": "acme 1"}).content.decode()
    assert "Show all of them" not in page
    page = client_of("viewer").get(reverse("search"), {"q": "acme"}).content.decode()
    assert f'href="{reverse("company_list")}?q=acme">Show all of them' in page


def test_the_page_costs_the_same_for_one_and_for_many(client_of: ClientOf, viewer: User):
    client = client_of("viewer")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("search"), {"q": "acme"})
        return len(seen)

    _contact("company", "Acme 0")
    queries()  # the first request notes when somebody was last seen
    one = queries()
    for number in range(20):
        _contact("person", f"Acme {number}")
    assert queries() == one <= 6
