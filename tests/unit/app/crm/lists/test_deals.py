"""The list of deals: each column filters and sorts alike on both databases, and its rows add up to the board's sums."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.lists import Answer, Column, ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.deals import deal_list
from satsuma.app.crm.models import Contact, Deal, Product, Stage
from satsuma.app.crm.queries.deals import list_board
from satsuma.app.crm.queries.lists import count_rows, iterate_rows, list_page
from satsuma.app.crm.services.defaults import create_defaults

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def contact(name: str, kind: str) -> Contact:
    return Contact.objects.create(kind=kind, name=name, name_folded=fold_name(name), created_at=NOW, updated_at=NOW)


@pytest.fixture
def deals(member: User, manager: User) -> Sequence[Deal]:
    create_defaults(at=NOW)
    chance = random.Random(3)
    companies = [contact(name, "company") for name in ("Zażółć", "acme", "Ålborg", "Beta")]
    people = [contact(name, "person") for name in ("Éva", "ada", "Zoe")]
    products = [Product.objects.create(key=f"p{n}", label=n, label_folded=n.lower()) for n in ("B", "a")]
    stages = list(Stage.objects.all())
    for number in range(60):
        stage = chance.choice(stages)
        title = chance.choice(["Łódź", "lodz", "Rollout", "éclair", "Zebra 10"]) + chance.choice(["", " 2"])
        worth = chance.choice([None, 0, 1, -5_000, 12_345_678, 9 * 10**18])
        Deal.objects.create(
            title=title,
            title_folded=fold_name(title),
            external_id=chance.choice(["", f"D-{number}"]),
            company=chance.choice([None, *companies]),
            person=chance.choice([None, *people]),
            value_e4=worth,
            worth_e4=worth,
            currency=chance.choice(["EUR", "PLN"]),
            product=chance.choice([None, *products]),
            stage=stage,
            state=stage.state,
            owner=chance.choice([None, member, manager]),
            opened_on=chance.choice([None, TODAY - timedelta(days=chance.randrange(9))]),
            closed_on=chance.choice([None, TODAY]),
            created_at=NOW - timedelta(minutes=chance.randrange(20)),
            updated_at=NOW - timedelta(minutes=chance.randrange(20)),
            binned_at=NOW if number % 10 == 0 else None,
        )
    return list(Deal.objects.filter(binned_at=None).select_related("company", "person").order_by("id"))


def ask(definition: ListDefinition, **given: str) -> ListQuery:
    query = read_list_query(definition, {name: [value] for name, value in given.items()})
    assert query.notices == ()
    return query


def place(column: Column, row: Deal) -> object:
    value = column.value(row)
    if value is None:
        return None
    if column.answer is Answer.TEXT:
        return fold_name(str(value)) if column.folded else str(value).lower()
    return [option.key for option in column.options].index(str(value)) if column.answer is Answer.CHOICE else value


def test_every_column_sorts_both_ways_with_missing_values_last(deals: Sequence[Deal]):
    definition = deal_list()
    for column in definition.columns:
        filled = sorted((place(column, row), row.pk) for row in deals if place(column, row) is not None)
        empty = sorted(row.pk for row in deals if place(column, row) is None)
        for sort, expected in (
            (column.key, [pk for _, pk in filled] + empty),
            (f"-{column.key}", [pk for _, pk in reversed(filled)] + empty[::-1]),
        ):
            found = [row.pk for row in iterate_rows(definition, ask(definition, sort=sort), as_of=TODAY, size=7)]
            assert found == expected, sort


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ("worth~from~1234.5678", lambda deal: deal.worth_e4 is not None and deal.worth_e4 >= 12_345_678),
        ("worth~is~0", lambda deal: deal.worth_e4 == 0),
        ("worth~to~999999999999999", lambda deal: deal.worth_e4 is not None),
        ("worth~empty", lambda deal: deal.worth_e4 is None),
        ("title~has~lodz", lambda deal: "lodz" in deal.title_folded),
        ("company~begins~zazo", lambda deal: deal.company is not None and deal.company.name == "Zażółć"),
        ("person~empty", lambda deal: deal.person is None),
        ("currency~any~PLN", lambda deal: deal.currency == "PLN"),
        ("state~any~won,lost", lambda deal: deal.state != "open"),
        ("owner~empty", lambda deal: deal.owner_id is None),
        ("product~filled", lambda deal: deal.product_id is not None),
        ("opened~last~3", lambda deal: deal.opened_on is not None and deal.opened_on > TODAY - timedelta(days=3)),
        ("external_id~filled", lambda deal: deal.external_id != ""),
    ],
)
def test_columns_are_filtered(deals: Sequence[Deal], where: str, fits):
    definition = deal_list()
    query = ask(definition, where=where)
    expected = [deal.pk for deal in deals if fits(deal)]
    assert 0 < len(expected) < len(deals)
    assert sorted(row.pk for row in iterate_rows(definition, query, as_of=TODAY)) == expected
    assert count_rows(definition, query, as_of=TODAY).rows == len(expected)


@pytest.mark.parametrize("is_mine", [False, True])
def test_the_lists_that_the_board_leads_to_add_up_to_its_sums(deals: Sequence[Deal], member: User, is_mine: bool):
    definition = deal_list()
    mine = {"owner": str(member.pk)} if is_mine else {}
    for column in list_board(owner_id=member.pk if is_mine else None):
        query = ask(definition, stage=str(column.stage.id), **mine)
        rows = list(iterate_rows(definition, query, as_of=TODAY))
        assert (len(rows), sum(row.worth_e4 or 0 for row in rows)) == (column.count, column.worth_e4)


def test_queries_do_not_grow_with_rows(deals: Sequence[Deal]):
    def count(size: int) -> int:
        with CaptureQueriesContext(connection) as queries:
            definition = deal_list()
            for row in list_page(definition, ask(definition), as_of=TODAY, size=size).rows:
                str([column.value(row) for column in definition.columns])
        return len(queries)

    assert count(1) == count(30) <= 7
