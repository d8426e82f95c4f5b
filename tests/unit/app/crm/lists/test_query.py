"""What an address asks of a list: read strictly, written back the same, and never an error."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.lists import Condition, ListDefinition, ListQuery, Operator, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.lists.query import Cursor
from satsuma.domain.model import Kind
from support.lists import make_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def companies(member: User) -> ListDefinition:
    make_fields()
    return contact_list(Kind.COMPANY)


def _read(definition: ListDefinition, address: str) -> ListQuery:
    return read_list_query(definition, parse_qs(address, keep_blank_values=True))


def test_an_empty_address_asks_for_everything_by_name(companies: ListDefinition):
    query = _read(companies, "")

    assert query == ListQuery(sort="name", columns=companies.default_columns)
    assert (query.is_filtered, query.address(companies)) == (False, "")


def test_what_is_written_is_read_back(companies: ListDefinition, member: User):
    address = (
        f"q=acme%20ltd&owner={member.pk}&where=employees~from~50&where=f904~any~f904o0,f904o1&where=f907~last~90"
        "&where=f908~has~a~b%26c&where=f906~yes&where=email~empty&sort=-employees&columns=name,f901,country&after=7~50.0"
    )
    query = _read(companies, address)

    assert query.notices == ()
    assert query.words == "acme ltd"
    assert query.conditions == (
        Condition("owner", Operator.ANY, (str(member.pk),)),
        Condition("employees", Operator.FROM, 50.0),
        Condition("f904", Operator.ANY, ("f904o0", "f904o1")),
        Condition("f907", Operator.LAST, 90),
        Condition("f908", Operator.HAS, "a~b&c"),
        Condition("f906", Operator.YES),
        Condition("email", Operator.EMPTY),
    )
    assert (query.sort, query.descending, query.columns) == ("employees", True, ("name", "f901", "country"))
    assert query.cursor == Cursor(7, "50.0")
    assert query.address(companies) == address.replace("%20", "+")
    assert _read(companies, query.address(companies)) == query


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("where=nothing~is~1", "There is no field “nothing” in this list. This condition is left out."),
        ("where=employees~has~1", "“Employees” cannot be filtered in this way. This condition is left out."),
        ("where=employees", "“Employees” cannot be filtered in this way. This condition is left out."),
        ("where=employees~from~many", "“Employees” needs a number to compare with. This condition is left out."),
        ("where=employees~from~nan", "“Employees” needs a number to compare with. This condition is left out."),
        ("where=employees~from~1e999", "“Employees” needs a number to compare with. This condition is left out."),
        ("where=f907~last~0", "“A date” needs a number of days. This condition is left out."),
        ("where=f907~last~²", "“A date” needs a number of days. This condition is left out."),
        ("where=f907~from~2026-02-30", "“A date” needs a day. This condition is left out."),
        ("where=created~from~0001-01-01", "“Added” needs a day. This condition is left out."),
        ("where=created~to~9999-12-31", "“Added” needs a day. This condition is left out."),
        ("where=f904~any~zzz", "“A choice” has no such option. This condition is left out."),
        ("where=f908~has~%00", "“A text” needs a text to compare with. This condition is left out."),
        ("where=name~empty", "“Name” cannot be filtered in this way. This condition is left out."),
        ("owner=999", "“Owner” has no such option. This condition is left out."),
        ("tag=1)--", "“Tags” has no such option. This condition is left out."),
        ("sort=values", "The list cannot be sorted by “values”."),
        ("sort=tag", "The list cannot be sorted by “tag”."),
        ("columns=name,secret", "There is no field “secret” in this list."),
    ],
)
def test_what_cannot_be_understood_is_said_and_left_out(companies: ListDefinition, address: str, said: str):
    query = _read(companies, address)

    assert query.notices == (said,)
    assert query == ListQuery(sort="name", columns=query.columns, notices=(said,))


def test_conditions_have_a_limit(companies: ListDefinition):
    query = _read(companies, "&".join(f"where=employees~from~{number}" for number in range(30)))

    assert len(query.conditions) == 20
    assert query.notices == ("A list has at most 20 conditions; the others are left out.",)


def test_sorting_by_a_column_again_turns_the_order(companies: ListDefinition):
    query, column = _read(companies, "after=7~x"), companies.by_key["employees"]
    once = query.sorted_by(column)

    assert [once.address(companies), once.sorted_by(column).address(companies)] == ["sort=employees", "sort=-employees"]


def test_conditions_can_be_taken_out_one_by_one_and_all_at_once(companies: ListDefinition):
    query = _read(companies, "q=acme&where=email~empty&where=f906~no&sort=-name")

    assert query.without(query.conditions[0]).address(companies) == "q=acme&where=f906~no&sort=-name"
    assert query.without_filter().address(companies) == "sort=-name"
