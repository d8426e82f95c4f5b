"""The frame and every component, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesellschaft"


@pytest.fixture(autouse=True)
def look(settings: Settings) -> None:
    settings.ROOT_URLCONF = "support.look.urls"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_keeps_people_out(
    open_page: Open, find_barriers: Callable[[Page], list[str]], *, width: int, dark: bool
) -> None:
    page = open_page("/setup/", width=width, dark=dark)
    barriers = {}
    for path in ("/companies/", "/", "/nowhere/"):
        page.goto(path)
        barriers[path] = find_barriers(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width, f"{path} is wider than the screen"
    assert barriers == {"/companies/": [], "/": [], "/nowhere/": []}


def test_a_wrong_form_keeps_no_one_out(open_page: Open, find_barriers: Callable[[Page], list[str]]) -> None:
    page = open_page("/companies/")
    employees = page.get_by_label("Employees")
    employees.evaluate("field => { field.form.noValidate = true; field.type = 'text' }")
    employees.fill("many")
    page.get_by_label("Note").fill("keep this")
    with page.expect_navigation():
        page.get_by_label("Note").press("Control+Enter")
    expect(page.locator(".form-problems")).to_be_focused()
    expect(page.get_by_label("Employees")).to_have_accessible_description("Enter a whole number. People, not posts.")
    expect(page.get_by_label("Note")).to_have_value("keep this")
    assert find_barriers(page) == []
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Note").click()  # browsers ask only somebody who has touched the page
    page.get_by_role("link", name="Deals", exact=True).click()
    page.wait_for_url("**/deals/")
    assert asked == ["beforeunload"]


def test_the_first_run_of_keys(open_page: Open) -> None:
    page = open_page("/companies/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    expect(page.get_by_label("Search everything")).to_be_focused()
    page.keyboard.type("a/b")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=a%2Fb")


def test_suggestions_by_keyboard(open_page: Open) -> None:
    page = open_page("/companies/")
    search, suggestions = page.get_by_label("Search everything"), page.locator("#search-suggestions a")
    search.press_sequentially("ac")
    expect(suggestions).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Two")).to_be_focused()
    page.keyboard.press("Escape")
    expect(suggestions).to_have_count(0)
    expect(search).to_be_focused()
    search.press_sequentially("m")
    expect(suggestions).to_have_count(2)
    page.get_by_role("heading", name="Companies").click()
    expect(suggestions).to_have_count(0)


def test_the_menu_on_a_small_screen(open_page: Open) -> None:
    page = open_page("/companies/", width=360)
    expect(page.get_by_role("link", name="Deals", exact=True)).not_to_be_visible()
    page.get_by_role("button", name="Menu").press("Enter")
    page.get_by_role("link", name="Deals", exact=True).click()
    page.wait_for_url("**/deals/")


def test_the_appearance_is_remembered(open_page: Open) -> None:
    page = open_page("/companies/", dark=True)
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.get_by_role("button", name="Administrator").click()
    page.get_by_role("button", name="Light").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"
    page.get_by_role("button", name="Administrator").click()
    expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    assert 'data-bs-theme="light"' in page.request.get("/companies/").text()


def test_leaving_with_changes_asks(open_page: Open) -> None:
    page = open_page("/companies/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Note").fill("not saved")
    page.get_by_role("link", name="Deals", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert (asked, page.url.endswith("/companies/")) == (["beforeunload"], True)


def test_saving_does_not_ask(open_page: Open) -> None:
    page = open_page("/companies/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Name", exact=True).fill("Acme")
    page.get_by_label("Basic").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved. Good → Super")).to_be_visible()
    assert asked == []


def test_choosing_rows(open_page: Open) -> None:
    page = open_page("/companies/")
    bar = page.get_by_role("region", name="Chosen rows")
    expect(bar).not_to_be_visible()
    page.get_by_role("checkbox", name="Acme Corporation").check()
    page.get_by_role("checkbox", name=LONG).first.click(modifiers=["Shift"])
    expect(bar).to_contain_text("Chosen: 4")
    everything = page.get_by_role("checkbox", name="Choose all")
    assert everything.evaluate("box => box.indeterminate")
    everything.check()
    expect(bar).to_contain_text("Chosen: 5")
    bar.get_by_role("button", name="Choose none").click()
    expect(bar).not_to_be_visible()


def test_one_of_very_many_by_keyboard(open_page: Open) -> None:
    page = open_page("/companies/")
    field, value = page.get_by_role("combobox", name="Company"), page.locator("input[type=hidden][name=company]")
    field.fill("a")
    expect(page.locator("[role=option]")).to_have_count(3)
    expect(page.locator("[role=option]").first).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    field.press("Enter")
    taken = page.get_by_role("combobox", name="Company").input_value()
    assert (taken.startswith(LONG), value.input_value()) == (True, "3")
    field.fill("nothing like it")
    expect(page.get_by_text("Nothing found.").first).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value(taken)
    field.fill("")
    field.press("Tab")
    assert value.input_value() == ""


def test_dialogs(open_page: Open) -> None:
    page = open_page("/companies/")
    page.get_by_role("button", name="Merge").click()
    dialog = page.get_by_role("dialog", name="Merge")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_what_cannot_be_undone_asks(open_page: Open) -> None:
    page = open_page("/companies/")
    sent: list[str] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog", name="Put “Acme” into the bin?")
    question.get_by_role("button", name="Cancel").click()
    expect(question).not_to_be_visible()
    assert sent == []
    page.get_by_role("button", name="Delete").click()
    with page.expect_navigation():
        question.get_by_role("button", name="Put into the bin").click()
    assert len(sent) == 1


def test_errors_inside_of_a_page_are_told_in_the_corner(open_page: Open) -> None:
    page = open_page("/companies/")
    page.get_by_role("button", name="Ask").click()
    refused = page.get_by_role("alert").filter(has_text="is too long. Use at most 200 characters.")
    expect(refused).to_contain_text("<script>alert(1)</script>")
    page.get_by_role("button", name="Crash").click()
    expect(page.get_by_role("alert").filter(has_text="Satsuma made a mistake.")).to_contain_text("Id: ")
    page.context.set_offline(True)
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("alert").filter(has_text="Satsuma cannot be reached.")).to_be_visible()
    refused.get_by_role("button", name="Close").click()
    expect(refused).to_have_count(0)
    expect(page.get_by_role("button", name="Ask")).to_be_visible()


def test_a_file_is_sent_and_its_page_shown(open_page: Open, tmp_path: Path) -> None:
    page = open_page("/imports/")
    file = tmp_path / f"{LONG} <b>.csv"
    file.write_text("name\nAcme\n")
    page.get_by_label("A file with companies, people or deals").set_input_files(file)
    expect(page.locator("[data-drop-name]")).to_have_text(file.name)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/companies/")


def test_text_of_others_is_text(open_page: Open) -> None:
    page = open_page("/companies/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("combobox", name="Company").fill("script")
    expect(page.locator("[role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert asked == []
    assert page.locator("script:not([src]), img[onerror]").count() == 0
