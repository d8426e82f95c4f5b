"""Contacts are created, saved, binned, restored and erased; nothing of what somebody entered is lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from satsuma.app.accounts.models import User
from satsuma.app.crm import hooks
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.hooks import Cause, Touched
from satsuma.app.crm.models import Activity, Batch, BatchRow, Contact, Deal, Erased, Field, Option, Stage, Task
from satsuma.app.crm.pictures import image_path
from satsuma.app.crm.queries.contacts import find_doubles, get_contact, list_binned, list_doubles, list_named
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.services.batches import change_rows, start_batch
from satsuma.app.crm.services.contacts import (
    Entry,
    bin_contacts,
    create_contact,
    erase_contacts,
    restore_contacts,
    save_contact,
)
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.images import set_image
from satsuma.app.crm.services.rows import Table
from satsuma.app.crm.snapshots.contacts import forget_snapshots
from satsuma.app.crm.values import values_of
from satsuma.domain.model import Kind, Value

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str = "Acme Corporation", **values: Value) -> Contact:
    entry = Entry({"name": name, **values})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def person(name: str, company_id: int | None = None, **values: Value) -> Contact:
    entry = Entry({"name": name, **values}, company_id=company_id)
    return create_contact(kind=Kind.PERSON, entry=entry, by=None, at=NOW).contact


def save(contact: Contact, version: int | None = None, at: datetime = LATER, **values: Value) -> Contact:
    version = contact.version if version is None else version
    return save_contact(contact_id=contact.id, version=version, entry=Entry(values), by=None, at=at).contact


def stored(contact: Contact) -> Mapping[str, Value]:
    fields = {key: field for key, field in fields_by_key(Kind(contact.kind)).items() if field.is_typed_in}
    return values_of(fields, Contact.objects.get(id=contact.id))


def custom(type_: str, key: str, **facts: object) -> Field:
    return Field.objects.create(kind="company", key=key, source="custom", type=type_, label=key, **facts)


def every_type() -> dict[str, Value]:
    """A custom field of each type, and a value for each."""
    values: dict[str, Value] = {
        "f901": 123456789012.345,
        "f902": 99.9999,
        "f903": 7,
        "f904": "o901",
        "f905": frozenset({"o902", "o903"}),
        "f906": False,
        "f907": date(1969, 7, 20),
        "f908": "Zażółć\n„gęślą” jaźń",
    }
    types = ("number", "money", "rating", "choice", "choices", "yes_no", "date", "text")
    for key, type_ in zip(values, types, strict=True):
        field = custom(type_, key)
        for number in (901, 902, 903):
            if type_.startswith("choice"):
                Option.objects.create(field=field, key=f"o{number}", label=f"{number}", label_folded=f"{number}")
    return values


def test_keeps_values_of_every_type_exactly() -> None:
    values = every_type() | {"employees": 250, "annual_revenue": 1_200_000.5, "country": "PL"}
    assert stored(company(**values)) == {"name": "Acme Corporation", **values}


def test_a_save_changes_what_it_names_and_clears_what_is_none() -> None:
    acme = company(city="Łódź", employees=10, phone="+48 22 1234567")
    save(acme, city=None, employees=0)
    assert stored(acme) == {"name": "Acme Corporation", "employees": 0, "phone": "+48 22 1234567"}


def test_what_follows_from_a_value_follows_it() -> None:
    acme = company("  Łódź Ämter & Söhne ", email="Info@ACME.com", website="https://www.Acme.com/shop")
    assert (acme.name, acme.name_folded) == ("Łódź Ämter & Söhne", "lodz amter & sohne")
    assert (acme.email, acme.email_folded, acme.domain) == ("Info@ACME.com", "info@acme.com", "acme.com")


def test_says_of_every_wrong_value_what_to_enter() -> None:
    custom("rating", "f901", minimum=1, maximum=5)
    with pytest.raises(ValuesError) as refused:
        company("", email="nobody", website="javascript:alert(1)", f901=6, employees=float("nan"), country="Poland")
    assert refused.value.problems == {
        "name": "Please fill this in.",
        "email": "Enter an e-mail address, such as anna@example.com.",
        "website": "Enter a web address, such as www.example.com.",
        "f901": "Enter a whole number from 1 to 5.",
        "employees": "Enter a number.",
        "country": "Choose one of the options.",
    }
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("annual_revenue", 1.23456, "Money has at most four decimals. Round it."),
        ("employees", 1e16, "The number is too large: at most 15 digits can be kept."),
        ("phone", "1" * 51, "The text is too long: enter at most 50 characters, it has 51."),
        ("city", "a\0b", "The text holds a character that cannot be kept. Delete it and type it again."),
        ("city", "a\ud800b", "The text holds a character that cannot be kept. Delete it and type it again."),
        ("m1", 5, "This field cannot be filled in."),
        ("nothing", 5, "This field cannot be filled in."),
        ("job_title", "Boss", "This field cannot be filled in."),
    ],
)
def test_refuses_what_cannot_be_kept(key: str, value: Value, sentence: str) -> None:
    with pytest.raises(ValuesError) as refused:
        company(**{key: value})
    assert refused.value.problems == {key: sentence}


def test_an_external_id_belongs_to_one_contact_of_a_kind() -> None:
    company("First", external_id="42")
    person("Somebody", external_id="42")
    with pytest.raises(ValuesError) as refused:
        company("Second", external_id="42")
    assert refused.value.problems == {"external_id": "Another contact has this ID. Enter a different one."}


def test_who_saves_second_learns_what_the_first_saved_and_changes_nothing() -> None:
    acme = company(city="Berlin", phone="1")
    first = save(acme, city="Hamburg")
    with pytest.raises(ConflictError) as conflict:
        save(acme, version=1, city="Munich", phone="1")
    assert (conflict.value.version, conflict.value.theirs) == (first.version, {"city": "Hamburg"})
    assert stored(acme) == {"name": "Acme Corporation", "city": "Hamburg", "phone": "1"}


def test_hooks_hear_of_the_contact_and_the_companies_it_belonged_to(heard: list[Touched]) -> None:
    old, new = company("Old"), company("New")
    anna = person("Anna", old.id)
    heard.clear()
    entry = Entry({}, company_id=new.id)
    saved = save_contact(contact_id=anna.id, version=1, entry=entry, by=None, at=LATER)
    assert heard == [Touched(frozenset({anna.id, old.id, new.id}), Cause.CONTACT, LATER)]
    assert saved.says == ["Good → Super: value of won deals"]


def test_a_hook_that_fails_leaves_nothing_saved() -> None:
    def refuse(touched: Touched) -> list[str]:
        raise RuntimeError("no")

    hooks.after_save(refuse)
    try:
        with pytest.raises(RuntimeError):
            company()
    finally:
        hooks._HOOKS.remove(refuse)
    assert not Contact.objects.exists()


def test_every_save_leaves_a_higher_mark() -> None:
    acme = company()
    marks = [acme.changed, save(acme, city="Berlin").changed]
    bin_contacts(contact_ids=[acme.id], by=None, at=LATER)
    marks.append(Contact.objects.get(id=acme.id).changed)
    assert marks == sorted(set(marks))


def test_a_person_belongs_to_a_company_that_is_there() -> None:
    binned = company("Gone")
    bin_contacts(contact_ids=[binned.id], by=None, at=NOW)
    somebody = person("Somebody")
    for company_id in (binned.id, somebody.id, 987_654_321):
        with pytest.raises(ValuesError) as refused:
            person("Anna", company_id)
        assert refused.value.problems == {"company": "Choose a company from the list."}


def test_tags_are_one_whatever_their_case() -> None:
    entry = Entry({"name": "Acme"}, tags=["Key account", "key ACCOUNT", "Łódź"])
    acme = create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact
    assert sorted(tag.name for tag in acme.tags.all()) == ["key ACCOUNT", "Łódź"]
    save_contact(contact_id=acme.id, version=1, entry=Entry({}, tags=[]), by=None, at=LATER)
    assert list(acme.tags.all()) == []


def test_the_bin_gives_back_what_was_put_there(member: User) -> None:
    acme = company(city="Berlin")
    assert bin_contacts(contact_ids=[acme.id], by=member, at=LATER).count == 1
    assert bin_contacts(contact_ids=[acme.id], by=member, at=LATER).count == 0
    with pytest.raises(NotFoundError):
        get_contact(Kind.COMPANY, acme.id)
    with pytest.raises(NotFoundError):
        save(acme, city="Hamburg")
    assert [(row.id, row.binned_by, row.binned_at) for row in list_binned()] == [(acme.id, member, LATER)]
    assert restore_contacts(contact_ids=[acme.id], by=member, at=LATER).count == 1
    assert stored(get_contact(Kind.COMPANY, acme.id)) == {"name": "Acme Corporation", "city": "Berlin"}


def test_erasing_takes_what_is_personal_and_leaves_deals() -> None:
    acme, anna = company(), person("Anna")
    stage = Stage.objects.get(key="won")
    facts = {"stage": stage, "state": "won", "currency": "EUR", "created_at": NOW, "updated_at": NOW}
    deal = Deal.objects.create(title="Rollout", person=anna, company=acme, worth_e4=50_000, **facts)
    note = Activity.objects.create(kind="note", person=anna, happened_at=NOW, happened_on=NOW.date(), created_at=NOW)
    task = Task.objects.create(title="Call Anna", contact=anna, created_at=NOW)
    kept_ids = (acme.id, anna.id, note.id, task.id)
    assert erase_contacts(contact_ids=[anna.id], by=None, at=LATER) == 0  # only what is in the bin
    bin_contacts(contact_ids=[anna.id], by=None, at=LATER)
    assert erase_contacts(contact_ids=[anna.id, acme.id], by=None, at=LATER) == 1
    assert list(Contact.objects.values_list("id", flat=True)) == [acme.id]
    assert not Activity.objects.exists()
    assert not Task.objects.exists()
    deal.refresh_from_db()
    assert (deal.person_id, deal.company_id, deal.worth_e4) == (None, acme.id, 50_000)
    gone = set(Erased.objects.values_list("table", "row_id"))
    assert gone == {("contact", kept_ids[1]), ("activity", kept_ids[2]), ("task", kept_ids[3])}


def test_erasing_reaches_what_undo_keeps_pictures_and_snapshots(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    acme = company(city="Berlin")
    anna = person("Anna", acme.id)
    picture = io.BytesIO()
    Image.new("RGB", (9, 9)).save(picture, "PNG")
    picture.seek(0)
    face = set_image(contact_id=anna.id, file=picture, by=None, at=NOW)
    batch = start_batch(kind=Batch.Kind.BULK, title="City", by=None, at=NOW)
    change_rows(batch, Table.CONTACT, {acme.id: {"city": "Hamburg"}, anna.id: {"city": "Bremen"}}, at=NOW)
    marked = Contact.objects.get(id=anna.id).changed
    bin_contacts(contact_ids=[acme.id], by=None, at=LATER)
    erase_contacts(contact_ids=[acme.id], by=None, at=LATER)
    anna.refresh_from_db()
    assert (anna.company_id, anna.changed > marked) == (None, True)  # their snapshot learns that they have none
    assert list(BatchRow.objects.values_list("row_id", flat=True)) == [anna.id]
    bin_contacts(contact_ids=[anna.id], by=None, at=LATER)
    assert image_path(face).exists()
    with django_capture_on_commit_callbacks() as callbacks:
        erase_contacts(contact_ids=[anna.id], by=None, at=LATER)
    assert not BatchRow.objects.exists()
    next(iter(callbacks))()
    assert not image_path(face).exists()
    assert forget_snapshots in callbacks


def test_finds_contacts_that_may_be_the_same() -> None:
    acme = company("Łódź Traktor", website="www.traktor.pl", email="biuro@traktor.pl")
    by_name, by_domain = company("LODZ traktor"), company("Traktor", website="http://traktor.pl/kontakt")
    company("Other")
    person("Łódź Traktor")
    found = find_doubles(
        Kind.COMPANY, name="łódź TRAKTOR", website="https://traktor.pl", email="BIURO@traktor.pl", except_id=acme.id
    )
    assert {row.id for row in found} == {by_name.id, by_domain.id}
    groups = [(group.by, [row.id for row in group.contacts]) for group in list_doubles(Kind.COMPANY)]
    assert groups == [("name_folded", [acme.id, by_name.id]), ("domain", [acme.id, by_domain.id])]


def test_lists_contacts_by_the_beginning_of_their_names() -> None:
    for name in ("Émile", "Emil", "Emma", "Zoë"):
        person(name)
    assert [row.name for row in list_named(Kind.PERSON, "ÉM")] == ["Emil", "Émile", "Emma"]
