"""Options of choice fields: names, order, retiring, deleting."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Contact, Option, SavedView
from satsuma.app.crm.queries.fields import get_field
from satsuma.app.crm.queries.where_used import count_options
from satsuma.app.crm.services import options as services
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.options import (
    create_options,
    delete_option,
    move_option,
    order_options,
    rename_option,
    restore_option,
    retire_option,
    sort_options,
)
from satsuma.domain.model import Aggregate, FieldType, Kind, Metric, Source
from support.racing import race

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.fixture
def field(workspace: object) -> FieldSpec:
    """A person's choice field with three options."""
    create_defaults(at=NOW)
    return choice(FieldType.CHOICE)


def choice(type_: FieldType, label: str = "Region") -> FieldSpec:
    draft = FieldDraft(label, type_)
    return create_field(kind=Kind.PERSON, draft=draft, options=["North", "South", "West"], at=NOW)


def labels(field: FieldSpec) -> list[str]:
    return [option.label for option in get_field(field.kind, field.key).options]


def id_of(label: str) -> int:
    return Option.objects.get(label=label).pk


def person(**facts: Any) -> None:
    facts = {"kind": "person", "name": "Ada", "name_folded": "ada", **facts}
    Contact.objects.create(**facts, created_at=NOW, updated_at=NOW)


def test_options_are_added_at_the_end_under_generated_keys(field: FieldSpec) -> None:
    create_options(field_id=field.id, labels=["  East\u0301 ", "A–Z"], at=NOW)

    found = [(option.key, option.label) for option in get_field(field.kind, field.key).options]
    assert found == [("o1", "North"), ("o2", "South"), ("o3", "West"), ("o4", "East\u0301"), ("o5", "A–Z")]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["East", ""], "Enter a name."),
        (["n" * 201], "The text is too long: enter at most 200 characters, it has 201."),
        (["NORTH"], "“North” is there already. Enter another name."),
        (["East", "éast"], "“East” is there already. Enter another name."),
    ],
)
def test_names_are_checked_and_none_is_added_if_one_is_wrong(field: FieldSpec, names: list[str], sentence: str) -> None:
    with pytest.raises(ValuesError) as raised:
        create_options(field_id=field.id, labels=names, at=NOW)

    assert raised.value.problems == {"options": sentence}
    assert labels(field) == ["North", "South", "West"]


def test_there_is_a_limit_of_options(field: FieldSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_OPTIONS", 4)
    create_options(field_id=field.id, labels=["East"], at=NOW)

    with pytest.raises(ValuesError, match="at most 4 options"):
        create_options(field_id=field.id, labels=["Centre"], at=NOW)


def test_countries_and_other_types_have_no_options_of_their_own(field: FieldSpec) -> None:
    for key in ("country", "city"):
        with pytest.raises(NotFoundError):
            create_options(field_id=get_field(Kind.PERSON, key).id, labels=["Atlantis"], at=NOW)


def test_renaming_keeps_the_key(field: FieldSpec) -> None:
    rename_option(option_id=id_of("South"), label="Far south", at=NOW)
    rename_option(option_id=id_of("Far south"), label="FAR SOUTH", at=NOW)

    assert [(option.key, option.label) for option in get_field(field.kind, field.key).options][1] == ("o2", "FAR SOUTH")
    with pytest.raises(ValuesError, match="“North” is there already"):
        rename_option(option_id=id_of("West"), label="north ", at=NOW)
    rename_option(option_id=id_of("West"), label="South", at=NOW)
    with pytest.raises(ValuesError, match="“FAR SOUTH” is there already"):
        create_options(field_id=field.id, labels=["Far South"], at=NOW)


def test_options_take_the_order_they_are_given(field: FieldSpec) -> None:
    north, south, west = map(id_of, labels(field))

    order_options(field_id=field.id, option_ids=[west, north, south], at=NOW)
    assert labels(field) == ["West", "North", "South"]
    move_option(option_id=south, up=True, at=NOW)
    assert labels(field) == ["West", "South", "North"]
    move_option(option_id=west, up=True, at=NOW)
    move_option(option_id=north, up=False, at=NOW)
    assert labels(field) == ["West", "South", "North"]
    sort_options(field_id=field.id, at=NOW)
    assert labels(field) == ["North", "South", "West"]


def test_an_order_of_other_options_is_refused(field: FieldSpec) -> None:
    north, south, west = map(id_of, labels(field))
    foreign = Option.objects.filter(field__key="industry").values_list("pk", flat=True)[0]

    for order in ([north, south], [north, south, west, foreign], [north, south, foreign], [north, north, south]):
        with pytest.raises(RefusedError) as raised:
            order_options(field_id=field.id, option_ids=order, at=NOW)
        assert raised.value.code == "order_stale"
    assert labels(field) == ["North", "South", "West"]


def test_a_retired_option_is_marked_until_it_is_restored(field: FieldSpec) -> None:
    retire_option(option_id=id_of("South"), at=NOW)
    assert [option.retired for option in get_field(field.kind, field.key).options] == [False, True, False]

    restore_option(option_id=id_of("South"), at=NOW)
    assert get_field(field.kind, field.key) == field


@pytest.mark.both_databases
@pytest.mark.parametrize("type_", [FieldType.CHOICE, FieldType.CHOICES])
def test_an_option_in_use_is_not_deleted_and_everything_using_it_is_named(field: FieldSpec, type_: FieldType) -> None:
    asked = choice(type_, "Where")
    north, south, west = (option.key for option in asked.options)
    many = type_ is FieldType.CHOICES
    person(values={asked.key: [north, south] if many else north})
    person(values={asked.key: [north] if many else north}, binned_at=NOW)
    person(values={field.key: west})
    metric = Metric(Source.PEOPLE, Aggregate.COUNT, where=((asked.key, (north,)),))
    used = ["2 people have a value", "saved view “Northerners”"]
    if not many:
        create_field(kind=Kind.COMPANY, draft=FieldDraft("In the north", FieldType.NUMBER, metric=metric), at=NOW)
        used.insert(1, "metric “In the north”")
    SavedView.objects.create(list="people", name="Northerners", query=f"{asked.key}={north}")
    SavedView.objects.create(list="people", name="Others", query=f"{asked.key}={west}0&{field.key}={north}")

    with pytest.raises(RefusedError) as raised:
        delete_option(option_id=Option.objects.get(key=north).pk, at=NOW)

    assert raised.value.facts["used_by"] == used
    assert count_options(asked) == ({north: 2, south: 1} if many else {north: 2})
    delete_option(option_id=Option.objects.get(key=west).pk, at=NOW)
    assert labels(asked) == ["North", "South"]


@pytest.mark.both_databases
def test_a_name_whose_signs_fold_to_sentences_is_kept(field: FieldSpec) -> None:
    create_options(field_id=field.id, labels=["\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 200], at=NOW)
    rename_option(option_id=id_of("West"), label="\N{ARABIC LIGATURE JALLAJALALOUHOU}" * 200, at=NOW)

    assert max(map(len, Option.objects.values_list("label_folded", flat=True))) == 400


@pytest.mark.both_databases
def test_industries_are_counted_in_their_column(field: FieldSpec) -> None:
    person(kind="company", industry="media")
    person(kind="company", industry="")
    industry = get_field(Kind.COMPANY, "industry")

    assert count_options(industry) == {"media": 1}
    with pytest.raises(RefusedError, match="1 company has a value"):
        delete_option(option_id=Option.objects.get(key="media").pk, at=NOW)


def test_an_option_that_is_not_there_cannot_be_changed(field: FieldSpec) -> None:
    for change in (retire_option, restore_option, delete_option):
        with pytest.raises(NotFoundError):
            change(option_id=987_654_321, at=NOW)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_at_once_cannot_add_the_same_option(field: FieldSpec) -> None:
    ended = race(3, lambda number: create_options(field_id=field.id, labels=["East"], at=NOW))

    assert Counter(map(type, ended)) == {int: 1, ValuesError: 2}
    assert labels(field) == ["North", "South", "West", "East"]
