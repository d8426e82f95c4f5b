"""Every address, visited by every role with what is there, missing and in the bin: who is let in is what `route` says.

Addresses are found in the map, so a new one is in here at once; what its arguments can be is in `support.addresses`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from satsuma.app.accounts.models import User
from satsuma.app.accounts.permissions import Permission, Role, permissions_of
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.web.routes import Access
from support.addresses import Address, Case, list_addresses, paths, unknown_arguments

ADDRESSES = list_addresses()
ANONYMOUS = "anonymous"
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
SIGN_IN = "/account/login/?next="
BY_NAME = pytest.mark.parametrize("address", [pytest.param(address, id=address.name) for address in ADDRESSES])


def test_every_address_says_what_it_needs():
    assert [address.pattern for address in ADDRESSES if not isinstance(address.needs, Permission | Access)] == []


def test_every_address_has_a_name_of_its_own():
    assert [name for name, count in Counter(address.name for address in ADDRESSES).items() if count > 1] == []


def test_every_argument_is_known():
    unknown = {address.name: arguments for address in ADDRESSES if (arguments := unknown_arguments(address))}
    assert unknown == {}, "Say in tests/support/addresses.py what these arguments can be."


def test_what_is_public_is_written_down():
    """Whoever makes an address public has to say so here."""
    assert sorted(address.name for address in ADDRESSES if address.needs is Access.PUBLIC) == PUBLIC


PUBLIC = [
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "not_set_up",
    "openid_connect_callback",
    "openid_connect_login",
    "setup",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
]


def verdict(role: str, address: Address) -> str:
    """`in`, `sign in` or `refused`, by what the address needs."""
    if address.needs is Access.PUBLIC:
        return "in"
    if role == ANONYMOUS:
        return "sign in"
    if address.needs is Access.SIGNED_IN or address.needs in permissions_of(Role(role)):
        return "in"
    return "refused"


def seen(response: HttpResponseBase, address: Address) -> str:
    """What the answer amounts to."""
    if response.status_code == 403:
        return "refused"
    if address.needs is not Access.PUBLIC and response.headers.get("Location", "").startswith(SIGN_IN):
        return "sign in"
    return "in" if response.status_code < 500 else str(response.status_code)


def visit(client: Client, method: str, path: str) -> HttpResponseBase:
    """The answer; nothing that it changed stays."""
    cookies = dict(client.cookies)
    with transaction.atomic():
        response = client.generic(method, path)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.update(cookies)
    return response


@BY_NAME
def test_who_is_let_in(
    address: Address,
    client_of: Callable[[str], Client],
    viewer: User,
    member: User,
    manager: User,
    administrator: User,
):
    create_defaults(at=NOW)
    filled = paths(address)
    expected, answers, found = {}, {}, {}
    for role in (ANONYMOUS, *Role):
        client = client_of(role)
        # Whether something is there is asked by those who see all and those who see nothing: between them is the role.
        cases = filled if role in (ANONYMOUS, Role.VIEWER, Role.ADMINISTRATOR) else [Case.THERE]
        for here in product([role], ("GET", "POST"), cases):
            response = visit(client, here[1], filled[here[2]])
            expected[here], answers[here] = verdict(role, address), seen(response, address)
            found[here] = response.status_code
    assert answers == expected
    nothing_there = {here: status for here, status in found.items() if here[2] is Case.MISSING and status == 200}
    if address.needs is not Access.PUBLIC:
        assert nothing_there == {}


def test_nothing_is_changed_from_another_site(administrator: User):
    """A POST without the page's token is refused, whoever's cookies it carries."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    answers = {}
    for address in ADDRESSES:
        with transaction.atomic():
            answers[address.name] = client.post(paths(address)[Case.THERE]).status_code
            transaction.set_rollback(True)
    assert {name: status for name, status in answers.items() if status != 403} == {}
