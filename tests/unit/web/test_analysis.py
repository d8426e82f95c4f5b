"""The page of analysis: every number is that of the list it links to, and nothing costs more queries with more rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from satsuma.app import locale
from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Field
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.segmentations import archive_segmentation
from satsuma.domain.model import Kind, NumericRanges, Parameter
from satsuma.web.pages.analysis import AnalysisPage, FiguresRow, Number
from support.addresses import Case, list_addresses, paths
from support.analysed import NOW, analysed_workspace
from support.sales import create_company, create_person, create_sale
from support.segmented import a_model, by_employees, metric_key, publish

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def page_of(client: Client, spec: SegmentationSpec) -> AnalysisPage:
    answer = client.get(reverse("segmentation", args=[spec.id]))
    assert answer.status_code == 200
    page = answer.context["page"]
    assert isinstance(page, AnalysisPage)
    return page


def listed(client: Client, number: Number) -> list[Contact]:
    """The contacts of the list behind the number, which fits on one page and was understood as a whole."""
    answer = client.get(number.url)
    page = answer.context["page"]
    assert (answer.status_code, page.notices, page.is_whole) == (200, (), True)
    return [row.item for row in page.rows]


def metric(contact: Contact, aggregate: str, state: str) -> Decimal:
    key = metric_key(Kind(contact.kind), aggregate, of="deals", where={"state": [state]})
    return Decimal(str(contact.metrics.get(key) or 0))


@pytest.fixture
def spec(workspace: object) -> SegmentationSpec:
    return analysed_workspace(timezone.now())


def test_every_number_is_that_of_the_list_behind_it(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page = page_of(client, spec)
    assert [row.segment and row.segment.name for row in page.rows] == ["VIP", "Super", "Good", "Average"]
    for row in (*page.rows, page.total):
        members = listed(client, row.customers)
        assert row.customers.text == locale.number(len(members))
        check_money(client, row, members)
        without = [contact.name for contact in members if not contact.email and not contact.phone]
        shown = [contact.name for contact in listed(client, row.unreachable)] if row.unreachable else []
        assert (shown, row.unreachable and row.unreachable.text) == (without, str(len(without)) if without else None)


def check_money(client: Client, row: FiguresRow, members: list[Contact]) -> None:
    by_won = listed(client, row.won)
    won = [metric(contact, "sum", "won") for contact in by_won]
    assert {contact.pk for contact in by_won} == {contact.pk for contact in members}
    assert (row.won.text, won) == (locale.money_to_cent(sum(won)), sorted(won, reverse=True))
    assert row.average.text == locale.money_to_cent(sum(won) / len(won))
    assert len(listed(client, row.average)) == len(won)
    with_open = listed(client, row.open)
    assert row.open.text == locale.money_to_cent(sum(metric(contact, "sum", "open") for contact in with_open))
    assert len(with_open) == sum(metric(contact, "count", "open") > 0 for contact in members)


def test_questions_are_answered_with_lists_behind_them(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page = page_of(client, spec)
    assert [(each.title, each.is_good) for each in page.questions] == [
        ("Identifiable", True),
        ("Measurable", False),
        ("Large and valuable enough", True),
        ("Reachable", False),
    ]
    identifiable, measurable = page.questions[:2]
    assert [each.text for each in identifiable.findings] == [
        "Last activity: no data for 66.7%",
        "Employees: no data for 25.0%",
    ]
    behind = [len(listed(client, Number("", each.url))) for each in identifiable.findings]
    assert behind == [8, 3]
    for doubt in measurable.doubts:
        members = listed(client, Number("", doubt.url))
        assert [metric(contact, "count", "won") for contact in members] == [0] * len(members)
    for question in page.questions:
        for finding in (*question.doubts, *question.findings):
            listed(client, Number("", finding.url))


def test_parameters_say_who_has_no_data(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page = page_of(client, spec)
    missing = {
        row.title: row.missing and (row.missing.text, len(listed(client, row.missing))) for row in page.parameters
    }
    assert missing == {"Employees": ("3", 3), "Last activity": ("8", 8), "Value of won deals": None}
    spreads = [Decimal(row.spread) for row in page.parameters]
    assert spreads == sorted(spreads, reverse=True)


def test_who_objected_stands_beside_the_segments(
    spec: SegmentationSpec, client_of: ClientOf, administrator: User
) -> None:
    whose = Contact.objects.get(name="Company 07")
    set_exemption(contact_id=whose.pk, kind=Exemption.Kind.OBJECTION, reason="By e-mail", by=administrator, at=NOW)
    client = client_of("viewer")
    page = page_of(client, spec)
    assert page.not_profiled
    assert page.not_profiled.text == "1"
    assert listed(client, page.not_profiled) == [whose]
    assert page.total.customers.text == "11"


def test_a_second_segmentation_links_by_its_own_column(spec: SegmentationSpec, client_of: ClientOf) -> None:
    second = get_segmentation(publish(by_employees(), NOW).segmentation_id)
    client = client_of("viewer")
    page = page_of(client, second)
    for row in page.rows:
        assert row.customers.text == str(len(listed(client, row.customers)))
    assert f"where=s{second.id}~any~" in page.rows[0].customers.url


def test_people_are_told_by_their_own_deals(spec: SegmentationSpec, client_of: ClientOf) -> None:
    won = metric_key(Kind.PERSON, "count", of="deals", where={"state": ["won"]})
    model = a_model([Parameter(won, 1, NumericRanges((1,), (0, 100)))], kind=Kind.PERSON, name="Buyers")
    create_person("Ada Byron")
    people = get_segmentation(publish(model, timezone.now()).segmentation_id)
    client = client_of("viewer")
    page = page_of(client, people)
    assert [(row.customers.text, row.won.text) for row in (page.rows[0], page.rows[-1])] == [
        ("1", "€20,000"),
        ("1", "€0"),
    ]
    for row in (*page.rows, page.total):
        members = listed(client, row.customers)
        assert row.customers.text == locale.number(len(members))
        if members:
            check_money(client, row, members)


def test_fields_out_of_use_and_archives_have_no_links(spec: SegmentationSpec, client_of: ClientOf) -> None:
    Field.objects.filter(kind="company", key__in=["phone", metric_key(Kind.COMPANY, "count", of="deals")]).update(
        retired_at=NOW
    )
    client = client_of("viewer")
    page = page_of(client, spec)
    assert [row.unreachable.url for row in page.rows if row.unreachable] == [""] * 4
    assert [finding.url for finding in page.questions[1].findings] == [""] * 4
    assert page.rows[0].average.text.startswith("€")
    archive_segmentation(segmentation_id=spec.id, at=NOW)
    archived = page_of(client, spec)
    assert [row.customers.url for row in (*archived.rows, archived.total)] == [""] * 5
    assert [row.customers.text for row in archived.rows] == [row.customers.text for row in page.rows]


def test_the_figures_are_a_file_too(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page = page_of(client, spec)
    answer = client.get(reverse("segmentation_figures", args=[spec.id]) + "?format=csv")
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.DictReader(text.splitlines()))
    assert [(line["Segment"], line["Customers"]) for line in lines] == [
        (row.segment.name, row.customers.text) for row in page.rows if row.segment
    ]
    assert [locale.money_to_cent(Decimal(line["Won (EUR)"])) for line in lines] == [row.won.text for row in page.rows]
    assert client.get(reverse("segmentation_figures", args=[spec.id]) + "?format=pdf").status_code == 422


def test_what_is_not_published_says_what_comes(workspace: object, client_of: ClientOf) -> None:
    address = next(address for address in list_addresses() if address.name == "segmentation")
    path = paths(address)[Case.THERE]
    assert "Go on with the draft" in client_of("manager").get(path).content.decode()
    seen = client_of("viewer").get(path).content.decode()
    assert "Nothing is published yet" in seen
    assert "Go on with the draft" not in seen
    assert client_of("viewer").get(f"{path}figures/?format=csv").status_code == 404


def test_more_customers_cost_no_more_queries(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page_of(client, spec)
    with CaptureQueriesContext(connection) as few:
        page_of(client, spec)
    for number in range(20):
        create_sale(create_company(f"More {number}"), stage="won", value=Decimal(100 * number))
    with CaptureQueriesContext(connection) as many:
        page_of(client, spec)
    assert len(many) == len(few) <= 30
