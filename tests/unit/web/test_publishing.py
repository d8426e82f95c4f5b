"""The last step of the wizard: what would happen, the lists behind every number, publishing, and its job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import pytest
from django.test import Client
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.segmentations import archive_segmentation
from satsuma.domain.model import Band, Group, Groups, NumericRanges, Parameter, Segmentation
from support.html_page import Element, parse
from support.jobs import done_run
from support.segmented import by_employees, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
EMPLOYEES = (1, 2, 3, 50, 60, 500, None)
"""Average: three and the one without data; Good, with 50 percent: two; VIP: one."""


@pytest.fixture(autouse=True)
def companies(workspace: object) -> list[Contact]:
    create_defaults(at=NOW)
    return [
        Contact.objects.create(
            kind="company",
            name=f"Firm {number}",
            name_folded=f"firm {number}",
            employees=employees,
            created_at=NOW,
            updated_at=NOW,
        )
        for number, employees in enumerate(EMPLOYEES)
    ]


@pytest.fixture
def published() -> int:
    return publish(by_employees(), NOW).segmentation_id


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


def change(
    segmentation_id: int, by: User, change_model: Callable[[Segmentation], Segmentation], *ids: int | None
) -> None:
    draft = get_draft(segmentation_id)
    change_draft(
        segmentation_id=segmentation_id,
        version=draft.version,
        model=change_model(draft.model),
        segment_ids=ids or draft.segment_ids,
        by=by,
        at=NOW,
    )


def with_parameters(model: Segmentation, *parameters: Parameter) -> Segmentation:
    return replace(model, axes=(replace(model.axes[0], parameters=parameters),))


def from_fifty(model: Segmentation) -> Segmentation:
    """100 points from 60 employees on, 50 from 3 on."""
    return with_parameters(model, Parameter("employees", 1, NumericRanges((3, 60), (0, 50, 100))))


def step(client: Client, segmentation_id: int) -> Element:
    answer = client.get(f"/segmentations/{segmentation_id}/draft/publish/")
    assert answer.status_code == 200
    return parse(answer.content.decode())


def rows(section: Element) -> list[list[str]]:
    return [[" ".join(cell.split()) for cell in row] for row in section.one("table").rows()]


def links(section: Element) -> Iterator[tuple[str, str]]:
    for link in section.every("a"):
        yield link.text, link.attributes["href"]


def names(client: Client, path: str) -> list[str]:
    shown = parse(client.get(path).content.decode())
    assert shown.one("main").every("table"), shown.text
    return [row[0] for row in shown.one("main").one("table").rows()[1:]]


def test_before_the_first_version_everybody_is_new(client: Client) -> None:
    row = create_segmentation(model=by_employees(), by=None, at=NOW)
    shown = step(client, row.pk)
    assert "nobody is in a segment before it is published" in shown.text
    assert rows(shown.section("Sizes")) == [
        ["Segment", "Customers", "Share"],
        ["VIP", "1", "14%"],
        ["Super", "0", "0%"],
        ["Good", "2", "29%"],
        ["Average", "4", "57%"],
    ]
    assert rows(shown.section("Who moves")) == [
        ["From … to", "VIP", "Super", "Good", "Average"],
        ["no segment yet", "1", "", "2", "4"],
    ]
    assert shown.section("How complete the data is").one("table").rows()[1] == ["Employees", "86%", "1"]
    assert "What changes against" not in shown.text


def test_a_change_shows_who_would_move_and_what_is_different(client: Client, published: int, manager: User) -> None:
    change(published, manager, from_fifty)
    shown = step(client, published)
    assert "everybody works with version 1" in shown.text
    assert rows(shown.section("Sizes"))[1:] == [
        ["VIP", "1", "2", "+1", "29%"],
        ["Super", "0", "0", "", "0%"],
        ["Good", "2", "2", "", "29%"],
        ["Average", "4", "3", "−1", "43%"],
    ]
    assert rows(shown.section("Who moves"))[1:] == [
        ["VIP", "1", "", "", ""],
        ["Good", "1", "", "1", ""],
        ["Average", "", "", "1", "3"],
    ]
    assert shown.section("Who moves").every("p")[0].text == "2 move up 0 move down 5 stay"
    changes = shown.section("What changes against version 1")
    assert [line.text for line in changes.every("li")] == [
        "Ranges of “Employees”, cut at 10 · 100 people → 3 · 60 people"
    ]


def test_every_number_leads_to_as_many_customers(client: Client, published: int, manager: User) -> None:
    change(published, manager, from_fifty)
    shown = step(client, published)
    found = [*links(shown.section("Who moves")), *links(shown.section("Sizes"))]
    assert len(found) == 2 + 5 + 3 + 3  # stays and moves up, cells, sizes now and then
    for text, path in found:
        if "/companies/" in path:
            assert len(parse(client.get(path).content.decode()).one("main").one("table").rows()) == int(text) + 1
        else:
            assert len(names(client, path)) == int(text)


def listed(client: Client, shown: Element) -> list[int]:
    """The lengths of the lists behind those without data."""
    found = links(shown.section("How complete the data is"))
    paths = [path for _text, path in found if path.startswith("/companies/")]
    return [len(parse(client.get(path).content.decode()).one("main").one("table").rows()) - 1 for path in paths]


def test_those_without_data_are_listed_but_for_who_is_not_profiled(client: Client, published: int) -> None:
    never = create_segmentation(model=by_employees(), by=None, at=NOW).pk
    assert (listed(client, step(client, published)), listed(client, step(client, never))) == ([1], [1])
    for number in (7, 8):  # one is not scored yet, the other will not be
        Contact.objects.create(
            kind="company", name=f"Firm {number}", name_folded=f"firm {number}", created_at=NOW, updated_at=NOW
        )
    objector = Contact.objects.get(name="Firm 8").pk
    set_exemption(contact_id=objector, kind=Exemption.Kind.OBJECTION, reason="", by=None, at=NOW)
    shown = step(client, published)
    assert shown.section("How complete the data is").one("table").rows()[1] == ["Employees", "75%", "2"]
    assert (listed(client, shown), listed(client, step(client, never))) == ([2], [])


def test_the_list_says_where_they_are_and_would_be_with_both_scores(
    client: Client, published: int, manager: User
) -> None:
    change(published, manager, from_fifty)
    base = f"/segmentations/{published}/draft/publish/moving/"
    up = parse(client.get(f"{base}?way=up").content.decode())
    assert up.one("h1").text == "Who would move up"
    assert rows(up.one("main")) == [
        ["Name", "Now", "Score now", "Then", "Score then"],
        ["Firm 4", "Good", "50.0", "VIP", "100.0"],
        ["Firm 2", "Average", "0.0", "Good", "50.0"],
    ]
    ids = {segment.name: segment.id for segment in get_segmentation(published).segments}
    assert names(client, f"{base}?before={ids['Average']}&after=0") == ["Firm 0", "Firm 1", "Firm 6"]
    assert parse(client.get(f"{base}?before={ids['Average']}&after=1").content.decode()).one("h1").text == (
        "From Average to Good"
    )
    assert len(names(client, base)) == 7
    nobody = parse(client.get(f"{base}?before=none&after=0").content.decode())
    assert "With the draft as it is now, nobody goes this way." in nobody.text
    for odd in ("before=²&after=²", "after=99999999999999999999", "before=-1", "way=%00", "page=0&after=0"):
        assert client.get(f"{base}?{odd}").status_code == 200


def test_long_lists_come_page_by_page(
    client: Client, published: int, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satsuma.web.views.publishing.ROWS", 3)
    monkeypatch.setattr("satsuma.web.pages.moving.ROWS", 3)
    base = f"/segmentations/{published}/draft/publish/moving/"
    pages = [names(client, f"{base}?way=stay&page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(chain(*pages)) == [f"Firm {number}" for number in range(7)]
    second = parse(client.get(f"{base}?way=stay&page=2").content.decode())
    assert "4 to 6 of 7" in second.text
    assert [link.attributes["href"] for link in second.every("a") if "page=" in link.attributes["href"]] == [
        "?way=stay&page=1",
        "?way=stay&page=3",
    ]


def test_problems_lead_to_where_they_are_mended_and_nothing_is_published(
    client: Client, published: int, manager: User
) -> None:
    country = Parameter("country", 11, Groups((Group((), 1),)))
    change(
        published,
        manager,
        lambda model: with_parameters(from_fifty(model), *from_fifty(model).axes[0].parameters, country),
    )
    change(published, manager, lambda model: with_edges(model, 40, 30))
    shown = step(client, published)
    problems = shown.section("3 problems to mend first")
    parameters = f"/segmentations/{published}/draft/parameters/?axis=0&open=country#card-country"
    segments = f"/segmentations/{published}/draft/names/"
    assert list(links(problems)) == [("Country", parameters), ("Country", parameters), ("Super", segments)]
    assert [line.text for line in problems.every("li")] == [
        "Country: The relevance must be from 1 to 10.",
        "Country: Nothing is chosen here yet. Choose something, or remove the line.",
        "Super: Each threshold must be above the one below it.",
    ]
    assert not [button for button in shown.one("main").every("button") if button.text == "Publish"]
    answer = client.post(f"/segmentations/{published}/draft/publish/", {"version": get_draft(published).version})
    assert answer.status_code == 422
    assert not Run.objects.exists()


def with_edges(model: Segmentation, *edges: int) -> Segmentation:
    low, good, more, *rest = model.axes[0].bands
    bands = (low, replace(good, edge=edges[0]), replace(more, edge=edges[1]), *rest)
    return replace(model, axes=(replace(model.axes[0], bands=bands),))


def test_what_is_probably_not_meant_is_said(client: Client, published: int, manager: User) -> None:
    revenue = Parameter("annual_revenue", 1, NumericRanges((1000,), (5, 5)), no_data=5)
    website = Parameter("website", 1, Groups((Group(("x",), 5),), anything_else=5), no_data=5)
    change(published, manager, lambda model: with_parameters(model, *model.axes[0].parameters, revenue, website))
    lines = [line.text for line in step(client, published).section("Worth a look").every("li")]
    assert lines == [
        "Annual revenue: Every answer earns 5 points, so this changes nobody's place.",
        "Website: Every answer earns 5 points, so this changes nobody's place.",
        "Super: Nobody can be in “Super”: no answers together reach its scores.",
        "Annual revenue: Nobody has data for this.",
        "Website: Nobody has data for this.",
        "Super: Nobody would be in this segment.",
    ]


def test_publishing_shows_its_job_and_ends_on_the_segmentation(client: Client, published: int, manager: User) -> None:
    change(published, manager, from_fifty)
    path = f"/segmentations/{published}/draft/publish/"
    answer = client.post(path, {"version": get_draft(published).version, "note": "More from sixty"})
    run = Run.objects.get()
    progress = reverse("publication", args=[published, run.pk])
    assert answer.headers["Location"] == progress
    waiting = parse(client.get(progress).content.decode())
    assert waiting.one("h1").text == "Publish Size"
    assert "everybody sees the segments from before" in waiting.text
    done_run(run)
    after = client.get(progress, follow=True)
    assert after.redirect_chain == [(f"/segmentations/{published}/", 302)]
    assert parse(after.content.decode()).every("div", "message-text")[0].text.startswith("Published.")
    version = get_segmentation(published).version
    assert version is not None
    assert (version.number, version.note, version.published_by) == (2, "More from sixty", str(manager))
    assert "there is nothing to publish" in step(client, published).text


def test_a_cancelled_job_says_that_nothing_was_published(client: Client, published: int, manager: User) -> None:
    change(published, manager, from_fifty)
    client.post(f"/segmentations/{published}/draft/publish/", {"version": get_draft(published).version})
    run = Run.objects.get()
    client.post(reverse("job_cancel", args=[run.pk]))
    shown = parse(client.get(reverse("publication", args=[published, run.pk])).content.decode())
    assert "Nothing was published: everybody keeps the segment that they had." in shown.text


def test_other_jobs_are_not_shown_there(client: Client, published: int, manager: User) -> None:
    other = Run.objects.create(kind="export", title="Export", state="waiting", created_at=NOW, created_by=manager)
    assert client.get(reverse("publication", args=[published, other.pk])).status_code == 404


def test_a_draft_that_somebody_changed_meanwhile_is_shown_first(client: Client, published: int, manager: User) -> None:
    seen = get_draft(published).version
    change(published, manager, from_fifty)
    answer = client.post(f"/segmentations/{published}/draft/publish/", {"version": seen, "note": "Kept"})
    assert answer.status_code == 422
    shown = parse(answer.content.decode())
    assert "Manager Example has changed this draft in the meantime. Look at what would happen now" in shown.text
    assert shown.one("textarea").text == "Kept"
    assert not Run.objects.exists()


def test_what_is_in_the_archive_cannot_be_published(client: Client, published: int, manager: User) -> None:
    change(published, manager, from_fifty)
    archive_segmentation(segmentation_id=published, at=NOW)
    assert "Use it again before you publish it." in step(client, published).text
    answer = client.post(f"/segmentations/{published}/draft/publish/", {"version": get_draft(published).version})
    assert answer.status_code == 422


def test_a_segment_that_is_removed_and_a_new_one_are_told_apart(client: Client, published: int, manager: User) -> None:
    ids = get_draft(published).segment_ids

    def replaced(model: Segmentation) -> Segmentation:
        low, _good, more, vip = model.axes[0].bands
        return replace(model, axes=(replace(model.axes[0], bands=(low, Band("Fair", 45), more, vip)),))

    change(published, manager, replaced, ids[0], None, ids[2], ids[3])
    shown = step(client, published)
    assert rows(shown.section("Sizes"))[1:] == [
        ["Good (removed)", "2", "0", "−2", "0%"],
        ["VIP", "1", "1", "", "14%"],
        ["Super", "0", "0", "", "0%"],
        ["Fair", "0", "2", "+2", "29%"],
        ["Average", "4", "4", "", "57%"],
    ]
    moves = shown.section("Who moves")
    assert moves.every("p")[0].text == "0 move up 0 move down 2 change 5 stay"
    for text, path in links(moves):
        assert len(names(client, path)) == int(text)


def test_without_anybody_it_can_be_published_all_the_same(client: Client) -> None:
    Contact.objects.all().delete()
    row = create_segmentation(model=by_employees(), by=None, at=NOW)
    shown = step(client, row.pk)
    assert "There is nobody to place yet." in shown.text
    assert [button.text for button in shown.section("Publish").every("button")] == ["Publish"]
