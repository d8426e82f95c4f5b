"""The frame around every page: what it shows to whom, in which appearance, and what every answer carries."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from satsuma.app.accounts.models import Workspace
from satsuma.web.assets import static_version

Browser = Callable[[str], Client]


@pytest.fixture(autouse=True)
def look(settings: Settings) -> None:
    settings.ROOT_URLCONF = "support.look.urls"


def links(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a class="shell-nav-link" href="([^"]+)".*?<span>(.*?)</span>', page)


def test_the_navigation_has_what_exists_and_the_role_may_see(client_of: Browser) -> None:
    everybody = [("/", "Dashboard"), ("/companies/", "Companies"), ("/people/", "People"), ("/deals/", "Deals")]
    assert links(client_of("viewer").get("/companies/").content.decode()) == everybody
    assert links(client_of("manager").get("/companies/").content.decode()) == [
        *everybody,
        ("/imports/", "Imports"),
        ("/settings/", "Settings"),
    ]


@pytest.mark.parametrize(("path", "place"), [("/companies/?sort=name", "Companies"), ("/deals/", "Deals")])
def test_the_navigation_says_where_one_is(client_of: Browser, path: str, place: str) -> None:
    page = client_of("viewer").get(path).content.decode()
    assert re.findall(r'aria-current="page">.*?<span>(.*?)</span>', page) == [place]


@pytest.mark.parametrize(
    ("cookie", "attributes"),
    [
        ("dark", 'data-appearance="dark" data-bs-theme="dark"'),
        ("light", 'data-appearance="light" data-bs-theme="light"'),
        ("auto", 'data-appearance="auto"'),
        ('"><script>', 'data-appearance="auto"'),
        ("", 'data-appearance="auto"'),
    ],
)
def test_the_appearance_is_in_the_page_before_any_script(client_of: Browser, cookie: str, attributes: str) -> None:
    client = client_of("viewer")
    client.cookies["appearance"] = cookie
    page = client.get("/companies/").content.decode()
    assert re.findall(r'<html lang="en" dir="ltr" (.*)>', page) == [attributes]


def test_a_language_without_a_translation_is_not_offered_or_used(client_of: Browser, workspace: Workspace) -> None:
    Workspace.objects.update(language="de")
    response = client_of("viewer").get("/companies/", headers={"Accept-Language": "fr"})
    assert response.headers["Content-Language"] == "en"
    assert "data-submits" not in response.content.decode()


def test_nothing_inline_can_run(client_of: Browser) -> None:
    response = client_of("viewer").get("/companies/")
    page = response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert re.findall(r"<script(?! src=\"[^\"]+\"[^>]*></script>)|<style| style=| on[a-z]+=\"", page) == []


def test_the_frame_reads_the_workspace_once(client_of: Browser) -> None:
    client = client_of("viewer")
    client.get("/companies/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/companies/")
    tables = [re.findall(r'FROM "(\w+)"', query["sql"])[0] for query in queries if query["sql"].startswith("SELECT")]
    assert [tables.count(table) for table in ("accounts_workspace", "django_session")] == [1, 1]


def test_files_are_kept_for_ever_under_an_address_that_changes_with_them(client: Client, workspace: Workspace) -> None:
    folder = django_settings.STATICFILES_DIRS[0]
    assert f"/static/{static_version(folder)}/" == django_settings.STATIC_URL
    for name in ("css/satsuma.css", "vendor/tabler.min.css", "js/satsuma.js", "vendor/icons.svg"):
        response = client.get(f"{django_settings.STATIC_URL}{name}")
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert b"".join(response.streaming_content) == (folder / name).read_bytes()
    old = client.get("/static/0000000000/css/satsuma.css")
    assert old.status_code == 404


def test_the_version_of_files_follows_names_and_contents(tmp_path) -> None:
    versions = []
    (tmp_path / "a.css").write_text("a")
    versions.append(static_version(tmp_path))
    (tmp_path / "a.css").write_text("b")
    versions.append(static_version(tmp_path))
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    versions.append(static_version(tmp_path))
    assert len(set(versions)) == 3
    (tmp_path / "b.css").rename(tmp_path / "a.css")
    assert static_version(tmp_path) == versions[1]


def test_large_files_are_sent_compressed(client: Client, db: None) -> None:
    response = client.get(f"{django_settings.STATIC_URL}vendor/tabler.min.css", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(b"".join(response.streaming_content)) < 100_000
