"""Settings of fields in a real browser: dragging, keys, options, the metric builder, and what people may have typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from satsuma.app.crm.models import Contact, Deal, Option, Section, Stage
from satsuma.app.crm.queries.fields import get_field, list_sections
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.products import create_product
from satsuma.app.crm.services.tags import create_tag
from satsuma.domain.model import FieldType, Kind

Open = Callable[..., Page]
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NASTY = "\"><img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = reverse("field_list", args=["company"])


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


def keys(section: int) -> list[str]:
    return [field.key for field in list_sections(Kind.COMPANY)[section].fields]


def grip(page: Page, name: str) -> object:
    return page.locator(".order-row", has=page.get_by_role("link", name=name, exact=True)).locator("[data-order-grip]")


def test_fields_are_dragged_within_and_between_sections(open_page: Open) -> None:
    page = open_page(FIELDS)
    first, second, *rest = keys(0)

    with page.expect_response("**/order/") as answer:
        grip(page, "E-mail").drag_to(grip(page, "Name"), steps=8)  # type: ignore[attr-defined]
    assert answer.value.status == 204
    assert keys(0) == [second, first, *rest]

    with page.expect_response("**/order/"):
        grip(page, "E-mail").drag_to(grip(page, "City"), steps=12)  # type: ignore[attr-defined]
    assert keys(0) == [first, *rest]
    assert "email" in keys(1)


def test_sections_are_dragged(open_page: Open) -> None:
    page = open_page(FIELDS, width=1280)
    heads = page.locator("[data-section-grip]")

    with page.expect_response("**/order/"):
        heads.nth(3).drag_to(heads.nth(2), steps=12)

    assert [section.label for section in list_sections(Kind.COMPANY)] == [
        "General",
        "Address",
        "For segmentation",
        "Sales and activity",
    ]


def test_an_order_that_was_refused_is_taken_back(open_page: Open) -> None:
    page = open_page(FIELDS)
    create_field(kind=Kind.COMPANY, draft=FieldDraft("Added meanwhile", FieldType.TEXT), at=NOW)
    before = keys(0)

    grip(page, "E-mail").drag_to(grip(page, "Name"), steps=8)  # type: ignore[attr-defined]

    expect(page.get_by_text("This list has changed in the meantime")).to_be_visible()
    expect(page.get_by_role("link", name="Added meanwhile")).to_be_visible()
    expect(page.locator(".order-name").first).to_have_text("Name")
    assert keys(0) == before


def test_the_keyboard_moves_a_field_and_stays_on_its_button(open_page: Open) -> None:
    Contact.objects.create(kind="company", name="Acme", name_folded="acme", created_at=NOW, updated_at=NOW)
    page = open_page(FIELDS)
    expect(page.get_by_text("1 value", exact=True)).to_be_visible()
    button = page.get_by_role("button", name="Move Name down")
    button.focus()

    for place in (1, 2):
        page.keyboard.press("Enter")
        expect(page.locator(".order-name").nth(place)).to_have_text("Name")
        expect(button).to_be_focused()
        expect(page.get_by_text("1 value", exact=True)).to_be_visible()

    assert keys(0)[:3] == ["email", "phone", "name"]


def test_only_what_belongs_to_the_kind_of_information_is_asked(open_page: Open) -> None:
    page = open_page(reverse("field_new", args=["company"]))
    seen = {}
    for type_ in ("Words", "Number", "Rating", "One of a list"):
        page.get_by_label("Kind of information").select_option(label=type_)
        asked = ("Unit", "Lowest rating", "Options")
        seen[type_] = [label for label in asked if page.get_by_label(label).is_visible()]

    assert seen == {"Words": [], "Number": ["Unit"], "Rating": ["Lowest rating"], "One of a list": ["Options"]}


def test_options_are_edited_in_place(open_page: Open) -> None:
    draft = FieldDraft("Region", FieldType.CHOICE)
    field = create_field(kind=Kind.COMPANY, draft=draft, options=["North", "South", "West"], at=NOW)
    page = open_page(reverse("field_edit", args=[field.id]))

    name = page.get_by_label("Name of the option South")
    name.fill("north")
    name.press("Tab")
    expect(page.get_by_text("“North” is there already. Enter another name.")).to_be_visible()
    name.fill("Far south")
    with page.expect_response("**/rename/"):
        name.press("Enter")
    with page.expect_response("**/up/"):
        page.get_by_role("button", name="Move Far south up").press("Enter")
    expect(page.get_by_label("Name of the option").first).to_have_value("Far south")
    expect(page.get_by_role("button", name="Move Far south up")).to_be_focused()
    page.get_by_role("button", name="Delete West").click()
    with page.expect_response("**/delete/"):
        page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_label("Name of the option West")).to_have_count(0)

    labels = Option.objects.filter(field=field.id).order_by("position").values_list("label", flat=True)
    assert list(labels) == ["Far south", "North"]


def test_the_builder_shows_what_a_metric_gives_while_it_is_built(open_page: Open) -> None:
    acme, zeta = (
        Contact.objects.create(kind="company", name=name, name_folded=name.lower(), created_at=NOW, updated_at=NOW)
        for name in ("Acme", "Zeta")
    )
    for company, state, euros in ((acme, "won", 120), (acme, "lost", 5), (zeta, "won", 7)):
        stage = Stage.objects.filter(state=state)[0]
        facts = {"title": "Rollout", "currency": "EUR", "company": company, "stage": stage, "state": state}
        money = {"value_e4": euros * 10_000, "worth_e4": euros * 10_000}
        Deal.objects.create(**facts, **money, created_at=NOW, updated_at=NOW)
    page = open_page(reverse("metric_new", args=["company"]))
    figure = page.locator(".metric-figure")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/value/" in request.url else None)

    expect(figure).to_have_text("2")
    page.get_by_label("Work out").select_option(label="Sum")
    page.get_by_label("Of", exact=True).select_option(label="Value")
    expect(figure).to_have_text("€125")
    page.locator("summary", has_text="State").click()
    page.get_by_label("won", exact=True).check()
    expect(figure).to_have_text("€120")
    chooser = page.get_by_role("combobox", name="For", exact=True)
    chooser.fill("ze")
    page.get_by_role("option", name="Zeta").click()
    expect(figure).to_have_text("€7")
    page.get_by_label("Name", exact=True).fill("Won value")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()

    made = next(
        field for section in list_sections(Kind.COMPANY) for field in section.fields if field.label == "Won value"
    )
    assert made.metric
    assert made.metric.where == (("state", ("won",)),)


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)], ids=["narrow-light", "wide-dark"])
def test_long_names_keep_nobody_out(
    open_page: Open, find_barriers: Callable[[Page], list[str]], *, width: int, dark: bool
) -> None:
    long = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 3
    draft = FieldDraft(long, FieldType.CHOICE, help=long)
    field = create_field(kind=Kind.COMPANY, draft=draft, options=["North", long], at=NOW)
    create_product(label=long, at=NOW)
    create_tag(name=long[:60], at=NOW)
    Stage.objects.filter(key="offer").update(label=long)
    pages = [
        FIELDS,
        reverse("field_edit", args=[field.id]),
        reverse("metric_edit", args=[get_field(Kind.COMPANY, "m1").id]),
        reverse("stage_list"),
        reverse("product_list"),
        reverse("tag_list"),
    ]
    page = open_page(pages[0], width=width, dark=dark)
    found, widths = {}, {}
    for address in pages:
        page.goto(address)
        found[address], widths[address] = find_barriers(page), page.evaluate("document.documentElement.scrollWidth")

    assert {address: barriers for address, barriers in found.items() if barriers} == {}
    assert {address: wide for address, wide in widths.items() if wide != width} == {}


def test_nothing_that_people_typed_is_run(open_page: Open) -> None:
    draft = FieldDraft(NASTY, FieldType.CHOICE, help=NASTY)
    field = create_field(kind=Kind.COMPANY, draft=draft, options=[NASTY], at=NOW)
    Section.objects.filter(key="address").update(label=NASTY)
    Stage.objects.filter(key="offer").update(label=NASTY)
    create_product(label=NASTY, at=NOW)
    page = open_page(FIELDS)

    for address in (
        FIELDS,
        reverse("field_edit", args=[field.id]),
        reverse("metric_new", args=["company"]),
        reverse("stage_list"),
        reverse("product_list"),
    ):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.title() != "run", address
        assert page.locator("img[src=x]").count() == 0, address
