"""Takes the screenshots in this folder: `make screenshots`.

Starts an installation of its own with the sample data, and visits the main pages in Chromium: light and dark, wide and
on a phone. Pictures are small (256 colours), so that they may stand in the repository.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from support.installation import serving  # noqa: E402

PAGES = {
    "dashboard": "/dashboard/",
    "segmentations": "/segmentations/",
    "wizard": "/segmentations/1/draft/parameters/",
    "wizard-names": "/segmentations/1/draft/names/",
    "wizard-publish": "/segmentations/1/draft/publish/",
    "analysis": "/segmentations/1/",
    "history": "/segmentations/1/history/",
    "versions": "/segmentations/1/versions/",
    "companies": "/companies/",
    "companies-filtered": "/companies/?where=country~any~DE&sort=-score",
    "quick-fill": "/companies/fill/",
    "profile": "company:Ernst Handel",
    "company-form": "company:Ernst Handel:edit/",
    "people": "/people/",
    "deals-board": "/deals/",
    "deals-list": "/deals/list/",
    "tasks": "/tasks/",
    "search": "/search/?q=handel",
    "fields": "/settings/contacts/company/fields/",
    "import": "/imports/new/",
    "jobs": "/jobs/",
    "settings": "/settings/",
}
SIZES = {"wide": 1280, "phone": 360}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


def main() -> None:
    chosen = sys.argv[1:] or list(PAGES)
    with tempfile.TemporaryDirectory(prefix="satsuma-screenshots-") as folder:
        data = Path(folder) / "data"
        demo = subprocess.run(
            [sys.executable, "-m", "satsuma.cli", "demo", "--data", str(data)],
            check=True,
            capture_output=True,
            text=True,
        )
        found = re.search(r"with (\S+) and the password (\S+)", demo.stdout)
        assert found, demo.stdout
        with serving(data) as installation, sync_playwright() as player:
            program = shutil.which("chromium") or shutil.which("google-chrome")
            browser = player.chromium.launch(executable_path=program, args=QUIET)
            for page, mark in _pages(browser, installation.address, *found.groups()):
                for name in chosen:
                    _take(page, name, mark)


def _pages(browser: Browser, address: str, email: str, password: str) -> Iterator[tuple[Page, str]]:
    """A signed-in page for each size and appearance, and what its pictures' names end in."""
    for size, width in SIZES.items():
        for appearance in ("light", "dark"):
            context = browser.new_context(
                base_url=address,
                viewport={"width": width, "height": 800},
                color_scheme=appearance,
                locale="en-GB",
            )
            page = context.new_page()
            page.goto("/account/login/")
            page.get_by_label("E-mail").fill(email)
            page.get_by_label("Password").fill(password)
            page.get_by_label("Password").press("Enter")
            page.wait_for_url("**/dashboard/")
            yield page, f"{size}-{appearance}"
            context.close()


def _take(page: Page, name: str, mark: str) -> None:
    where = PAGES[name]
    if where.startswith("company:"):
        _, company, *rest = where.split(":")
        page.goto(f"/search/?q={company}")
        page.get_by_role("main").get_by_role("link", name=re.compile(f"^{company}")).first.click()
        page.wait_for_url("**/companies/*/")
        where = page.url + "".join(rest)
    page.goto(where)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, animations="disabled")))
    longest = 2400
    cut = picture.crop((0, 0, picture.width, min(picture.height, longest)))
    cut.convert("RGB").quantize(256).save(HERE / f"{name}-{mark}.png", optimize=True)


if __name__ == "__main__":
    main()
