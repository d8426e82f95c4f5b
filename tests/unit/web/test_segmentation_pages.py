"""The list of segmentations and what is done with one as a whole, as people see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation, list_segmentations
from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model
from satsuma.app.segmentation.services.segmentations import archive_segmentation
from satsuma.domain.model import Kind
from satsuma.modelfile import parse_segmentation, segmentation_json
from satsuma.web.pages.segmentations import widths
from support.html_page import Element, parse
from support.segmented import by_employees, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LIST = "/segmentations/"


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


@pytest.fixture
def published() -> int:
    """Five companies: three below 10 employees, one from 10, one from 100."""
    for number, employees in enumerate((1, 2, 3, 50, 500)):
        name = f"Firm {number}"
        Contact.objects.create(
            kind="company", name=name, name_folded=name.lower(), employees=employees, created_at=NOW, updated_at=NOW
        )
    return publish(by_employees(), NOW, "First").segmentation_id


def page(client: Client, path: str = LIST, status: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == status
    return parse(answer.content.decode())


def said(client: Client, path: str = LIST) -> str:
    """The message on the next page; further ones are those that scripts show."""
    return page(client, path).every("div", "message-text")[0].text


def send(client: Client, name: str, segmentation_id: int, number: int | None = None, **answers: str) -> str:
    arguments = [segmentation_id] if number is None else [segmentation_id, number]
    answer = client.post(reverse(name, args=arguments), answers)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_the_first_time_there_is_a_start_and_the_schemes(client: Client) -> None:
    shown = page(client)
    assert shown.section("Which companies deserve your best people?").one("button").text == "Start"
    schemes = shown.every("a", "scheme")
    assert len(schemes) == 13
    assert schemes[3].text == (
        "RFM Champions, loyal, sleeping and lost customers, from how lately, how often and for how much they bought. "
        "Asks for: Latest purchase · Number of purchases · Value of purchases"
    )
    people = page(client, f"{LIST}?kind=person")
    assert people.section("Which people matter most?")
    assert people.every("a", "scheme")[0].attributes["href"] == "/segmentations/new/scheme/nps/?kind=person"


def test_whoever_may_not_set_one_up_is_told_who_can(client_of: Callable[[str], Client]) -> None:
    shown = page(client_of("member"))
    assert "A manager can do it here." in shown.text
    assert (shown.every("a", "scheme"), shown.one("main").every("button")) == ([], [])


def test_start_makes_a_draft_with_ready_parameters_and_opens_it(client: Client) -> None:
    answer = client.post("/segmentations/new/empty/", {"kind": "company"})
    (made,) = list_segmentations()
    assert answer.headers["Location"] == f"/segmentations/{made.id}/draft/parameters/"
    assert len(get_draft(made.id).model.axes[0].parameters) == 6
    assert (made.name, made.is_primary, made.version) == ("Company value", True, None)


def test_each_segment_is_counted_and_leads_to_its_members(client: Client, published: int) -> None:
    shown = page(client).one("article")
    ids = {segment.name: segment.id for segment in get_segmentation(published).segments}
    sizes = [size.text for size in shown.every("li", "size")]
    assert sizes == ["VIP 1 20%", "Super 0 0%", "Good 1 20%", "Average 3 60%"]
    links = [link.attributes["href"] for size in shown.every("li", "size") for link in size.every("a")]
    assert links == [f"/companies/?where=segment~any~{ids[name]}" for name in ("VIP", "Good", "Average")]
    drawn = [(bar.attributes["x"], bar.attributes["width"]) for bar in shown.one("svg", "size-bar").every("rect")]
    assert drawn == [("0", "200"), ("200", "0"), ("200", "200"), ("400", "600")]
    assert shown.one("p", "segmentation-state").text.startswith("Version 1, published")
    assert "changes" not in shown.text


def test_what_is_not_published_says_so_and_leads_to_the_draft(
    client: Client, client_of: Callable[[str], Client]
) -> None:
    row = create_segmentation(model=empty_model(Kind.COMPANY, "Fit"), by=None, at=NOW)
    shown = page(client).one("article")
    assert shown.one("h2").one("a").attributes["href"] == f"/segmentations/{row.pk}/draft/parameters/"
    assert shown.one("p").text.startswith("Not published yet: nobody is in a segment")
    seen = page(client_of("viewer")).one("article")
    assert (seen.every("a"), seen.every("button"), seen.every("form")) == ([], [], [])


def test_the_draft_says_when_it_is_not_what_is_published(client: Client, published: int) -> None:
    send(client, "version_draft", published, number=1)
    assert "The draft has changes" not in page(client).text
    model = segmentation_json(replace(get_draft(published).model, description="Who is large"))
    send(client, "draft_import", published, model=model, version=str(get_draft(published).version))
    state = page(client).one("p", "segmentation-state").text
    assert state.endswith("The draft has changes that are not published")


def test_another_one_becomes_primary(client: Client, published: int) -> None:
    other = create_segmentation(model=empty_model(Kind.COMPANY, "Fit"), by=None, at=NOW)
    assert send(client, "segmentation_primary", other.pk) == "/segmentations/?kind=company"
    assert said(client) == "“Fit” is the primary segmentation now."
    assert [article.one("h2").text for article in page(client).every("article")] == ["Fit Primary", "Size"]


def test_a_new_name_shows_at_once_and_a_taken_one_is_said_beside_it(client: Client, published: int) -> None:
    create_segmentation(model=empty_model(Kind.COMPANY, "Fit"), by=None, at=NOW)
    path = reverse("segmentation_rename", args=[published])
    answer = client.post(path, {"name": "fit"})
    assert answer.status_code == 422
    shown = parse(answer.content.decode())
    assert shown.one("div", "invalid-feedback").text == "“fit” is there already. Enter another name."
    assert client.post(path, {"name": ""}).status_code == 422
    assert client.post(path, {"name": "Worth"}).status_code == 302
    assert get_segmentation(published).name == "Worth"


def test_the_archive_is_folded_away_and_given_back(client: Client, published: int) -> None:
    send(client, "segmentation_archive", published)
    shown = page(client)
    assert shown.one("details").one("article").one("h2").text == "Size"
    assert shown.one("details").every("li", "size")[0].every("a") == []
    assert "None is in use: all of them are in the archive." in shown.text
    send(client, "segmentation_restore", published)
    assert page(client).every("details") == []


def test_before_it_is_deleted_it_says_what_is_lost(client: Client, published: int) -> None:
    path = reverse("segmentation_delete", args=[published])
    lost = [line.text for line in page(client, path).one("main").every("li")]
    assert lost == [
        "the draft and everything that can be undone in it",
        "1 published version",
        "the segments and scores of 5 customers",
        "5 moves in its history",
    ]
    assert send(client, "segmentation_delete", published) == "/segmentations/?kind=company"
    assert said(client) == "“Size” was deleted with all its results."
    assert list_segmentations() == ()


def test_a_copy_opens_its_own_draft(client: Client, published: int) -> None:
    place = send(client, "segmentation_copy", published)
    (copy,) = [spec for spec in list_segmentations() if spec.id != published]
    assert place == f"/segmentations/{copy.id}/draft/parameters/"
    assert (copy.name, copy.version) == ("Size 2", None)


def test_the_draft_comes_as_a_file(client: Client, published: int) -> None:
    answer = client.get(reverse("draft_file", args=[published]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="size-draft.yaml"'
    read = parse_segmentation(answer.content.decode())
    assert (read.name, read.fields[0].column, read.axes) == ("Size", "Employees", get_draft(published).model.axes)


def test_names_of_files_are_plain(client: Client) -> None:
    row = create_segmentation(model=empty_model(Kind.COMPANY, 'Łódź "; x=/../é'), by=None, at=NOW)
    answer = client.get(reverse("draft_file", args=[row.pk]))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lodz-x-e-draft.yaml"'


def test_what_is_in_the_archive_is_not_made_primary(client: Client, published: int) -> None:
    other = create_segmentation(model=empty_model(Kind.COMPANY, "Fit"), by=None, at=NOW)
    archive_segmentation(segmentation_id=other.pk, at=NOW)
    send(client, "segmentation_primary", other.pk)
    assert said(client) == "It is in the archive. Take it out of the archive first."


def test_settings_of_contacts_lead_there(client_of: Callable[[str], Client]) -> None:
    parts = client_of("manager").get(reverse("settings")).context["page"].parts
    shown = {part.title: [card.address for card in part.cards] for part in parts}
    assert shown == {
        "Contacts": ["segmentations", "rescoring", "fields", "tag_list"],
        "Deals": ["stage_list", "product_list", "rate_list"],
    }


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [([], []), ([0, 0], [0, 0]), ([1, 1, 1], [333, 334, 333]), ([999_999, 1], [1000, 0])],
)
def test_bars_fill_the_whole(counts: list[int], drawn: list[int]) -> None:
    assert widths(counts) == drawn
