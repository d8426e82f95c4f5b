"""What every answer says to browsers besides its content: pages, errors, downloads, files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind
from support.addresses import Case, list_addresses, paths

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def guards(response: HttpResponseBase) -> dict[str, str]:
    return {name: response.headers.get(name, "") for name in EVERYWHERE}


def is_guarded(response: HttpResponseBase) -> bool:
    framed = "frame-ancestors 'none'" in response.headers.get("Content-Security-Policy", "")
    return guards(response) == EVERYWHERE and framed


def body(response: HttpResponseBase) -> bytes:
    """Read to the end, which closes what it is read from."""
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("role", ["administrator", "anonymous"])
def test_no_page_is_kept_by_browsers(role: str, client_of: Callable[[str], Client]):
    create_defaults(at=NOW)
    client = client_of(role)
    kept, unguarded = {}, []
    for address in list_addresses():
        with transaction.atomic():
            response = client.get(paths(address)[Case.THERE])
            transaction.set_rollback(True)
        body(response)
        if "no-store" not in response.headers.get("Cache-Control", ""):
            kept[address.name] = response.headers.get("Cache-Control")
        if not is_guarded(response):
            unguarded.append(address.name)
    assert (kept, unguarded) == ({}, [])


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/companies/987654321/", 404), ("/setup/x/", 404)])
def test_errors_are_guarded_alike(client_of: Callable[[str], Client], path: str, status: int):
    response = client_of("member").get(path)
    assert (response.status_code, is_guarded(response)) == (status, True)
    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_host_that_is_not_ours_is_guarded_alike(client_of: Callable[[str], Client]):
    response = client_of("member").get("/companies/", headers={"Host": "evil.example"})
    assert (response.status_code, is_guarded(response)) == (400, True)


def test_files_of_the_package_are_guarded_and_kept(db: None):
    response = Client().get(f"{settings.STATIC_URL}img/satsuma.svg")
    assert body(response).startswith(b"<svg")
    assert is_guarded(response)
    assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_a_download_is_never_shown_in_the_page(client_of: Callable[[str], Client], format_: str):
    create_defaults(at=NOW)
    create_contact(kind=Kind.COMPANY, entry=Entry({"name": "<script>alert(1)</script>"}), by=None, at=NOW)
    response = client_of("viewer").get(f"/companies/export/?format={format_}")
    assert body(response)
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert (is_guarded(response), response.headers["Cache-Control"]) == (True, "private, no-store")
