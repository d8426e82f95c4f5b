"""A contact's segment in a browser: looked at, explained, followed after a call, pinned and given back to the score."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind
from support.segmented import by_employees, company_value, publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme(workspace: Workspace) -> Contact:
    """500 employees, no deals, never called: Good."""
    create_defaults(at=timezone.now())
    publish(company_value(), timezone.now())
    publish(by_employees(name="Size"), timezone.now())
    entry = Entry({"name": "Acme", "employees": 500})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=timezone.now()).contact


def test_from_the_reasons_to_a_pin_and_back(open_page: Callable[..., Page], acme: Contact) -> None:
    page = open_page(f"/companies/{acme.id}/", role="member")
    card, panel = page.locator("#contact-segments"), page.locator("#why")
    expect(card).to_contain_text("Good")
    expect(panel.get_by_role("listitem").filter(has_text="500 people")).to_contain_text("+200")

    panel.get_by_role("link", name="Size").click()  # another segmentation, in its place
    expect(panel.get_by_text("100.0%")).to_be_visible()
    panel.get_by_role("link", name="Company value").click()

    page.get_by_label("What was said").fill("They want more")
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.get_by_text("Company value: Acme: Good → Super: Last activity")).to_be_visible()
    expect(card).to_contain_text("Super")  # without loading the page
    expect(panel.get_by_text("75.0%").first).to_be_visible()

    panel.get_by_role("link", name="Pin").click()
    page.get_by_label("Segment").select_option("VIP")
    page.get_by_role("button", name="Pin").click()
    expect(page.get_by_text("Say why, in a few words")).to_be_visible()
    page.get_by_label("Reason").fill("They start a second factory")
    page.get_by_role("button", name="Pin").click()
    expect(page.get_by_text("Acme is pinned to VIP.")).to_be_visible()
    expect(card).to_contain_text("VIP")
    expect(card).to_contain_text("by the score: Super")
    expect(panel.get_by_text("They start a second factory")).to_be_visible()

    card.get_by_role("button", name="Change").click()
    card.get_by_role("button", name="Remove the pin").click()
    expect(page.get_by_text("The pin is removed: the score decides again.")).to_be_visible()
    expect(card).to_contain_text("Super")
    causes = panel.locator(".moves-cause")
    expect(causes).to_have_text(["Pinned by hand", "Pinned by hand", "Activity logged", "Contact changed"])


def test_what_is_missing_leads_into_the_form_and_the_answer_counts_at_once(
    open_page: Callable[..., Page], acme: Contact
) -> None:
    Contact.objects.filter(id=acme.id).update(employees=None)
    page = open_page(f"/companies/{acme.id}/", role="member", width=360)
    page.locator("#why").get_by_role("button", name="Score again").click()
    page.locator(".reasons-missing").get_by_role("link", name="Employees").click()
    expect(page.get_by_text("of 1 unanswered")).to_be_visible()
    field = page.get_by_label("Employees")
    expect(field).to_be_in_viewport()
    field.fill("50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Size: Acme: Average → Good: Employees")).to_be_visible()
