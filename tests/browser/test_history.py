"""A segmentation's past in a real browser: the pictures, and the way from a number to the people behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from satsuma.app.segmentation.models.results import Cause
from support.moves import FIRST, History, erase, make_history, tell

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def history(workspace: object) -> History:
    """Nine contacts: some rise, one falls, one is gone for good, and one comes later."""
    made = make_history(contacts=9)
    tell(made, [(0, who, 1) for who in range(8)], cause=Cause.VERSION)
    tell(made, [(2, 0, 2), (2, 1, 2), (3, 2, 0), (3, 3, None), (4, 8, 0)])
    erase(made, [3])
    return made


def address(history: History, more: str = "") -> str:
    first, last = FIRST + timedelta(days=1), FIRST + timedelta(days=6)
    return f"/segmentations/{history.segmentation.pk}/history/{more}?from={first}&to={last}"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)], ids=["wide-light", "narrow-dark"])
def test_nothing_keeps_people_out_of_the_past(
    history: History, open_page: Open, find_barriers: Callable[[Page], list[str]], *, width: int, dark: bool
) -> None:
    page = open_page(address(history), role="viewer", width=width, dark=dark)
    for name in ("sizes", "flows"):
        expect(page.locator(f"#{name} .chart-picture svg")).to_be_visible()
    pages = [address(history), address(history, "moves/"), f"{address(history, 'members/')}&on={FIRST}"]
    pages.append(f"{address(history, 'flow/')}&was={history.segments[1].pk}&is={history.segments[2].pk}")
    found = {}
    for path in pages:
        page.goto(path)
        is_wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[path] = ["wider than the screen"] * is_wide + find_barriers(page)
    assert found == {path: [] for path in pages}


def test_a_number_leads_to_who_went_and_a_name_to_the_profile(history: History, open_page: Open) -> None:
    page = open_page(address(history), role="viewer")
    risen = page.get_by_role("region", name="Who went where").get_by_role("link", name="2", exact=True)
    risen.click()
    expect(page.get_by_role("heading", name="S1 → S2")).to_be_visible()
    expect(page.locator("tbody th")).to_have_text(["C0", "C1"])
    page.get_by_role("link", name="All movement of these days").click()
    page.get_by_role("link", name="Draw those who stayed, too").click()
    expect(page.get_by_role("link", name="Draw only those who moved")).to_be_visible()
    profile = f"/companies/{history.contacts[8].pk}/"
    expect(page.get_by_role("link", name="C8")).to_have_attribute("href", profile)


def test_members_of_another_day_are_chosen_with_two_fields(history: History, open_page: Open) -> None:
    page = open_page(address(history, "members/"), role="viewer")
    page.get_by_label("Segment", exact=True).select_option("S1")
    page.get_by_label("Day", exact=True).fill(str(FIRST + timedelta(days=3)))
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="S1 on Nov 4, 2024")).to_be_visible()
    expect(page.locator("tbody th")).to_have_text(["C4", "C5", "C6", "C7"])
