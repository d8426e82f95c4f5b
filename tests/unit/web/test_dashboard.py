"""The dashboard: its figures are those of the lists and of history; what it shows when; where people land."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from satsuma.app import locale
from satsuma.app.accounts.models import User
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Contact, Deal, Task
from satsuma.app.crm.services.contacts import Entry, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain.model import Kind
from satsuma.web.pages.dashboard import DashboardPage
from support.analysed import NOW, analysed_workspace
from support.sales import create_company, create_sale
from support.segmented import a_model, by_employees, publish

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def page_of(client: Client, query: str = "") -> DashboardPage:
    answer = client.get(reverse("dashboard") + query)
    assert answer.status_code == 200
    page = answer.context["page"]
    assert isinstance(page, DashboardPage)
    return page


def listed(client: Client, url: str) -> list[Contact]:
    page = client.get(url).context["page"]
    assert (page.notices, page.is_whole) == ((), True)
    return [row.item for row in page.rows]


@pytest.fixture
def spec(workspace: object) -> SegmentationSpec:
    return analysed_workspace(timezone.now())


def grow(name: str, employees: int, at: datetime) -> None:
    contact = Contact.objects.get(name=name)
    entry = Entry({"name": name, "employees": employees, "email": contact.email, "phone": contact.phone})
    save_contact(contact_id=contact.pk, version=contact.version, entry=entry, by=None, at=at)


def test_tiles_are_the_lists_behind_them(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    page = page_of(client)
    assert [tile.segment.name for tile in page.tiles] == ["VIP", "Super", "Good", "Average"]
    today = workspace_day(timezone.now())
    for tile in page.tiles:
        members = listed(client, tile.customers.url)
        assert tile.customers.text == locale.number(len(members))
        assert len(listed(client, tile.won.url)) == len(members)
        if tile.won_trend.url:
            recent = listed(client, tile.won_trend.url)
            deals = Deal.objects.filter(state="won", closed_on__gt=today - timedelta(days=30), company__in=recent)
            worth = sum((deal.worth_e4 or 0 for deal in deals), start=0)
            assert tile.won_trend.text == locale.money_to_cent(Decimal(worth) / 10_000)
    assert any(tile.won_trend.url for tile in page.tiles)


def test_moves_are_told_with_names_and_ways(spec: SegmentationSpec, client_of: ClientOf) -> None:
    grow("Company 01", 150, timezone.now())
    grow("Company 11", 5, timezone.now())
    client = client_of("viewer")
    page = page_of(client)
    groups = {group.direction.value: group for group in page.moves}
    assert {way: group.count for way, group in groups.items()} == {"up": "1", "down": "1", "new": "13"}
    assert [(move.name, move.before and move.before.name) for move in groups["up"].moves] == [("Company 01", "Good")]
    assert [(move.name, move.before and move.before.name) for move in groups["down"].moves] == [("Company 11", "Super")]
    assert len(groups["new"].moves) == 5
    for group in groups.values():
        assert len(client.get(group.url).context["page"].rows) == int(group.count)
    up = groups["up"].moves[0]
    assert client.get(up.url).status_code == 200


def test_sizes_are_compared_with_those_of_thirty_days_ago(workspace: object, client_of: ClientOf) -> None:
    today = workspace_day(timezone.now())

    def noon(days_ago: int) -> datetime:
        """Whatever the hour is now, and whether clocks were changed meanwhile."""
        return datetime.combine(today - timedelta(days=days_ago), time(12), tzinfo=UTC)

    create_defaults(at=noon(40))
    for place in range(4):
        create_company(f"Company {place}")
    publish(by_employees(0, 50, 100), noon(40))
    grow("Company 0", 200, noon(35))
    grow("Company 1", 200, noon(29))  # the first of the last 30 days
    client = client_of("viewer")
    page = page_of(client)
    shown = {tile.segment.name: tile.moved and (tile.moved.text, tile.moved.way) for tile in page.tiles}
    assert shown == {"VIP": ("+1", "up"), "Super": ("±0", "same"), "Good": ("±0", "same"), "Average": ("−1", "down")}
    csv = page.sizes.data["csv"].splitlines()
    assert csv[0] == "Day,Average,VIP"
    assert (csv[1].split(",")[1:], csv[-1].split(",")[1:]) == (["4", "0"], ["2", "2"])
    assert len(csv) == 42
    line = page.sizes.drawing["lines"][1]
    assert len(client.get(line["points"][-1]["url"]).context["page"].rows) == 2


def test_before_the_second_day_nothing_is_compared(spec: SegmentationSpec, client_of: ClientOf) -> None:
    answer = client_of("viewer").get(reverse("dashboard"))
    assert [tile.moved for tile in answer.context["page"].tiles] == [None] * 4
    assert "Sizes are drawn from the second day on." in answer.content.decode()


def test_another_segmentation_can_be_chosen(spec: SegmentationSpec, client_of: ClientOf) -> None:
    size = get_segmentation(publish(by_employees(), NOW).segmentation_id)
    people = replace(a_model([], kind=Kind.PERSON, name="Who"), axes=empty_model(Kind.PERSON, "Who").axes)
    create_segmentation(model=people, by=None, at=NOW)  # not published: cannot be looked at
    client = client_of("viewer")
    assert page_of(client).segmentation == spec
    assert page_of(client, f"?segmentation={size.id}").segmentation == size
    for odd in ("0", "x", "9" * 30, "١"):
        assert page_of(client, f"?segmentation={odd}").segmentation == spec
    choices = page_of(client).choices
    assert [(each.label, each.is_active) for each in choices] == [("Company value", True), ("Size", False)]
    assert client.get(choices[1].url).context["page"].segmentation == size


def test_tasks_that_are_due_are_the_readers_own(
    spec: SegmentationSpec, client_of: ClientOf, member: User, manager: User
) -> None:
    today = workspace_day(timezone.now())
    for title, owner, days in (
        ("Late", member, -3),
        ("Now", member, 0),
        ("Soon", member, 1),
        ("Done", member, -1),
        ("Other", manager, -1),
    ):
        Task.objects.create(title=title, owner=owner, due_on=today + timedelta(days=days), created_at=NOW)
    Task.objects.filter(title="Done").update(done_at=NOW, done_on=NOW.date())
    tasks = page_of(client_of("member")).tasks
    assert ([task.title for task in tasks.tasks], tasks.overdue, tasks.more) == (["Late", "Now"], 1, False)


def test_the_state_of_results_and_jobs_is_told(
    spec: SegmentationSpec, client_of: ClientOf, administrator: User
) -> None:
    now = timezone.now()
    client = client_of("administrator")
    state = page_of(client).state
    assert (state.version, state.is_old, state.check, state.failed) == (spec.version, False, None, [])
    assert state.first_check in client.get(reverse("dashboard")).content.decode()
    assert state.first_check.startswith("All results are checked every night, for the first time on ")
    verify_results(at=now)
    failed = {"state": "failed", "created_by": administrator, "created_at": now - timedelta(days=20)}
    Run.objects.create(kind="export", title="Old", finished_at=now - timedelta(days=8), **failed)
    Run.objects.create(kind="export", title="New", finished_at=now - timedelta(days=1), **failed)
    answer = client.get(reverse("dashboard"))
    state = answer.context["page"].state
    assert ([job.title for job in state.failed], state.first_check) == (["New"], "")
    assert "All 12 results are right" in answer.content.decode()
    assert page_of(client_of("viewer")).state.failed == []


def test_people_land_where_there_is_something_to_see(workspace: object, client_of: ClientOf) -> None:
    create_defaults(at=NOW)
    client = client_of("viewer")
    assert client.get("/").headers["Location"] == reverse("company_list")
    assert "A manager sets up the first segmentation." in client.get(reverse("dashboard")).content.decode()
    assert reverse("segmentations") in client_of("manager").get(reverse("dashboard")).content.decode()
    publish(by_employees(), NOW)
    assert client.get("/").headers["Location"] == reverse("dashboard")
    assert page_of(client).headline == ""


def test_more_customers_and_segmentations_cost_no_more_queries(spec: SegmentationSpec, client_of: ClientOf) -> None:
    client = client_of("viewer")
    publish(by_employees(name="Second"), NOW)
    page_of(client)
    with CaptureQueriesContext(connection) as few:
        page_of(client)
    for number in range(20):
        create_sale(create_company(f"More {number}"), stage="won", value=Decimal(100 * number))
    publish(by_employees(name="Third"), NOW)
    with CaptureQueriesContext(connection) as many:
        page_of(client)
    assert len(many) == len(few) <= 40
