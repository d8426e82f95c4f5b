"""The pages of a segmentation's past: every number leads to the list behind it, and lists can be taken out as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models.results import Cause
from satsuma.web.views import history_files
from support.html_page import Element, parse
from support.jobs import done_run
from support.moves import FIRST, NOW, History, erase, make_history, tell

pytestmark = pytest.mark.django_db
FORMULA = "=1+1"


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


PERIOD = f"?from={day(1)}&to={day(3)}"


@pytest.fixture
def history(workspace: object) -> History:
    """Seven contacts in S1 on the first day; on the third C0 rose, C1 fell, C2 went into the bin, C3 was erased, and
    =1+1 came."""
    made = make_history(contacts=8)
    made.contacts[7].name = FORMULA
    made.contacts[7].save()
    tell(made, [(0, who, 1) for who in range(7)], cause=Cause.VERSION)
    tell(made, [(2, 0, 2), (2, 1, 0), (2, 2, None), (2, 3, None), (2, 7, 2)])
    made.contacts[2].binned_at = NOW
    made.contacts[2].save()
    erase(made, [3])
    return made


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("viewer")


def get(client: Client, history: History, name: str, query: str = "") -> Element:
    answer = client.get(reverse(name, args=[history.segmentation.pk]) + query)
    assert answer.status_code == 200
    return parse(answer.content.decode())


def links_of(section: Element) -> dict[str, str]:
    return {link.text: link.attributes["href"] for link in section.every("a")}


def names(page: Element) -> list[str]:
    return [cell.text for row in page.every("tbody")[-1].every("tr") for cell in row.every("th")]


def test_sizes_stand_for_both_ends_and_lead_to_the_members(client: Client, history: History) -> None:
    section = get(client, history, "history", PERIOD).section("Sizes")
    assert section.every("table")[-1].every("tbody")[0].rows() == [
        ["S2", "0", "2", "+2"],
        ["S1", "7", "3", "−4"],
        ["S0", "0", "1", "+1"],
    ]
    members = parse(client.get(links_of(section.every("table")[-1])["7"]).content.decode())
    assert members.one("h2").text == "S1 on Nov 2, 2024"
    assert members.one("p", "card-subtitle").text == "7 contacts"
    assert "1 of them is erased by now and has no name any more." in members.text
    assert names(members) == ["C0", "C1", "C2", "C4", "C5", "C6"]
    assert "C2" not in links_of(members)  # in the bin: it has no profile


def test_every_flow_leads_to_those_who_went(client: Client, history: History) -> None:
    section = get(client, history, "history", PERIOD).section("Who went where")
    assert section.every("table")[-1].rows() == [
        ["From … to", "S2", "S1", "S0", "Not there any more"],
        ["S2", "", "", "", ""],
        ["S1", "1", "3", "1", "1"],
        ["S0", "", "", "", ""],
        ["Not there before", "1", "", "", ""],
    ]
    assert [each.text for each in section.one("ul", "history-counts").every("li")] == [
        "1 New",
        "1 Up",
        "1 Down",
        "1 Gone",
    ]
    assert "1 contact has been erased since" in section.text
    found = {}
    for link in section.every("table")[-1].every("a"):
        page = parse(client.get(link.attributes["href"]).content.decode())
        found[page.one("h2").text] = names(page)
    assert found == {
        "S1 → S2": ["C0"],
        "S1 → S1": ["C4", "C5", "C6"],
        "S1 → S0": ["C1"],
        "S1 → Not there any more": ["C2"],
        "Not there before → S2": [FORMULA],
    }


def test_moves_are_shown_latest_first_and_filtered(client: Client, history: History) -> None:
    page = get(client, history, "history_moves")
    rows = page.every("tbody")[0].rows()
    assert [(row[0], row[2]) for row in rows[:3]] == [
        (FORMULA, "Deal changed"),
        ("Erased contact", "Deal changed"),
        ("C2 in the bin", "Deal changed"),
    ]
    assert rows[-1][2] == "Version 1 published"
    assert names(get(client, history, "history_moves", "?direction=up")) == ["C0"]
    for query in ("?cause=pin", f"?cause=deal&from={day(3)}"):
        assert get(client, history, "history_moves", query).one("p", "empty-title").text == "No such moves"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"?from={day(3)}&to={day(1)}", "Choose a day before the last one, and not after today."),
        ("?from=yesterday", "Enter a day such as 2026-03-31."),
        ("?from=1999-01-01&to=2024-01-01", "Choose at most ten years."),
    ],
)
def test_a_period_that_cannot_be_is_explained_beside_its_field(
    client: Client, history: History, query: str, sentence: str
) -> None:
    answer = client.get(reverse("history", args=[history.segmentation.pk]) + query)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("name", ["history", "history_members"])
def test_before_the_first_version_there_is_no_history(client: Client, history: History, name: str) -> None:
    history.segmentation.pk = make_history(segments=0, name="Draft").segmentation.pk
    assert get(client, history, name).one("p", "empty-title").text == "No history yet"


def rows_of(answer: HttpResponseBase) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(content)))


def test_lists_come_out_as_files_in_which_nothing_can_run(client: Client, history: History) -> None:
    place = history.segmentation.pk
    ids = [contact.pk for contact in history.contacts]
    members = f"?format=csv&on={day(2)}&segment={history.segments[2].pk}"
    assert rows_of(client.get(reverse("history_members_export", args=[place]) + members)) == [
        ["ID", "Name", "Nov 3, 2024", "Now"],
        [str(ids[0]), "C0", "S2", ""],
        [str(ids[7]), "'" + FORMULA, "S2", ""],
    ]
    flow = f"?format=csv&from={day(1)}&to={day(3)}&was={history.segments[1].pk}&is=none"
    assert rows_of(client.get(reverse("history_flow_export", args=[place]) + flow)) == [
        ["ID", "Name", "Nov 2, 2024", "Nov 4, 2024", "Now"],
        [str(ids[2]), "C2", "S1", "", ""],
    ]
    moves = rows_of(client.get(reverse("history_moves_export", args=[place]) + "?format=csv&cause=deal"))
    assert [row[:-1] for row in moves] == [
        ["ID", "Name", "From", "To", "Score before", "Score after", "Direction", "Cause", "Version"],
        [str(ids[7]), "'" + FORMULA, "", "S2", "", "20", "New", "Deal changed", "1"],
        ["", "", "S1", "", "10", "", "Gone", "Deal changed", "1"],
        [str(ids[2]), "C2", "S1", "", "10", "", "Gone", "Deal changed", "1"],
        [str(ids[1]), "C1", "S1", "S0", "10", "0", "Down", "Deal changed", "1"],
        [str(ids[0]), "C0", "S1", "S2", "10", "20", "Up", "Deal changed", "1"],
    ]
    refused = client.get(reverse("history_moves_export", args=[place]) + "?format=exe")
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("name", "query", "rows"),
    [
        ("history_members_export", f"on={day(2)}", 2),
        ("history_flow_export", f"from={day(1)}&to={day(3)}", 0),
        ("history_moves_export", f"direction=new&cause=version&from={day(0)}", 7),
    ],
)
def test_a_long_file_is_made_by_a_job(
    client: Client, history: History, monkeypatch: pytest.MonkeyPatch, name: str, query: str, rows: int
) -> None:
    monkeypatch.setattr(history_files, "AT_ONCE", -1)
    answer = client.get(reverse(name, args=[history.segmentation.pk]) + f"?format=csv&{query}")
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[run.pk])
    result = done_run(run).result
    assert result is not None
    file = rows_of(client.get(reverse(result["link"]["name"], args=result["link"]["args"])))
    assert len(file) == 1 + rows


def test_pages_ask_as_often_for_many_as_for_few(client: Client, history: History) -> None:
    few = queries_of(client, history)
    more = make_history(contacts=20, name="More")
    more.segmentation, more.version, more.segments = history.segmentation, history.version, history.segments
    tell(more, [(0, who, who % 3) for who in range(20)])
    tell(more, [(2, who, (who + 1) % 3) for who in range(20)])
    assert queries_of(client, history) == few


def queries_of(client: Client, history: History) -> dict[str, int]:
    found, members = {}, f"?on={day(1)}&segment={history.segments[1].pk}"
    for name, query in (("history", PERIOD), ("history_members", members), ("history_moves", "")):
        get(client, history, name, query)  # the first request of a session notes where it comes from
        with CaptureQueriesContext(connection) as queries:
            get(client, history, name, query)
        found[name] = len(queries)
    return found
