"""The board in a real browser: cards are dragged, or sent by keyboard; logging and ticking in one line on a profile."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm.models import Activity, Deal, Stage, Task
from satsuma.app.crm.services.defaults import create_defaults
from support.sales import NOW, create_company, create_sale, stage_id

ATTACK = "<img src=x onerror=document.title='hacked'>"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def defaults(workspace: Workspace) -> None:
    create_defaults(at=NOW)


def sum_of(page: Page, key: str) -> str:
    return page.locator(f"#stage-{stage_id(key)}-head .board-sum").inner_text()


def drag(page: Page, deal: Deal, key: str) -> None:
    """By the lower edge of the card to the middle of the column, as a hand does."""
    card = page.locator(f"#deal-{deal.id}").bounding_box()
    column = page.locator(f"#stage-{stage_id(key)}-cards").bounding_box()
    assert card
    assert column
    page.mouse.move(card["x"] + 40, card["y"] + card["height"] - 6)
    page.mouse.down()
    page.mouse.move(card["x"] + 60, card["y"] + card["height"], steps=4)
    page.mouse.move(column["x"] + 60, column["y"] + 30, steps=12)
    page.mouse.up()


def test_a_dragged_card_moves_the_deal_and_both_sums(open_page: Callable[..., Page]):
    made = create_sale(create_company(ATTACK), ATTACK, value=Decimal(1200))
    page = open_page("/deals/", role="member", width=1500)
    drag(page, made, "won")
    expect(page.locator(f"#stage-{stage_id('won')}-cards #deal-{made.id}")).to_be_visible()
    expect(page.locator(f"#deal-{made.id}")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="is now in “Won”")).to_be_visible()
    assert (sum_of(page, "prospecting"), sum_of(page, "won")) == ("0 deals · €0", "1 deal · €1,200")
    made.refresh_from_db()
    assert (made.state, "hacked" in page.title()) == ("won", False)


def test_a_move_that_is_refused_puts_the_card_back(open_page: Callable[..., Page]):
    made = create_sale(create_company())
    page = open_page("/deals/", role="member", width=1500)
    offer = stage_id("offer")
    Stage.objects.filter(id=offer).update(retired_at=NOW)
    drag(page, made, "offer")
    expect(page.get_by_role("alert").filter(has_text="Choose one of the stages.")).to_be_visible()
    expect(page.locator(f"#stage-{stage_id('prospecting')}-cards #deal-{made.id}")).to_be_visible()
    expect(page.locator(f"#deal-{made.id}")).to_have_count(1)


def test_the_same_by_keyboard_alone(open_page: Callable[..., Page]):
    made = create_sale(create_company())
    page = open_page("/deals/", role="member")
    page.locator(f"#deal-{made.id} .deal-card-title").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("In talks")
    page.keyboard.press("Enter")
    expect(page.locator(f"#stage-{stage_id('engaging')}-cards #deal-{made.id}")).to_be_visible()
    expect(page.locator(":focus")).to_have_text("Rollout")
    page.locator(":focus").press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus")).to_have_text("Prospecting")


def test_logging_and_ticking_in_one_line(open_page: Callable[..., Page], member: User):
    acme = create_company()
    page = open_page(f"/companies/{acme.id}/", role="member")
    page.get_by_label("What was said").fill(ATTACK)
    page.get_by_text("Note", exact=True).click()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline-line").filter(has_text=ATTACK)).to_be_visible()
    expect(page.get_by_label("What was said")).to_have_value("")
    page.get_by_text("Survey answer").click()
    page.get_by_label("Rating from 0 to 10").fill("11")
    page.get_by_role("button", name="Log").click()
    expect(page.get_by_text("Enter a whole number from 0 to 10.")).to_be_visible()
    expect(page.get_by_label("Rating from 0 to 10")).to_be_focused()
    page.get_by_label("What is to be done").fill("Send the offer")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("checkbox", name="Done: Send the offer").click()
    expect(page.get_by_role("checkbox", name="Not done: Send the offer")).to_be_checked()
    assert (Activity.objects.count(), Task.objects.get().owner_id) == (1, member.pk)
    assert "hacked" not in page.title()
