"""Activities are logged with whom they were, on the workspace's day; every save is whole."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.changes import horizon
from satsuma.app.crm.errors import ConflictError, NotFoundError, ValuesError
from satsuma.app.crm.hooks import Cause, Touched
from satsuma.app.crm.models import Activity, Contact, Erased, Field
from satsuma.app.crm.queries.search import search
from satsuma.app.crm.search.tables import Thing
from satsuma.app.crm.services.activities import ActivityEntry, delete_activity, log_activity, save_activity
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, erase_contacts, save_contact
from satsuma.app.crm.services.deal_entries import DealEntry
from satsuma.app.crm.services.deals import bin_deals, create_deal
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.domain.model import Kind

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=2)
TODAY = date(2026, 11, 26)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str = "Acme Corporation") -> Contact:
    return create_contact(kind=Kind.COMPANY, entry=Entry({"name": name}), by=None, at=NOW).contact


def person(company_id: int | None = None) -> Contact:
    entry = Entry({"name": "Ada Lovelace"}, company_id=company_id)
    return create_contact(kind=Kind.PERSON, entry=entry, by=None, at=NOW).contact


def log(contact: Contact, kind: str = "call", text: str = "Called", **said: object) -> Activity:
    entry = ActivityEntry(kind, text, **said)  # type: ignore[arg-type]
    return log_activity(contact_id=contact.id, entry=entry, by=None, at=NOW).activity


def last_activity(contact: Contact) -> object:
    contact.refresh_from_db()
    key = Field.objects.get(kind=contact.kind, source="metric", label="Last activity").key
    return contact.metrics.get(key)


@pytest.mark.both_databases
def test_a_touch_with_a_person_is_one_with_their_company_too(member: User, heard: list[Touched]):
    acme = company()
    ada = person(acme.id)
    heard.clear()
    entry = ActivityEntry("call", " Wants an offer\r\nby Monday ")
    saved = log_activity(contact_id=ada.id, entry=entry, by=member, at=NOW)
    made = Activity.objects.get()
    assert (made.kind, made.text, made.company_id, made.person_id, made.author_id) == (
        "call",
        "Wants an offer\r\nby Monday",
        acme.id,
        ada.id,
        member.pk,
    )
    assert (made.happened_at, made.happened_on, made.created_at, made.rating) == (NOW, TODAY, NOW, None)
    assert heard == [Touched(frozenset({acme.id, ada.id}), Cause.ACTIVITY, NOW)]
    assert saved.says == ["Good → Super: value of won deals"]
    assert (last_activity(acme), last_activity(ada)) == ("2026-11-26", "2026-11-26")


def test_a_touch_with_a_company_names_nobody():
    acme = company()
    made = log(acme)
    assert (made.company_id, made.person_id) == (acme.id, None)


def test_the_day_is_the_workspaces():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # half past midnight in Warsaw
    made = log_activity(contact_id=company().id, entry=ActivityEntry("call"), by=None, at=late).activity
    assert made.happened_on == date(2026, 11, 27)


def test_an_earlier_day_has_no_known_time_and_gets_noon():
    made = log(company(), happened_on=date(2026, 7, 1))
    assert (made.happened_on, made.happened_at) == (date(2026, 7, 1), datetime(2026, 7, 1, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (ActivityEntry("visit"), {"kind": "Choose what it was."}),
        (ActivityEntry("note", "  "), {"text": "Write the note."}),
        (ActivityEntry("survey"), {"rating": "Enter a whole number from 0 to 10."}),
        (ActivityEntry("survey", rating=11), {"rating": "Enter a whole number from 0 to 10."}),
        (
            ActivityEntry("call", happened_on=TODAY + timedelta(days=1)),
            {"happened_on": "An activity has happened: enter today or an earlier day. For later, add a task."},
        ),
        (
            ActivityEntry("call", "x" * 10_001),
            {"text": "The text is too long: enter at most 10000 characters, it has 10001."},
        ),
        (
            ActivityEntry("call", "a\0b"),
            {"text": "The text holds a character that cannot be kept. Delete it and type it again."},
        ),
    ],
)
def test_what_cannot_be_kept_is_said(entry: ActivityEntry, problems: dict[str, str]):
    acme = company()
    with pytest.raises(ValuesError) as raised:
        log_activity(contact_id=acme.id, entry=entry, by=None, at=NOW)
    assert raised.value.problems == problems
    assert not Activity.objects.exists()


def test_only_survey_answers_have_a_rating():
    acme = company()
    assert [log(acme, kind, rating=9).rating for kind in ("survey", "call")] == [9, None]


def test_contacts_and_deals_in_the_bin_cannot_be_logged_with():
    acme = company()
    made = create_deal(entry=DealEntry(title="Rollout", company_id=acme.id), by=None, at=NOW).deal
    assert (
        log_activity(contact_id=acme.id, entry=ActivityEntry("call"), deal_id=made.id, by=None, at=NOW).activity.deal_id
        == made.id
    )
    bin_deals(deal_ids=[made.id], by=None, at=NOW)
    with pytest.raises(NotFoundError):
        log_activity(contact_id=acme.id, entry=ActivityEntry("call"), deal_id=made.id, by=None, at=NOW)
    bin_contacts(contact_ids=[acme.id], by=None, at=NOW)
    with pytest.raises(NotFoundError):
        log_activity(contact_id=acme.id, entry=ActivityEntry("call"), by=None, at=NOW)


class TestSaving:
    def test_it_says_what_was_entered_and_keeps_with_whom_it_was(self):
        acme = company()
        made = log(acme)
        entry = ActivityEntry("meeting", "Met", date(2026, 11, 20))
        saved = save_activity(activity_id=made.id, version=1, entry=entry, by=None, at=LATER).activity
        assert (saved.kind, saved.text, saved.happened_on, saved.company_id, saved.version) == (
            "meeting",
            "Met",
            date(2026, 11, 20),
            acme.id,
            2,
        )
        assert last_activity(acme) == "2026-11-20"

    def test_the_same_day_keeps_its_time(self):
        made = log(company())
        entry = ActivityEntry("call", "Corrected", TODAY)
        assert save_activity(activity_id=made.id, version=1, entry=entry, by=None, at=LATER).activity.happened_at == NOW

    def test_the_later_of_two_people_sees_what_the_other_saved(self):
        made = log(company())
        save_activity(activity_id=made.id, version=1, entry=ActivityEntry("call", "Theirs"), by=None, at=NOW)
        with pytest.raises(ConflictError) as raised:
            save_activity(activity_id=made.id, version=1, entry=ActivityEntry("note", "Mine", TODAY), by=None, at=NOW)
        assert (raised.value.version, raised.value.theirs) == (2, {"kind": "call", "text": "Theirs"})
        assert Activity.objects.get().text == "Theirs"

    def test_search_follows(self):
        made = log(company(), text="Loves satsumas")
        entry = ActivityEntry("call", "Loves oranges")
        save_activity(activity_id=made.id, version=1, entry=entry, by=None, at=NOW)

        def found(words: str) -> list[int]:
            return [row.id for group in search(words, things=(Thing.ACTIVITY,)) for row in group.rows]

        assert (found("satsumas"), found("oranges")) == ([], [made.id])
        delete_activity(activity_id=made.id, by=None, at=NOW)
        assert found("oranges") == []


def test_erasing_one_of_two_takes_a_touch_out_of_the_others_metrics():
    acme, other = company(), company("Other")
    ada = person(acme.id)
    log(ada)
    entry = Entry({}, company_id=other.id)
    save_contact(contact_id=ada.id, version=ada.version, entry=entry, by=None, at=NOW)
    assert last_activity(acme) == "2026-11-26"
    bin_contacts(contact_ids=[ada.id], by=None, at=NOW)
    erase_contacts(contact_ids=[ada.id], by=None, at=NOW)
    assert (last_activity(acme), Activity.objects.exists()) == (None, False)


def test_deleting_leaves_a_mark_for_snapshots_and_takes_it_out_of_metrics():
    acme = company()
    made = log(acme)
    since = horizon()
    delete_activity(activity_id=made.id, by=None, at=LATER)
    assert last_activity(acme) is None
    assert not Activity.objects.exists()
    erased = Erased.objects.get()
    assert (erased.table, erased.row_id, erased.changed >= since) == ("activity", made.id, True)
    with pytest.raises(NotFoundError):
        delete_activity(activity_id=made.id, by=None, at=LATER)
