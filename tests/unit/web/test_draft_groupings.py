"""The wizard of groupings: which range gives which segment is chosen, and nothing speaks of points or scores."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services.drafts import change_draft
from satsuma.domain.grouping import given_segments, is_grouping
from satsuma.domain.model import Groups, Parameter, Segmentation
from satsuma.schemes import read_scheme
from satsuma.web.forms.draft_segments import read_names
from satsuma.web.forms.drafts import Reading, read_parameters
from satsuma.web.pages.draft_card_making import CardFacts, cards
from satsuma.web.pages.draft_groupings import segment_choices
from satsuma.web.pages.draft_names import names_page
from support.draft_specs import draft_of
from support.groupings import nps_draft, spoken_of_points
from support.html_forms import posted, sent_form
from support.html_page import parse
from support.models import by_range, field, plain
from support.sales import NOW


def drafted(key: str, *ids: int | None) -> DraftSpec:
    draft = draft_of(read_scheme(key))
    return replace(draft, segment_ids=ids or draft.segment_ids)


def controls(draft: DraftSpec) -> list[tuple[str, str]]:
    """What the first step's form sends."""
    facts = CardFacts(
        draft.fields, {}, segments=segment_choices(draft.model, draft.segment_ids), given=given_segments(draft.model)
    )
    (card,) = cards(draft.model.axes[0], 0, facts)
    return sent_form(f'<form id="wizard">{render_to_string("drafts/card.html", {"card": card})}</form>', "wizard")


def read(draft: DraftSpec, *, makes: bool = True, **changes: str) -> Reading:
    return read_parameters(posted(controls(draft), **changes), draft, 0, makes=makes)


def given_names(model: Segmentation) -> list[str]:
    assert is_grouping(model)
    return [model.segments[place].name for place in given_segments(model)]


@pytest.mark.parametrize("key", ["revenue-tier", "plan-tier", "product", "industry", "geographic", "nps"])
@pytest.mark.parametrize("ids", [(), (9, 8, 7, 6, 5, 4, 3)])
def test_what_the_page_shows_says_the_same_draft(key: str, ids: tuple[int, ...]):
    count = len(read_scheme(key).segments)
    draft = drafted(key, *ids[:count])
    found = read(draft)
    assert (found.model, found.segment_ids, found.slips) == (draft.model, draft.segment_ids, {})
    html = render_to_string("drafts/segments.html", {"page": names_page(draft, draft.model)})
    again = read_names(posted(sent_form(f'<form id="wizard">{html}</form>', "wizard")), draft)
    assert (replace(again.model, axes=draft.model.axes), again.slips) == (draft.model, {})
    assert given_segments(again.model) == given_segments(draft.model)


def test_choosing_a_segment_sets_the_points_behind_it():
    draft = drafted("nps", 4, 5, 6, None)
    found = read(draft, nps__segment__1="5~Detractor", nps__segment__missing="~Promoter")
    assert found.model.axes[0].parameters == (by_range("nps", [7, 9], [1, 1, 3], no_data=3),)
    assert (found.model.axes[0].bands, found.segment_ids) == (draft.model.axes[0].bands, (4, 5, 6, None))


@pytest.mark.parametrize("chosen", ["", "99~Gone", "~Gone", "5", "new", "1~", "\0~"])
def test_what_is_no_segment_changes_nothing(chosen: str):
    draft = drafted("nps", 4, 5, 6, 7)
    found = read(draft, makes=False, nps__segment__1=chosen)
    assert found.model == (draft.model if chosen != "5" else read(draft, nps__segment__1="5~x").model)


def test_new_segments_are_made_by_the_button_and_called_after_their_ranges():
    draft = drafted("nps", 4, 5, 6, 7)
    found = read(draft, nps__segment__2="new", nps__segment__missing="new")
    assert given_names(found.model) == ["Detractor", "Passive", "9–10", "No data"]
    assert found.segment_ids == (4, 5, 6, 7, None, None)
    assert read(draft, makes=False, nps__segment__2="new").model == draft.model
    industry = read(drafted("industry"), **{"industry.segment.2".replace(".", "__"): "new"})
    assert given_names(industry.model)[2] == "Finance, banking, insurance"


def test_a_new_segment_puts_odd_points_right():
    odd = plain([field("nps")], [by_range("nps", [7], [4, 0])], {"Low": None, "Middle": 2, "High": 4})
    found = read(draft_of(odd), nps__segment__0="new")
    assert given_names(found.model) == ["Under 7", "Low", "Low"]
    assert found.model.axes[0].parameters == (by_range("nps", [7], [3, 0]),)


def test_a_form_that_somebody_has_overtaken_means_the_same_segments():
    """They have taken Passive away, and put another segment below all others."""
    mine = drafted("nps", 4, 5, 6, 7)
    theirs_model = plain(
        [field("nps", "rating", minimum=0, maximum=10)],
        [by_range("nps", [7, 9], [2, 2, 3], no_data=1)],
        {"Unasked": None, "No answer": 1, "Detractor": 2, "Promoter": 3},
    )
    theirs = replace(mine, model=theirs_model, segment_ids=(None, 4, 5, 7), version=2)
    sent = posted(controls(mine), nps__segment__missing="7~Promoter")
    found = read_parameters(sent, theirs, 0, makes=True)
    assert given_names(found.model) == ["Detractor", "Passive", "Promoter", "Promoter"]
    assert found.segment_ids == (None, 4, 5, 7, 6)


def test_a_form_of_a_grouping_says_points_where_a_second_parameter_came_meanwhile():
    mine = drafted("nps", 4, 5, 6, 7)
    asked = (*mine.model.axes[0].parameters, by_range("size", [10], [0, 5]))
    model = replace(mine.model, axes=(replace(mine.model.axes[0], parameters=asked),))
    theirs = replace(mine, model=model, version=2)
    found = read_parameters(posted(controls(mine), nps__segment__0="7~Promoter"), theirs, 0, makes=True)
    assert found.model.axes[0].parameters == (by_range("nps", [7, 9], [3, 2, 3]), asked[1])
    assert found.model.axes[0].bands == mine.model.axes[0].bands


def test_names_of_an_overtaken_form_go_to_their_own_segments():
    """They have moved Passive below Detractor, and taken Promoter away."""
    mine = drafted("nps", 4, 5, 6, 7)
    theirs_model = plain(
        [field("nps", "rating", minimum=0, maximum=10)],
        [by_range("nps", [7, 9], [2, 1, 2], no_data=0)],
        {"No answer": None, "Passive": 1, "Detractor": 2},
    )
    theirs = replace(mine, model=theirs_model, segment_ids=(4, 6, 5), version=2)
    html = render_to_string("drafts/segments.html", {"page": names_page(mine, mine.model)})
    sent = posted(sent_form(f'<form id="wizard">{html}</form>', "wizard"), s__1__name="Critics")
    found = read_names(sent, theirs)
    assert [segment.name for segment in found.model.segments] == ["No answer", "Critics", "Passive", "Promoter"]
    assert (found.segment_ids, given_names(found.model)) == (
        (4, 5, 6, 7),
        ["Critics", "Passive", "Critics", "No answer"],
    )


# In the installation --------------------------------------------------------------------------------------------------

db = pytest.mark.django_db


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


@pytest.fixture
def begun(manager: User) -> int:
    return nps_draft(manager)


def token(segmentation_id: int) -> str:
    return get_draft(segmentation_id).model.axes[0].parameters[0].field


def filled(client: Client, url: str, **changes: str) -> dict[str, list[str]]:
    data: dict[str, list[str]] = {}
    for name, value in sent_form(client.get(url).content.decode(), "wizard"):
        data.setdefault(name, []).append(value)
    return data | {name.replace("__", "."): [value] for name, value in changes.items()}


def press(client: Client, begun: int, step: str, action: str, **changes: str) -> str:
    url = reverse(step, args=[begun])
    answer = client.post(url, filled(client, url, action=action, **changes))
    assert answer.status_code == 302
    return answer["Location"]


@db
@pytest.mark.parametrize("step", ["draft_parameters", "draft_names", "draft_publish", "draft_moving"])
def test_no_step_speaks_of_points(client: Client, begun: int, step: str):
    html = client.get(f"{reverse(step, args=[begun])}?way=new").content.decode()
    assert spoken_of_points(html) == []
    assert "Promoter" in html


@db
def test_the_first_step_has_a_select_for_each_line(client: Client, begun: int):
    html = client.get(reverse("draft_parameters", args=[begun])).content.decode()
    sent = dict(sent_form(html, "wizard"))
    key = token(begun)
    assert {name: value for name, value in sent.items() if name.startswith(f"{key}.") and "segment" in name} == {
        f"{key}.segment.0": "~Detractor",
        f"{key}.segment.1": "~Passive",
        f"{key}.segment.2": "~Promoter",
        f"{key}.segment.missing": "~No answer",
    }
    assert [name for name in sent if "points" in name or "relevance" in name or name.startswith("b.")] == []


@db
def test_segments_are_chosen_and_made_without_a_script(client: Client, begun: int):
    key = token(begun)
    press(client, begun, "draft_parameters", "save", **{f"{key}__segment__missing": "~Passive"})
    assert given_names(get_draft(begun).model) == ["Detractor", "Passive", "Promoter", "Passive"]
    press(client, begun, "draft_parameters", "save", **{f"{key}__segment__1": "new"})
    assert given_names(get_draft(begun).model) == ["Detractor", "7–8", "Promoter", "Passive"]
    press(client, begun, "draft_parameters", f"add-range:{key}")
    press(client, begun, "draft_parameters", "save", **{f"{key}__from__3": "10"})
    model = get_draft(begun).model
    assert given_names(model) == ["Detractor", "7–8", "Promoter", "Segment 6", "Passive"]
    press(client, begun, "draft_parameters", f"remove-range:{key}:3")
    assert given_names(get_draft(begun).model) == ["Detractor", "7–8", "Promoter", "Passive"]
    assert len(get_draft(begun).segment_ids) == 5
    client.post(reverse("draft_undo", args=[begun]), {"version": get_draft(begun).version, "back": ""})
    assert get_draft(begun).model == model


@db
def test_ranges_are_suggested_for_the_segments_there_are(client: Client, begun: int):
    press(client, begun, "draft_parameters", f"suggest:{token(begun)}")
    assert set(given_names(get_draft(begun).model)) <= {"Detractor", "Passive", "Promoter", "No answer"}


@db
def test_the_script_saves_a_choice_and_no_segment_by_halves(client: Client, begun: int):
    key, url = token(begun), reverse("draft_parameters", args=[begun])
    data = filled(client, url, **{f"{key}__segment__0": "new", f"{key}__segment__1": "~Promoter"})
    answer = json.loads(client.post(f"{url}saved/", data, headers={"HX-Request": "true"}).content)
    assert (answer["live"], "data-threshold" in answer["preview"]) == (None, False)
    assert given_names(get_draft(begun).model) == ["Detractor", "Promoter", "Promoter", "No answer"]
    data = filled(client, url, action="save", **{f"{key}__segment__0": "new"})
    answer = json.loads(client.post(url, data, headers={"HX-Request": "true"}).content)
    assert given_names(get_draft(begun).model) == ["0–6", "Promoter", "Promoter", "No answer"]
    assert "~0–6" in answer["cards"]


@db
def test_a_second_parameter_makes_it_an_ordinary_one_and_back(client: Client, begun: int, manager: User):
    before = get_draft(begun)
    asked = before.model.axes[0].parameters
    more = replace(before.model.axes[0], parameters=(*asked, by_range("employees", [50], [0, 5], relevance=4)))
    change_draft(
        segmentation_id=begun,
        version=before.version,
        model=replace(before.model, axes=(more,)),
        segment_ids=before.segment_ids,
        by=manager,
        at=NOW,
    )
    html = client.get(reverse("draft_parameters", args=[begun])).content.decode()
    assert dict(sent_form(html, "wizard"))[f"{token(begun)}.points.2"] == "3"
    assert "Relevance" in html
    press(client, begun, "draft_parameters", "remove:employees")
    assert get_draft(begun).model == before.model
    assert "Relevance" not in client.get(reverse("draft_parameters", args=[begun])).content.decode()


@db
def test_names_come_go_and_move_with_what_gives_them(client: Client, begun: int):
    rows = _ranges(client, begun)
    assert rows == {"Promoter": "9–10", "Passive": "7–8", "Detractor": "0–6", "No answer": "no data"}
    press(client, begun, "draft_names", "add-segment", s__3__name="Fans")
    press(client, begun, "draft_names", "remove-segment:2")
    press(client, begun, "draft_names", "segment-up:1")
    assert _ranges(client, begun) == {
        "Segment 5": "No range gives it yet.",
        "Detractor": "0–6 · 7–8",
        "Fans": "9–10",
        "No answer": "no data",
    }
    page = client.get(reverse("draft_publish", args=[begun])).content.decode()
    assert "No range gives “Segment 5”, so nobody can be in it." in page


def _ranges(client: Client, begun: int) -> dict[str, str]:
    page = parse(client.get(reverse("draft_names", args=[begun])).content.decode())
    return {
        row.one("div", "wizard-segment-name").one("input").attributes["value"]: row.one(
            "p", "wizard-segment-ranges"
        ).text.removeprefix("Given by: ")
        for row in page.every("li", "wizard-segment")
    }


@db
def test_what_could_not_be_read_moves_with_its_segment(client: Client, begun: int):
    url = reverse("draft_names", args=[begun])
    answer = client.post(url, filled(client, url, action="segment-up:1", s__1__name=" "))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert dict(sent_form(html, "wizard"))["s.2.name"] == " "
    assert 'id="w-s-2-name-problem">Enter a name.<' in html


def test_answers_of_a_form_of_something_else_do_no_harm():
    model = plain([field("size")], [by_range("size", [1], [0, 5])], {"Low": None, "High": 3})
    post = QueryDict("version=1&end=yes&card=size&size.head=1&size.on=1&size.segment.0=~High&size.segment.1=9~Low")
    found = read_parameters(post, replace(draft_of(model), version=2), 0, makes=True)
    assert found.model.axes[0].parameters == (by_range("size", [1], [3, 2]),)
    assert isinstance(found.model.axes[0].parameters[0], Parameter)
    assert not isinstance(found.model.axes[0].parameters[0].ranges, Groups)
