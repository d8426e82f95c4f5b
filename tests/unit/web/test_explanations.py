"""Profiles and their panel say what the specification says, also to somebody who only looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import create_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.segmentation.explaining import explain_contact
from satsuma.app.segmentation.models import Assignment, Exemption
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.domain.model import Band, FieldType, Kind, NumericRanges, Parameter, Scale, Value, YesNo
from support.html_page import Element, parse
from support.importing import bring_in
from support.models import axis, by_group, with_rules
from support.sales import stage_id
from support.segmented import a_model, by_employees, company_value, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client_of: Callable[[str], Client]) -> Client:
    create_defaults(at=NOW)
    return client_of("member")


def company(name: str = "Acme", **values: Value) -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name, **values}), by=None, at=timezone.now()).contact


def sale(contact: Contact, value: int) -> None:
    """Won now: pages go by the clock."""
    entry = DealEntry(title="Rollout", company_id=contact.id, value=Decimal(value), stage_id=stage_id("won"))
    create_deal(entry=entry, by=None, at=timezone.now())


def why(page: Client, contact: Contact, segmentation_id: int) -> Element:
    answer = page.get(f"/contacts/{contact.id}/segmentations/{segmentation_id}/")
    assert answer.status_code == 200
    return parse(answer.content.decode()).one("main")


def number(text: str) -> int:
    return int(text.replace(",", ""))


def sums(main: Element) -> list[int]:
    """The contributions as they stand on the page."""
    return [number(row.one("span", "fall-sum").text.split(" ")[0]) for row in main.every("li", "fall-row")]


def test_the_page_says_what_the_specification_says(page: Client) -> None:
    published = publish(company_value(), timezone.now())
    acme = company(employees=50)
    sale(acme, 20_000)
    today = workspace_day(timezone.now())
    version = get_segmentation(published.segmentation_id).version
    assert version is not None
    explanation = explain_contact(version.model, acme.id, today)
    assert explanation is not None
    main = why(page, acme, published.segmentation_id)
    assert sums(main) == [reason.contribution for reason in explanation.reasons] == [100, 100, 0]
    assert (
        main.one("p", "reasons-result").text
        == "Good 50.0% · 200 points, 0 to 400 are possible · 75% of the data is there"
    )
    assert [row.one("span", "fall-value").text for row in main.every("li", "fall-row")] == [
        "50 people → from 10 people to under 100 people",
        "€20,000 → €10,000 or more",
        "no data",
    ]
    assert number(main.one("div", "fall-total").one("span", "fall-sum").text) == sum(sums(main))
    assert [line.text for line in main.one("ul", "reasons-steps").every("li")] == [
        f"Last activity is {_day(today - timedelta(days=30))} (not known now) Super +50",
        "Employees from 50 people to 100 people Super +100",
    ]


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def test_the_profile_shows_the_segment_with_score_last_move_and_other_segmentations(page: Client) -> None:
    publish(company_value(), timezone.now() - timedelta(days=3))
    publish(by_employees(name="Size"), timezone.now())
    acme = company(employees=500)
    card = parse(page.get(f"/companies/{acme.id}/").content.decode()).one("main").one("div", "segment-card")
    assert card.one("div", "segment-large").text == "Good"
    assert card.one("div", "segment-score").text == "50.0% just now"
    assert card.one("span", "is-new").one("svg").attributes["aria-label"] == "New"
    assert card.one("dl", "segment-others").text == "SizeVIP"


def test_without_a_published_segmentation_the_profile_says_nothing_of_segments(page: Client) -> None:
    acme = company()
    main = parse(page.get(f"/companies/{acme.id}/").content.decode()).one("main")
    assert (
        main.every("div", "segment-card"),
        [each for each in main.walk() if each.attributes.get("id") == "why"],
    ) == (
        [],
        [],
    )
    assert page.get(f"/contacts/{acme.id}/segments/").status_code == 200


def test_what_is_missing_leads_to_the_form_at_that_field_where_it_can_be_filled_in(page: Client) -> None:
    published = publish(company_value(), timezone.now())
    acme = company()
    missing = why(page, acme, published.segmentation_id).one("ul", "reasons-missing")
    assert [(line.text, [link.attributes["href"] for link in line.every("a")]) for line in missing.every("li")] == [
        ("Employees up to +200", [f"/companies/{acme.id}/edit/#id_employees"]),
        ("Last activity up to +100", []),  # a metric: nobody types it in
    ]
    form = parse(page.get(f"/companies/{acme.id}/edit/").content.decode())
    assert [field.attributes["name"] for field in form.every("input") if field.attributes.get("id") == "id_employees"]


def test_somebody_who_may_only_look_gets_no_ways_to_change(page: Client, client_of: Callable[[str], Client]) -> None:
    published = publish(company_value(), timezone.now())
    acme = company()
    main = why(client_of("viewer"), acme, published.segmentation_id)
    assert main.every("form") == []
    assert [link.attributes["href"] for link in main.every("a") if "edit" in link.attributes["href"]] == []
    assert main.one("ul", "reasons-missing").text.startswith("Employees")


def test_what_is_stored_and_no_longer_true_is_said_so(page: Client) -> None:
    published = publish(company_value(), timezone.now())
    acme = company(employees=500)
    assert why(page, acme, published.segmentation_id).every("div", "is-warning") == []
    Contact.objects.filter(id=acme.id).update(employees=50)
    notice = why(page, acme, published.segmentation_id).one("div", "is-warning")
    assert "What is known today gives another one" in notice.text
    assert "Stored: Good 50.0% · today: Average 25.0%" in notice.text
    page.post(f"/contacts/{acme.id}/rescore/")
    assert why(page, acme, published.segmentation_id).every("div", "is-warning") == []
    assert Assignment.objects.get().score == 100


def test_a_contact_without_a_result_can_be_scored(page: Client) -> None:
    published = publish(company_value(), timezone.now())
    acme = company(employees=50)
    Assignment.objects.all().delete()
    assert "This contact has no result yet." in why(page, acme, published.segmentation_id).text
    answer = page.post(f"/contacts/{acme.id}/rescore/", follow=True)
    assert answer.redirect_chain == [(f"/companies/{acme.id}/", 302)]
    assert [str(message) for message in answer.context["messages"]] == ["Acme is scored again."]


def test_a_frozen_contact_shows_what_it_keeps_and_no_reasons(page: Client) -> None:
    published = publish(by_employees(), timezone.now())
    acme = company(employees=50)
    set_exemption(
        contact_id=acme.id, kind=Exemption.Kind.FROZEN, reason="Went to the rival", by=None, at=timezone.now()
    )
    main = why(page, acme, published.segmentation_id)
    assert main.every("li", "fall-row") == []
    assert re.search(r"Frozen since .*\. ?Went to the rival Good 50\.0% as of .*, by version 1\.", main.text)


def test_who_objected_has_no_score_and_the_reason_is_shown(page: Client) -> None:
    published = publish(by_employees(), timezone.now())
    acme = company(employees=50)
    set_exemption(contact_id=acme.id, kind=Exemption.Kind.OBJECTION, reason="By e-mail", by=None, at=timezone.now())
    main = why(page, acme, published.segmentation_id)
    assert main.every("li", "fall-row") == []
    assert re.search(r"Not profiled since .*: no score, no segment\. ?By e-mail", main.text)
    card = parse(page.get(f"/companies/{acme.id}/").content.decode()).one("div", "segment-card")
    assert card.one("div", "segment-large").text == "not profiled"
    assert card.every("span", "segment-percent") == []


def test_with_several_axes_each_has_its_waterfall_and_the_rule_is_named(page: Client) -> None:
    size = axis("Fit", [Parameter("employees", 2, NumericRanges((10,), (0, 5)))], {"Weak": None, "Strong": 5})
    wealth = axis("Money", [Parameter("annual_revenue", 1, NumericRanges((100,), (0, 5)))], {"Poor": None, "Rich": 5})
    rules = [("Focus", {"Fit": ["Strong"], "Money": ["Poor", "Rich"]}), ("Leave", {})]
    model = with_rules(
        [fields_by_key(Kind.COMPANY)[key].domain_field() for key in ("employees", "annual_revenue")],
        [size, wealth],
        ["Leave", "Focus"],
        rules,
    )
    published = publish(model, timezone.now())
    strong, weak = company(employees=50, annual_revenue=10), company(employees=5)
    main = why(page, strong, published.segmentation_id)
    assert [heading.text for heading in main.every("h3")][:2] == ["Fit", "Money"]
    assert main.one("p", "reasons-result").text.startswith(
        "Focus Rule 1 gives it: Fit is Strong, Money is Poor or Rich."
    )
    assert sums(main) == [10, 0]
    text = why(page, weak, published.segmentation_id).one("p", "reasons-result").text
    assert text.startswith("Leave No other rule fits: the last one gives the segment.")


def test_many_parameters_are_folded_but_all_are_there(page: Client) -> None:
    drafts = [FieldDraft(f"Question {number}", FieldType.YES_NO) for number in range(20)]
    fields = [create_field(kind=Kind.COMPANY, draft=draft, at=NOW) for draft in drafts]
    published = publish(a_model([Parameter(field.key, 1, YesNo(3, -2)) for field in fields]), timezone.now())
    acme = company(**{field.key: number % 3 > 0 for number, field in enumerate(fields)})
    main = why(page, acme, published.segmentation_id)
    assert len(main.every("li", "fall-row")) == 20
    assert main.one("details", "fall-more").one("summary").text == "Show 8 more"
    assert sum(sums(main)) == 13 * 3 - 7 * 2 == number(main.one("div", "fall-total").one("span", "fall-sum").text)


def test_a_grouping_shows_the_value_and_no_points(page: Client) -> None:
    bands = tuple(Band(name, edge) for name, edge in (("Nobody", None), ("Small", 1), ("Large", 2)))
    model = a_model([Parameter("employees", 1, NumericRanges((100,), (1, 2)), no_data=0)], bands=bands)
    by_size = replace(model, axes=(replace(model.axes[0], scale=Scale.POINTS),))
    published = publish(by_size, timezone.now())
    acme = company(employees=50)
    reasons = why(page, acme, published.segmentation_id).one("div", "reasons")
    assert reasons.text == "Small Employees 50 people → under 100 people"
    card = parse(page.get(f"/companies/{acme.id}/").content.decode()).one("div", "segment-card")
    assert (card.one("div", "segment-large").text, card.every("span", "segment-percent")) == ("Small", [])


def test_a_long_text_is_cut(page: Client) -> None:
    field = create_field(kind=Kind.COMPANY, draft=FieldDraft("About", FieldType.TEXT), at=NOW)
    published = publish(a_model([by_group(field.key, {"short": 5})]), timezone.now())
    acme = company(**{field.key: "word " * 1999})
    main = why(page, acme, published.segmentation_id)
    value = main.one("span", "fall-value").text
    assert value == f"{('word ' * 24)[:119].rstrip()}… → anything else"
    (step,) = main.one("ul", "reasons-steps").every("li")
    assert step.text == f"About from {('word ' * 24)[:119].rstrip()}… to short VIP +5"


def test_moves_are_told_with_their_causes_and_imports_have_links(
    page: Client, client_of: Callable[[str], Client]
) -> None:
    published = publish(by_employees(), timezone.now())
    acme = company(employees=5)
    save_contact(contact_id=acme.id, version=1, entry=Entry({"employees": 50}), by=None, at=timezone.now())
    row = bring_in("Name,Employees\nAcme,500\n", Name="company.name", Employees="company.employees")
    address = f"/contacts/{acme.id}/segmentations/{published.segmentation_id}/moves/"
    main = parse(client_of("manager").get(address).content.decode()).one("main")
    lines = main.one("ul", "moves").every("li")
    assert [line.one("span", "moves-segments").text for line in lines] == [
        "Good → to VIP",
        "Average → to Good",
        "Average",
    ]
    assert [line.one("span", "moves-cause").text for line in lines] == [
        f"Import {row.batch_id}",
        "Contact changed",
        "Contact changed",
    ]
    assert lines[0].one("a").attributes["href"] == f"/imports/{row.id}/"
    assert parse(page.get(address).content.decode()).one("ul", "moves").every("a") == []  # members see no imports


def test_the_panel_follows_what_is_logged_beside_it(page: Client) -> None:
    publish(company_value(), timezone.now())
    acme = company(employees=500)
    typed = {"kind": "call", "text": "Hello", "happened_on": workspace_day(timezone.now()).isoformat(), "rating": ""}
    answer = page.post(f"/contacts/{acme.id}/activities/", typed, headers={"HX-Request": "true"})
    assert answer["HX-Trigger"] == "contact-saved"
    assert "Acme: Good → Super: Last activity" in answer.content.decode()
    fragment = page.get(f"/contacts/{acme.id}/segments/", headers={"HX-Request": "true"}).content.decode()
    assert parse(fragment).one("div", "segment-large").text == "Super"


def test_a_segmentation_of_the_other_kind_or_none_is_not_found(page: Client) -> None:
    field = create_field(kind=Kind.PERSON, draft=FieldDraft("Decides", FieldType.YES_NO), at=NOW)
    people = publish(a_model([Parameter(field.key, 1, YesNo(1, 0))], kind=Kind.PERSON), timezone.now())
    acme = company()
    for address in (f"{people.segmentation_id}/", "987654321/", f"{people.segmentation_id}/moves/", "987654321/pin/"):
        assert page.get(f"/contacts/{acme.id}/segmentations/{address}").status_code == 404


def test_the_panel_costs_the_same_whatever_the_contact_has(page: Client) -> None:
    publish(company_value(), timezone.now())
    few, many = company("Few", employees=50), company("Many", employees=50)
    for contact in (few, *[many] * 12):
        sale(contact, 1000)
        log_activity(contact_id=contact.id, entry=ActivityEntry("call", "", None, None), by=None, at=timezone.now())
    segmentation_id = Assignment.objects.filter(contact=few).get().segmentation_id
    counts = []
    for contact in (few, few, many):
        with CaptureQueriesContext(connection) as queries:
            why(page, contact, segmentation_id)
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 25
