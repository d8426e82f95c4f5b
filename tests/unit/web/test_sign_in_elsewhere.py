"""Single sign-on by OpenID Connect: lets in who is a user here, by an address that the provider has verified."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from pydantic import SecretStr
from pytest_django.fixtures import Settings

from satsuma.app.accounts.models import User
from satsuma.app.accounts.services.users import deactivate_user
from satsuma.config.environment import Environment
from support.openid import CLIENT, SECRET, Provider, openid_provider

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
START = "/account/sso/sso/"


def come_back(client: Client, provider: Provider, settings: Settings) -> HttpResponse:
    """From the button on the sign-in page to the provider, and what follows from coming back."""
    environment = Environment(
        oidc_name="Acme", oidc_server=provider.url, oidc_client_id=CLIENT, oidc_client_secret=SecretStr(SECRET)
    )
    settings.SOCIALACCOUNT_PROVIDERS = environment.single_sign_on()
    assert f'action="{START}' in client.get("/account/login/").content.decode()
    page = client.post(START).content.decode()
    (there,) = re.findall(r'http-equiv="refresh" content="0;url=([^"]+)"', page)
    asked = parse_qs(urlsplit(html.unescape(there)).query)
    assert asked["redirect_uri"] == ["http://testserver" + START + "callback/"]
    return client.get(START + "callback/", {"code": "c", "state": asked["state"][0]})


def is_signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_a_verified_address_lets_its_user_in(member: User, settings: Settings):
    client = Client()
    with openid_provider(email="Member@Example.com", email_verified=True) as provider:
        assert come_back(client, provider, settings)["Location"] == "/"
        assert is_signed_in(client)
        assert provider.asked[0]["client_secret"] == [SECRET]
        assert provider.asked[0]["code_verifier"]
    member.refresh_from_db()
    assert member.has_usable_password(), "the password keeps working beside it"


def test_later_the_person_counts_and_not_the_address(member: User, settings: Settings):
    with openid_provider(email="member@example.com", email_verified=True) as provider:
        come_back(Client(), provider, settings)
        provider.person["email"] = "married@example.com"
        client = Client()
        come_back(client, provider, settings)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "person",
    [
        {"email": "member@example.com", "email_verified": False},
        {"email": "member@example.com"},
        {"email": "nobody@example.com", "email_verified": True},
        {},
    ],
    ids=["not verified", "nothing said", "nobody", "no address"],
)
def test_nobody_else_gets_in_or_an_account(person: dict[str, object], member: User, settings: Settings):
    client = Client()
    with openid_provider(**person) as provider:
        page = come_back(client, provider, settings)
    assert "You have no account here" in page.content.decode()
    assert not is_signed_in(client)
    assert User.objects.count() == 1


def test_addresses_of_a_provider_that_verifies_none_can_be_trusted(member: User, settings: Settings):
    settings.OIDC_EMAIL_IS_TRUSTED = True
    client = Client()
    with openid_provider(email="member@example.com") as provider:
        come_back(client, provider, settings)
    assert is_signed_in(client)


def test_who_is_switched_off_stays_out(member: User, settings: Settings):
    client = Client()
    with openid_provider(email="member@example.com", email_verified=True) as provider:
        come_back(Client(), provider, settings)
        deactivate_user(user_id=member.pk)
        assert come_back(client, provider, settings)["Location"] == "/account/inactive/"
    assert not is_signed_in(client)


def test_an_answer_that_nobody_asked_for_is_refused(member: User, settings: Settings):
    with openid_provider(email="member@example.com", email_verified=True) as provider:
        come_back(Client(), provider, settings)
        victim = Client()
        page = victim.get(START + "callback/", {"code": "c", "state": "of somebody else"})
    assert "Signing in did not work" in page.content.decode()
    assert not is_signed_in(victim)


def test_a_provider_that_is_down_is_said_so(member: User, settings: Settings):
    settings.SOCIALACCOUNT_PROVIDERS = Environment(
        oidc_server="http://127.0.0.1:1", oidc_client_id=CLIENT
    ).single_sign_on()
    page = Client().post(START)
    assert (page.status_code, "Signing in did not work" in page.content.decode()) == (503, True)


def test_without_one_nothing_is_offered(member: User):
    assert "sso" not in Client().get("/account/login/").content.decode()
    assert Client().post(START).status_code == 404
