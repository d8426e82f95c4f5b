"""Every page of the map of addresses, in a browser: axe finds nothing serious, nothing is wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from playwright.sync_api import Page

from satsuma.app.accounts.models import User
from support.addresses import Address, Case, list_addresses, paths, unknown_arguments

pytestmark = pytest.mark.django_db(transaction=True)

NOT_VISITED = ("account_logout", "openid_connect_login", "openid_connect_callback")
"""Leads away: out of the application, or out of the session."""


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["wide-light", "narrow-dark"])
def test_nothing_keeps_people_out(
    open_page: Callable[..., Page],
    find_barriers: Callable[[Page], list[str]],
    client_of: Callable[[str], Client],
    *,
    width: int,
    dark: bool,
) -> None:
    page, client = open_page("/jobs/", width=width, dark=dark), client_of("administrator")
    client.raise_request_exception = False  # told by other tests
    found: dict[str, list[str]] = {}
    visited = 0
    for address in list_addresses():
        path = _page_path(address, client)
        if path:
            page.goto(path)
            visited += 1
            is_wide = page.evaluate("document.documentElement.scrollWidth") > width
            serious = [line for line in find_barriers(page) if "(serious)" in line or "(critical)" in line]
            found[address.name] = ["wider than the screen"] * is_wide + serious
        _clear()
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
    assert visited > 20


def _page_path(address: Address, client: Client) -> str:
    """Where the page is; empty for what is no whole page."""
    if unknown_arguments(address) or not address.name or address.name in NOT_VISITED:
        return ""
    path = paths(address)[Case.THERE]
    response = client.get(path)
    is_page = response.status_code == 200 and not response.streaming and b"<!doctype html>" in response.content
    return path if is_page else ""


def _clear() -> None:
    """So that the next address can make its things under the same names."""
    User.objects.filter(email="somebody@example.com").delete()
    with connection.constraint_checks_disabled():
        for model in apps.get_app_config("crm").get_models():
            model._base_manager.all()._raw_delete(connection.alias)
