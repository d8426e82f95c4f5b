"""The wizard's first two steps without scripts, and what its script is told: saving, buttons, conflicts, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Field, Option
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.axes import with_axis_added
from satsuma.app.segmentation.models import Exemption
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, empty_model
from satsuma.domain.model import (
    AgeRanges,
    Group,
    Groups,
    Kind,
    NumericRanges,
    Parameter,
    Segmentation,
    YesNo,
)
from support.html_forms import sent_form
from support.html_page import parse
from support.sales import NOW, create_company, create_sale

pytestmark = pytest.mark.django_db
EMPLOYEES = Parameter("employees", 5, NumericRanges((50, 100), (0, 5, 10)))


@pytest.fixture
def begun(manager: User) -> int:
    """A draft that asks for employees, over four companies of 40, 80, 120 and nobody knows how many."""
    create_defaults(at=NOW)
    for name, employees in (("A", 40), ("B", 80), ("C", 120), ("D", None)):
        Contact.objects.filter(pk=create_company(name).pk).update(employees=employees)
    return create_segmentation(model=of(EMPLOYEES), by=manager, at=NOW).pk


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    return client_of("manager")


def of(*parameters: Parameter) -> Segmentation:
    model = empty_model(Kind.COMPANY, "Company value")
    return replace(model, axes=(replace(model.axes[0], parameters=parameters),))


def saved(segmentation_id: int) -> Segmentation:
    return get_draft(segmentation_id).model


def parameters(segmentation_id: int, axis: int = 0) -> tuple[Parameter, ...]:
    return saved(segmentation_id).axes[axis].parameters


def address(name: str, segmentation_id: int, axis: int | None = None) -> str:
    url = reverse(name, args=[segmentation_id])
    return url if axis is None else f"{url}?axis={axis}"


def filled(client: Client, url: str, **changes: str) -> dict[str, list[str]]:
    """The page's form as a browser sends it, some answers changed; names with `__` stand for those with points."""
    data: dict[str, list[str]] = {}
    for name, value in sent_form(client.get(url).content.decode(), "wizard"):
        data.setdefault(name, []).append(value)
    return data | {name.replace("__", "."): [value] for name, value in changes.items()}


def test_the_page_shows_ranges_points_and_customers(client: Client, begun: int):
    html = client.get(address("draft_parameters", begun)).content.decode()
    counts = [html.partition(f'id="w-employees-{line}-count">')[2].partition("<")[0] for line in LINES]
    assert counts == ["1", "1", "1", "1"]
    assert "Medium · 5" in html
    assert "4 customers" in html


LINES = ("points-0", "points-1", "points-2", "missing")


def test_what_was_typed_is_saved_with_the_button(client: Client, begun: int):
    url = address("draft_parameters", begun, 0)
    answer = client.post(url, filled(client, url, employees__to__0="60", name="Worth", action="save"))
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert parameters(begun)[0].ranges == NumericRanges((60, 100), (0, 5, 10))
    assert saved(begun).name == "Worth"


def test_what_cannot_be_read_is_shown_again_beside_its_sentence(client: Client, begun: int):
    url = address("draft_parameters", begun, 0)
    answer = client.post(url, filled(client, url, employees__points__1="five", action="next"))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="five"' in html
    assert ">Enter a number, such as 1234.5.<" in html
    assert parameters(begun) == (EMPLOYEES,)
    assert client.post(url, filled(client, url, action="next"))["Location"] == address("draft_names", begun)


def test_a_form_that_did_not_come_whole_changes_nothing(client: Client, begun: int):
    url = address("draft_parameters", begun, 0)
    data = filled(client, url, employees__points__1="7")
    del data["end"]
    assert client.post(url, data).status_code == 422
    assert parameters(begun) == (EMPLOYEES,)


def press(client: Client, begun: int, action: str, axis: int = 0, **changes: str) -> str:
    url = address("draft_parameters", begun, axis)
    answer = client.post(url, filled(client, url, action=action, **changes))
    assert answer.status_code == 302
    return answer["Location"].removeprefix(reverse("draft_parameters", args=[begun]))


def test_ranges_and_parameters_come_go_and_move(client: Client, begun: int):
    assert press(client, begun, "add-range:employees") == "?axis=0&open=employees#card-employees"
    assert parameters(begun)[0].ranges == NumericRanges((50, 100, 150), (0, 5, 10, 15))
    press(client, begun, "remove-range:employees:0", employees__points__3="20")
    assert parameters(begun)[0].ranges == NumericRanges((100, 150), (5, 10, 20))
    client.post(address("draft_parameter_add", begun), {"field": "country"})
    assert [found.field for found in parameters(begun)] == ["employees", "country"]
    press(client, begun, "up:country")
    assert [found.field for found in parameters(begun)] == ["country", "employees"]
    press(client, begun, "down:country")
    press(client, begun, "remove:employees")
    assert [found.field for found in parameters(begun)] == ["country"]
    press(client, begun, "remove:gone")
    press(client, begun, "add-range:gone")
    press(client, begun, "remove-range:country:x")
    press(client, begun, "dance:country")
    assert [found.field for found in parameters(begun)] == ["country"]


def test_ranges_are_suggested_from_what_companies_have(client: Client, begun: int):
    for number in range(1, 40):
        Contact.objects.filter(pk=create_company(f"More {number}").pk).update(employees=number * number)
    press(client, begun, "suggest:employees")
    found = parameters(begun)[0]
    assert isinstance(found.ranges, NumericRanges)
    assert (len(found.ranges.points), found.relevance) == (5, 5)
    assert found.ranges != EMPLOYEES.ranges


def told(client: Client, begun: int, **changes: str) -> dict[str, object]:
    """The answer to the page's script when so much was changed."""
    data = {"version": get_draft(begun).version, "end": "yes", "card": "employees", "employees.rows": "3"}
    data |= {name.replace("__", "."): value for name, value in changes.items()}
    url = address("draft_parameters_saved", begun, 0)
    answer = client.post(url, data, headers={"HX-Request": "true"})
    return {"status": answer.status_code, **answer.json()}


def test_the_script_is_told_what_follows(client: Client, begun: int):
    answer = told(client, begun, employees__to__0="90")
    assert (answer["status"], answer["version"]) == (200, get_draft(begun).version)
    assert answer["counts"] == {
        "w-employees-points-0": ["2", 100],
        "w-employees-points-1": ["0", 0],
        "w-employees-points-2": ["1", 50],
        "w-employees-missing": ["1", 50],
    }
    assert set(answer["problems"].values()) == {""}  # type: ignore[attr-defined]
    assert answer["notes"] == {"wizard-notes": [], "problems-employees": []}
    assert "VIP" in str(answer["preview"])
    assert "Draft saved" in str(answer["saved"])
    live = answer["live"]
    assert isinstance(live, dict)
    (axis,) = live["axes"]
    assert (live["customers"], axis["scores"], axis["edges"]) == ([3, 1], [0, 50], [20, 30, 40])
    odd = told(client, begun, employees__points__0="x", employees__from__2="10")
    problems = odd["problems"]
    assert isinstance(problems, dict)
    assert (problems["w-employees-points-0"], problems["w-employees-from-2"]) == (
        "Enter a number, such as 1234.5.",
        "Each range must begin above the one before it.",
    )
    assert ("Not everything is saved" in str(odd["saved"]), odd["live"]) == (True, None)
    assert "There is 1 problem." in str(odd["preview"])
    assert 'open=employees#card-employees" data-wizard-leaves>Employees</a>: Each range' in str(odd["preview"])


def test_quick_changes_are_one_step(client: Client, begun: int):
    for text in ("6", "60", "600"):
        told(client, begun, employees__points__2=text)
    client.post(address("draft_undo", begun), {"version": get_draft(begun).version})
    assert parameters(begun) == (EMPLOYEES,)
    back = address("draft_names", begun)
    answer = client.post(address("draft_redo", begun), {"version": get_draft(begun).version, "back": back})
    assert (answer["Location"], parameters(begun)[0].ranges) == (back, NumericRanges((50, 100), (0, 5, 600)))
    elsewhere = client.post(
        address("draft_undo", begun), {"version": get_draft(begun).version, "back": "https://example.com/"}
    )
    assert elsewhere["Location"] == address("draft_parameters", begun)


def change_by(user: User, begun: int, model: Segmentation) -> None:
    draft = get_draft(begun)
    change_draft(
        segmentation_id=begun,
        version=draft.version,
        model=model,
        segment_ids=draft.segment_ids,
        by=user,
        at=NOW,
    )


def test_two_editors_see_both_drafts_and_lose_neither(client: Client, administrator: User, begun: int):
    url = address("draft_parameters", begun, 0)
    mine = filled(client, url, employees__points__0="3", action="save")
    theirs = Parameter("country", 5, Groups((Group(("PL",), 5),)))
    change_by(administrator, begun, of(theirs))
    answer = client.post(url, mine)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Administrator Example has changed this draft in the meantime." in html
    assert parameters(begun) == (theirs,)
    again: dict[str, list[str]] = {}
    for name, value in sent_form(html.replace('method="post" action="/segm', 'id="mine" action="/segm'), "mine"):
        again.setdefault(name, []).append(value)
    assert client.post(url, {**again, "keep": "theirs"}).status_code == 302
    assert (parameters(begun), get_draft(begun).can_redo) == ((theirs,), True)
    client.post(address("draft_redo", begun), {"version": get_draft(begun).version})
    kept = replace(EMPLOYEES, ranges=NumericRanges((50, 100), (3, 5, 10)))
    assert parameters(begun) == (kept, theirs)
    client.post(address("draft_undo", begun), {"version": get_draft(begun).version})
    assert parameters(begun) == (theirs,)


def test_the_script_gets_a_dialog_instead(client: Client, administrator: User, begun: int):
    change_by(administrator, begun, of(replace(EMPLOYEES, relevance=9)))
    answer = told(client, begun, version="1", employees__points__0="3")
    assert answer["status"] == 409
    assert "Keep mine" in str(answer["conflict"])
    assert parameters(begun) == (replace(EMPLOYEES, relevance=9),)


def test_an_outdated_page_is_told_so_and_changes_nothing(client: Client, administrator: User, begun: int):
    change_by(administrator, begun, of(replace(EMPLOYEES, relevance=9)))
    sentence = "Administrator Example has changed this draft in the meantime."
    undone = client.post(address("draft_undo", begun), {"version": "1"}, follow=True)
    added = client.post(address("draft_parameter_add", begun), {"version": "1", "field": "country"}, follow=True)
    said = {"version": "1", "label": "Who decides", "type": "yes_no"}
    made = client.post(address("draft_parameter_make", begun), said)
    assert [sentence in answer.content.decode() for answer in (undone, added, made)] == [True, True, True]
    assert 'value="Who decides"' in made.content.decode()
    assert (parameters(begun), Field.objects.filter(label="Who decides").count()) == (
        (replace(EMPLOYEES, relevance=9),),
        0,
    )


def test_a_field_is_added_with_ranges_for_it(client: Client, begun: int):
    create_sale(Contact.objects.get(name="A"), "Rollout", value=Decimal(900), stage="won")
    page = client.get(address("draft_parameter_new", begun)).content.decode()
    assert ('value="country"' in page, 'value="employees"' in page) == (True, False)
    won = Field.objects.get(label="Last won deal", kind="company")
    answer = client.post(address("draft_parameter_add", begun, 0), {"field": won.key})
    assert answer["Location"] == f"{address('draft_parameters', begun, 0)}&open={won.key}#card-{won.key}"
    assert isinstance(parameters(begun)[1].ranges, AgeRanges)
    refused = client.post(address("draft_parameter_add", begun), {"field": won.key}, follow=True)
    assert "This field is asked for already." in refused.content.decode()
    assert client.post(address("draft_parameter_add", begun), {"field": "gone"}).status_code == 404
    assert len(parameters(begun)) == 2


def test_a_new_field_becomes_a_question_on_the_form(client: Client, begun: int):
    url = address("draft_parameter_make", begun, 0)
    said = {"label": "Who decides", "type": "choice", "help": "Ask the buyer"}
    refused = client.post(url, {**said, "options": " \n"})
    assert refused.status_code == 422
    assert ("Enter at least one option." in refused.content.decode(), "Ask the buyer" in refused.content.decode()) == (
        True,
        True,
    )
    client.post(url, {**said, "options": "Board\nBuyer"})
    field = Field.objects.get(label="Who decides")
    assert (field.on_form, field.help, field.section.key) == (True, "Ask the buyer", "segmentation")  # type: ignore[union-attr]
    keys = list(Option.objects.filter(field=field).order_by("position").values_list("key", flat=True))
    assert parameters(begun)[1].ranges == Groups((Group((keys[0],), 0), Group((keys[1],), 0)))
    form = client.get(reverse("company_new")).content.decode()
    assert ("Who decides" in form, "For segmentation" in form) == (True, True)
    client.post(url, {"label": "Has a board", "type": "yes_no"})
    assert parameters(begun)[2].ranges == YesNo(10, 0)
    taken = client.post(url, {"label": "Has a board", "type": "yes_no"})
    assert (taken.status_code, len(parameters(begun))) == (422, 3)


def test_axes_come_and_go(client: Client, begun: int):
    assert press(client, begun, "add-axis") == "?axis=1"
    assert [axis.name for axis in saved(begun).axes] == ["Score", "Axis 2"]
    client.post(address("draft_parameter_add", begun, 1), {"field": "employees"})
    press(client, begun, "save", axis=1, **{"axis-name": "Fit"})
    assert [axis.name for axis in saved(begun).axes] == ["Score", "Fit"]
    assert [found.field for found in parameters(begun, 1)] == ["employees"]
    assert press(client, begun, "remove-axis", axis=0) == "?axis=0"
    assert [axis.name for axis in saved(begun).axes] == ["Score"]
    assert [segment.name for segment in saved(begun).segments] == ["Low", "High"]


def name_page(client: Client, begun: int, action: str, **changes: str) -> int:
    url = address("draft_names", begun)
    return client.post(url, filled(client, url, action=action, **changes)).status_code


def test_segments_are_named_added_and_removed(client: Client, begun: int):
    assert name_page(client, begun, "add-segment", s__3__name="Best") == 302
    assert [(band.name, band.edge) for band in saved(begun).axes[0].bands] == [
        ("Average", None),
        ("Segment 5", 20),
        ("Good", 40),
        ("Super", 60),
        ("Best", 80),
    ]
    name_page(client, begun, "remove-segment:2")
    name_page(client, begun, "scale:0:points", b__0__2__from="70")
    assert [(band.name, band.edge) for band in saved(begun).axes[0].bands] == [
        ("Average", None),
        ("Segment 5", 10),
        ("Super", 35),
        ("Best", 40),
    ]
    assert name_page(client, begun, "next", s__1__name=" ") == 422
    assert name_page(client, begun, "scale:7:points") == 302
    assert name_page(client, begun, "scale:0:miles") == 302
    before = saved(begun)
    for of_several_axes in ("add-band:0", "remove-band:0:1", "add-rule", "remove-rule:0"):
        assert name_page(client, begun, of_several_axes) == 302
    assert saved(begun) == before


def test_levels_and_rules_of_three_axes(client: Client, begun: int, manager: User):
    draft = get_draft(begun)
    model, ids = with_axis_added(*with_axis_added(draft.model, draft.segment_ids))
    change_by(manager, begun, model)
    assert ids == draft.segment_ids
    for action in (
        "add-band:1",
        "remove-band:1:0",
        "add-rule",
        "rule-up:3",
        "rule-down:0",
        "remove-rule:2",
        "add-band:9",
    ):
        assert name_page(client, begun, action) == 302
    found = saved(begun)
    assert [band.name for band in found.axes[1].bands] == ["Level 3", "High"]
    assert [rule.segment for rule in found.rules] == ["Super", "VIP", "Good", "Average"][: len(found.rules)]
    assert name_page(client, begun, "remove-rule:99") == 302


def test_a_draft_is_tried_on_a_customer(client: Client, begun: int):
    url = address("draft_try", begun)
    best = Contact.objects.get(name="C")
    assert "VIP" in client.get(url, {"contact": best.pk}).content.decode()
    assert client.get(url).content.decode().strip() == ""
    Exemption.objects.create(contact=best, kind=Exemption.Kind.OBJECTION, created_at=NOW)
    assert "is not scored" in client.get(url, {"contact": best.pk}).content.decode()
    told(client, begun, employees__from__2="10")
    assert "Mend what is marked first." in client.get(url, {"contact": best.pk}).content.decode()


def test_many_ranges_come_folded(client: Client, begun: int, manager: User):
    """200 parameters of 50 ranges: one is unfolded at a time, the others stay as they are."""
    Field.objects.bulk_create(
        Field(kind="company", key=f"f{number}", source="custom", type="number", label=f"Field {number}")
        for number in range(1000, 1199)
    )
    many = NumericRanges(tuple(range(1, 50)), tuple(range(50)))
    asked = tuple(Parameter(f"f{number}", 3, many) for number in range(1000, 1199))
    change_by(manager, begun, of(EMPLOYEES, *asked))
    url = f"{address('draft_parameters', begun, 0)}&open=f1001"
    data = filled(client, url, f1001__points__0="7", action="save")
    assert (len(data) < 1000, "f1000.points.0" in data, "employees.points.0" in data) == (True, False, False)
    client.post(url, data)
    found = parameters(begun)
    assert found[2].ranges == NumericRanges(many.cuts, (7, *many.points[1:]))
    assert (found[0], found[1], found[3:]) == (EMPLOYEES, asked[0], asked[2:])


def test_nobody_to_place_yet(client: Client, begun: int):
    Contact.objects.all().delete()
    assert "There is nobody to place yet." in client.get(address("draft_parameters", begun)).content.decode()
    empty = create_segmentation(model=empty_model(Kind.PERSON, "People"), by=None, at=NOW).pk
    shown = client.get(address("draft_parameters", empty)).content.decode()
    assert "What makes a customer important?" in shown
    assert "As soon as there is a parameter" in shown
    assert "problem" not in parse(shown).one("main").text
