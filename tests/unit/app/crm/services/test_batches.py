"""A change of many rows is written down, and taken back where nobody has touched it since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.models import Activity, Batch, Contact, ContactTag, Deal, Erased, Tag
from satsuma.app.crm.services.batches import KeptRow, RowChange, change_rows, record, start_batch, undo_batch
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.rows import Table, write_rows
from support.importing import NOW, bring_in

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(workspace: Workspace) -> list[Contact]:
    create_defaults(at=NOW)
    bring_in("Name,City,Employees,Opportunity ID\nAcme,Paris,5,A\nBolt,Rome,7,B\n", Opportunity_ID="deal.external_id")
    return list(Contact.objects.order_by("name"))


def batch(by: User) -> Batch:
    return start_batch(kind=Batch.Kind.BULK, title="City", by=by, at=NOW)


@pytest.mark.both_databases
def test_only_what_differs_is_written_and_put_back(companies: list[Contact], manager: User) -> None:
    acme, bolt = companies
    of = batch(manager)
    wanted = {acme.pk: {"city": "Oslo", "name": "ÁCME", "f99": 3}, bolt.pk: {"city": "Rome"}, 987: {"city": "x"}}
    assert change_rows(of, Table.CONTACT, wanted, at=NOW) == {acme.pk}
    acme.refresh_from_db()
    assert (acme.city, acme.name, acme.name_folded, acme.values, acme.version) == (
        "Oslo",
        "ÁCME",
        "acme",
        {"f99": 3},
        2,
    )
    assert [(row.row_id, row.before) for row in of.rows.all()] == [
        (acme.pk, {"city": "Paris", "name": "Acme", "f99": None})
    ]
    undone = undo_batch(batch_id=of.pk, by=manager, at=NOW)
    acme.refresh_from_db()
    assert (undone.restored, undone.removed, undone.kept) == (1, 0, ())
    assert (acme.city, acme.name, acme.name_folded, acme.values) == ("Paris", "Acme", "acme", {})
    with pytest.raises(RefusedError):
        undo_batch(batch_id=of.pk, by=manager, at=NOW)


def test_fields_that_somebody_changed_since_stay(companies: list[Contact], manager: User) -> None:
    acme = companies[0]
    of = batch(manager)
    change_rows(of, Table.CONTACT, {acme.pk: {"city": "Oslo", "phone": "1"}}, at=NOW)
    write_rows(Table.CONTACT, {acme.pk: {"city": "Rome"}}, mark=9, at=NOW)
    undone = undo_batch(batch_id=of.pk, by=manager, at=NOW)
    acme.refresh_from_db()
    assert (acme.city, acme.phone, undone.kept) == ("Rome", "", (KeptRow(Table.CONTACT, acme.pk, ("city",)),))


def test_made_rows_go_unless_something_hangs_on_them(companies: list[Contact], manager: User) -> None:
    acme, bolt = companies
    of = batch(manager)
    record(of, Table.CONTACT, (RowChange(one.pk, None, {"version": 1}) for one in companies))
    Deal.objects.update(company=bolt)
    Deal.objects.filter(external_id="B").update(version=2)
    record(of, Table.DEAL, (RowChange(deal.pk, None, {"version": 1}) for deal in Deal.objects.all()))
    undone = undo_batch(batch_id=of.pk, by=manager, at=NOW)
    assert (undone.removed, {(kept.table, kept.row_id) for kept in undone.kept}) == (
        2,
        {("deal", Deal.objects.get().pk), ("contact", bolt.pk)},
    )
    assert sorted(Erased.objects.values_list("table", "row_id")) == sorted(
        [("contact", acme.pk), ("deal", Erased.objects.get(table="deal").row_id)]
    )


def test_an_activity_keeps_the_contact_it_was_logged_on(companies: list[Contact], manager: User) -> None:
    of = batch(manager)
    Deal.objects.all().delete()
    record(of, Table.CONTACT, (RowChange(one.pk, None, {"version": 1}) for one in companies))
    Activity.objects.create(
        kind="note", company=companies[0], happened_at=NOW, happened_on=NOW.date(), created_at=NOW, text="Called"
    )
    undone = undo_batch(batch_id=of.pk, by=manager, at=NOW)
    assert (undone.removed, [kept.row_id for kept in undone.kept]) == (1, [companies[0].pk])


def test_tags_are_put_back_without_those_that_came_since(companies: list[Contact], manager: User) -> None:
    acme = companies[0]
    old, new, since = (Tag.objects.create(name=name, name_folded=name) for name in ("old", "new", "since"))
    for tag in (new, since):
        ContactTag.objects.create(contact=acme, tag=tag)
    of = batch(manager)
    record(of, Table.TAG, [RowChange(acme.pk, {"tag_ids": [old.pk]}, {"tag_ids": [new.pk]})])
    undo_batch(batch_id=of.pk, by=manager, at=NOW)
    assert set(acme.tags.values_list("name", flat=True)) == {"old", "since"}


def test_a_deal_gets_its_company_back(companies: list[Contact], manager: User) -> None:
    acme, bolt = companies
    deal = Deal.objects.get(external_id="A")
    of = batch(manager)
    touched = change_rows(of, Table.DEAL, {deal.pk: {"company_id": bolt.pk, "opened_on": "2024-01-02"}}, at=NOW)
    assert touched == {acme.pk, bolt.pk}
    undo_batch(batch_id=of.pk, by=manager, at=NOW)
    deal.refresh_from_db()
    assert (deal.company_id, deal.opened_on) == (acme.pk, None)


def test_what_was_never_done_cannot_be_undone(companies: list[Contact], manager: User) -> None:
    with pytest.raises(NotFoundError):
        undo_batch(batch_id=987, by=manager, at=NOW)
