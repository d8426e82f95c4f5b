"""A published grouping: no page, list or file of it speaks of points or scores."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Assignment, Segment
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.result_tables import list_result_tables
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.services.publishing import publish_now
from support.groupings import nps_draft, spoken_of_points
from support.html_page import parse
from support.sales import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(manager: User) -> int:
    """With a pin that makes a difference."""
    id_ = nps_draft(manager)
    publish_now(segmentation_id=id_, draft_version=1, note="", by=manager, at=timezone.now())
    pin_contact(
        segmentation_id=id_,
        contact_id=Contact.objects.get(name="A").pk,
        segment_id=Segment.objects.get(segmentation=id_, name="Promoter").pk,
        reason="Our founder",
        expires_on=NOW.date() + timedelta(days=3650),
        by=manager,
        at=timezone.now(),
    )
    return id_


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


def page(client: Client, name: str, *arguments: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=arguments) + query)
    assert answer.status_code == 200
    return answer.content.decode()


OF_SEGMENTATION = (
    *("segmentation", "versions", "history", "history_moves", "history_members", "draft_parameters", "draft_names"),
    *("draft_publish", "draft_moving", "segmentation_delete", "version_compare"),
)


@pytest.mark.parametrize("name", OF_SEGMENTATION)
def test_no_page_of_it_speaks_of_points(client: Client, published: int, name: str) -> None:
    assert spoken_of_points(page(client, name, published)) == []


def test_no_list_and_no_profile_speaks_of_points(client: Client, published: int) -> None:
    acme = Contact.objects.get(name="A").pk
    pages = [page(client, name) for name in ("segmentations", "dashboard", "company_list")]
    pages += [page(client, name, acme) for name in ("company_profile", "contact_segments")]
    pages += [page(client, name, acme, published) for name in ("contact_why", "contact_moves", "contact_pin")]
    assert [spoken_of_points(f"<main>{html}</main>" if "<main" not in html else html) for html in pages] == [[]] * 8
    answer = client.post(reverse("contact_pin_remove", args=[acme, published]), follow=True)
    assert "The pin is removed: the computed segment counts again." in answer.content.decode()


def rows_of(answer: object) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_the_list_has_no_score_and_is_sorted_by_segment(client: Client, published: int) -> None:
    asked = {"format": "csv", "sort": "-segment", "columns": f"name,segment,score,s{published}score"}
    heading, *rows = rows_of(client.get(reverse("company_export"), asked))
    assert heading == ["Name", "Segment"]
    assert [segment for _name, segment in rows] == ["Promoter", "Promoter", "Passive", "No answer", "No answer"]
    listed = parse(page(client, "company_list", query="?sort=-score&columns=name,segment,score"))
    assert "There is no field “score” in this list." in listed.text


def test_files_have_no_scores(client: Client, published: int) -> None:
    figures = rows_of(client.get(reverse("segmentation_figures", args=[published]), {"format": "csv"}))
    moves = rows_of(client.get(reverse("history_moves_export", args=[published]), {"format": "csv"}))
    assert [cell for cell in figures[0] if "Points" in cell] == []
    assert {len(line) for line in figures} == {len(figures[0])}
    assert moves[0] == ["ID", "Name", "From", "To", "Direction", "Cause", "Version", "When"]
    assert (len(moves), {len(line) for line in moves}) == (7, {8})
    results, told, _pins = list_result_tables()
    place = results.headings.index("Score")
    assert {tuple(row[place : place + 2]) for row in results.rows()} == {(None, None)}
    place = told.headings.index("Score before")
    assert {tuple(row[place : place + 2]) for row in told.rows()} == {(None, None)}
    assert Assignment.objects.filter(score__isnull=False).count() == 5


def test_a_version_that_cannot_be_read_stops_no_list(client: Client, published: int) -> None:
    from satsuma.app.segmentation.models import Version

    Version.objects.update(document="{}")
    assert not get_segmentation(published).is_grouping
    assert "Promoter" in page(client, "company_list")
