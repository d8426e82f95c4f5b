"""The main job in a real installation and a real browser: first run, import, daily work, export.

It takes the CRM files of Maven Analytics where they are; `test_keyboard` does the same with files of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.installation import Installation, serving
from support.journeys import MAVEN, bring_in, confirm, exported, patient_page, set_up


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with serving(tmp_path / "data") as running:
        yield running


@pytest.fixture
def page(chromium: Browser, installation: Installation) -> Iterator[Page]:
    with patient_page(chromium, installation.address) as page:
        yield page


def test_the_first_run(page: Page, installation: Installation) -> None:
    page.goto("/companies/")
    expect(page.get_by_text("nobody has set it up")).to_be_visible()
    set_up(page, installation.opened)
    for way in ("Start with sample data", "Import a file", "Start empty"):
        expect(page.get_by_text(way)).to_be_visible()
    page.goto(installation.opened)
    expect(page.get_by_role("button", name="Set up Satsuma")).not_to_be_visible()  # the address works once


@pytest.mark.skipif(not MAVEN.exists(), reason="the data of Maven Analytics is not here")
def test_from_files_to_daily_work_and_back(page: Page, installation: Installation, tmp_path: Path) -> None:
    set_up(page, installation.opened)
    bring_in(page, MAVEN / "accounts.csv")
    expect(page.get_by_text("there is no such country; did you mean Philippines?").first).to_be_visible()
    page.get_by_label("Read “Philipines” as").fill("Philippines")
    page.get_by_role("button", name="Use and check again").click()
    confirm(page)
    bring_in(page, MAVEN / "sales_pipeline.csv")
    confirm(page)
    page.goto("/deals/")
    expect(page.get_by_role("main")).to_contain_text("4,238 deals · $10,005,534")  # what is known of these files

    find(page, "kan-co", "Kan-code")
    expect(page.get_by_text("341,455").first).to_be_visible()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("City").fill("Springfield")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Kan-code is saved.")).to_be_visible()
    expect(page.get_by_text("Springfield")).to_be_visible()

    page.get_by_role("link", name="New deal").click()
    page.get_by_label("Title").fill("Big order")
    page.get_by_label("Value", exact=True).fill("1,000")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Won").click()
    expect(page.get_by_text("Big order is won.")).to_be_visible()
    find(page, "kan-co", "Kan-code")
    expect(page.get_by_text("342,455").first).to_be_visible()  # current with the save

    page.goto("/companies/?q=kan")
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Add tags").click()
    page.get_by_label("Tags").fill("Key account")
    page.get_by_role("button", name="Change").click()
    page.goto("/companies/?q=kan&columns=tag")
    rows = exported(page, tmp_path / "companies.csv")
    assert [(row["Name"], row["Tags"]) for row in rows] == [("Kan-code", "Key account")]


def find(page: Page, words: str, name: str) -> None:
    """From any page, with the search that stands on all of them."""
    page.keyboard.press("Escape")
    page.locator("body").press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).first.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
