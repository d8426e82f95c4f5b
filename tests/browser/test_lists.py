"""Lists and search with the keyboard alone, and a bulk change taken back, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Contact
from satsuma.app.crm.search import index_contacts
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.lists import boxes
from support.segmented import by_employees, publish

pytestmark = pytest.mark.django_db(transaction=True)
OpenPage = Callable[..., Page]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture
def companies(administrator: User) -> None:
    create_defaults(at=NOW)
    for name, employees in (("Acme <b>Ltd</b>", 12), ("Acme Polska", 250), ("Zebra", 3)):
        Contact.objects.create(
            kind="company", name=name, name_folded=fold_name(name), employees=employees, created_at=NOW, updated_at=NOW
        )
    index_contacts(list(Contact.objects.values_list("pk", flat=True)))


@pytest.mark.usefixtures("companies")
def test_a_filter_is_added_with_the_keyboard(open_page: OpenPage, find_barriers: Callable[[Page], list[str]]):
    page = open_page("/companies/")
    page.get_by_text("Add filter", exact=True).press("Enter")
    page.locator("#filter-key").select_option("employees")
    expect(page.get_by_text("Number", exact=True)).to_be_visible()
    page.locator("#filter_value").fill("10")
    assert find_barriers(page) == []
    page.locator("#filter_value").press("Enter")

    expect(page.get_by_text("Employees from 10")).to_be_visible()
    expect(page.locator(".list-link > span:last-child")).to_have_text(["Acme <b>Ltd</b>", "Acme Polska"])


@pytest.mark.usefixtures("companies")
def test_search_suggests_and_arrows_lead_to_what_was_found(open_page: OpenPage):
    page = open_page("/companies/")
    page.keyboard.press("/")
    page.keyboard.type("acm")
    expect(page.locator(".suggestion").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator(".suggestion")).to_have_count(0)
    page.keyboard.type("e")
    expect(page.locator(".suggestion").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Acme Polska")).to_be_visible()


@pytest.mark.usefixtures("companies")
def test_a_bulk_change_is_taken_back_from_its_message(open_page: OpenPage, administrator: User):
    page = open_page("/companies/")
    page.get_by_label("Choose all on this page").check()
    page.get_by_role("button", name="Owner").click()
    page.get_by_label("New owner").select_option(str(administrator.pk))
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_text("3 companies changed.")).to_be_visible()
    assert Contact.objects.filter(owner=administrator).count() == 3
    page.get_by_role("link", name="Undo").click()

    expect(page.get_by_text("3 contacts put back.")).to_be_visible()
    assert not Contact.objects.filter(owner=administrator).exists()


@pytest.mark.usefixtures("companies")
def test_segments_are_combined_in_the_box(open_page: OpenPage, find_barriers: Callable[[Page], list[str]]):
    publish(by_employees(), NOW)
    page = open_page("/companies/")
    box = page.locator("#segment-box")
    expect(box.locator(".segment-box-count")).to_have_text(["1", "0", "1", "1", "0", "0"])
    assert find_barriers(page) == []
    box.get_by_role("link", name="VIP").press("Enter")
    expect(page.locator(".list-link > span:last-child")).to_have_text(["Acme Polska"])
    box.get_by_role("link", name="Good").press("Enter")
    expect(page.locator(".list-link > span:last-child")).to_have_text(["Acme <b>Ltd</b>", "Acme Polska"])
    expect(box.locator("[aria-current]")).to_have_count(2)
    box.get_by_role("link", name="VIP").press("Enter")
    expect(page.locator(".list-link > span:last-child")).to_have_text(["Acme <b>Ltd</b>"])

    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    expect(box.get_by_role("link", name="VIP")).to_be_hidden()
    box.get_by_text("Segmentation", exact=True).click()
    box.get_by_role("link", name="VIP").click()
    expect(page.locator(".list-link > span:last-child")).to_have_text(["Acme <b>Ltd</b>", "Acme Polska"])
    expect(box.get_by_role("link", name="VIP")).to_be_visible()  # stays unfolded


@pytest.mark.usefixtures("companies")
def test_a_long_list_gets_its_counts_after_the_page(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(boxes, "COUNTED_AT_ONCE", 1)
    publish(by_employees(), NOW)
    page = open_page("/companies/?where=employees~from~10")
    expect(page.locator("#segment-box .segment-box-count")).to_have_text(["1", "0", "1", "0", "0", "0"])


@pytest.mark.usefixtures("companies")
def test_rows_are_filled_with_the_keyboard(open_page: OpenPage, find_barriers: Callable[[Page], list[str]]):
    publish(by_employees(), NOW)
    page = open_page("/companies/fill/?where=employees~under~100")
    cells, says = page.locator(".fill-cell input"), page.locator(".fill-says")
    assert find_barriers(page) == []
    cells.nth(0).fill("500")
    cells.nth(0).press("Enter")
    expect(cells.nth(1)).to_be_focused()
    expect(says.nth(0)).to_contain_text("Good → VIP")
    page.keyboard.press("ArrowUp")
    expect(cells.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("x")
    page.keyboard.press("Enter")  # there is no row below
    expect(page.locator(".fill-cell .invalid-feedback")).to_have_count(1)
    expect(cells.nth(1)).to_have_value("x")
