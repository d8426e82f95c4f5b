"""The board of deals: exact sums over everything, a few cards of each stage, at a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.models import Contact, Deal, Stage
from satsuma.app.crm.queries.deals import (
    CARDS,
    get_deal,
    list_board,
    list_cards,
    list_heads,
    list_stages,
)
from satsuma.app.crm.services.defaults import create_defaults

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HUGE = 9 * 10**18

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def stage(key: str) -> Stage:
    return Stage.objects.get(key=key)


def deal(stage: Stage, worth_e4: int | None = 10_000, minutes: int = 0, **columns: object) -> Deal:
    facts = {"title": "Rollout", "currency": "EUR", "state": stage.state, "created_at": NOW}
    moment = NOW + timedelta(minutes=minutes)
    return Deal.objects.create(
        stage=stage, value_e4=worth_e4, worth_e4=worth_e4, updated_at=moment, **{**facts, **columns}
    )


def contact(**columns: object) -> Contact:
    facts = {"kind": "company", "name": "Acme", "name_folded": "acme", "created_at": NOW, "updated_at": NOW}
    return Contact.objects.create(**{**facts, **columns})


@pytest.mark.both_databases
def test_sums_are_exact_beyond_64_bits_and_below_zero():
    offer, won = stage("offer"), stage("won")
    for worth in (HUGE, HUGE, HUGE, 1, None):
        deal(offer, worth)
    for worth in (-HUGE, -HUGE, -7, 3):
        deal(won, worth)
    deal(won, HUGE, binned_at=NOW)
    board = {column.stage.key: (column.count, column.worth_e4) for column in list_board()}
    assert board == {
        "prospecting": (0, 0),
        "engaging": (0, 0),
        "offer": (5, 3 * HUGE + 1),
        "won": (4, -2 * HUGE - 4),
        "lost": (0, 0),
    }


@pytest.mark.both_databases
def test_cards_are_the_latest_changed_and_the_next_ones_follow_without_gap():
    offer = stage("offer")
    made = [deal(offer, minutes=number // 3).id for number in range(2 * CARDS + 5)]
    newest = list(reversed(made))
    column = next(column for column in list_board() if column.stage == offer)
    shown, more = list(column.cards.deals), column.cards.has_more
    assert ([card.id for card in shown], more) == (newest[:CARDS], True)
    while more:
        cards = list_cards(offer.id, after=(shown[-1].updated_at, shown[-1].id))
        shown, more = [*shown, *cards.deals], cards.has_more
    assert [card.id for card in shown] == newest


@pytest.mark.both_databases
def test_one_owners_board_sums_and_shows_their_deals_only(member: User, viewer: User):
    offer = stage("offer")
    mine = deal(offer, 5, owner=member)
    deal(offer, 7, owner=viewer)
    deal(offer, 9)
    column = next(column for column in list_board(owner_id=member.pk) if column.stage == offer)
    assert (column.count, column.worth_e4, list(column.cards.deals)) == (1, 5, [mine])
    assert [(head.count, head.worth_e4) for head in list_heads([offer.id], owner_id=member.pk)] == [(1, 5)]
    assert [card.id for card in list_cards(offer.id, owner_id=member.pk).deals] == [mine.id]


def test_a_retired_stage_stands_on_the_board_while_deals_are_in_it():
    old = Stage.objects.create(key="s1", label="Old", state="open", position=9, retired_at=NOW)
    assert old not in [column.stage for column in list_board()]
    kept = deal(old)
    assert old in [column.stage for column in list_board()]
    assert old not in list_stages()
    assert old in list_stages(also=kept.stage_id)


def test_without_stages_there_is_nothing():
    Stage.objects.all().delete()
    assert list_board() == []


def test_queries_do_not_grow_with_deals_or_stages(member: User):
    def count(rows: int) -> int:
        for number in range(rows):
            kind = {"kind": "person", "name": f"P{number}"}
            deal(stage("offer"), company=contact(), person=contact(**kind), owner=member)
            made = Stage.objects.create(key=f"s{rows}{number}", label="More", state="open")
            deal(made, company=contact(), owner=member)
        with CaptureQueriesContext(connection) as queries:
            for column in list_board():
                for card in column.cards.deals:
                    str((card.company, card.person, card.product, card.stage, card.owner))
        return len(queries)

    assert count(1) == count(30) == 3


def test_a_deal_in_the_bin_is_read_only_where_it_is_asked_for():
    binned = deal(stage("offer"), binned_at=NOW)
    assert get_deal(binned.id, binned=True) == binned
    for missing in (binned.id, 987_654_321):
        with pytest.raises(NotFoundError):
            get_deal(missing)
