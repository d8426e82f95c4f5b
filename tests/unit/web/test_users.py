"""The pages of users, the workspace and the settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from satsuma.app.accounts.models import User, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
ADA = {"name": "Ada Lovelace", "email": "ada@example.com", "role": "manager", "language": ""}


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    """An administrator's browser."""
    return client_of("administrator")


def errors(page: str) -> dict[str, str]:
    return dict(re.findall(r'id="id_(\w+)_errors"[^>]*><div>([^<]+)</div>', page))


def test_the_list_shows_who_signs_in(client: Client, member: User):
    User.objects.filter(pk=member.pk).update(is_active=False, name="<b>Gone</b>")
    page = client.get("/settings/users/").content.decode()
    shown = re.findall(r"</span>\n?<span>([^<]*)</span></a>", page)
    assert shown == ["Administrator Example", "&lt;b&gt;Gone&lt;/b&gt;"]
    assert "switched off" in page


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(client: Client):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/users/")
        return len(queries)

    count()
    for_one = count()
    User.objects.bulk_create(
        User(email=f"{n}@example.com", email_folded=f"{n}@example.com", name=f"N{n}", role="viewer", created_at=NOW)
        for n in range(30)
    )
    assert for_one == count() <= 6


def test_without_a_mail_server_the_link_of_an_invitation_is_shown(client: Client):
    page = client.post("/settings/users/new/", ADA).content.decode()
    user = User.objects.get(email="ada@example.com")
    (link,) = re.findall(r'value="http://127\.0\.0\.1:8000(/account/password/reset/key/[^"]+)"', page)
    browser = Client()
    place = browser.get(link, follow=True).redirect_chain[-1][0]
    browser.post(place, {"password1": "correct horse battery", "password2": "correct horse battery"})
    signed_in = browser.post("/account/login/", {"login": user.email, "password": "correct horse battery"})
    assert (user.role, signed_in["Location"]) == ("manager", "/")


def test_with_one_the_link_is_only_in_the_mail(client: Client, settings: Settings):
    settings.MAIL_IS_SENT = True
    page = client.post("/settings/users/new/", ADA).content.decode()
    assert "/reset/key/" not in page
    assert "/reset/key/" in mail.outbox[0].body


def test_an_address_that_is_taken_is_said_beside_it(client: Client, member: User):
    page = client.post("/settings/users/new/", ADA | {"email": "MEMBER@example.com"}).content.decode()
    assert errors(page) == {
        "email": "Somebody already signs in with this e-mail address. "
        "Enter another address, or change the user who has it."
    }
    assert 'value="MEMBER@example.com"' in page


def test_a_user_is_changed(client: Client, member: User):
    entries = {"name": "Grace", "role": "viewer", "language": "en"}
    assert client.post(f"/settings/users/{member.pk}/", entries)["Location"] == "/settings/users/"
    member.refresh_from_db()
    assert (member.name, member.role, member.language) == ("Grace", "viewer", "en")


def test_the_last_administrator_stays_one(client: Client, administrator: User):
    own = f"/settings/users/{administrator.pk}/"
    page = client.post(own, {"name": "Ada", "role": "viewer", "language": ""}).content.decode()
    assert errors(page) == {"role": "This is the last active administrator. Make somebody else an administrator first."}
    assert client.post(own + "deactivate/", follow=True).redirect_chain == [(own, 302)]
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == ("administrator", True)


def test_somebody_is_switched_off_and_on_again(client: Client, client_of: Callable[[str], Client], member: User):
    theirs = client_of("member")
    client.post(f"/settings/users/{member.pk}/deactivate/")
    assert theirs.get("/account/").status_code == 302
    assert "Switch on again" in client.get(f"/settings/users/{member.pk}/").content.decode()
    client.post(f"/settings/users/{member.pk}/activate/")
    member.refresh_from_db()
    assert member.is_active


def test_the_workspace_is_changed(client: Client):
    entries = {"name": "Bolt", "language": "en", "currency": "USD", "time_zone": "America/New_York"}
    assert client.post("/settings/workspace/", entries)["Location"] == "/settings/workspace/"
    kept = Workspace.objects.get()
    assert (kept.name, kept.currency, kept.time_zone) == ("Bolt", "USD", "America/New_York")


def test_a_currency_that_is_gone_can_be_kept(client: Client):
    Workspace.objects.update(currency="DEM", time_zone="US/Eastern")
    page = client.get("/settings/workspace/").content.decode()
    assert re.findall(r'value="([^"]+)" selected', page) == ["en", "DEM", "US/Eastern"]


def test_settings_show_the_pages_of_ones_role(client: Client, client_of: Callable[[str], Client]):
    def cards(browser: Client) -> list[str]:
        return re.findall(r'class="card card-link h-100" href="([^"]+)"', browser.get("/settings/").content.decode())

    assert set(cards(client)) - set(cards(client_of("manager"))) >= {"/settings/users/", "/settings/workspace/"}
