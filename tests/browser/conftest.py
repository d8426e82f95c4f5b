"""A real browser, and the application behind it.

Playwright runs a loop of its own in the test's thread, which Django takes for an asynchronous program; it is none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = Path(__file__).parent.parent / "support" / "vendor" / "axe.min.js"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")  # None: the one that Playwright brought
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(
    chromium: Browser, live_server: object, client_of: Callable[[str], Client]
) -> Iterator[Callable[..., Page]]:
    """`open_page("/companies/", role="member", width=360, dark=True)`: a page in a browser of its own. At the end of
    the test every one of them must have run without an error in its scripts and without anything that the content
    security policy had to stop."""
    complaints: list[str] = []
    contexts = []

    def opened(path: str, *, role: str = "administrator", width: int = 1280, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            base_url=live_server.url,  # type: ignore[attr-defined]
            locale="en-US",
        )
        contexts.append(context)
        if role != "anonymous":
            cookie = client_of(role).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])  # type: ignore[attr-defined]
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: "Security Policy" in line.text and complaints.append(line.text))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def find_barriers() -> Callable[[Page], list[str]]:
    """What axe finds on a page that keeps people out: the rule and the places, one line each."""

    def found(page: Page) -> list[str]:
        # Through the debugger, which no content security policy binds.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = page.evaluate("axe.run().then(found => found.violations)")
        return [
            f"{each['id']} ({each['impact']}): {node['target']} {node['html'][:160]}"
            for each in violations
            for node in each["nodes"]
        ]

    return found
