"""Changing many contacts of a list, from choosing rows to undo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Batch, Contact
from satsuma.app.crm.services import bulk
from support.lists import make_companies, make_fields

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture
def companies(member: User, manager: User) -> list[Contact]:
    make_fields()
    return make_companies(8, owners=[member, manager])


def _said(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_page_asks_for_what_the_change_needs(client_of: ClientOf, companies: list[Contact]):
    client, rows = client_of("member"), [str(company.pk) for company in companies[:2]]
    for action, asked in (
        ("owner", 'name="owner"'),
        ("tag", 'name="tags"'),
        ("field", 'name="key"'),
        ("bin", "restored"),
    ):
        page = client.post(reverse("company_bulk"), {"action": action, "selected": rows}).content.decode()
        assert ("2 companies" in page, asked in page) == (True, True)
    page = client.post(reverse("company_bulk"), {"action": "field", "key": "f903", "selected": rows}).content.decode()
    assert 'name="value"' in page
    assert not Batch.objects.exists()


def test_rows_are_changed_and_put_back_from_the_message(client_of: ClientOf, companies: list[Contact], member: User):
    client, chosen = client_of("member"), companies[2]
    before = Contact.objects.get(pk=chosen.pk).values
    asked = {"action": "field", "key": "f903", "value": "7", "selected": [str(chosen.pk)], "address": "sort=-name"}
    done = client.post(reverse("company_bulk_apply"), asked)
    [batch] = Batch.objects.all()

    assert done.url == f"{reverse('company_list')}?sort=-name"
    undo = reverse("bulk_undo", args=[batch.pk])
    link = f'<a href="{reverse("bulk_change", args=[batch.pk])}" hx-post="{undo}">Undo</a>'
    assert _said(done) == [f"1 company changed. {link}"]
    assert (batch.title, batch.author) == ("A rating: 7", member)
    assert Contact.objects.get(pk=chosen.pk).values == before | {"f903": 7}
    assert client.post(undo, headers={"HX-Request": "true"}).headers["HX-Redirect"] == reverse(
        "bulk_change", args=[batch.pk]
    )
    assert Contact.objects.get(pk=chosen.pk).values == before
    assert "Undone on" in client.get(reverse("bulk_change", args=[batch.pk])).content.decode()


def test_a_value_that_cannot_be_kept_is_asked_again(client_of: ClientOf, companies: list[Contact]):
    asked = {"action": "field", "key": "f903", "value": "77", "selected": [str(companies[0].pk)]}
    page = client_of("member").post(reverse("company_bulk_apply"), asked)

    assert page.status_code == 422
    assert "Enter a whole number from 0 to 10." in page.content.decode()
    assert 'value="77"' in page.content.decode()
    assert not Batch.objects.exists()


def test_nothing_chosen_changes_nothing(client_of: ClientOf, companies: list[Contact]):
    for asked in ({"action": "bin"}, {"action": "erase", "selected": ["1"]}, {"selected": ["1"]}):
        answer = client_of("member").post(reverse("company_bulk"), asked)
        assert _said(answer) == ["Choose some rows first."]
    client_of("member").post(reverse("company_bulk_apply"), {"action": "bin", "selected": ["x", "9" * 30, "0"]})
    assert not Contact.objects.filter(binned_at__isnull=False).exists()


def test_everything_in_the_list_is_for_those_who_may(client_of: ClientOf, companies: list[Contact], member: User):
    asked = {"action": "owner", "owner": "", "everything": "1", "address": f"owner={member.pk}"}
    assert client_of("member").post(reverse("company_bulk_apply"), asked).status_code == 403
    others = Contact.objects.exclude(owner=member).exclude(owner=None).count()
    done = client_of("manager").post(reverse("company_bulk_apply"), asked)

    assert done.url == f"{reverse('company_list')}?owner={member.pk}"
    assert not Contact.objects.filter(owner=member).exists()
    assert Contact.objects.exclude(owner=None).count() == others


def test_many_are_left_to_a_job(client_of: ClientOf, companies: list[Contact], monkeypatch: pytest.MonkeyPatch):
    from satsuma.app.jobs.models import Run

    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    asked = {"action": "bin", "everything": "1", "address": ""}
    done = client_of("manager").post(reverse("company_bulk_apply"), asked)
    [run] = Run.objects.all()

    assert _said(done) == [
        f'This takes a moment: it is done as a job. <a href="{reverse("job", args=[run.pk])}">Watch it</a>'
    ]
    assert not Contact.objects.filter(binned_at__isnull=False).exists()


def test_the_change_of_somebody_else_is_undone_by_managers_only(client_of: ClientOf, companies: list[Contact]):
    asked = {"action": "owner", "owner": "", "selected": [str(company.pk) for company in companies]}
    client_of("administrator").post(reverse("company_bulk_apply"), asked)
    undo = reverse("bulk_undo", args=[Batch.objects.get().pk])

    assert client_of("member").post(undo).status_code == 422
    assert client_of("manager").post(undo).status_code == 302
    assert Batch.objects.get().undone_at is not None


def test_no_condition_of_a_long_address_is_cut_off(client_of: ClientOf, companies: list[Contact]):
    asked = {"action": "bin", "everything": "1", "address": f"pad={'x' * 5_000}&where=employees~from~999999999"}
    client_of("manager").post(reverse("company_bulk_apply"), asked)
    assert not Contact.objects.filter(binned_at__isnull=False).exists()


@pytest.mark.parametrize("address", ["&" * 2_000, "pad=" + "x" * 200_000])
def test_an_address_without_end_is_refused(client_of: ClientOf, companies: list[Contact], address: str):
    client = client_of("manager")
    for name in ("company_bulk", "company_bulk_apply"):
        answer = client.post(reverse(name), {"action": "bin", "everything": "1", "address": address})
        assert answer.status_code == 422
    assert not Contact.objects.filter(binned_at__isnull=False).exists()
