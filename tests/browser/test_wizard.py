"""The wizard in a real browser: from the first parameter to thresholds, saved while somebody types; two editors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.templatetags.static import static
from hypothesis import Phase, given, settings
from playwright.sync_api import Page, Route, expect

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm.models import Contact, Field
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.models import Version
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.domain.model import Kind, NumericRanges, Parameter
from support.models import axis, with_rules
from support.moved_thresholds import Follows, Moved, moved_thresholds
from support.sales import NOW, create_company, create_sale

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = "Draft saved"


@pytest.fixture
def begun(workspace: Workspace, manager: User) -> int:
    """A draft with one parameter, over twenty companies of 10 to 200 employees."""
    create_defaults(at=NOW)
    for number in range(1, 21):
        Contact.objects.filter(pk=create_company(f"Company {number}").pk).update(employees=10 * number)
    create_sale(Contact.objects.get(name="Company 20"), "Rollout", value=Decimal(9000), stage="won")
    model = empty_model(Kind.COMPANY, "Company value")
    asked = Parameter("employees", 5, NumericRanges((50, 100, 150), (0, 4, 7, 10)))
    model = replace(model, axes=(replace(model.axes[0], parameters=(asked,)),))
    return create_segmentation(model=model, by=manager, at=NOW).pk


def parameter(segmentation_id: int, number: int = 0) -> Parameter:
    return get_draft(segmentation_id).model.axes[0].parameters[number]


def sizes(page: Page) -> dict[str, str]:
    rows = page.locator("#preview-numbers [data-segment]")
    return {row.locator("[data-name]").inner_text(): row.locator("[data-customers]").inner_text() for row in rows.all()}


def saved(page: Page, change: Callable[[], object]) -> None:
    """Makes the change, and waits until it is saved."""
    with page.expect_response(lambda answer: "/saved/" in answer.url):
        change()


def test_what_is_typed_is_saved_and_the_numbers_follow(open_page: Callable[..., Page], begun: int):
    page = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    count = page.locator("#w-employees-points-0-count")
    expect(count).to_have_text("4")
    saved(page, lambda: page.get_by_label("Range 1 of Employees: to").fill("80"))
    expect(count).to_have_text("7")
    expect(page.get_by_label("Range 2 of Employees: from")).to_have_value("80")
    assert parameter(begun).ranges == NumericRanges((80, 100, 150), (0, 4, 7, 10))
    saved(page, lambda: page.get_by_label("Range 2 of Employees: points").fill("many"))
    expect(page.locator("#w-employees-points-1-problem")).to_have_text("Enter a number, such as 1234.5.")
    expect(page.get_by_text("Not everything is saved")).to_be_visible()
    saved(page, lambda: page.get_by_label("Range 2 of Employees: points").fill("5"))
    expect(page.get_by_text(SAVED)).to_be_visible()
    saved(page, lambda: page.get_by_label("Relevance").fill("9"))
    expect(page.locator("output")).to_have_text("Very high · 9")
    assert parameter(begun) == Parameter("employees", 9, NumericRanges((80, 100, 150), (0, 5, 7, 10)))
    page.get_by_role("button", name="Add another range").click()
    expect(page.get_by_label("Range 5 of Employees: from")).to_be_focused()
    assert parameter(begun).ranges == NumericRanges((80, 100, 150, 200), (0, 5, 7, 10, 13))
    page.get_by_label("Range 5 of Employees: from").press("Tab")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Range 4 of Employees: from")).to_be_visible()
    expect(page.get_by_label("Range 5 of Employees: from")).to_have_count(0)
    page.locator("h2").first.click()
    page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_label("Range 5 of Employees: from")).to_be_visible()


def test_from_the_first_parameter_to_thresholds(
    open_page: Callable[..., Page], find_barriers: Callable[[Page], list[str]], begun: int
):
    page = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    page.get_by_role("button", name="Add parameter").click()
    page.get_by_label("Find a field or metric").fill("value of won")
    expect(page.get_by_role("button", name="Employees")).to_have_count(0)
    page.get_by_role("button", name="Value of won deals").click()
    expect(page.get_by_role("heading", name="Value of won deals")).to_be_visible()
    page.get_by_role("button", name="Add parameter").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Size of the fleet")
    page.get_by_label("Unit").fill("cars")
    page.get_by_role("button", name="Add parameter").click()
    card = page.get_by_role("region", name="Size of the fleet")
    expect(card.get_by_text("Number · cars")).to_be_visible()
    field = Field.objects.get(label="Size of the fleet")
    assert (field.section.key, field.on_form) == ("segmentation", True)
    assert find_barriers(page) == []
    page.get_by_role("button", name="Go to segment naming").click()
    expect(page.get_by_label("Name of segment 4")).to_have_value("VIP")
    saved(page, lambda: page.get_by_label("Name of segment 4").fill("Best"))
    expect(page.locator("#preview-numbers [data-name]").first).to_have_text("Best")
    assert find_barriers(page) == []
    assert [segment.name for segment in get_draft(begun).model.segments] == ["Average", "Good", "Super", "Best"]


def numbers(page: Page) -> list[str]:
    """All that the preview says in numbers."""
    return page.locator(":is(.wizard-sizes tbody, .wizard-moving, .wizard-sentence)").all_inner_texts()


def edges(begun: int) -> list[object]:
    return [band.edge for axis in get_draft(begun).model.axes for band in axis.bands[1:]]


def wait_until_saved(page: Page, segmentation_id: int, wanted: list[int]) -> None:
    """Until the draft has these edges, and the page shows what the server says of them."""
    for _ in range(200):
        if edges(segmentation_id) == wanted:
            break
        page.wait_for_timeout(50)
    assert edges(segmentation_id) == wanted
    expect(page.locator("#wizard-version")).to_have_value(str(get_draft(segmentation_id).version))


def pin_first_company(version: Version, place: int, *, by: User) -> None:
    pin_contact(
        segmentation_id=version.segmentation_id,
        contact_id=Contact.objects.get(name="Company 1").pk,
        segment_id=version.segment_ids[place],
        reason="A reference",
        expires_on=date(2100, 1, 1),
        by=by,
        at=NOW,
    )


def test_thresholds_are_dragged_and_moved_by_keyboard(open_page: Callable[..., Page], begun: int, manager: User):
    """Sizes and moves follow while the pointer still holds the threshold, without asking the server, and are the ones
    that the server then says, pins and all."""
    version = publish_now(segmentation_id=begun, draft_version=1, note="", by=manager, at=NOW)
    pin_first_company(version, 3, by=manager)
    page = open_page(f"/segmentations/{begun}/draft/names/", role="manager", width=1440)
    assert sizes(page) == {"VIP": "7", "Super": "5", "Good": "5", "Average": "3"}
    handle = page.get_by_role("slider", name="VIP begins at")
    box = handle.locator(".wizard-threshold-head").bounding_box()
    chart = page.locator(".wizard-histogram svg").bounding_box()
    assert box
    assert chart
    gate = Gate(page)
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle, height)
    page.mouse.down()
    page.mouse.move(middle - 0.13 * chart["width"], height + 5, steps=6)
    assert sizes(page)["VIP"] == "12"
    worked_out = numbers(page)
    assert "5 move up · 0 move down · 15 stay" in worked_out[1]
    dragged_to = int(handle.get_attribute("aria-valuenow") or 0)
    assert dragged_to in range(62, 70)
    page.mouse.up()
    expect(handle).to_be_focused()
    gate.open()
    wait_until_saved(page, begun, [40, 60, dragged_to])
    assert numbers(page) == worked_out
    handle.press("End")
    handle.press("ArrowLeft")
    handle.press("Shift+ArrowLeft")
    expect(page.get_by_label("VIP reaches from")).to_have_value("89")
    wait_until_saved(page, begun, [40, 60, 89])
    expect(page.get_by_text(SAVED)).to_be_visible()
    expect(page.get_by_role("slider", name="VIP begins at")).to_be_focused()
    page.get_by_role("button", name="Points", exact=True).click()
    expect(page.get_by_label("VIP reaches from")).to_have_value("45")
    assert edges(begun) == [20, 30, 45]


def test_beside_the_parameters_too(open_page: Callable[..., Page], begun: int):
    page = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    saved(page, lambda: page.get_by_role("slider", name="Good begins at").press("ArrowRight"))
    assert edges(begun) == [41, 60, 80]


@pytest.fixture
def of_two_axes(begun: int, manager: User) -> int:
    """Published: size by employees, 10 to 200, and revenue of nothing to 19 million, whose bands cross."""
    for number in range(1, 21):
        Contact.objects.filter(name=f"Company {number}").update(annual_revenue=Decimal(1_000_000 * (number * 7 % 20)))
    sizes = Parameter("employees", 1, NumericRanges(tuple(range(20, 201, 10)), tuple(range(20))))
    revenue = Parameter("annual_revenue", 1, NumericRanges(tuple(range(10**6, 2 * 10**7, 10**6)), tuple(range(20))))
    model = with_rules(
        list(get_draft(begun).model.fields),
        [
            axis("Size", [sizes], {"small": None, "large": 10}),
            axis("Revenue", [revenue], {"poor": None, "fair": 6, "rich": 12}),
        ],
        ["Low", "Middle", "High"],
        [("High", {"Size": ["large"], "Revenue": ["rich"]}), ("Middle", {"Revenue": ["fair", "rich"]}), ("Low", {})],
    )
    fields = fields_by_key(Kind.COMPANY)
    found = create_segmentation(model=with_fields(replace(model, name="Two"), fields), by=manager, at=NOW)
    version = publish_now(segmentation_id=found.pk, draft_version=1, note="", by=manager, at=NOW)
    pin_first_company(version, 2, by=manager)
    return found.pk


def blocks(page: Page) -> list[tuple[str | None, float, float]]:
    """Of all histograms: colour, place and height."""
    found = []
    for rect in page.locator("[data-blocks] rect").all():
        fill, *numbers = (rect.get_attribute(name) for name in ("fill", "x", "height"))
        x, height = (round(float(number or 0)) for number in numbers)
        found.append((fill, x, height))
    return found


class Gate:
    """Requests to save wait before it until it is opened."""

    def __init__(self, page: Page) -> None:
        self.waiting, self.is_open = list[Route](), False
        page.route("**/saved/**", self.arrive)

    def arrive(self, route: Route) -> None:
        if self.is_open:
            route.continue_()
        else:
            self.waiting.append(route)

    def open(self) -> None:
        self.is_open = True
        for route in self.waiting:
            route.continue_()


def test_thresholds_of_several_axes_move_without_the_server(open_page: Callable[..., Page], of_two_axes: int):
    """Sizes, moves and blocks follow while nothing can be saved, and are the ones that the server then says."""
    page = open_page(f"/segmentations/{of_two_axes}/draft/names/", role="manager", width=1440)
    assert sizes(page) == {"High": "6", "Middle": "8", "Low": "6"}
    before = blocks(page)
    gate = Gate(page)
    handle = page.get_by_role("slider", name="large begins at")
    handle.focus()
    for _ in range(4):
        handle.press("ArrowLeft")
    assert sizes(page) == {"High": "7", "Middle": "7", "Low": "6"}
    assert "1 move up · 0 move down · 19 stay" in numbers(page)[1]
    box = page.get_by_role("slider", name="rich begins at").locator(".wizard-threshold-head").bounding_box()
    chart = page.locator(".wizard-histogram svg").last.bounding_box()
    assert box
    assert chart
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 0.18 * chart["width"], box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    assert sizes(page) == {"High": "5", "Middle": "9", "Low": "6"}
    worked_out, drawn = numbers(page), blocks(page)
    assert drawn != before
    assert len(gate.waiting) == 1
    gate.open()
    wait_until_saved(page, of_two_axes, [6, 6, 16])
    assert numbers(page) == worked_out
    assert blocks(page) == drawn


def test_also_where_one_of_the_axes_is_shown(open_page: Callable[..., Page], of_two_axes: int):
    page = open_page(f"/segmentations/{of_two_axes}/draft/parameters/?axis=1", role="manager", width=1440)
    gate = Gate(page)
    page.get_by_role("slider", name="rich begins at").press("Shift+ArrowLeft")
    assert sizes(page) == {"High": "7", "Middle": "7", "Low": "6"}
    worked_out = numbers(page)
    gate.open()
    wait_until_saved(page, of_two_axes, [10, 6, 7])
    assert numbers(page) == worked_out


def test_what_the_script_works_out_is_what_the_specification_says(open_page: Callable[..., Page]):
    page = open_page("/", role="anonymous")
    page.evaluate(f"import({static('js/wizard_cells.js')!r}).then((cells) => {{ window.cells = cells; }})")

    @settings(max_examples=40, deadline=None, phases=[Phase.generate])  # in a browser, a smaller example takes minutes
    @given(moved=moved_thresholds())
    def check(moved: Moved) -> None:
        found = page.evaluate(WORK_OUT, [moved.told, moved.edges])
        sizes = list(zip(found["customers"], found["values"], strict=True))
        assert Follows(sizes, found["moving"], found["bars"]) == moved.follows

    check()


WORK_OUT = """([told, edges]) => {
    window.cells.setLive(told);
    return { ...window.cells.sums(edges), bars: edges.map((own, axis) => window.cells.bars(axis, own)) };
}"""


def test_two_editors_lose_nothing(open_page: Callable[..., Page], begun: int):
    first = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    second = open_page(f"/segmentations/{begun}/draft/parameters/", role="administrator", width=1440)
    saved(first, lambda: first.get_by_label("Range 4 of Employees: points").fill("20"))
    saved(second, lambda: second.get_by_label("Range 1 of Employees: points").fill("2"))
    dialog = second.get_by_role("dialog")
    expect(dialog).to_contain_text("Manager Example has changed this draft in the meantime.")
    expect(dialog.get_by_role("listitem")).to_contain_text("Employees")
    second.keyboard.press("Escape")
    expect(second.locator("#wizard-saved")).to_contain_text("Not everything is saved")
    saved(second, lambda: second.get_by_label("Relevance").fill("6"))
    dialog.get_by_role("button", name="Keep mine").click()
    expect(second.get_by_label("Range 1 of Employees: points")).to_have_value("2")
    expect(second.get_by_label("Range 4 of Employees: points")).to_have_value("10")
    second.get_by_role("button", name="Undo").click()
    expect(second.get_by_label("Range 1 of Employees: points")).to_have_value("0")
    expect(second.get_by_label("Range 4 of Employees: points")).to_have_value("20")


def test_what_cannot_be_sent_is_sent_later(open_page: Callable[..., Page], begun: int):
    page = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    page.context.set_offline(True)
    page.get_by_label("Range 4 of Employees: points").fill("30")
    expect(page.locator("#wizard-saved")).to_contain_text("Not everything is saved")
    page.get_by_role("button", name="Save draft").click()
    page.context.set_offline(False)
    saved(page, lambda: page.get_by_label("Relevance").fill("6"))
    expect(page.locator("#wizard-saved")).to_contain_text(SAVED)
    assert parameter(begun).relevance == 6
    assert parameter(begun).ranges == NumericRanges((50, 100, 150), (0, 4, 7, 30))


def test_trying_the_draft_on_a_customer(open_page: Callable[..., Page], begun: int):
    page = open_page(f"/segmentations/{begun}/draft/parameters/", role="manager", width=1440)
    page.get_by_role("combobox", name="Try on a customer").press_sequentially("Company 20")
    page.get_by_role("option", name="Company 20").first.click()
    expect(page.locator("#wizard-tried")).to_contain_text("VIP")
    saved(page, lambda: page.get_by_label("Range 4 of Employees: points").fill("-1"))
    expect(page.locator("#wizard-tried")).to_contain_text("Average")
    page.goto(f"/segmentations/{begun}/draft/publish/")
    page.get_by_role("combobox", name="Try on a customer").press_sequentially("Company 20")
    page.get_by_role("option", name="Company 20").first.click()
    expect(page.locator("#wizard-tried")).to_contain_text("Average")
