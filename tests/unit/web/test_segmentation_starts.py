"""Segmentations begin from schemes, files and other kinds: what would be made is shown first, and made if agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satsuma.app.crm.models import Field
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import list_segmentations
from satsuma.app.segmentation.services.drafts import create_segmentation, empty_model
from satsuma.domain.checks import find_problems
from satsuma.domain.model import Kind
from satsuma.modelfile import segmentation_json
from satsuma.schemes import read_scheme, scheme_text
from support.html_page import Element, parse

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NEW, FROM_FILE = "/segmentations/new/", "/segmentations/new/file/"
COMPANY_VALUE = "/segmentations/new/scheme/company-value/"


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


def a_file(text: str | bytes, name: str = "model.yaml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def upload(client: Client, path: str, text: str | bytes, status: int = 200, name: str = "model.yaml") -> Element:
    answer = client.post(path, {"file": a_file(text, name)})
    assert answer.status_code == status
    return parse(answer.content.decode())


def plan(shown: Element) -> Element:
    return shown.one("form", "plan")


def heads(shown: Element) -> list[str]:
    return [head.text for head in plan(shown).every("h2") + plan(shown).every("span", "card-title")]


def agreed(shown: Element) -> list[str]:
    boxes = [box for box in plan(shown).every("input") if box.attributes["name"] == "agreed"]
    assert all("checked" in box.attributes for box in boxes)
    return [box.attributes["value"] for box in boxes]


def only() -> int:
    (made,) = list_segmentations()
    return made.id


def test_a_scheme_shows_what_it_takes_and_makes_nothing_yet(client: Client) -> None:
    before = Field.objects.count()
    shown = parse(client.get(COMPANY_VALUE).content.decode())
    assert heads(shown) == ["Known here already", "These questions are new", "These figures are new"]
    assert agreed(shown) == ["potential", "autonomy", "won_value", "won_deals"]
    lines = [line.text for line in plan(shown).every("ul", "plan-list")[0].every("li")]
    assert lines == [
        "Yearly potential Money",
        "Decides here One of a list · Full autonomy, Shared, Head office decides",
    ]
    metric = plan(shown).every("ul", "plan-list")[1].every("li")[0].text
    assert metric == "Won value, last year Deals · Sum: Value · State: won · within 365 days"
    assert "Latest won deal is “Last won deal” here" in plan(shown).text
    assert (Field.objects.count(), list_segmentations()) == (before, ())


def test_what_is_agreed_to_is_made_and_the_draft_opens(client: Client) -> None:
    answer = client.post(COMPANY_VALUE, {"agreed": ["potential", "won_value", "won_deals"]})
    assert answer.headers["Location"] == f"/segmentations/{only()}/draft/parameters/"
    model = get_draft(only()).model
    assert (len(model.axes[0].parameters), find_problems(model)) == (5, [])
    assert not Field.objects.filter(label="Decides here").exists()
    page = parse(client.get(answer.headers["Location"]).content.decode())
    assert page.every("div", "message-text")[0].text == "3 fields were made."


def test_a_scheme_for_the_other_kind(client: Client) -> None:
    assert heads(parse(client.get("/segmentations/new/scheme/rfm/?kind=person").content.decode())) == [
        "Known here already"
    ]
    client.post("/segmentations/new/scheme/rfm/?kind=person")
    assert [spec.kind for spec in list_segmentations()] == [Kind.PERSON]
    assert client.get("/segmentations/new/scheme/rfm/?kind=planet").status_code == 404


def test_a_file_is_shown_before_anything_is_made_and_carried_on(client: Client) -> None:
    shown = upload(client, FROM_FILE, scheme_text("company-value"))
    assert agreed(shown) == ["potential", "autonomy", "won_value", "won_deals"]
    assert list_segmentations() == ()
    carried = next(box for box in plan(shown).every("input") if box.attributes["name"] == "model")
    answer = client.post(FROM_FILE, {"model": carried.attributes["value"], "agreed": agreed(shown)})
    assert answer.status_code == 302
    made = get_draft(only()).model
    assert [axis.bands for axis in made.axes] == [axis.bands for axis in read_scheme("company-value").axes]


def test_everything_wrong_in_a_file_is_said_with_its_place_and_nothing_is_made(client: Client) -> None:
    wrong = (
        scheme_text("revenue-tier").replace("points: [1, 2, 3, 4]", "points: [1, 2, x]").replace("from: 2", "from: 9")
    )
    shown = upload(client, FROM_FILE, wrong, status=422, name="<b>tiers.yaml")
    alert = shown.one("div", "alert-danger")
    assert alert.one("p").text.startswith("<b>tiers.yaml has 2 problems, so nothing was made.")
    places = [(line.one("strong").text, line.one("code").text) for line in alert.every("li")]
    lines = [1 + wrong[: wrong.index(part)].count("\n") for part in ("[1, 2, x]", "from: 3")]
    assert places == [
        (f"Line {lines[0]}", "parameters[0].ranges.points[2]"),
        (f"Line {lines[1]}", "bands.segments[3].from"),
    ]
    assert list_segmentations() == ()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00", "This is no text in UTF-8. Choose a YAML or JSON file."),
        (b"a" * 1_000_001, "The file is larger than 1 MB. Is it a model file?"),
    ],
)
def test_what_is_no_model_file_is_said_beside_it(client: Client, content: bytes, sentence: str) -> None:
    assert upload(client, FROM_FILE, content, status=422).one("div", "invalid-feedback").text == sentence


def test_no_file_at_all_is_said_too(client: Client) -> None:
    assert client.post(FROM_FILE, {}).status_code == 422
    assert client.post(FROM_FILE, {"model": "no model"}).status_code == 422


def test_many_problems_are_counted_and_the_first_shown(client: Client) -> None:
    bands = "".join(f"    - {{name: N{number}, from: {101 + number}}}\n" for number in range(1, 49))
    text = scheme_text("revenue-tier").split("  segments:")[0] + f"  segments:\n    - {{name: N0}}\n{bands}"
    text = text.replace("scale: points", "scale: percent")
    wrong = upload(client, FROM_FILE, text + "extra: 1\n" * 60, status=422)
    assert len(wrong.one("div", "alert-danger").every("li")) == 100
    assert wrong.one("div", "alert-danger").every("p")[-1].text == "The first 100 are shown."


def test_a_field_that_cannot_be_made_is_said_and_nothing_else_is(client: Client) -> None:
    model = read_scheme("revenue-tier")
    field = replace(model.fields[0], key="weight", label="Weight", column=None, unit="u" * 100)
    asked = replace(model.axes[0].parameters[0], field="weight")
    model = replace(model, fields=(field,), axes=(replace(model.axes[0], parameters=(asked,)),))
    answer = client.post(FROM_FILE, {"model": segmentation_json(model), "agreed": "weight"}, follow=True)
    message = parse(answer.content.decode()).every("div", "message-text")[0].text
    assert message.startswith("Nothing was made: 1 answer cannot be kept.")
    assert list_segmentations() == ()


def test_a_file_comes_into_a_draft_and_undo_brings_back_what_was_there(client: Client) -> None:
    row = create_segmentation(model=empty_model(Kind.COMPANY, "Value"), by=None, at=NOW)
    path = f"/segmentations/{row.pk}/draft/import/"
    shown = upload(client, path, scheme_text("rfm"))
    sent = {box.attributes["name"]: box.attributes["value"] for box in plan(shown).every("input")}
    assert plan(shown).one("button").text == "Put it into the draft"
    assert client.post(path, sent).headers["Location"] == f"/segmentations/{row.pk}/draft/parameters/"
    draft = get_draft(row.pk)
    assert (draft.model.name, len(draft.model.axes), draft.can_undo) == ("Value", 3, True)
    again = client.post(path, sent, follow=True)
    message = parse(again.content.decode()).every("div", "message-text")[0].text
    assert message.endswith("Read the file again to put it in the place of that.")
    assert get_draft(row.pk).version == draft.version


def test_a_segmentation_is_copied_for_the_other_kind(client: Client) -> None:
    client.post("/segmentations/new/scheme/behavioural/", {"agreed": ["replies", "purchases"]})
    path = f"/segmentations/{only()}/for-other-kind/"
    shown = parse(client.get(path).content.decode())
    assert agreed(shown) == [field.key for field in get_draft(only()).model.fields if field.title in NEW_FOR_PEOPLE]
    client.post(path, {"agreed": agreed(shown)})
    (of_people,) = list_segmentations(Kind.PERSON)
    assert len(get_draft(of_people.id).model.axes[0].parameters) == 5


NEW_FOR_PEOPLE = ("Share of contacts from the customer", "Purchases, last year")


def test_the_page_of_all_ways_to_begin(client: Client) -> None:
    create_segmentation(model=empty_model(Kind.PERSON, "Fans"), by=None, at=NOW)
    shown = parse(client.get(f"{NEW}?kind=company").content.decode())
    assert [head.text for head in shown.one("main").every("h2")] == [
        "From nothing",
        "From a model file",
        "As a copy of another",
        "From a ready scheme",
    ]
    assert shown.section("As a copy of another").one("a").text == "Fans (people)"
    named = client.post("/segmentations/new/empty/", {"kind": "person", "name": "Friends"})
    assert named.status_code == 302
    assert sorted(spec.name for spec in list_segmentations()) == ["Fans", "Friends"]
    assert client.post("/segmentations/new/empty/", {"kind": "company", "name": "x" * 300}).status_code == 302
    assert client.post("/segmentations/new/empty/", {"kind": ""}).status_code == 404
