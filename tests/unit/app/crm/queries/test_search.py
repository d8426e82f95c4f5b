"""What is found by which words, in which order: the same on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Activity, Contact, ContactTag, Deal, Field, Stage, Tag, Task
from satsuma.app.crm.queries.search import Found, search
from satsuma.app.crm.search import (
    Thing,
    forget,
    index_activities,
    index_contacts,
    index_deals,
    index_everything,
    index_tasks,
    shred_forgotten,
)
from satsuma.app.crm.services.fields import restore_field, retire_field
from satsuma.app.jobs.models import Run
from support.jobs import done_run

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _contact(name: str, kind: str = "company", **columns: object) -> Contact:
    contact = Contact.objects.create(
        kind=kind, name=name, name_folded=fold_name(name), created_at=NOW, updated_at=NOW, **columns
    )
    index_contacts([contact.id])
    return contact


def _titles(typed: str, limit: int = 20) -> dict[str, list[str]]:
    return {group.thing.value: [row.title for row in group.rows] for group in search(typed, limit=limit)}


def test_names_come_before_beginnings_before_other_places_and_newer_before_older():
    _contact("Acme Holding")
    _contact("Elsewhere", city="Acme")
    _contact("Acmeology")
    _contact("Holding of Acme")
    _contact("Acme")
    _contact("Nothing of it")

    assert _titles("acme") == {"company": ["Acme", "Holding of Acme", "Acme Holding", "Acmeology", "Elsewhere"]}


def test_case_accents_and_letters_of_other_languages_do_not_matter():
    _contact("Łódzkie Zakłady Müller & Søn")
    _contact("Завод Ёлка")

    assert _titles("LODZKIE zaklady muller son") == {"company": ["Łódzkie Zakłady Müller & Søn"]}
    assert _titles("завод елк") == {"company": ["Завод Ёлка"]}


@pytest.mark.parametrize(
    "typed",
    [
        "jan kow",
        "KOW jan",
        "jan.kowalski@acme.example",
        "C-0017",
        "director",
        "+48 22 123 45 67",
        "221234567",
        "(22) 123-4567",
        "0048221234567",
        "fair of 2026",
        "partner",
        "quartz",
        "Chopina",
    ],
)
def test_a_person_is_found_by_everything_that_is_text(typed: str):
    Field.objects.create(kind="person", key="f1", source="custom", type="text", label="Hobby")
    person = _contact(
        "Jan Kowalski",
        "person",
        email="jan.kowalski@acme.example",
        external_id="C-0017",
        job_title="Sales Director",
        phone="+48 22 123 45 67",
        description="Met at the fair of 2026.",
        street="Chopina 5",
        values={"f1": "Quartz collector"},
    )
    ContactTag.objects.create(contact=person, tag=Tag.objects.create(name="Partner", name_folded="partner"))
    index_contacts([person.id])
    _contact("Somebody Else", "person", phone="+48 22 999 99 99", email="somebody@example.com")

    assert search(typed)[0].rows == (Found(Thing.PERSON, person.id, "Jan Kowalski", "jan.kowalski@acme.example"),)


@pytest.mark.parametrize(
    "typed", ["", "  ", "&", "'", '"', "*", "a:b:c", "NEAR(", ") OR (", "-acme", "zz", "\0", "a" * 500]
)
def test_what_is_no_word_is_no_error(typed: str):
    _contact("Acme")

    assert _titles(typed) == ({"company": ["Acme"]} if typed == "-acme" else {})


def test_operators_of_both_databases_are_plain_words():
    _contact("Not And Or Near")
    _contact("Acme")

    assert _titles("NOT acme") == {}
    assert _titles("or near") == {"company": ["Not And Or Near"]}


def test_one_letter_is_a_whole_word_only():
    _contact("Plan B")
    _contact("Bravo")

    assert _titles("b") == {"company": ["Plan B"]}


def test_deals_tasks_and_activities_are_found_with_whom_they_belong_to():
    company, person = _contact("Northwind"), _contact("Ann Lee", "person")
    stage = Stage.objects.create(key="won", label="Won", state="won")
    deal = Deal.objects.create(
        title="Renewal of licences", company=company, stage=stage, state="won", currency="EUR", created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    task = Task.objects.create(title="Prepare the renewal", contact=person, created_at=NOW)
    call = Activity.objects.create(
        kind="call", company=company, person=person, text="Talked about renewal", happened_at=NOW,
        happened_on=date(2026, 11, 26), created_at=NOW,
    )  # fmt: skip
    index_deals([deal.id])
    index_tasks([task.id])
    index_activities([call.id])

    assert [group.rows for group in search("renewal")] == [
        (Found(Thing.DEAL, deal.id, "Renewal of licences", "", company.id, None),),
        (Found(Thing.TASK, task.id, "Prepare the renewal", "", None, person.id),),
        (Found(Thing.ACTIVITY, call.id, "Talked about renewal", "call", company.id, person.id),),
    ]


def test_what_is_in_the_bin_is_not_found_nor_what_belongs_to_it():
    company = _contact("Northwind Ltd")
    task = Task.objects.create(title="Call Northwind", contact=company, created_at=NOW)
    index_tasks([task.id])
    Contact.objects.update(binned_at=NOW)

    assert _titles("northwind") == {}
    index_contacts([company.id])
    Contact.objects.update(binned_at=None)
    assert _titles("northwind") == {"task": ["Call Northwind"]}
    index_contacts([company.id])
    assert _titles("northwind") == {"company": ["Northwind Ltd"], "task": ["Call Northwind"]}


def test_a_saved_change_replaces_the_words_and_forgetting_takes_them():
    company = _contact("Northwind Ltd")
    Contact.objects.update(name="Southwind Ltd", name_folded="southwind ltd")
    index_contacts([company.id])

    assert (_titles("northwind"), _titles("southwind")) == ({}, {"company": ["Southwind Ltd"]})
    forget(Thing.COMPANY, [company.id])
    shred_forgotten()
    assert _titles("southwind") == {}
    index_everything()
    assert _titles("southwind") == {"company": ["Southwind Ltd"]}


def test_a_group_has_no_more_than_asked_for_and_says_that_there_is_more():
    for number in range(4):
        _contact(f"Acme {number}")

    [group] = search("acme", limit=3)
    assert ([row.title for row in group.rows], group.more) == (["Acme 3", "Acme 2", "Acme 1"], True)
    [group] = search("acme", limit=4)
    assert (len(group.rows), group.more) == (4, False)


def test_everything_is_found_in_one_query():
    _contact("Acme")
    with CaptureQueriesContext(connection) as queries:
        search("acme")

    assert len(queries) == 1


def test_words_of_a_retired_field_are_found_again_when_it_is_restored():
    company = _contact("Northwind Ltd")
    field = Field.objects.create(kind="company", key="f901", source="custom", type="text", label="Nickname")
    Contact.objects.filter(id=company.id).update(values={"f901": "Quagga"})
    index_contacts([company.id])
    found = {}
    for change, word in ((retire_field, "retired"), (restore_field, "restored")):
        change(field_id=field.id, at=NOW)
        done_run(Run.objects.latest("id"))
        found[word] = _titles("quagga")
    assert found == {"retired": {}, "restored": {"company": ["Northwind Ltd"]}}
