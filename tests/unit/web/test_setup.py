"""The first run: one page until somebody comes with the token, then a workspace, an administrator and a start."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.services.setup import FILE, get_setup_token

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ENTRIES = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "password": "correct horse battery",
    "workspace_name": "Acme Sales",
    "language": "en",
    "currency": "PLN",
    "time_zone": "Europe/Warsaw",
}


@pytest.fixture
def address() -> Iterator[str]:
    """The one that `satsuma serve` prints."""
    yield f"/setup/{get_setup_token(settings.DATA_FOLDER)}/"
    (settings.DATA_FOLDER / FILE).unlink(missing_ok=True)


@pytest.mark.parametrize("anywhere", ["/", "/companies/", "/account/login/", "/nowhere/", "/settings/"])
def test_before_it_every_address_leads_to_one_page(anywhere: str, db: None):
    page = Client().get(anywhere, follow=True)
    assert page.redirect_chain == [("/setup/", 302)]
    assert "Not set up yet" in page.content.decode()


def test_a_wrong_token_opens_nothing(address: str):
    for wrong in ("/setup/wrong/", address[:-2] + "/"):
        page = Client().post(wrong, ENTRIES)
        assert (page.status_code, "This address is not right" in page.content.decode()) == (404, True)
    assert not Workspace.objects.exists()


def test_it_makes_workspace_and_administrator_and_signs_them_in(address: str):
    client = Client()
    assert client.post(address, ENTRIES)["Location"] == "/start/"
    workspace, user = Workspace.objects.get(), User.objects.get()
    assert (workspace.name, workspace.language, workspace.currency, workspace.time_zone) == (
        "Acme Sales",
        "en",
        "PLN",
        "Europe/Warsaw",
    )
    assert (user.name, user.email, user.role) == ("Ada Lovelace", "ada@example.com", "administrator")
    assert client.get("/start/").status_code == 200
    assert client.get("/account/").status_code == 200


def test_it_brings_what_every_workspace_begins_with(address: str):
    from satsuma.app.crm.models import Field, Stage

    Client().post(address, ENTRIES)
    assert Stage.objects.exists()
    assert Field.objects.filter(source="built_in").exists()


def test_the_token_works_once(address: str):
    Client().post(address, ENTRIES)
    assert not Path(settings.DATA_FOLDER, FILE).exists()
    assert Client().get(address).status_code == 404
    assert Client().post(address, ENTRIES | {"email": "eve@example.com"}).status_code == 404
    assert User.objects.count() == 1


def errors(page: str) -> dict[str, str]:
    return dict(re.findall(r'id="id_(\w+)_errors"[^>]*><div>([^<]+)</div>', page))


@pytest.mark.parametrize(
    ("field", "entry", "said"),
    [
        ("name", "\x07", "Enter a name without special control characters."),
        ("workspace_name", "\x07", "Enter a name without special control characters."),
        ("email", "ada", "Enter an e-mail address such as name@example.com."),
        ("password", "short", "This password is too short. It must contain at least 10 characters."),
        ("currency", "XXX", "Select a valid choice. XXX is not one of the available choices."),
        ("time_zone", "Mars/Olympus", "Select a valid choice. Mars/Olympus is not one of the available choices."),
    ],
)
def test_what_will_not_do_is_said_beside_it_and_nothing_is_lost(field: str, entry: str, said: str, address: str):
    page = Client().post(address, ENTRIES | {field: entry}).content.decode()
    assert errors(page) == {field: said}
    for kept in ("Ada Lovelace", "ada@example.com", "Acme Sales"):
        assert field in ("name", "email", "workspace_name") or f'value="{kept}"' in page
    assert not Workspace.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("accepted", "currency"), [("pl,en;q=0.8", "PLN"), ("en-GB", "GBP"), ("", "EUR"), ("x" * 900, "EUR")]
)
def test_it_suggests_the_currency_of_the_browsers_country(accepted: str, currency: str, address: str):
    page = Client().get(address, headers={"accept-language": accepted}).content.decode()
    assert re.findall(r'value="(\w{3})" selected', page) == [currency, "UTC"]


@pytest.mark.parametrize("role", ["viewer", "administrator"])
def test_afterwards_its_page_leads_home(role: str, client_of: Callable[[str], Client]):
    assert client_of("anonymous").get("/setup/")["Location"] == "/"


def test_how_to_start_is_for_administrators(client_of: Callable[[str], Client]):
    assert client_of("manager").get("/start/").status_code == 403
    assert "Start empty" in client_of("administrator").get("/start/").content.decode()
