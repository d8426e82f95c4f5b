"""Bulk changes: what was selected is changed and nothing else, and undo puts it back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from satsuma.app.accounts.errors import NotAllowedError
from satsuma.app.accounts.models import User
from satsuma.app.crm import hooks
from satsuma.app.crm.bulk import Action, BulkChange, Selection
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.hooks import Cause, Touched
from satsuma.app.crm.models import Activity, Batch, Contact, Tag
from satsuma.app.crm.queries.fields import fields_by_key
from satsuma.app.crm.queries.search import search
from satsuma.app.crm.services import bulk
from satsuma.app.crm.services.batches import Undone
from satsuma.app.crm.services.bulk import (
    Changed,
    change_contacts,
    count_selected,
    field_change,
    start_bulk_change,
    undo_bulk_change,
)
from satsuma.app.jobs.models import Run
from satsuma.domain.model import Kind
from support.jobs import done_run
from support.lists import make_companies, make_fields

LATER = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def companies(member: User, manager: User) -> list[Contact]:
    make_fields()
    return make_companies(12, owners=[member, manager])


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Touched]:
    found: list[Touched] = []

    def hook(touched: Touched) -> list[str]:
        found.append(touched)
        return ["Good → Super"]

    monkeypatch.setattr(hooks, "_HOOKS", [hook])
    return found


def _state(*but: str) -> list[dict[str, object]]:
    rows = []
    for contact in Contact.objects.order_by("pk"):
        row = {name: value for name, value in vars(contact).items() if name not in ("_state", *but)}
        rows.append(row | {"tags": sorted(contact.tags.values_list("name", flat=True))})
    return rows


COUNTED = ("version", "changed", "updated_at", "metrics")  # the made-up metrics are measured anew by an undo


def _change_two(companies: list[Contact], change: BulkChange, by: User) -> Changed:
    ids = [companies[1].pk, companies[4].pk, 987_654]
    return change_contacts(kind=Kind.COMPANY, contact_ids=ids, change=change, by=by, at=LATER)


def test_only_what_was_selected_changes_and_everybody_is_told(
    companies: list[Contact], administrator: User, told: list[Touched]
):
    before = _state()
    done = _change_two(companies, BulkChange(Action.OWNER, owner_id=administrator.pk, words="Owner"), administrator)

    expected = before
    mark = Contact.objects.get(pk=companies[1].pk).changed
    assert mark > 0
    for place in (1, 4):
        expected[place] |= {"owner_id": administrator.pk, "version": 2, "changed": mark, "updated_at": LATER}
    assert _state() == expected
    ids = frozenset({companies[1].pk, companies[4].pk})
    assert told == [Touched(ids, Cause.BULK, LATER, done.batch_id)]
    assert done == Changed(2, done.batch_id, ("Good → Super",))
    batch = Batch.objects.get()
    assert (batch.kind, batch.title, batch.author) == ("bulk", "Owner", administrator)


def _changes(companies: list[Contact], administrator: User) -> dict[str, BulkChange]:
    fields = fields_by_key(Kind.COMPANY)
    return {
        "owner": BulkChange(Action.OWNER, owner_id=administrator.pk),
        "nobody": BulkChange(Action.OWNER),
        "tags": BulkChange(Action.TAG, tags=("Fair", "Brand new")),
        "untag": BulkChange(Action.UNTAG, tags=("fair", "press")),
        "bin": BulkChange(Action.BIN),
        "industry": field_change(fields["industry"], "media", words=""),
        "no industry": field_change(fields["industry"], None, words=""),
        "website": field_change(fields["website"], "https://www.acme.example/shop", words=""),
        "employees": field_change(fields["employees"], None, words=""),
        "number": field_change(fields["f901"], 2.5, words=""),
        "no number": field_change(fields["f901"], None, words=""),
        "day": field_change(fields["f907"], date(2027, 1, 31), words=""),
        "choices": field_change(fields["f905"], frozenset({"f905o2", "f905o0"}), words=""),
        "yes": field_change(fields["f906"], value=True, words=""),
        "text": field_change(fields["f908"], "Peculiar", words=""),
    }


def test_every_change_is_undone_to_the_last_value(companies: list[Contact], administrator: User):
    before = _state(*COUNTED)
    ids = [company.pk for company in companies[2:9]]
    for name, change in _changes(companies, administrator).items():
        done = change_contacts(kind=Kind.COMPANY, contact_ids=ids, change=change, by=administrator, at=LATER)
        assert (name, _state(*COUNTED) != before) == (name, True)
        undone = undo_bulk_change(batch_id=done.batch_id, by=administrator, at=LATER)
        assert isinstance(undone, Undone)
        assert (name, undone.restored, undone.kept) == (name, done.count, ())
        assert (name, _state(*COUNTED)) == (name, before)
        with pytest.raises(RefusedError):
            undo_bulk_change(batch_id=done.batch_id, by=administrator, at=LATER)


def test_tags_are_added_to_those_without_and_taken_from_those_with(companies: list[Contact], member: User):
    ids = [company.pk for company in companies]
    had = set(Contact.objects.filter(tags__name="Fair").values_list("pk", flat=True))
    added = change_contacts(
        kind=Kind.COMPANY, contact_ids=ids, change=BulkChange(Action.TAG, tags=("fair",)), by=member, at=LATER
    )
    assert 0 < added.count == len(ids) - len(had)
    assert Tag.objects.get(name="Fair").contacts.count() == len(ids)
    assert set(Contact.objects.filter(version=1).values_list("pk", flat=True)) == had
    assert [group.thing for group in search("fair")] == ["company"]

    taken = change_contacts(
        kind=Kind.COMPANY, contact_ids=ids, change=BulkChange(Action.UNTAG, tags=("FAIR",)), by=member, at=LATER
    )
    assert taken.count == len(ids)
    assert search("fair") == ()


def test_words_of_a_field_are_found_at_once(companies: list[Contact], member: User):
    change = field_change(fields_by_key(Kind.COMPANY)["f908"], "Peculiar", words="")
    _change_two(companies, change, member)

    assert [row.id for row in search("peculiar")[0].rows] == [companies[4].pk, companies[1].pk]


def test_what_somebody_changed_since_is_left_alone_by_undo(companies: list[Contact], administrator: User):
    done = _change_two(companies, BulkChange(Action.OWNER, owner_id=administrator.pk), administrator)
    Contact.objects.filter(pk=companies[4].pk).update(owner=None)
    owner = companies[1].owner_id
    undone = undo_bulk_change(batch_id=done.batch_id, by=administrator, at=LATER)

    assert isinstance(undone, Undone)
    assert [(kept.row_id, kept.keys) for kept in undone.kept] == [(companies[4].pk, ("owner_id",))]
    assert Contact.objects.get(pk=companies[1].pk).owner_id == owner
    assert Contact.objects.get(pk=companies[4].pk).owner_id is None


@pytest.mark.parametrize(
    "change",
    [
        BulkChange(Action.OWNER, owner_id=987_654),
        BulkChange(Action.TAG),
        BulkChange(Action.FIELD, key="name", value="Same"),
        BulkChange(Action.FIELD, key="m1", value=5),
        BulkChange(Action.FIELD, key="values", value=5),
        BulkChange(Action.FIELD, key="f903", value=11),
        BulkChange(Action.FIELD, key="f904", value="other"),
    ],
)
def test_a_change_that_cannot_be_kept_changes_nothing(companies: list[Contact], member: User, change: BulkChange):
    before = _state()
    with pytest.raises(ValuesError):
        _change_two(companies, change, member)

    assert _state() == before
    assert not Batch.objects.exists()


def test_people_feed_their_companies(companies: list[Contact], member: User, told: list[Touched]):
    person = Contact.objects.create(
        kind="person", name="Ann", name_folded="ann", company=companies[0], created_at=LATER, updated_at=LATER
    )
    Activity.objects.create(
        kind="call",
        person=person,
        happened_at=LATER - timedelta(days=9),
        happened_on=date(2026, 11, 18),
        created_at=LATER,
    )
    change = BulkChange(Action.BIN)
    change_contacts(kind=Kind.PERSON, contact_ids=[person.pk], change=change, by=member, at=LATER)

    assert told[0].contact_ids == {person.pk, companies[0].pk}


def test_many_are_changed_and_put_back_by_a_job(
    companies: list[Contact], manager: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bulk, "AT_ONCE", 3)
    monkeypatch.setattr(bulk, "CHUNK", 4)
    before = _state(*COUNTED)
    selection = Selection(address="where=owner~filled")
    selected = Contact.objects.filter(owner__isnull=False).count()
    assert count_selected(Kind.COMPANY, selection, as_of=LATER.date()) == selected > 7
    run = start_bulk_change(
        kind=Kind.COMPANY,
        selection=selection,
        change=BulkChange(Action.OWNER, words="Owner: nobody"),
        by=manager,
        at=LATER,
    )
    assert isinstance(run, Run)
    assert _state(*COUNTED) == before

    done = done_run(run)
    assert (done.state, done.title, done.result["text"]) == ("done", "Owner: nobody", f"{selected} companies changed")
    assert not Contact.objects.filter(owner__isnull=False).exists()
    [batch] = Batch.objects.all()
    assert batch.rows.count() == selected

    undoing = undo_bulk_change(batch_id=batch.pk, by=manager, at=LATER)
    assert isinstance(undoing, Run)
    assert done_run(undoing).state == "done"
    assert _state(*COUNTED) == before


def test_a_whole_list_needs_more_rights_than_some_rows(companies: list[Contact], member: User, viewer: User):
    change = BulkChange(Action.OWNER)
    with pytest.raises(NotAllowedError):
        start_bulk_change(kind=Kind.COMPANY, selection=Selection(address=""), change=change, by=member, at=LATER)
    with pytest.raises(NotAllowedError):
        start_bulk_change(kind=Kind.COMPANY, selection=Selection(ids=(1,)), change=change, by=viewer, at=LATER)
    done = start_bulk_change(
        kind=Kind.COMPANY, selection=Selection(ids=(companies[0].pk,)), change=change, by=member, at=LATER
    )
    assert isinstance(done, Changed)


@pytest.mark.parametrize("where", ["employees~from~many", "gone~empty", "tag~any~987654321"])
def test_a_filter_that_is_no_longer_understood_changes_nobody(companies: list[Contact], manager: User, where: str):
    before, selection = _state(), Selection(address=f"where={where}")

    with pytest.raises(RefusedError) as refused:
        start_bulk_change(kind=Kind.COMPANY, selection=selection, change=BulkChange(Action.BIN), by=manager, at=LATER)
    assert refused.value.code == "list_changed"
    assert _state() == before
