"""What a strict content security policy needs of every page: no script, style or handler inside of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client

from satsuma.app.crm.services.defaults import create_defaults
from support.addresses import Case, list_addresses, paths

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


@pytest.mark.parametrize("role", ["administrator", "anonymous"])
def test_no_page_carries_what_the_policy_forbids(role: str, client_of: Callable[[str], Client]):
    create_defaults(at=NOW)
    client = client_of(role)
    found, unguarded = {}, []
    for address in list_addresses():
        with transaction.atomic():
            response = client.get(paths(address)[Case.THERE])
            transaction.set_rollback(True)
        if "script-src 'self'" not in response.headers["Content-Security-Policy"]:
            unguarded.append(address.name)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            found[address.name] = INLINE.findall(response.content.decode())
    assert unguarded == []
    assert {name: inline for name, inline in found.items() if inline} == {}
