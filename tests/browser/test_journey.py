"""The main job in a real installation and a real browser: first run, import, daily work, export.

It takes the CRM files of Maven Analytics, which may not ship with Satsuma, and runs where they are
(SATSUMA_SHARED_DATA, or ../shared/data beside the project); `test_keyboard` does the same with files of its own.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.installation import Installation, serving

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("SATSUMA_SHARED_DATA", ROOT.parent / "shared" / "data"))
MAVEN = SHARED / "b2b_crm_maven"
PATIENT_MS = 60_000
"""For jobs: the machine may be busy."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with serving(tmp_path_factory.mktemp("installation") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Browser, installation: Installation) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=installation.address, viewport={"width": 1280, "height": 900}, locale="en-US"
    )
    opened = context.new_page()
    opened.set_default_timeout(PATIENT_MS)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda line: "Security Policy" in line.text and complaints.append(line.text))
    expect.set_options(timeout=PATIENT_MS)
    yield opened
    expect.set_options()
    context.close()
    assert complaints == []


def bring_in(page: Page, file: Path) -> None:
    """The four steps of an import, with everything as it was recognised."""
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("link", name="Go to columns").click()
    page.get_by_role("main").get_by_role("button", name="Check the file").last.click()


def confirm(page: Page) -> None:
    page.get_by_role("button", name="Import everything").click()
    expect(page.get_by_text("Brought in")).to_be_visible()


def exported(page: Page, file: Path) -> list[dict[str, str]]:
    """The rows of the list that is shown, as its CSV has them."""
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").press("Enter")
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def test_the_first_run(page: Page, installation: Installation) -> None:
    page.goto("/companies/")
    expect(page.get_by_text("nobody has set it up")).to_be_visible()
    page.goto(installation.opened)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_label("Name of the workspace").fill("Engines Ltd")
    page.get_by_label("Currency").select_option("USD")
    page.get_by_role("button", name="Set up Satsuma").click()
    for way in ("Start with sample data", "Import a file", "Start empty"):
        expect(page.get_by_text(way)).to_be_visible()
    page.goto(installation.opened)
    expect(page.get_by_role("button", name="Set up Satsuma")).not_to_be_visible()  # the address works once


@pytest.mark.skipif(not MAVEN.exists(), reason="the data of Maven Analytics is not here")
def test_from_files_to_daily_work_and_back(page: Page, tmp_path: Path) -> None:
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
