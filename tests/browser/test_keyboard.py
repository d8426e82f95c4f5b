"""The main job without a mouse: everything is reached with Tab, has a name, and is done with Enter or a blank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.installation import Installation, serving

COMPANIES = """\
Company,Industry,Employees,Country,Deal title,Deal value,Deal stage
Anvil Works,Manufacturing,120,Poland,Anvils,1500,In talks
Bellows & Co,Retail,40,Germany,Bellows,250.50,Won
"""
MOST_STEPS = 300
NAME = """() => {
    const at = document.activeElement;
    const labels = [...(at.labels ?? [])].map(label => label.innerText).join(" ");
    const by = at.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const named = by.map(id => document.getElementById(id)?.innerText).join(" ");
    const name = at.getAttribute("aria-label") || named || labels || at.innerText || "";
    return name.slice(0, 80).replace(/\\s+/g, " ").trim();
}"""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with serving(tmp_path_factory.mktemp("keyboard") / "data") as running:
        yield running


@pytest.fixture
def page(chromium: Browser, installation: Installation) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=installation.address, viewport={"width": 1280, "height": 900}, locale="en-US"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)  # jobs take their time on a busy machine
    yield page
    expect.set_options()
    context.close()


def reach(page: Page, name: str) -> None:
    """Tab until what has the focus is called so, or begins so."""
    seen = []
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(NAME))
        if seen[-1] == name or seen[-1].startswith(f"{name} "):
            return
        if seen.count("Skip to the content") > 1:
            break
    raise AssertionError(f"{name!r} cannot be reached; there are {seen}")


def go(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_the_main_job(page: Page, installation: Installation, tmp_path: Path) -> None:
    page.goto(installation.opened)
    for name, text in (
        ("Your name", "Ada Lovelace"),
        ("E-mail", "ada@example.com"),
        ("Password", "correct horse battery"),
        ("Name of the workspace", "Engines Ltd"),
    ):
        fill(page, name, text)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Start with sample data")).to_be_visible()

    file = tmp_path / "companies.csv"
    file.write_text(COMPANIES, encoding="utf-8")
    go(page, "Import a file")
    page.wait_for_url("**/imports/new/")
    page.wait_for_load_state("networkidle")
    with page.expect_file_chooser() as chooser:
        reach(page, "File")
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    page.wait_for_url("**/reading/")
    go(page, "Go to columns")
    page.wait_for_url("**/mapping/")
    go(page, "Check the file")
    expect(page.get_by_role("button", name="Import everything")).to_be_visible()
    go(page, "Import everything")
    expect(page.get_by_text("Brought in")).to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("anv")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    go(page, "Anvil Works")
    expect(page.get_by_role("heading", name="Anvil Works")).to_be_visible()
    go(page, "Edit")
    page.wait_for_url("**/edit/")
    fill(page, "City", "Gdańsk")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Anvil Works is saved.")).to_be_visible()

    go(page, "Anvils")
    page.wait_for_url("**/deals/*/")
    go(page, "Won")
    expect(page.get_by_text("Anvils is won.")).to_be_visible()

    go(page, "Companies")
    page.wait_for_url("**/companies/")
    reach(page, "Choose all on this page")
    page.keyboard.press("Space")
    go(page, "Add tags")
    page.wait_for_url("**/bulk/")
    fill(page, "Tags", "Fair 2026")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/companies/**")
    expect(page.get_by_role("link", name="Undo")).to_be_visible()
    go(page, "Export")
    with page.expect_download() as download:
        go(page, "CSV, for any program")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["Name", "Anvil Works", "Bellows & Co"]
