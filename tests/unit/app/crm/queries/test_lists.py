"""Lists answer what is asked, in one order on both databases: compared with plain Python over the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.lists import Answer, Column, ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries import list_filter, list_order
from satsuma.app.crm.queries.lists import Count, count_rows, iterate_rows, list_ids, list_page
from satsuma.domain.model import Kind
from support.lists import TODAY, make_companies, make_fields

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
COUNT = 60


@pytest.fixture
def companies(member: User, manager: User) -> ListDefinition:
    make_fields()
    made = make_companies(COUNT, owners=[member, manager])
    Contact.objects.filter(pk=made[3].pk).update(binned_at=made[3].created_at)
    Contact.objects.create(kind="person", name="Nobody", name_folded="nobody", created_at=made[0].created_at,
                           updated_at=made[0].created_at)  # fmt: skip
    return contact_list(Kind.COMPANY)


def _query(definition: ListDefinition, **given: str | list[str]) -> ListQuery:
    parameters = {name: value if isinstance(value, list) else [value] for name, value in given.items()}
    query = read_list_query(definition, parameters)
    assert query.notices == ()
    return query


def _shown(definition: ListDefinition) -> list[Contact]:
    ids = Contact.objects.filter(kind="company", binned_at=None).values_list("pk", flat=True)
    return sorted(definition.load(list(ids)), key=lambda row: row.pk)


def _place(column: Column, row: Contact) -> Any:
    """What a row is sorted by, in plain Python; None without a value."""
    value = column.value(row)
    if value is None:
        return None
    if column.answer is Answer.TEXT:
        return fold_name(value) if column.folded else _ascii_small(value).encode()
    if column.answer is Answer.CHOICE:
        return [option.key for option in column.options].index(value)
    return value


def _ascii_small(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def _expected_order(column: Column, rows: list[Contact], *, descending: bool) -> list[int]:
    filled = sorted((_place(column, row), row.pk) for row in rows if _place(column, row) is not None)
    empty = sorted(row.pk for row in rows if _place(column, row) is None)
    return [pk for _, pk in (filled[::-1] if descending else filled)] + (empty[::-1] if descending else empty)


SORTED = (
    *("name", "owner", "email", "city", "industry", "country", "employees", "updated", "m1"),
    *("f901", "f902", "f903", "f904", "f906", "f907", "f908"),
)


def test_every_order_forward_and_backward_with_what_is_missing_last(companies: ListDefinition):
    rows = _shown(companies)
    for column in (companies.by_key[key] for key in SORTED):
        for descending in (False, True):
            query = _query(companies, sort="-" * descending + column.key)
            expected = _expected_order(column, rows, descending=descending)
            forward, backward = _pages(companies, query, size=13)
            assert (column.key, forward) == (column.key, expected)
            assert (column.key, backward) == (column.key, expected[: len(backward)])


def _pages(definition: ListDefinition, query: ListQuery, *, size: int) -> tuple[list[int], list[int]]:
    """The ids met going to the end; and those met on the way back, in the list's order."""
    page = list_page(definition, query, as_of=TODAY, size=size)
    forward = [row.pk for row in page.rows]
    while page.after:
        query = _reread(definition, query.at(page.after))
        page = list_page(definition, query, as_of=TODAY, size=size)
        forward += [row.pk for row in page.rows]
    backward: list[int] = []
    while page.before:
        query = _reread(definition, query.at(page.before))
        page = list_page(definition, query, as_of=TODAY, size=size)
        backward = [row.pk for row in page.rows] + backward
    return forward, backward[: len(forward)]


def _reread(definition: ListDefinition, query: ListQuery) -> ListQuery:
    """Each page is asked for by its address."""
    from urllib.parse import parse_qs

    again = read_list_query(definition, parse_qs(query.address(definition)))
    assert again == query
    return again


Fits = Callable[[Any], bool]
DAY = date(2026, 11, 25)
CONDITIONS: dict[str, tuple[str, Fits]] = {
    "employees~from~10": ("employees", lambda v: v is not None and v >= 10),
    "employees~to~10": ("employees", lambda v: v is not None and v <= 10),
    "employees~under~10": ("employees", lambda v: v is not None and v < 10),
    "employees~is~250.5": ("employees", lambda v: v == 250.5),
    "employees~empty": ("employees", lambda v: v is None),
    "employees~filled": ("employees", lambda v: v is not None),
    "f901~from~0": ("f901", lambda v: v is not None and v >= 0),
    "f901~under~2.5": ("f901", lambda v: v is not None and v < 2.5),
    "f902~is~0.1": ("f902", lambda v: v == 0.1),
    "f903~to~5": ("f903", lambda v: v is not None and v <= 5),
    "m1~from~0.5": ("m1", lambda v: v is not None and v >= 0.5),
    "m1~empty": ("m1", lambda v: v is None),
    "f904~any~f904o0,f904o2": ("f904", lambda v: v in ("f904o0", "f904o2")),
    "f904~none~f904o0": ("f904", lambda v: v != "f904o0"),
    "f904~empty": ("f904", lambda v: v is None),
    "f905~any~f905o2,f905o1": ("f905", lambda v: bool(v and v & {"f905o2", "f905o1"})),
    "f905~none~f905o0": ("f905", lambda v: not v or "f905o0" not in v),
    "f905~filled": ("f905", lambda v: v is not None),
    "f906~yes": ("f906", lambda v: v is True),
    "f906~no": ("f906", lambda v: v is False),
    "f906~empty": ("f906", lambda v: v is None),
    "f907~from~2026-11-25": ("f907", lambda v: v is not None and v >= DAY),
    "f907~to~2026-11-25": ("f907", lambda v: v is not None and v <= DAY),
    "f907~last~3": ("f907", lambda v: v is not None and TODAY - timedelta(3) < v <= TODAY),
    "f907~next~3": ("f907", lambda v: v is not None and TODAY <= v < TODAY + timedelta(3)),
    "f907~empty": ("f907", lambda v: v is None),
    "f908~is~ACME": ("f908", lambda v: v is not None and v.lower() == "acme"),
    "f908~has~e": ("f908", lambda v: v is not None and "e" in _ascii_small(v)),
    "f908~begins~Ł": ("f908", lambda v: v is not None and v.startswith("Ł")),
    "f908~has~%_": ("f908", lambda v: v is not None and "%_" in v),
    "f908~is~O'Neil": ("f908", lambda v: v == "O'Neil"),
    "city~empty": ("city", lambda v: v is None),
    "city~filled": ("city", lambda v: v is not None),
    "city~has~~": ("city", lambda v: False),
    "name~begins~lodz": ("name", lambda v: fold_name(v).startswith("lodz")),
    "name~has~ZEB": ("name", lambda v: "zeb" in fold_name(v)),
    "name~is~acme acme": ("name", lambda v: fold_name(v) == "acme acme"),
    "email~begins~C": ("email", lambda v: v is not None and v.lower().startswith("c")),
    "country~any~PL": ("country", lambda v: v == "PL"),
    "country~none~PL,DE": ("country", lambda v: v not in ("PL", "DE")),
    "country~empty": ("country", lambda v: v is None),
    "owner~filled": ("owner", lambda v: v is not None),
    "updated~last~1": ("updated", lambda v: (v + timedelta(hours=1)).date() == TODAY),
    "created~to~2026-11-24": ("created", lambda v: (v + timedelta(hours=1)).date() <= date(2026, 11, 24)),
    "tag~empty": ("tag", lambda v: v is None),
    "tag~filled": ("tag", lambda v: v is not None),
}  # fmt: skip


@pytest.fixture
def _warsaw():
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    with timezone.override(ZoneInfo("Europe/Warsaw")):
        yield


@pytest.mark.usefixtures("_warsaw")
@pytest.mark.parametrize("looked_through", [0, 5_000])
def test_every_condition(companies: ListDefinition, monkeypatch: pytest.MonkeyPatch, looked_through: int):
    monkeypatch.setattr(list_order, "LOOKED_THROUGH", looked_through)
    rows, met = _shown(companies), {}
    for written, (key, fits) in CONDITIONS.items():
        query = _query(companies, where=written)
        expected = [row.pk for row in rows if fits(companies.by_key[key].value(row))]
        in_order = [pk for pk in _expected_order(companies.by_key["name"], rows, descending=False) if pk in expected]
        assert (written, _all_ids(companies, query)) == (written, in_order)
        assert (written, list_ids(companies, query, as_of=TODAY)) == (written, sorted(expected))
        assert count_rows(companies, query, as_of=TODAY) == Count(len(expected), is_more=False)
        met[written] = len(expected)
    assert {written for written, count in met.items() if count in (0, len(rows))} == {"city~has~~"}


def _all_ids(definition: ListDefinition, query: ListQuery) -> list[int]:
    return [row.pk for row in iterate_rows(definition, query, as_of=TODAY, size=25)]


def test_words_owner_tag_and_conditions_all_hold(companies: ListDefinition, member: User):
    rows = _shown(companies)
    fair, press = (option.key for option in companies.by_key["tag"].options if option.label in ("Fair", "Press"))
    query = _query(companies, q="acm", owner=str(member.pk), tag=[fair, press], where=["f901~filled", "country~filled"])

    def fits(row: Contact) -> bool:
        tags = {str(tag.pk) for tag in row.tags.all()}
        named = any(
            word.startswith("acm") for word in fold_name(f"{row.name} {row.city} {row.values.get('f908')}").split()
        )
        return bool(
            named and row.owner_id == member.pk and tags & {fair, press} and "f901" in row.values and row.country
        )

    expected = [row.pk for row in rows if fits(row)]
    assert expected
    assert sorted(_all_ids(companies, query)) == expected
    assert _all_ids(companies, _query(companies, owner="none")) == [
        pk for pk in _expected_order(companies.by_key["name"], rows, descending=False)
        if Contact.objects.get(pk=pk).owner_id is None
    ]  # fmt: skip


@pytest.mark.parametrize("few", [0, 2_000])
def test_words_that_many_have(companies: ListDefinition, monkeypatch: pytest.MonkeyPatch, few: int):
    monkeypatch.setattr(list_filter, "FEW_WORDS", few)
    rows = _shown(companies)

    assert len(_all_ids(companies, _query(companies, q="example"))) == sum(bool(row.email) for row in rows)
    assert _all_ids(companies, _query(companies, q="nothingofit")) == []
    assert _all_ids(companies, _query(companies, q="&")) == []


def test_counting_stops_at_its_limit(companies: ListDefinition):
    query = _query(companies)

    assert count_rows(companies, query, as_of=TODAY, most=10) == Count(10, is_more=True)
    assert count_rows(companies, query, as_of=TODAY, most=COUNT - 1) == Count(COUNT - 1, is_more=False)
    assert len(list_ids(companies, query, as_of=TODAY, most=5)) == 5


def test_a_page_costs_the_same_queries_for_one_row_and_for_many(companies: ListDefinition):
    def queries(size: int, **given: str) -> int:
        query = _query(companies, columns=",".join(companies.by_key), **given)
        companies.memory.clear()
        with CaptureQueriesContext(connection) as seen:
            page = list_page(companies, query, as_of=TODAY, size=size)
            count_rows(companies, query, as_of=TODAY)
            [[column.value(row) for column in companies.columns] for row in page.rows]
        assert len(page.rows) == size
        return len(seen)

    for given in ({}, {"sort": "-m1"}, {"where": "city~filled"}, {"q": "example"}):
        assert queries(1, **given) == queries(25, **given) <= 6


PLACES = ("5~x", "5~nan", "5~2026-99-99", "5", "x~5", "~", "99999999999999999999~1", "5~\0")


def test_a_place_that_is_none_gives_a_page_all_the_same(companies: ListDefinition):
    for sort in ("name", "employees", "f907", "updated", "country", "f906", "owner"):
        for place in PLACES:
            for side in ("after", "before"):
                list_page(companies, _query(companies, sort=sort, **{side: place}), as_of=TODAY, size=5)


@pytest.mark.parametrize("written", ["2026-W48-4", "20261126", "2026-11-26T09", "2026-11-26 09:30:00,5"])
@pytest.mark.parametrize("sort", ["created", "f907"])
def test_a_place_that_no_page_wrote_is_the_beginning(companies: ListDefinition, sort: str, written: str):
    asked = _query(companies, sort=sort, after=f"1~{written}")

    beginning = list_page(companies, _query(companies, sort=sort), as_of=TODAY, size=5)
    assert list_page(companies, asked, as_of=TODAY, size=5) == beginning
