"""Segments in the pages of the contact lists: badges, the box, views, files, scoring again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Field
from satsuma.app.segmentation.lists import boxes
from satsuma.app.segmentation.models import Assignment, Segmentation
from satsuma.domain.model import Kind
from support.assigned import assign, make_segmentation, segment_ids
from support.jobs import done_run
from support.lists import make_companies, make_fields
from support.segmented import by_employees, publish, segment_of

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NAME = re.compile(r'class="list-link".*?<span>([^<]*)</span></a>', re.DOTALL)
LINE = re.compile(
    r'segment-box-label">([^<]*)</span>.*?segment-box-count">(?:<span[^>]*></span>|([^<]*))</span>', re.DOTALL
)
pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


@pytest.fixture
def sized(manager: User) -> Segmentation:
    """Companies in segments by their employees: Tiny is average, Middle good, Large VIP."""
    make_fields()
    for name, employees in (("=Tiny", 5), ("Middle", 50), ("Large", 500), ("Larger", 5000)):
        Contact.objects.create(
            kind="company", name=name, name_folded=name.lower(), employees=employees, created_at=NOW, updated_at=NOW
        )
    return publish(by_employees(), NOW).segmentation


def _page(client: Client, address: str = "", name: str = "company_list") -> str:
    answer = client.get(f"{reverse(name)}?{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def _box(page: str) -> list[tuple[str, str]]:
    return LINE.findall(page)


def test_a_list_shows_segment_and_score_behind_the_name(client_of: ClientOf, sized: Segmentation):
    page = _page(client_of("viewer"), "sort=-score")

    assert NAME.findall(page) == ["Larger", "Large", "Middle", "=Tiny"]
    assert re.findall(r'<span class="pill-label">([^<]*)', page) == ["VIP", "VIP", "Good", "Average"]
    assert re.findall(r'<td class="number">([\d.]+%)', page) == ["100.0%", "100.0%", "50.0%", "0.0%"]


def test_the_box_counts_and_filters(client_of: ClientOf, sized: Segmentation):
    client, ids = client_of("viewer"), segment_ids(sized)
    every = [("VIP", "2"), ("Super", "0"), ("Good", "1"), ("Average", "1"), ("not profiled", "0"), ("not scored", "0")]
    assert _box(_page(client)) == every
    page = _page(client, f"where=segment~any~{ids['VIP']}")
    assert NAME.findall(page) == ["Large", "Larger"]
    assert _box(page) == every
    assert "Segment is any of VIP" in page
    assert page.count('aria-current="true"') == 1
    assert [count for _, count in _box(_page(client, "where=employees~from~1000"))] == ["1", "0", "0", "0", "0", "0"]


def test_no_box_where_nothing_is_published(client_of: ClientOf, member: User):
    make_fields()
    make_companies(1, owners=[member])
    client = client_of("member")
    assert "segment-box" not in _page(client)
    assert "Re-score" not in _page(client)
    assert client.get(reverse("company_segments")).headers["Location"] == reverse("company_list")


def test_a_long_list_gets_its_counts_from_the_box_alone(
    client_of: ClientOf, sized: Segmentation, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(boxes, "COUNTED_AT_ONCE", 1)
    client, address = client_of("viewer"), "where=employees~from~100&sort=-score"
    page = _page(client, address)

    assert [count for _, count in _box(page)] == [""] * 6
    assert NAME.findall(page) == ["Larger", "Large"]
    assert f'hx-get="{reverse("company_segments")}?where=employees~from~100&amp;sort=-score"' in page
    answer = client.get(f"{reverse('company_segments')}?{address}", headers={"HX-Request": "true"}).content.decode()
    assert [count for _, count in _box(answer)] == ["2", "0", "0", "0", "0", "0"]
    assert "<html" not in answer
    assert "hx-get" not in answer
    assert "<html" in _page(client, address, "company_segments")


def test_a_view_keeps_segments_and_says_when_one_is_gone(client_of: ClientOf, sized: Segmentation):
    client, vip = client_of("manager"), segment_ids(sized)["VIP"]
    kept = f"where=segment~any~{vip}&sort=-score"
    client.post(reverse("company_view_new"), {"name": "The best", "address": kept})
    assert kept.replace("&", "&amp;") in _page(client, name="company_views")

    page = _page(client, "where=segment~any~999")
    assert NAME.findall(page) == []
    assert "“Segment” is filtered by something that is no longer there." in page
    assert "Segment is any of gone" in page
    assert NAME.findall(_page(client, f"where=segment~any~999,{vip}")) == ["Large", "Larger"]
    assert NAME.findall(_page(client, "where=segment~none~999")) == ["=Tiny", "Large", "Larger", "Middle"]
    refused = client.post(
        reverse("company_rescore"), {"everything": "1", "address": "where=segment~any~999"}, follow=True
    )
    assert refused.status_code == 422


def test_another_primary_segmentation_changes_no_view(client_of: ClientOf, sized: Segmentation):
    client, vip = client_of("viewer"), segment_ids(sized)["VIP"]
    assert NAME.findall(_page(client, f"where=s{sized.pk}~any~{vip}&sort=-s{sized.pk}score")) == ["Larger", "Large"]
    Segmentation.objects.update(is_primary=False)
    make_segmentation(name="Newer")
    page = _page(client, f"where=segment~any~{vip}&columns=name,segment,s{sized.pk}")
    assert NAME.findall(page) == ["Large", "Larger"]
    assert "no longer there" not in page
    assert f'href="/companies/?columns=name,segment,s{sized.pk}&amp;box={sized.pk}"' in page


def test_a_file_has_segment_and_score_as_shown(client_of: ClientOf, sized: Segmentation):
    answer = client_of("viewer").get(reverse("company_export"), {"format": "csv", "columns": "name,segment,score"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text))) == [
        ["Name", "Segment", "Score"],
        ["'=Tiny", "Average", "0"],
        ["Large", "VIP", "100"],
        ["Larger", "VIP", "100"],
        ["Middle", "Good", "50"],
    ]


def _stale(sized: Segmentation) -> Contact:
    """A company whose stored result is not what it should be."""
    company = Contact.objects.get(name="Large")
    average = segment_ids(sized)["Average"]
    Assignment.objects.filter(contact=company).update(segment=average, computed=average, score=0)
    return company


def test_chosen_rows_are_scored_again(client_of: ClientOf, sized: Segmentation):
    company, client = _stale(sized), client_of("member")
    other = Contact.objects.get(name="Middle")

    page = client.post(reverse("company_rescore"), {"selected": [company.pk, other.pk]}, follow=True).content.decode()
    assert "2 companies scored, 1 changed segment." in page
    assert segment_of(company.pk) == "VIP"
    assert "Choose some rows first." in client.post(reverse("company_rescore"), {}, follow=True).content.decode()
    whole = {"everything": "1", "address": ""}
    assert client.post(reverse("company_rescore"), whole).status_code == 403


def test_a_whole_list_is_scored_again_by_a_job(
    client_of: ClientOf, sized: Segmentation, monkeypatch: pytest.MonkeyPatch
):
    from satsuma.app.jobs.models import Run
    from satsuma.app.segmentation.services import list_rescoring

    monkeypatch.setattr(list_rescoring, "AT_ONCE", 1)
    monkeypatch.setattr(list_rescoring, "CHUNK", 1)
    company, client = _stale(sized), client_of("manager")
    asked = {"everything": "1", "address": "where=employees~from~100"}
    page = client.post(reverse("company_rescore"), asked, follow=True).content.decode()

    assert "it is done as a job" in page
    run = done_run(Run.objects.get(kind="rescore_list"))
    assert (run.state, run.result["text"]) == ("done", "2 companies scored, 1 changed segment")
    assert segment_of(company.pk) == "VIP"


def test_a_page_costs_ten_queries_whatever_it_shows(client_of: ClientOf, manager: User):
    make_fields()
    companies = make_companies(120, owners=[manager])
    first, second = make_segmentation(), make_segmentation(name="Size", is_primary=False)
    assign(first, companies)
    assign(second, companies, seed=2)
    client, good = client_of("manager"), segment_ids(first)["Good"]

    def queries(address: str) -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            _page(client, address)
        return [query["sql"] for query in seen]

    queries("")  # the first request notes when somebody was last seen
    both = f"columns=name,segment,score,s{second.pk},s{second.pk}score,owner"
    for address in (
        "",
        "sort=-score",
        f"sort=-score&{both}",
        f"sort=-score&where=segment~any~{good}",
        f"sort=-score&where=segment~any~{good}&after=1~-50",
        f"sort=segment&where=segment~any~{good}&where=country~any~PL",
        f"where=segment~any~{good},none&box={second.pk}&{both}",
    ):
        assert (address, len(queries(address))) <= (address, 10)
    assert len(queries(f"q=acme&where=segment~any~{good},none,unscored&sort=score&{both},tag")) <= 14


def test_people_have_their_own(client_of: ClientOf, manager: User):
    make_fields()
    person = Contact.objects.create(kind="person", name="Ada", name_folded="ada", created_at=NOW, updated_at=NOW)
    assert Field.objects.filter(kind=Kind.PERSON).exists()
    assign(make_segmentation(kind="person"), [person], seed=3)
    page = _page(client_of("manager"), name="person_list")

    assert NAME.findall(page) == ["Ada"]
    assert sum(int(count) for _, count in _box(page)) == 1
    assert reverse("person_rescore") in page
