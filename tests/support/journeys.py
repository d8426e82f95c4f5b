"""Ways through a real installation in a browser that several journeys share: the first run, an import, an export.

The CRM files of Maven Analytics may not ship with Satsuma; journeys over them run where they are (SATSUMA_SHARED_DATA,
or ../shared/data beside the project).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

SHARED = Path(os.environ.get("SATSUMA_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
MAVEN = SHARED / "b2b_crm_maven"
PATIENT_MS = 60_000
"""For jobs: the machine may be busy."""


@contextmanager
def patient_page(chromium: Browser, address: str, *, width: int = 1280) -> Iterator[Page]:
    """A page that waits for jobs, and that must end without an error in its scripts and without anything that the
    content security policy had to stop."""
    context = chromium.new_context(base_url=address, viewport={"width": width, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(PATIENT_MS)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: "Security Policy" in line.text and complaints.append(line.text))
    expect.set_options(timeout=PATIENT_MS)
    yield page
    expect.set_options()
    context.close()
    assert complaints == []


def set_up(page: Page, opened: str) -> None:
    """The first run, from the address that `satsuma serve` printed."""
    page.goto(opened)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_label("Name of the workspace").fill("Engines Ltd")
    page.get_by_label("Currency").select_option("USD")
    page.get_by_role("button", name="Set up Satsuma").click()
    expect(page.get_by_text("Start empty")).to_be_visible()


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
