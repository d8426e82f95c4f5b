"""The pages of versions: what each changed, two compared, one brought back at once or as a draft, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Field
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run
from satsuma.app.segmentation.models import Version
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.queries.versions import list_versions
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, empty_model
from satsuma.app.segmentation.services.publishing import publish_now, roll_back_now
from satsuma.app.segmentation.services.segmentations import archive_segmentation
from satsuma.domain.model import Kind, Segmentation
from satsuma.modelfile import parse_segmentation
from support.html_page import Element, parse
from support.jobs import done_run
from support.segmented import by_employees, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


@pytest.fixture
def twice(manager: User) -> int:
    """Published with 0, 50 and 100 points, then by a manager with twice the relevance and VIP from 85 percent."""
    made = publish(by_employees(), NOW, "The first try")
    change(made.segmentation_id, manager, relevance=2, vip=85)
    publish_draft(made.segmentation_id, manager, "Larger ones\ncount more")
    return made.segmentation_id


def change(segmentation_id: int, by: User, *, relevance: int, vip: int) -> None:
    draft = get_draft(segmentation_id)
    change_draft(
        segmentation_id=segmentation_id,
        version=draft.version,
        model=changed(draft.model, relevance, vip),
        segment_ids=draft.segment_ids,
        by=by,
        at=NOW,
    )


def changed(model: Segmentation, relevance: int, vip: int) -> Segmentation:
    axis = model.axes[0]
    asked = replace(axis.parameters[0], relevance=relevance)
    bands = (*axis.bands[:-1], replace(axis.bands[-1], edge=vip))
    return replace(model, axes=(replace(axis, parameters=(asked,), bands=bands),))


def publish_draft(segmentation_id: int, by: User, note: str = "") -> None:
    version = get_draft(segmentation_id).version
    publish_now(segmentation_id=segmentation_id, draft_version=version, note=note, by=by, at=NOW + timedelta(minutes=5))


def page(client: Client, path: str) -> Element:
    answer = client.get(path)
    assert answer.status_code == 200
    return parse(answer.content.decode())


def address(segmentation_id: int, rest: str = "") -> str:
    return f"/segmentations/{segmentation_id}/versions/{rest}"


def differences(shown: Element) -> list[str]:
    return [line.text for block in shown.every("ul", "differences") for line in block.every("li")]


def test_versions_say_who_published_what_when_and_why(client: Client, twice: int) -> None:
    newest, oldest = page(client, address(twice)).every("li", "version")
    assert newest.one("h2").text == "Version 2 published"
    assert newest.one("p", "text-secondary").text == "Manager Example · Nov 26, 2026, 10:35 AM"
    assert newest.one("p", "version-note").text == "Larger onescount more"
    assert differences(newest) == ["Relevance of “Employees” 1 → 2", "“VIP” from 80% → 85%"]
    assert (oldest.one("h2").text, oldest.one("p", "version-note").text) == ("Version 1", "The first try")
    assert oldest.one("p", "version-first").text == "The first version"


def test_a_version_that_brings_another_back_says_so(client: Client, twice: int) -> None:
    roll_back_now(segmentation_id=twice, version_number=1, note="", by=None, at=NOW)
    newest = page(client, address(twice)).every("li", "version")[0]
    assert newest.one("h2").text == "Version 3 published restores version 1"
    assert differences(newest) == ["Relevance of “Employees” 2 → 1", "“VIP” from 85% → 80%"]


def test_publishing_the_same_again_changes_nothing_in_words(client: Client, twice: int, manager: User) -> None:
    publish_draft(twice, manager)
    newest = page(client, address(twice)).every("li", "version")[0]
    assert newest.one("p", "differences-none").text == "It says the same as the version before."


def test_old_versions_are_on_further_pages(client: Client, twice: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satsuma.web.views.versions.PAGE_ROWS", 1)
    first = page(client, address(twice))
    assert [row.attributes["id"] for row in first.every("li", "version")] == ["version-2"]
    assert differences(first) != []
    assert first.one("main").every("a")[-1].attributes["href"] == "?before=2"
    second = page(client, address(twice, "?before=2"))
    assert [row.attributes["id"] for row in second.every("li", "version")] == ["version-1"]


def test_before_anything_is_published_the_page_leads_there(client: Client) -> None:
    row = create_segmentation(model=empty_model(Kind.COMPANY, "Fit"), by=None, at=NOW)
    shown = page(client, address(row.pk)).one("main")
    assert "No version yet" in shown.text
    assert shown.one("div", "empty-action").one("a").attributes["href"] == f"/segmentations/{row.pk}/draft/publish/"
    assert "Nothing to compare yet" in page(client, address(row.pk, "compare/")).text


def test_readers_see_versions_and_change_nothing(client_of: Callable[[str], Client], twice: int) -> None:
    shown = page(client_of("viewer"), address(twice)).one("main")
    assert [link.text for link in shown.every("a", "dropdown-item")] == ["Download as a file"] * 2
    assert shown.every("form") == []
    offered = page(client_of("viewer"), address(twice, "compare/")).every("select")[0]
    assert [choice.text for choice in offered.every("option")] == ["Version 2, Nov 26, 2026", "Version 1, Nov 26, 2026"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Relevance of “Employees” 2 → 3"]),
        ("?before=1&after=2", ["Relevance of “Employees” 1 → 2", "“VIP” from 80% → 85%"]),
        ("?before=2&after=1", ["Relevance of “Employees” 2 → 1", "“VIP” from 85% → 80%"]),
        ("?before=1&after=draft", ["Relevance of “Employees” 1 → 3", "“VIP” from 80% → 85%"]),
        ("?before=2&after=2", []),
        ("?before=99&after=x", ["Relevance of “Employees” 2 → 3"]),
    ],
)
def test_any_two_are_compared(client: Client, twice: int, manager: User, asked: str, found: list[str]) -> None:
    change(twice, manager, relevance=3, vip=85)
    shown = page(client, address(twice, f"compare/{asked}"))
    assert differences(shown) == found
    assert ("Both say the same." in shown.text) == (not found)


def test_rolling_back_shows_what_changes_and_publishes_the_old_one_again(
    client: Client, twice: int, manager: User
) -> None:
    path = address(twice, "1/restore/")
    shown = page(client, path)
    assert differences(shown) == ["Relevance of “Employees” 2 → 1", "“VIP” from 85% → 80%"]
    assert shown.one("textarea").text == "Back to version 1"
    answer = client.post(path, {"note": "The team asked for it"})
    run = done_run(Run.objects.get())
    assert answer.headers["Location"] == f"/segmentations/{twice}/publishing/{run.pk}/"
    version = get_segmentation(twice).version
    assert version is not None
    assert (version.number, version.restores, version.note) == (3, 1, "The team asked for it")
    assert version.model == list_versions(twice)[2].model
    assert get_draft(twice).model.axes[0].parameters[0].relevance == 2


def test_a_question_that_was_deleted_is_named_before_rolling_back(client: Client, twice: int) -> None:
    Field.objects.filter(key="employees").delete()
    assert "A question that it asks was deleted: Employees." in page(client, address(twice, "1/restore/")).text


def test_the_published_version_is_not_rolled_back_to(client: Client, twice: int) -> None:
    assert client.get(address(twice, "2/restore/")).headers["Location"] == address(twice)
    assert client.get(address(twice, "9/restore/")).status_code == 404
    archive_segmentation(segmentation_id=twice, at=NOW)
    assert client.post(address(twice, "1/restore/"), {"note": ""}).status_code == 422
    assert not Run.objects.exists()


def test_an_old_version_becomes_the_draft_and_undo_takes_it_back(client: Client, twice: int) -> None:
    answer = client.post(address(twice, "1/draft/"))
    assert answer.headers["Location"] == f"/segmentations/{twice}/draft/parameters/"
    draft = get_draft(twice)
    assert (draft.model.axes[0].parameters[0].relevance, draft.can_undo) == (1, True)
    assert Version.objects.count() == 2


def test_a_version_comes_as_a_file(client: Client, twice: int) -> None:
    answer = client.get(address(twice, "1/model.yaml"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="size-version-1.yaml"'
    assert parse_segmentation(answer.content.decode()).axes == list_versions(twice)[1].model.axes
