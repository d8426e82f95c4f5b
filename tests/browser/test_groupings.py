"""A grouping in a real browser: started from its scheme, its ranges give other segments, it is published, and profile
and list agree. Nothing on the way speaks of points."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.domain.grouping import given_segments, is_grouping
from support.groupings import spoken_of_points
from support.jobs import done_run
from support.sales import NOW, create_company

pytestmark = pytest.mark.django_db(transaction=True)
INDUSTRIES = {"Acme": "retail", "Bank": "finance", "Clinic": "health", "Farm": "agriculture", "Shop": "retail"}


@pytest.fixture
def companies(workspace: Workspace, manager: User) -> None:
    create_defaults(at=NOW)
    for name, industry in INDUSTRIES.items():
        Contact.objects.filter(pk=create_company(name).pk).update(industry=industry)


def given_names(segmentation_id: int) -> list[str]:
    model = get_draft(segmentation_id).model
    assert is_grouping(model)
    return [model.segments[place].name for place in given_segments(model)]


def sizes(page: Page) -> dict[str, str]:
    rows = page.locator("#preview-numbers [data-segment]")
    found = {
        row.locator("[data-name]").inner_text(): row.locator("[data-customers]").inner_text() for row in rows.all()
    }
    return {name: count for name, count in found.items() if count != "0"}


def saved(page: Page, change: Callable[[], object], *, where: str = "/saved/") -> None:
    with page.expect_response(lambda answer: where in answer.url and answer.request.method == "POST"):
        change()


def test_from_the_scheme_to_profile_and_list(
    open_page: Callable[..., Page], find_barriers: Callable[[Page], list[str]], companies: None
):
    page = open_page("/segmentations/new/scheme/industry/?kind=company", role="manager", width=1440)
    page.get_by_role("button", name="Start with this").click()
    card = page.get_by_role("region", name="Industry")
    expect(card.get_by_label("Anything else of Industry: segment")).to_have_value("~Other")
    id_ = Segmentation.objects.get().pk
    assert sizes(page) == {"Health": "1", "Finance": "1", "Trade": "2", "Other": "1"}
    assert spoken_of_points(page.content()) == []
    assert find_barriers(page) == []

    # another segment, and back with undo
    health = card.get_by_label("Range 4 of Industry: segment")
    saved(page, lambda: health.select_option("Trade"))
    expect(page.locator("#preview-numbers")).to_contain_text("No range gives “Health”")
    assert sizes(page) == {"Trade": "3", "Finance": "1", "Other": "1"}
    swatch = page.locator(".wizard-gives rect")
    assert swatch.nth(3).get_attribute("fill") == swatch.nth(1).get_attribute("fill")
    page.get_by_role("button", name="Undo").click()
    expect(health).to_have_value("~Health")

    # a new one for a range, called after it, which nobody makes who only walks past; one that comes with a line
    health.focus()
    saved(page, lambda: health.press("End"))
    saved(page, lambda: health.press("ArrowUp"))
    assert (sizes(page), len(get_draft(id_).model.segments)) == ({"Trade": "2", "Finance": "1", "Other": "2"}, 7)
    health.press("End")
    saved(page, lambda: health.press("Tab"), where="/parameters/?")
    expect(health.locator("option:checked")).to_have_text("Health and care")
    page.get_by_role("button", name="Add another line").click()
    expect(card.get_by_label("Range 7 of Industry: segment").locator("option:checked")).to_have_text("Segment 9")
    page.locator("#w-industry-values-6").get_by_text("Agriculture").click()
    expect(page.locator("#preview-numbers")).to_contain_text("Segment 9")
    names = ["Public", "Trade", "Finance", "Health and care", "Technology", "Industry", "Segment 9", "Other", "Other"]
    assert given_names(id_) == names

    # names
    page.get_by_role("button", name="Go to segment naming").click()
    expect(page.get_by_label("Name of segment 9")).to_have_value("Segment 9")
    assert spoken_of_points(page.content()) == []
    assert find_barriers(page) == []
    saved(page, lambda: page.get_by_label("Name of segment 9").fill("Farms"))
    page.get_by_role("button", name="Remove Health", exact=True).click()
    expect(page.get_by_role("button", name="Remove Health", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Move Farms down").click()
    expect(page.get_by_role("button", name="Move Health and care up")).to_be_disabled()
    assert [segment.name for segment in get_draft(id_).model.segments][-2:] == ["Farms", "Health and care"]
    page.get_by_role("button", name="See who moves").click()

    # published: profile and list agree, and say nothing of scores
    expect(page.get_by_role("heading", name="Sizes")).to_be_visible()
    assert spoken_of_points(page.content()) == []
    page.get_by_role("button", name="Publish", exact=True).click()
    done_run(Run.objects.latest("id"))
    farm, clinic = (Contact.objects.get(name=name) for name in ("Farm", "Clinic"))
    for contact, segment in ((farm, "Farms"), (clinic, "Health and care")):
        page.goto(f"/companies/{contact.pk}/")
        expect(page.locator(".segment-large")).to_have_text(segment)
        assert spoken_of_points(page.content()) == []
    page.goto("/companies/?sort=-segment")
    expect(page.locator("main table thead")).not_to_contain_text("Score")
    assert page.locator("main table tbody .pill-label").all_inner_texts() == [
        *("Health and care", "Farms", "Finance", "Trade", "Trade")
    ]
