"""Many deals change in one go, and it can be taken back as one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Batch, Contact, Deal, Field
from satsuma.app.crm.services.batches import undo_batch
from satsuma.app.crm.services.deal_bulk import assign_deals, move_deals
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.defaults import create_defaults
from support.sales import NOW, create_company, create_person, create_sale, stage_id

LATER = NOW + timedelta(days=2)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: Workspace) -> None:
    create_defaults(at=NOW)


def won_value(contact: Contact) -> object:
    contact.refresh_from_db()
    key = Field.objects.get(kind=contact.kind, source="metric", label="Value of won deals").key
    return contact.metrics.get(key)


def stored(deal: Deal) -> tuple[object, ...]:
    deal.refresh_from_db()
    return deal.stage.key, deal.state, deal.closed_on, deal.owner_id, deal.version


def test_deals_are_moved_with_their_metrics_and_put_back_by_undo():
    acme = create_company()
    ada = create_person(company=acme)
    made = create_sale(acme, value=Decimal(5))
    hers = create_sale(create_company("Other"), person_id=ada.id, value=Decimal(7))
    won = create_sale(acme, value=Decimal(1), stage="won", opened_on=date(2026, 1, 1), closed_on=date(2026, 2, 1))
    binned = create_sale(acme, value=Decimal(9))
    bin_deals(deal_ids=[binned.id], by=None, at=NOW)
    ids = [made.id, hers.id, won.id, binned.id]
    done = move_deals(deal_ids=ids, stage_id=stage_id("won"), by=None, at=LATER)
    assert done.count == 2
    assert [stored(deal) for deal in (made, won)] == [
        ("won", "won", date(2026, 11, 28), None, 2),
        ("won", "won", date(2026, 2, 1), None, 1),
    ]
    assert stored(binned)[:2] == ("prospecting", "open")
    assert (won_value(acme), won_value(ada)) == (13, 7)
    assert move_deals(deal_ids=ids, stage_id=stage_id("won"), by=None, at=LATER).batch_id is None
    assert done.batch_id is not None
    undo_batch(batch_id=done.batch_id, by=None, at=LATER)
    assert stored(made)[:3] == ("prospecting", "open", None)
    assert (won_value(acme), won_value(ada)) == (1, 0)


def test_deals_are_given_to_somebody_and_to_nobody(member: User):
    made = [create_sale(create_company()) for _ in range(2)]
    done = assign_deals(deal_ids=[deal.id for deal in made], owner_id=member.pk, by=member, at=NOW)
    assert [stored(deal)[3] for deal in made] == [member.pk, member.pk]
    assert (done.count, Batch.objects.get().title, Batch.objects.get().author_id) == (2, "Owner of 2 deals", member.pk)
    assert assign_deals(deal_ids=[made[0].id], owner_id=None, by=member, at=NOW).count == 1
    assert stored(made[0])[3] is None


def test_what_cannot_be_done_with_one_is_done_with_none():
    acme = create_company()
    made, later = create_sale(acme), create_sale(acme, "Later", opened_on=date(2999, 1, 1))
    with pytest.raises(ValuesError) as raised:
        move_deals(deal_ids=[made.id, later.id], stage_id=stage_id("won"), by=None, at=datetime.now(UTC))
    assert raised.value.problems == {"stage": "Later: A deal cannot be closed before it was opened. Enter a later day."}
    assert stored(made)[1] == "open"
    with pytest.raises(ValuesError):
        assign_deals(deal_ids=[made.id], owner_id=987_654_321, by=None, at=NOW)
