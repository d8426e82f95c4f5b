"""What a strict content security policy needs of every page: no script, style or handler inside of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from satsuma.app.accounts.models import User
from satsuma.app.crm.services.defaults import create_defaults
from support.addresses import Address, Case, list_addresses, paths

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
INLINE = re.compile(
    r"""<script(?![^>]*\ssrc=)(?![^>]*type="application/json")|<style|<[^>]*\s(?:style|on[a-z]+)=["'][^>]*>"""
    r"""|href=["']?\s*javascript:""",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "text", ["<script>x", "<style>", '<p style="x">', "<a onclick='x'>", '<a href="javascript:x">']
)
def test_what_is_looked_for_is_found(text: str):
    assert INLINE.search(text)


@pytest.mark.parametrize("address", [pytest.param(address, id=address.name) for address in list_addresses()])
def test_no_page_carries_what_the_policy_forbids(
    address: Address, client_of: Callable[[str], Client], administrator: User
):
    create_defaults(at=NOW)
    path = paths(address)[Case.THERE]
    for role in ("administrator", "anonymous"):
        response = client_of(role).get(path)
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert INLINE.findall(response.content.decode()) == []
