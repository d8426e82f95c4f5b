"""The dashboard and the page of analysis with figures on them, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from support.analysed import analysed_workspace

Open = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("workspace")
def test_figures_keep_no_one_out_and_lead_to_their_lists(
    open_page: Open, find_barriers: Callable[[Page], list[str]]
) -> None:
    spec = analysed_workspace(timezone.now())
    page = open_page("/", role="viewer")
    page.wait_for_url("**/dashboard/")
    narrow = open_page("/", role="viewer", width=360, dark=True)
    for path in (reverse("dashboard"), reverse("segmentation", args=[spec.id])):
        for width, shown in ((1280, page), (360, narrow)):
            shown.goto(path)
            expect(shown.locator("#curve svg path").first).to_be_attached()
            assert find_barriers(shown) == []
            assert shown.evaluate("document.documentElement.scrollWidth") == width, path
    # From a bar of the picture, by keyboard, to the list behind it.
    page.locator("#shares .chart-picture").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#shares .chart-tip")).to_contain_text("Customers · VIP")
    page.keyboard.press("Enter")
    page.wait_for_url("**/companies/?where=segment~any~*")
    expect(page.locator("tbody tr")).to_have_count(1)
    # And from the table.
    page.goto(reverse("segmentation", args=[spec.id]))
    page.locator(".analysis-figures tbody tr", has_text="Average").get_by_role("link", name="5", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(5)
