"""Segmentations in a real browser: from the start message to a draft, a dropped file, the menus, versions compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import list_segmentations
from satsuma.app.segmentation.services.drafts import change_draft
from satsuma.domain.model import NumericRanges
from satsuma.schemes import scheme_text
from support.segmented import by_employees, publish

Open = Callable[..., Page]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def companies(workspace: object) -> None:
    create_defaults(at=NOW)
    for number, employees in enumerate((1, 2, 3, 50, 60, 500)):
        name = f"Firm {number}"
        facts = {"name": name, "name_folded": name.lower(), "created_at": NOW, "updated_at": NOW}
        Contact.objects.create(kind="company", employees=employees, **facts)


@pytest.fixture
def published(manager: User) -> int:
    """With a draft that moves two of them."""
    made = publish(by_employees(), timezone.now()).segmentation_id
    draft = get_draft(made)
    asked = replace(draft.model.axes[0].parameters[0], ranges=NumericRanges((3, 60), (0, 50, 100)))
    model = replace(draft.model, axes=(replace(draft.model.axes[0], parameters=(asked,)),))
    change_draft(
        segmentation_id=made, version=draft.version, model=model, segment_ids=draft.segment_ids, by=manager, at=NOW
    )
    return made


def test_from_the_start_message_to_a_draft(open_page: Open) -> None:
    page = open_page("/", role="manager")
    page.get_by_role("link", name="Segmentations").click()
    expect(page.get_by_role("heading", name="Which companies deserve your best people?")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_title("Company value · Acme Sales")
    expect(page.get_by_role("heading", name="Value of won deals")).to_be_visible()
    expect(page.get_by_role("heading", name="Employees")).to_be_visible()
    (made,) = list_segmentations()
    assert f"/segmentations/{made.id}/draft/" in page.url


def test_from_a_scheme_without_what_nobody_wants_to_ask(open_page: Open) -> None:
    page = open_page("/segmentations/", role="manager")
    page.get_by_role("link", name="Company value").click()
    page.get_by_label("Decides here").uncheck()
    page.get_by_role("button", name="Start with this").click()
    expect(page.get_by_role("heading", name="Yearly potential")).to_be_visible()
    expect(page.get_by_role("heading", name="Decides here")).to_have_count(0)


def test_a_dropped_file_is_looked_at_at_once(open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "tiers.yaml"
    file.write_text(scheme_text("revenue-tier"), encoding="utf-8")
    page = open_page("/segmentations/new/?kind=company", role="manager")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name="Revenue tier")).to_be_visible()
    page.get_by_role("button", name="Start with this").click()
    page.wait_for_url("**/draft/parameters/")
    expect(page).to_have_title("Revenue tier · Acme Sales")


def test_it_is_put_into_the_archive_and_taken_out_by_its_menu(open_page: Open, published: int) -> None:
    page = open_page("/segmentations/", role="manager")
    page.get_by_role("button", name="More about Size").click()
    page.get_by_role("button", name="Put into the archive").click()
    expect(page.get_by_text("None is in use")).to_be_visible()
    page.locator("summary", has_text="Archive").click()
    page.get_by_role("button", name="Use again").click()
    expect(page.get_by_role("link", name="Go on with the draft")).to_be_visible()


def test_versions_are_compared_as_they_are_chosen(open_page: Open, published: int) -> None:
    page = open_page(f"/segmentations/{published}/versions/compare/", role="manager")
    expect(page.get_by_text("Ranges of “Employees”, cut at 10 · 100 people → 3 · 60 people")).to_be_visible()
    page.get_by_label("To", exact=True).select_option("1")
    expect(page.get_by_text("Both say the same.")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (360, False)], ids=["wide-dark", "narrow-light"])
def test_full_pages_keep_nobody_out(
    open_page: Open, find_barriers: Callable[[Page], list[str]], published: int, *, width: int, dark: bool
) -> None:
    """With data on them: the map of addresses visits them nearly empty."""
    page = open_page("/segmentations/", role="manager", width=width, dark=dark)
    draft = f"/segmentations/{published}/draft/publish/"
    paths = [
        "/segmentations/",
        "/segmentations/?kind=person",
        "/segmentations/new/scheme/industry/",
        draft,
        f"{draft}moving/?way=up",
        f"/segmentations/{published}/versions/",
        f"/segmentations/{published}/versions/compare/",
    ]
    found = {}
    for path in paths:
        page.goto(path)
        barriers = [line for line in find_barriers(page) if "(serious)" in line or "(critical)" in line]
        is_wide = page.evaluate("document.documentElement.scrollWidth") > width
        found[path] = barriers + ["wider than the screen"] * is_wide
    assert found == {path: [] for path in paths}
