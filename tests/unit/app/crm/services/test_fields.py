"""Fields are created, changed, retired and deleted by the rules of the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact, Field, SavedView, Section
from satsuma.app.crm.queries import where_used
from satsuma.app.crm.queries.fields import fields_by_key, get_field, list_fields, list_sections
from satsuma.app.crm.queries.where_used import Use, also_used_by, count_values, list_uses
from satsuma.app.crm.services import fields as services
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import (
    FieldDraft,
    change_field,
    create_field,
    delete_field,
    restore_field,
    retire_field,
)
from satsuma.app.crm.services.keys import next_key
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source
from support.racing import race

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
COMPANY, PERSON = Kind.COMPANY, Kind.PERSON


@pytest.fixture
def workspace_with_fields(workspace: object) -> None:
    create_defaults(at=NOW)


pytestmark = pytest.mark.usefixtures("workspace_with_fields")


def make(label: str = "Fleet", type_: FieldType = FieldType.NUMBER, kind: Kind = COMPANY, **facts: Any) -> FieldSpec:
    options = facts.pop("options", ())
    return create_field(kind=kind, draft=FieldDraft(label, type_, **facts), options=options, at=NOW)


def contact(kind: Kind = COMPANY, **facts: Any) -> Contact:
    return Contact.objects.create(kind=kind, name="Acme", name_folded="acme", created_at=NOW, updated_at=NOW, **facts)


def draft_of(field: FieldSpec, **changes: Any) -> FieldDraft:
    same = FieldDraft(
        field.label,
        field.type,
        help=field.help,
        unit=field.unit,
        section_id=field.section_id,
        required=field.required,
        on_form=field.on_form,
        minimum=field.minimum,
        maximum=field.maximum,
        metric=field.metric,
    )
    return replace(same, **changes)


def problems(raised: pytest.ExceptionInfo[ValuesError]) -> list[str]:
    return list(raised.value.problems)


# Creating -----------------------------------------------------------------------------------------------------------


def test_a_new_field_is_kept_as_it_was_drafted() -> None:
    section = Section.objects.get(kind="company", key="address")

    made = make(
        "  Fleet size ",
        FieldType.RATING,
        help="How many\nlorries?",
        unit="lorries",
        section_id=section.pk,
        required=True,
        minimum=1,
        maximum=5,
    )

    assert made == FieldSpec(
        id=made.id,
        kind=COMPANY,
        key="f1",
        source=Field.Source.CUSTOM,
        type=FieldType.RATING,
        label="Fleet size",
        help="How many\nlorries?",
        unit="lorries",
        section_id=section.pk,
        position=made.position,
        required=True,
        minimum=1,
        maximum=5,
    )
    assert [field.key for field in list_sections(COMPANY)[1].fields][-1] == "f1"


def test_keys_are_unique_across_kinds_and_never_come_back() -> None:
    first = make("One")
    second = make("Two", kind=PERSON)
    delete_field(field_id=second.id, at=NOW)

    assert [first.key, second.key, make("Three").key] == ["f1", "f2", "f3"]


def test_a_choice_field_comes_with_its_options() -> None:
    made = make("Region", FieldType.CHOICE, options=["North", "South"])

    assert [(option.key, option.label) for option in made.options] == [("o1", "North"), ("o2", "South")]


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("   ", "Enter a name."),
        ("a" * 201, "The text is too long: enter at most 200 characters, it has 201."),
        ("Two\nlines", "Write it in one line, without tabs."),
        ("NUL\0", "The text holds a character that cannot be kept. Delete it and type it again."),
        ("ÍNDUSTRY", "“Industry” is there already. Enter another name."),
        ("taken", "“Taken” is there already. Enter another name."),
    ],
)
def test_names_are_checked(label: str, sentence: str) -> None:
    retire_field(field_id=make("Taken").id, at=NOW)

    with pytest.raises(ValuesError) as raised:
        make(label)

    assert raised.value.problems == {"label": sentence}


def test_people_may_have_a_field_of_the_same_name() -> None:
    assert make("Fleet").label == make("Fleet", kind=PERSON).label


def test_everything_wrong_is_said_at_once() -> None:
    foreign = Section.objects.get(kind="person", key="general")

    with pytest.raises(ValuesError) as raised:
        make("", FieldType.RATING, help="h" * 501, unit="u" * 41, section_id=foreign.pk, minimum=5, maximum=5)

    assert problems(raised) == ["label", "unit", "help", "section", "maximum"]
    assert not Field.objects.filter(source="custom").exists()


def test_there_is_a_limit_of_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_FIELDS", Field.objects.filter(kind="company").count() + 1)
    make("Last one")

    with pytest.raises(RefusedError) as raised:
        make("One too many")

    assert raised.value.code == "fields_too_many"
    make("Of the other kind", kind=PERSON)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_keys_of_their_own_and_one_of_them_the_name() -> None:
    made = race(4, lambda number: make(f"Name {number % 2}"))

    keys = sorted(field.key for field in made if isinstance(field, FieldSpec))
    refused = [error for error in made if isinstance(error, ValuesError)]
    assert len(set(keys)) == len(keys) == len(refused) == 2
    assert next_key("f") not in keys


# Changing -----------------------------------------------------------------------------------------------------------


def test_renaming_keeps_key_and_values() -> None:
    field = make("Fleet")
    contact(values={field.key: 7})

    changed = change_field(field_id=field.id, draft=draft_of(field, label="Lorries", unit="pcs", on_form=False), at=NOW)

    assert changed == replace(field, label="Lorries", unit="pcs", on_form=False)
    assert Contact.objects.get().values == {field.key: 7}


def test_a_built_in_field_that_is_not_renamed_goes_on_following_the_reader() -> None:
    field = get_field(COMPANY, "employees")

    change_field(field_id=field.id, draft=draft_of(field, help="On the payroll"), at=NOW)

    row = Field.objects.get(id=field.id)
    assert (row.label, row.unit, row.help) == ("", "", "On the payroll")
    renamed = change_field(field_id=field.id, draft=draft_of(field, label="Headcount"), at=NOW)
    with translation.override("pl"):
        assert get_field(COMPANY, "employees").label == renamed.label == "Headcount"


def test_the_name_stays_required_and_asked() -> None:
    name = get_field(PERSON, "name")

    changed = change_field(field_id=name.id, draft=draft_of(name, required=False, on_form=False), at=NOW)

    assert (changed.required, changed.on_form) == (True, True)


def test_the_type_can_change_until_there_are_values() -> None:
    field = make("Fleet", FieldType.TEXT)
    changed = change_field(field_id=field.id, draft=draft_of(field, type=FieldType.RATING), at=NOW)
    assert (changed.type, changed.minimum, changed.maximum) == (FieldType.RATING, 0, 10)

    contact(values={field.key: 7}, binned_at=NOW)
    with pytest.raises(RefusedError) as raised:
        change_field(field_id=field.id, draft=draft_of(field), at=NOW)
    assert raised.value.code == "field_type_fixed"
    assert get_field(COMPANY, field.key) == changed


def test_the_type_of_a_built_in_field_is_fixed() -> None:
    field = get_field(COMPANY, "city")

    with pytest.raises(RefusedError, match="built-in"):
        change_field(field_id=field.id, draft=draft_of(field, type=FieldType.NUMBER), at=NOW)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_limits_of_a_rating_cannot_leave_answers_outside() -> None:
    field = make("NPS", FieldType.RATING)
    contact(values={field.key: 0})
    contact(values={field.key: 9})
    contact(kind=PERSON, values={field.key: 10})

    with pytest.raises(RefusedError, match="1 answer would be outside"):
        change_field(field_id=field.id, draft=draft_of(field, maximum=8), at=NOW)

    assert change_field(field_id=field.id, draft=draft_of(field, maximum=9), at=NOW).maximum == 9
    with pytest.raises(RefusedError):
        change_field(field_id=field.id, draft=draft_of(field, minimum=1), at=NOW)


def test_a_field_that_is_not_there_cannot_be_changed() -> None:
    for change in (retire_field, restore_field, delete_field):
        with pytest.raises(NotFoundError):
            change(field_id=987_654_321, at=NOW)
    with pytest.raises(NotFoundError):
        change_field(field_id=987_654_321, draft=FieldDraft("X", FieldType.TEXT), at=NOW)


# Retiring and deleting ----------------------------------------------------------------------------------------------


def test_a_retired_field_is_hidden_and_comes_back_as_it_was() -> None:
    field = make("Fleet")
    contact(values={field.key: 7})

    retire_field(field_id=field.id, at=NOW)
    assert field.key not in fields_by_key(COMPANY)
    assert get_field(COMPANY, field.key) == replace(field, retired=True)

    restore_field(field_id=field.id, at=NOW)
    assert get_field(COMPANY, field.key) == field
    assert Contact.objects.get().values == {field.key: 7}


def test_the_name_cannot_be_retired() -> None:
    with pytest.raises(RefusedError) as raised:
        retire_field(field_id=get_field(COMPANY, "name").id, at=NOW)

    assert raised.value.code == "field_needed"


def test_a_field_nobody_uses_is_deleted_with_its_options() -> None:
    field = make("Region", FieldType.CHOICE, options=["North"])

    delete_field(field_id=field.id, at=NOW)

    assert not Field.objects.filter(id=field.id).exists()


def test_a_field_in_use_is_not_deleted_and_everything_using_it_is_named() -> None:
    field = make("On the board", FieldType.YES_NO, kind=PERSON)
    contact(kind=PERSON, values={field.key: True})
    contact(kind=PERSON, values={field.key: False}, binned_at=NOW)
    contact(values={field.key: True})  # no value of a person's field
    board = Metric(Source.PEOPLE, Aggregate.COUNT, where=((field.key, ("yes",)),))
    make("Board members known", metric=board)
    SavedView.objects.create(list="people", name="The board", query=f"{field.key}=yes&sort=name")
    SavedView.objects.create(list="people", name="Words", query=f"q={field.key}&{field.key}0=yes")
    SavedView.objects.create(list="companies", name="Elsewhere", query=f"{field.key}=yes")

    with pytest.raises(RefusedError) as raised:
        delete_field(field_id=field.id, at=NOW)

    assert raised.value.code == "field_in_use"
    assert raised.value.facts["used_by"] == [
        "2 people have a value",
        "metric “Board members known”",
        "saved view “The board”",
    ]
    assert get_field(PERSON, field.key) == field


def test_other_apps_can_say_that_they_use_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(where_used, "_FINDERS", [])
    field = make("Fleet", FieldType.TEXT)
    asking = Use("segmentation", "segmentation “Value”", 7)
    also_used_by(lambda fields: {asked.id: [asking] for asked in fields if asked.key == field.key})

    assert list_uses(field) == (asking,)
    assert list_uses(make("Other")) == ()
    with pytest.raises(RefusedError, match="segmentation “Value”"):
        change_field(field_id=field.id, draft=draft_of(field, type=FieldType.NUMBER), at=NOW)


def test_built_in_fields_cannot_be_deleted() -> None:
    with pytest.raises(RefusedError) as raised:
        delete_field(field_id=get_field(COMPANY, "city").id, at=NOW)

    assert raised.value.code == "field_built_in"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_values_are_counted_per_field_and_kind() -> None:
    number, yes_no = make("Fleet"), make("Big", FieldType.YES_NO)
    contact(values={number.key: 0, yes_no.key: False}, city="Kraków", employees=0)
    contact(values={number.key: 3}, binned_at=NOW)
    contact(kind=PERSON, values={number.key: 3}, city="Łódź")
    asked = [*list_fields(COMPANY)]

    counted = count_values(COMPANY, [field for field in asked if field.is_typed_in])

    assert {key: count for key, count in counted.items() if count} == {
        "name": 2,
        "city": 1,
        "employees": 1,
        number.key: 2,
        yes_no.key: 1,
    }
