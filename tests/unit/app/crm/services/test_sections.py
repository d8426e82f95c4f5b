"""Sections, and where fields stand in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.models import Field, Section
from satsuma.app.crm.queries.fields import list_sections
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.sections import (
    create_section,
    delete_section,
    move_field,
    move_section,
    order_fields,
    order_sections,
    rename_section,
    segmentation_section,
)
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PERSON = Kind.PERSON


@pytest.fixture(autouse=True)
def two_sections(workspace: object) -> None:
    """Two sections of people with two and one fields."""
    create_defaults(at=NOW)
    Field.objects.filter(kind="person").exclude(key__in=["name", "email", "city"]).delete()
    Section.objects.filter(kind="person").exclude(key__in=["general", "address"]).delete()


def shown() -> list[tuple[str, list[str]]]:
    return [(section.label, [field.key for field in section.fields]) for section in list_sections(PERSON)]


def section_id(key: str, kind: str = "person") -> int:
    return Section.objects.get(kind=kind, key=key).pk


def field_id(key: str, kind: str = "person") -> int:
    return Field.objects.get(kind=kind, key=key).pk


def test_a_new_section_comes_last() -> None:
    create_section(kind=PERSON, label=" Social ", at=NOW)

    assert shown() == [("General", ["name", "email"]), ("Address", ["city"]), ("Social", [])]


@pytest.mark.parametrize("label", ["", "ADDRESS", "a" * 201, "Tab\there"])
def test_names_of_sections_are_checked(label: str) -> None:
    with pytest.raises(ValuesError):
        create_section(kind=PERSON, label=label, at=NOW)
    with pytest.raises(ValuesError):
        rename_section(section_id=section_id("general"), label=label, at=NOW)


def test_a_section_named_as_before_goes_on_following_the_reader() -> None:
    rename_section(section_id=section_id("general"), label="Basics", at=NOW)
    with translation.override("pl"):
        assert shown()[0][0] == "Basics"

    rename_section(section_id=section_id("general"), label="General", at=NOW)
    assert Section.objects.get(id=section_id("general")).label == ""


def test_sections_take_the_order_they_are_given() -> None:
    general, address = section_id("general"), section_id("address")

    order_sections(kind=PERSON, section_ids=[address, general], at=NOW)
    assert [label for label, _ in shown()] == ["Address", "General"]
    move_section(section_id=general, up=True, at=NOW)
    move_section(section_id=general, up=True, at=NOW)
    assert [label for label, _ in shown()] == ["General", "Address"]
    for order in ([general], [general, section_id("address", "company")], [general, general]):
        with pytest.raises(RefusedError):
            order_sections(kind=PERSON, section_ids=order, at=NOW)


def test_the_section_for_segmentation_is_made_once_and_comes_last() -> None:
    made = segmentation_section(kind=PERSON)
    assert segmentation_section(kind=PERSON) == made
    assert [section.key for section in list_sections(PERSON)] == ["general", "address", "segmentation"]


def test_only_an_empty_section_is_deleted_and_never_the_last() -> None:
    with pytest.raises(RefusedError) as raised:
        delete_section(section_id=section_id("address"), at=NOW)
    assert raised.value.code == "section_not_empty"

    Field.objects.filter(key="city").update(retired_at=NOW)
    delete_section(section_id=section_id("address"), at=NOW)
    assert Field.objects.get(kind="person", key="city").section_id == section_id("general")

    Field.objects.filter(kind="person").update(retired_at=NOW)
    with pytest.raises(RefusedError) as raised:
        delete_section(section_id=section_id("general"), at=NOW)
    assert raised.value.code == "section_last"


def test_fields_take_the_order_they_are_given_within_and_between_sections() -> None:
    order = {
        section_id("address"): [field_id("email"), field_id("city"), field_id("name")],
        section_id("general"): [],
    }

    order_fields(kind=PERSON, order=order, at=NOW)

    assert shown() == [("General", []), ("Address", ["email", "city", "name"])]


def test_an_order_that_leaves_out_or_adds_a_field_is_refused() -> None:
    name, email, city = map(field_id, ["name", "email", "city"])
    general, address = section_id("general"), section_id("address")
    before = shown()

    for order in (
        {general: [name, email]},
        {general: [name, email, city, field_id("industry", "company")]},
        {general: [name, email], address: [city, name]},
    ):
        with pytest.raises(RefusedError):
            order_fields(kind=PERSON, order=order, at=NOW)
    with pytest.raises(NotFoundError):
        order_fields(kind=PERSON, order={section_id("general", "company"): [name, email, city]}, at=NOW)
    assert shown() == before


def test_a_field_moves_step_by_step_through_all_sections() -> None:
    seen = []
    for _ in range(4):
        move_field(field_id=field_id("name"), up=False, at=NOW)
        seen.append([keys for _label, keys in shown()])
    assert seen == [
        [["email", "name"], ["city"]],
        [["email"], ["name", "city"]],
        [["email"], ["city", "name"]],
        [["email"], ["city", "name"]],
    ]

    back = []
    for _ in range(3):
        move_field(field_id=field_id("name"), up=True, at=NOW)
        back.append([keys for _label, keys in shown()])
    assert back == [[["email"], ["name", "city"]], [["email", "name"], ["city"]], [["name", "email"], ["city"]]]


def test_a_field_without_a_section_moves_into_one() -> None:
    Field.objects.filter(kind="person", key="city").update(section=None)

    move_field(field_id=field_id("city"), up=True, at=NOW)

    assert shown() == [("General", ["name", "email"]), ("Address", ["city"])]


def test_what_is_not_there_cannot_be_moved() -> None:
    Field.objects.filter(kind="person", key="city").update(retired_at=NOW)

    for gone in (987_654_321, field_id("city")):
        with pytest.raises(NotFoundError):
            move_field(field_id=gone, up=True, at=NOW)
    with pytest.raises(NotFoundError):
        move_section(section_id=987_654_321, up=True, at=NOW)
