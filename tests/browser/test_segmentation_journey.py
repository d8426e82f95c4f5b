"""Segmentations in a real installation and a real browser: the first one from the start message to a profile, a
question of one's own, a roll-back, and people.

Companies are those of Maven Analytics, with every twentieth of their deals: then they differ in what they bought.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from support.installation import Installation, serving
from support.journeys import MAVEN, bring_in, confirm, exported, patient_page, set_up

pytestmark = pytest.mark.skipif(not MAVEN.exists(), reason="the data of Maven Analytics is not here")
SEGMENTS = ["VIP", "Super", "Good", "Average"]
QUESTION = "Decides here"
BOUGHT = {
    "Alan Turing": "New customers",
    "Emmy Noether": "Lost",
    "Grace Hopper": "Champions",
    "Kurt Goedel": "Not yet a customer",
}
Sizes = dict[str, str]


@dataclass(frozen=True, slots=True)
class First:
    """Company value as it was first published: what the wizard had said, and where everybody was afterwards."""

    address: str
    previewed: Sizes
    announced: Sizes
    placed: list[dict[str, str]]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with serving(tmp_path_factory.mktemp("segmentations") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def page(chromium: Browser, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Signed in, with 85 companies and 440 deals."""
    deals = tmp_path_factory.mktemp("files") / "deals.csv"
    heading, *rows = (MAVEN / "sales_pipeline.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    deals.write_text(heading + "".join(rows[::20]), encoding="utf-8")
    with patient_page(chromium, installation.address, width=1440) as page:
        set_up(page, installation.opened)
        bring_in(page, MAVEN / "accounts.csv")
        page.get_by_label("Read “Philipines” as").fill("Philippines")
        page.get_by_role("button", name="Use and check again").click()
        confirm(page)
        bring_in(page, deals)
        confirm(page)
        yield page


@pytest.fixture(scope="module")
def first(page: Page, tmp_path_factory: pytest.TempPathFactory) -> First:
    """From the start message through the three steps: what one finds is adapted, a threshold is moved with the
    keyboard, and it is published."""
    page.get_by_role("link", name="Segmentations").click()
    expect(page.get_by_role("heading", name="Which companies deserve your best people?")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    for unasked in ("Last won deal", "Value of open deals", "Activities in 90 days"):
        saved(page, page.get_by_role("switch", name=f"{unasked} counts").uncheck)
    for number, least in ((4, "10,000"), (3, "2,000"), (2, "500")):
        saved(page, partial(page.get_by_label(f"Range {number} of Employees: from").fill, least))
    employees = page.get_by_role("region", name="Employees").locator(".wizard-count")
    expect(employees).to_have_text(customers_by_employees([0, 500, 2_000, 10_000]))

    page.get_by_role("button", name="Go to segment naming").click()
    page.wait_for_url("**/draft/names/")
    vip = page.get_by_role("slider", name="VIP begins at")
    vip.focus()
    for key in ("Shift+ArrowLeft", *["ArrowLeft"] * 5):
        page.keyboard.press(key)
    expect(vip).to_have_attribute("aria-valuenow", "65")
    expect(page.get_by_label("VIP reaches from")).to_have_value("65")
    expect(page.locator("[data-moving=new]")).to_have_text("85")
    previewed = sizes(page.locator("#preview-numbers"), "[data-name]", "[data-customers]")

    page.get_by_role("button", name="See who moves").click()
    page.wait_for_url("**/draft/publish/")
    announced = sizes(page.locator("section[aria-labelledby=sizes-title]"), ".publish-name", "td >> nth=0")
    address = publish(page, "The first one")
    page.goto("/companies/?columns=segment&columns=score")
    placed = exported(page, tmp_path_factory.mktemp("lists") / "companies.csv")
    return First(address, previewed, announced, placed)


def customers_by_employees(least: list[int]) -> list[str]:
    """How many companies of the file have at least so many employees and fewer than the next; nobody without data."""
    with (MAVEN / "accounts.csv").open(encoding="utf-8") as file:
        employees = [float(row["employees"]) for row in csv.DictReader(file)]
    reached = [sum(number >= edge for number in employees) for edge in least]
    return [str(now - after) for now, after in zip(reached, [*reached[1:], 0], strict=True)] + ["0"]


def saved(page: Page, change: Callable[[], object]) -> None:
    """Makes the change, and waits until it is saved."""
    with page.expect_response(lambda answer: "/saved/" in answer.url):
        change()


def publish(page: Page, note: str) -> str:
    """From the last step until the job is done; comes back with the address of the segmentation."""
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published.")).to_be_visible()
    return page.url


def sizes(table: Locator, name: str, size: str) -> Sizes:
    """Customers by the name of the segment, from a table that has one a line."""
    rows = table.locator("tbody tr").all()
    return {row.locator(name).inner_text().strip(): row.locator(size).inner_text() for row in rows}


def boxed(page: Page, segments: int = len(SEGMENTS)) -> Sizes:
    """What the Segmentation box says of the segments, which are its first lines."""
    lines = page.locator("#segment-box li").all()[:segments]
    return {
        line.locator(".segment-box-label").inner_text(): line.locator(".segment-box-count").inner_text()
        for line in lines
    }


def open_company(page: Page, name: str) -> None:
    page.goto(f"/companies/?q={name}")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_the_first_segmentation_does_what_its_preview_said(page: Page, first: First) -> None:
    assert first.previewed == first.announced == counted(first.placed)
    assert sum(int(size) for size in first.previewed.values()) == len(first.placed) == 85
    page.goto("/companies/")
    assert boxed(page) == first.previewed
    for segment, size in first.previewed.items():
        page.locator("#segment-box").get_by_role("link", name=segment).click()
        noun = "company" if size == "1" else "companies"
        expect(page.locator(".list-count")).to_have_text(f"{size} {noun}")
        page.get_by_role("link", name="Clear the filter").first.click()

    open_company(page, "Kan-code")
    expect(page.locator("#contact-segments")).to_contain_text("VIP")
    reasons = page.locator("#why").get_by_role("listitem")
    expect(reasons.filter(has_text="Value of won deals")).to_contain_text("$22,101 → from $10,000 to under $50,000")
    expect(reasons.locator(".fall-sum")).to_have_text([re.compile(sum) for sum in (r"\+45", r"\+40", r"\+30")])


def counted(placed: list[dict[str, str]]) -> Sizes:
    return {segment: str(sum(row["Segment"] == segment for row in placed)) for segment in SEGMENTS}


def test_a_question_of_ones_own_is_answered_and_counts_at_once(page: Page, first: First) -> None:
    page.goto(f"{first.address}draft/parameters/")
    page.get_by_role("button", name="Add parameter").click()
    page.get_by_role("textbox", name="Name", exact=True).fill(QUESTION)
    page.get_by_label("Description").fill("Nobody abroad has to be asked")
    page.get_by_label("Kind of information").select_option("Yes or no")
    page.get_by_role("button", name="Add parameter").click()
    card = page.get_by_role("region", name=QUESTION)
    expect(card.locator(".wizard-count")).to_have_text(["0", "0", "85"])
    saved(page, lambda: page.get_by_label(f"Yes of {QUESTION}: points").fill("12"))
    page.get_by_role("button", name="Go to segment naming").click()
    page.wait_for_url("**/draft/names/")
    page.get_by_role("button", name="See who moves").click()
    page.wait_for_url("**/draft/publish/")
    publish(page, "Ask who decides")

    open_company(page, "Kan-code")
    segment, reasons = page.locator("#contact-segments"), page.locator("#why")
    expect(segment).to_contain_text("Good")
    page.get_by_role("link", name="Edit").click()
    form = page.get_by_role("region", name="For segmentation")
    expect(form).to_contain_text("unanswered")
    form.get_by_label(QUESTION).select_option("yes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Kan-code: Good → VIP: {QUESTION}")).to_be_visible()
    expect(segment).to_contain_text("VIP")
    expect(reasons.get_by_role("listitem").filter(has_text=QUESTION)).to_contain_text("+60")


def test_a_roll_back_brings_everybody_back(page: Page, first: First, tmp_path: Path) -> None:
    page.goto(f"{first.address}draft/names/")
    page.get_by_label("Good reaches from").fill("10")
    page.get_by_role("button", name="See who moves").click()
    page.wait_for_url("**/draft/publish/")
    publish(page, "More of them are good")
    page.goto("/companies/")
    assert boxed(page) != first.previewed

    page.goto(f"{first.address}versions/")
    page.get_by_role("link", name="Roll back to version 1").click()
    page.get_by_role("button", name="Roll back", exact=True).click()
    expect(page.get_by_text("Published.")).to_be_visible()
    page.goto("/companies/?columns=segment&columns=score")
    assert boxed(page) == first.previewed
    assert exported(page, tmp_path / "companies.csv") == first.placed
    page.goto(f"{first.address}versions/")
    version = page.get_by_role("listitem").filter(has_text="restores version 1").get_by_role("heading").inner_text()
    number = int(version.split()[1])
    for direction, cause in (("up", number - 1), ("down", number)):
        page.goto(f"{first.address}history/moves/?direction={direction}")
        expect(page.locator("tbody")).to_contain_text(f"Version {cause} published")


def test_people_get_segments_of_their_own(page: Page, tmp_path: Path) -> None:
    """RFM over what they bought."""
    file = tmp_path / "people.csv"
    file.write_text(purchases(), encoding="utf-8")
    bring_in(page, file)
    confirm(page)
    page.get_by_role("link", name="Segmentations").click()
    page.get_by_role("navigation", name="Kinds of contacts").get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", name="Which people matter most?")).to_be_visible()
    page.get_by_role("link", name="RFM").click()
    expect(page.get_by_role("region", name="Known here already").get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name="Start with this").click()
    page.wait_for_url("**/draft/parameters/")
    previewed = sizes(page.locator("#preview-numbers"), "[data-name]", "[data-customers]")
    assert {name: size for name, size in previewed.items() if size != "0"} == dict.fromkeys(BOUGHT.values(), "1")
    page.get_by_role("link", name="Who moves").last.click()
    page.wait_for_url("**/draft/publish/")
    publish(page, "As the method says")

    page.goto("/people/?columns=segment")
    assert boxed(page, len(previewed)) == previewed
    placed = {row["Name"]: row["Segment"] for row in exported(page, tmp_path / "people.csv")}
    assert placed == BOUGHT
    page.locator("#segment-box").get_by_role("link", name="Champions").click()
    page.get_by_role("link", name="Grace Hopper", exact=True).click()
    expect(page.locator("#contact-segments")).to_contain_text("Champions")
    expect(page.locator("#why")).to_contain_text("within three months")


def purchases() -> str:
    """Whoever bought often, lately and for much; once, lately; once, long ago; never."""
    now = datetime.now(UTC)

    def sold(name: str, value: int, days: int) -> str:
        closed = (now - timedelta(days=days)).date()
        return f"{name},{name.split()[0].lower()}@example.com,Order of {days} days ago,{value},Won,{closed}"

    rows = [sold("Grace Hopper", 6000, days) for days in (20, 40, 60, 80, 100)]
    rows += [sold("Alan Turing", 900, 10), sold("Emmy Noether", 800, 500), "Kurt Goedel,kurt@example.com,,,,"]
    return "\n".join(["Person,Person email,Deal title,Deal value,Deal stage,Close date", *rows])
