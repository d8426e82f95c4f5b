"""The settings' pages of fields, sections and options."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact, Field, Option, Section
from satsuma.app.crm.queries import where_used
from satsuma.app.crm.queries.fields import get_field, list_sections
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.options import create_options
from satsuma.domain.model import FieldType, Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
NASTY = "\"><script>alert('1')</script>{{ 7|add:7 }}&amp;"


@pytest.fixture
def manager_at(client_of: Callable[[str], Client]) -> Client:
    """A manager's browser, in a workspace with the fields it begins with."""
    create_defaults(at=NOW)
    return client_of("manager")


def make(label: str, type_: FieldType = FieldType.NUMBER, *options: str, kind: Kind = Kind.COMPANY) -> FieldSpec:
    return create_field(kind=kind, draft=FieldDraft(label, type_), options=options, at=NOW)


def company(**facts: object) -> Contact:
    return Contact.objects.create(
        kind="company", name="Acme", name_folded="acme", created_at=NOW, updated_at=NOW, **facts
    )


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


def answers(**changes: object) -> dict[str, object]:
    section = Section.objects.get(kind="company", key="general").pk
    return {"label": "Fleet", "type": "number", "section": section, "minimum": 0, "maximum": 10, **changes}


# The list -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_each_kind_its_own_fields(manager_at: Client) -> None:
    make("Fleet size")
    make("On the board", FieldType.YES_NO, kind=Kind.PERSON)

    companies = manager_at.get(reverse("field_list", args=["company"])).content.decode()
    people = manager_at.get(reverse("field_list", args=["person"])).content.decode()

    assert ("Fleet size" in companies, "On the board" in companies) == (True, False)
    assert ("Fleet size" in people, "On the board" in people) == (False, True)
    assert manager_at.get(reverse("fields")).headers["Location"] == reverse("field_list", args=["company"])
    assert manager_at.get("/settings/contacts/planet/fields/").status_code == 404


def test_more_fields_need_no_more_queries(manager_at: Client) -> None:
    make("First", FieldType.CHOICE, "A")
    manager_at.get(reverse("field_list", args=["company"]))  # the first visit of a session writes it
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            manager_at.get(reverse("field_list", args=["company"]))
        counts.append(len(queries))
        for more in range(10):
            make(f"Field {number} {more}", FieldType.CHOICE, "A", "B")

    assert counts[0] == counts[1] <= 18


def test_values_are_counted_apart(manager_at: Client) -> None:
    field = make("Fleet size")
    Contact.objects.bulk_create(
        Contact(kind="company", name=str(n), name_folded=str(n), values={field.key: n}, created_at=NOW, updated_at=NOW)
        for n in range(1_234)
    )

    page = manager_at.get(reverse("field_counts", args=["company"])).content.decode()

    assert f'<span id="values-{field.id}" hx-swap-oob="true">1,234 values</span>' in page
    city = get_field(Kind.COMPANY, "city").id
    assert f'<span id="values-{city}" hx-swap-oob="true"></span>' in page


def test_values_of_very_many_are_counted_when_somebody_asks(
    manager_at: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    company()
    address = reverse("field_list", args=["company"])
    assert "Count the values" not in manager_at.get(address).content.decode()

    monkeypatch.setattr(where_used, "QUICKLY_COUNTED", 0)

    assert "Count the values" in manager_at.get(address).content.decode()


# One field ----------------------------------------------------------------------------------------------------------


def test_a_field_is_added_with_its_options(manager_at: Client) -> None:
    sent = answers(label="Region", type="choice", options="North\r\n\r\n  South  \n", help="Where?", on_form="on")

    response = manager_at.post(reverse("field_new", args=["company"]), sent)

    assert response.headers["Location"] == reverse("field_list", args=["company"])
    made = get_field(Kind.COMPANY, "f1")
    assert (made.label, made.type, made.help, made.on_form, made.required) == (
        "Region",
        FieldType.CHOICE,
        "Where?",
        True,
        False,
    )
    assert [option.label for option in made.options] == ["North", "South"]


def test_what_cannot_be_kept_is_said_beside_it_and_nothing_typed_is_lost(manager_at: Client) -> None:
    sent = answers(label="industry", type="choice", options="North\nnorth", help="What I typed", maximum="x")

    response = manager_at.post(reverse("field_new", args=["company"]), sent)
    assert response.status_code == 422
    assert response.context["form"].errors == {"maximum": ["Enter a whole number."]}

    response = manager_at.post(reverse("field_new", args=["company"]), {**sent, "maximum": 10})
    assert response.status_code == 422
    assert response.context["form"].errors == {"label": ["“Industry” is there already. Enter another name."]}

    response = manager_at.post(reverse("field_new", args=["company"]), {**sent, "maximum": 10, "label": "Region"})
    assert response.context["form"].errors == {"options": ["“North” is there already. Enter another name."]}
    page = response.content.decode()
    assert "North\nnorth</textarea>" in page
    assert "What I typed</textarea>" in page
    assert not Field.objects.filter(source="custom").exists()


def test_a_field_is_changed(manager_at: Client) -> None:
    field = make("Fleet")

    response = manager_at.post(
        reverse("field_edit", args=[field.id]), answers(label="Lorries", unit="pcs", required="on")
    )

    assert response.headers["Location"] == reverse("field_list", args=["company"])
    changed = get_field(Kind.COMPANY, field.key)
    assert (changed.label, changed.unit, changed.required, changed.on_form) == ("Lorries", "pcs", True, True)


def test_a_type_that_is_fixed_is_said_on_top(manager_at: Client) -> None:
    field = make("Fleet")
    company(values={field.key: 7})

    response = manager_at.post(reverse("field_edit", args=[field.id]), answers(type="text", help="New help"))

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [
        "There are values already, so the kind of information cannot be changed. "
        "Create another field, and retire this one."
    ]
    assert "New help</textarea>" in response.content.decode()
    assert get_field(Kind.COMPANY, field.key) == field


def test_a_built_in_field_keeps_type_and_translation_whatever_is_sent(manager_at: Client) -> None:
    field = get_field(Kind.COMPANY, "employees")

    manager_at.post(reverse("field_edit", args=[field.id]), answers(label="Employees", unit="people", type="text"))

    row = Field.objects.get(id=field.id)
    assert (row.type, row.label, row.unit) == ("number", "", "")


def test_a_metric_is_edited_in_the_builder(manager_at: Client) -> None:
    metric = get_field(Kind.COMPANY, "m1").id

    assert manager_at.get(reverse("field_edit", args=[metric])).headers["Location"] == reverse(
        "metric_edit", args=[metric]
    )


def test_who_uses_a_field_is_told(manager_at: Client) -> None:
    field = make("Fleet")
    nothing = manager_at.get(reverse("field_usage", args=[field.id])).content.decode()
    company(values={field.key: 7})

    used = manager_at.get(reverse("field_usage", args=[field.id])).content.decode()

    assert "Nothing uses it, and nobody has a value." in nothing
    assert "<li>1 company has a value</li>" in used


def test_a_field_is_retired_shown_again_and_deleted(manager_at: Client) -> None:
    field = make("Fleet")

    response = manager_at.post(reverse("field_retire", args=[field.id]))
    assert said(response) == ["“Fleet” is no longer asked or shown. Its values are kept."]
    assert get_field(Kind.COMPANY, field.key).retired
    assert "Retired" in manager_at.get(reverse("field_list", args=["company"])).content.decode()

    manager_at.post(reverse("field_restore", args=[field.id]))
    assert get_field(Kind.COMPANY, field.key) == field
    manager_at.post(reverse("field_delete", args=[field.id]))
    assert not Field.objects.filter(id=field.id).exists()


def test_a_refused_deletion_says_who_uses_it_where_it_can_be_retired(manager_at: Client) -> None:
    field = make("Fleet")
    company(values={field.key: 7})

    response = manager_at.post(reverse("field_delete", args=[field.id]))

    assert response.headers["Location"] == reverse("field_edit", args=[field.id])
    assert said(response) == [
        "This field is in use: 1 company has a value. Retire it instead: it is no longer shown, and nothing is lost."
    ]


# Order --------------------------------------------------------------------------------------------------------------


def keys(kind: Kind = Kind.COMPANY) -> list[str]:
    return [field.key for field in list_sections(kind)[0].fields]


def test_a_field_moves_with_its_buttons(manager_at: Client) -> None:
    name, email, *rest = keys()
    place = reverse("field_down", args=[get_field(Kind.COMPANY, name).id])

    response = manager_at.post(place)
    assert response.headers["Location"] == reverse("field_list", args=["company"])
    assert keys() == [email, name, *rest]

    fragment = manager_at.post(place.replace("/down/", "/up/"), headers=HTMX).content.decode()
    assert keys() == [name, email, *rest]
    assert fragment.strip().startswith('<form id="order"')
    assert "<!doctype" not in fragment


def test_a_dragged_order_is_kept_whole_or_not_at_all(manager_at: Client) -> None:
    sections = list_sections(Kind.COMPANY)
    order = {f"section-{section.id}": [field.id for field in section.fields] for section in sections}
    first, second, *_others = order
    order[second] = [*order[second], order[first].pop()]
    sent = {name: ",".join(map(str, ids)) for name, ids in order.items()}
    address = reverse("field_order", args=["company"])

    assert manager_at.post(address, sent, headers=HTMX).status_code == 204
    kept = {f"section-{s.id}": [field.id for field in s.fields] for s in list_sections(Kind.COMPANY)}
    assert kept == order

    stale = manager_at.post(address, {**sent, second: "1,x,,99999999999999999999"}, headers=HTMX)
    assert (stale.status_code, stale.headers["HX-Retarget"]) == (422, "#messages")
    assert {f"section-{s.id}": [f.id for f in s.fields] for s in list_sections(Kind.COMPANY)} == order


def test_sections_are_made_renamed_ordered_and_deleted(manager_at: Client) -> None:
    manager_at.post(reverse("section_new", args=["company"]), {"label": "Social"})
    made = Section.objects.get(label="Social").pk
    refused = manager_at.post(reverse("section_edit", args=[made]), {"label": "address"})
    assert (refused.status_code, refused.context["form"].errors) == (
        422,
        {"label": ["“Address” is there already. Enter another name."]},
    )
    manager_at.post(reverse("section_edit", args=[made]), {"label": "Networks"})
    manager_at.post(reverse("section_up", args=[made]))
    labels = [section.label for section in list_sections(Kind.COMPANY)]
    assert labels == ["General", "Address", "Sales and activity", "Networks", "For segmentation"]

    reverse_order = [str(section.id) for section in reversed(list_sections(Kind.COMPANY))]
    manager_at.post(reverse("section_order", args=["company"]), {"order": ",".join(reverse_order)})
    assert [section.label for section in list_sections(Kind.COMPANY)] == labels[::-1]

    full = Section.objects.get(kind="company", key="general").pk
    assert said(manager_at.post(reverse("section_delete", args=[full]))) == [
        "There are fields in this section. Move them into another one first."
    ]
    manager_at.post(reverse("section_delete", args=[made]))
    assert not Section.objects.filter(pk=made).exists()


# Options ------------------------------------------------------------------------------------------------------------


def option_labels(field: FieldSpec) -> list[str]:
    return [option.label for option in get_field(field.kind, field.key).options]


def test_options_are_added_and_what_is_refused_stays_typed(manager_at: Client) -> None:
    field = make("Region", FieldType.CHOICE, "North")
    address = reverse("option_new", args=[field.id])

    response = manager_at.post(address, {"options": "South\nNORTH"})
    assert response.status_code == 422
    assert response.context["options_form"].errors == {"options": ["“North” is there already. Enter another name."]}
    assert "South\nNORTH</textarea>" in response.content.decode()
    assert manager_at.post(address, {"options": " "}).status_code == 422

    assert said(manager_at.post(address, {"options": "South\nWest"})) == ["2 options were added."]
    assert option_labels(field) == ["North", "South", "West"]


def test_an_option_is_renamed_in_its_place(manager_at: Client) -> None:
    field = make("Region", FieldType.CHOICE, "North", "South")
    address = reverse("option_rename", args=[Option.objects.get(label="South").pk])

    refused = manager_at.post(address, {"label": "north"}, headers=HTMX).content.decode()
    assert 'value="north"' in refused
    assert "“North” is there already. Enter another name." in refused
    assert "<!doctype" not in refused
    assert said(manager_at.post(address, {"label": ""})) == ["Enter a name."]

    manager_at.post(address, {"label": "Far south"}, headers=HTMX)
    assert option_labels(field) == ["North", "Far south"]


def test_options_are_moved_sorted_dragged_retired_and_deleted(manager_at: Client) -> None:
    field = make("Region", FieldType.CHOICE, "South", "North", "West")
    south, north, west = Option.objects.filter(field=field.id).order_by("position").values_list("pk", flat=True)

    manager_at.post(reverse("option_up", args=[north]))
    assert option_labels(field) == ["North", "South", "West"]
    manager_at.post(reverse("option_down", args=[north]))
    manager_at.post(reverse("option_sort", args=[field.id]))
    assert option_labels(field) == ["North", "South", "West"]
    manager_at.post(reverse("option_order", args=[field.id]), {"order": f"{west},{south},{north}"})
    assert option_labels(field) == ["West", "South", "North"]
    manager_at.post(reverse("option_retire", args=[west]))
    assert Option.objects.get(pk=west).retired_at is not None
    manager_at.post(reverse("option_restore", args=[west]))
    assert Option.objects.get(pk=west).retired_at is None

    company(values={field.key: "o1"})
    refused = manager_at.post(reverse("option_delete", args=[south]), headers=HTMX)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (422, "#messages")
    assert said(manager_at.post(reverse("option_delete", args=[south]))) == [
        "This option is in use: 1 company has a value. Retire it instead: it is no longer offered, and nothing is lost."
    ]
    manager_at.post(reverse("option_delete", args=[north]))
    assert option_labels(field) == ["West", "South"]


def test_many_options_come_in_pages_and_can_be_searched(manager_at: Client) -> None:
    field = make("Region", FieldType.CHOICE)
    create_options(field_id=field.id, labels=[f"Région {number:03}" for number in range(150)], at=NOW)
    address = reverse("option_list", args=[field.id])

    second = manager_at.get(address, {"page": 2}).context["options"]
    found = manager_at.get(address, {"search": "REGION 14"}).context["options"]

    assert [row.label for row in second.rows] == [f"Région {number:03}" for number in range(100, 150)]
    assert (second.has_more, second.is_whole) == (False, False)
    assert [row.label for row in found.rows] == [f"Région {number}" for number in range(140, 150)]
    assert manager_at.get(reverse("option_list", args=[get_field(Kind.COMPANY, "country").id])).status_code == 404


# Safety -------------------------------------------------------------------------------------------------------------


def test_whatever_people_write_is_shown_as_text(manager_at: Client) -> None:
    draft = FieldDraft(NASTY, FieldType.CHOICE, help=NASTY)
    field = create_field(kind=Kind.COMPANY, draft=draft, options=[NASTY], at=NOW)
    number = create_field(kind=Kind.COMPANY, draft=FieldDraft("Number", FieldType.NUMBER, unit=NASTY[:40]), at=NOW)
    Section.objects.filter(kind="company", key="address").update(label=NASTY)
    company(values={field.key: "o1"})
    pages = [
        ("field_list", ["company"]),
        ("field_edit", [field.id]),
        ("field_edit", [number.id]),
        ("option_list", [field.id]),
        ("section_edit", [Section.objects.get(label=NASTY).pk]),
    ]

    for name, arguments in pages:
        page = manager_at.get(reverse(name, args=arguments)).content.decode()
        assert "<script>alert" not in page, name
        assert "&amp;amp;" in page or escape(NASTY[:20]) in page, name
        assert "14&amp;" not in page, name
