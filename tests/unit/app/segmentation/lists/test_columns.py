"""Lists sorted and filtered by segments and scores, compared with plain Python over the same rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.models import Contact
from satsuma.app.crm.queries import list_order
from satsuma.app.crm.queries.lists import Count, count_rows, iterate_rows, list_ids, list_page
from satsuma.app.crm.services.list_indexes import refresh_list_indexes
from satsuma.app.segmentation.models import Assignment, Segmentation, Version
from satsuma.domain.model import Kind
from support.assigned import HIGHEST, LOWEST, NOW, assign, make_segmentation, segment_ids
from support.lists import TODAY, make_companies, make_fields

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
COUNT = 70


@pytest.fixture
def primary(member: User) -> Segmentation:
    """Two segmentations of seventy companies, one of which is in the bin."""
    make_fields()
    companies = make_companies(COUNT, owners=[member])
    Contact.objects.filter(pk=companies[3].pk).update(binned_at=NOW)
    first, second = make_segmentation(), make_segmentation(name="Size", is_primary=False)
    assign(first, companies)
    assign(second, companies, seed=2)
    return first


@pytest.fixture
def companies(primary: Segmentation) -> ListDefinition:
    return contact_list(Kind.COMPANY)


def _results(segmentation: Segmentation) -> dict[int, Assignment | None]:
    """The result of each company of the list."""
    there = {row.contact_id: row for row in Assignment.objects.filter(segmentation=segmentation)}
    return {pk: there.get(pk) for pk in Contact.objects.filter(binned_at=None).values_list("pk", flat=True)}


def _query(definition: ListDefinition, address: str) -> ListQuery:
    query = read_list_query(definition, parse_qs(address))
    assert query.notices == ()
    return query


def _pages(definition: ListDefinition, address: str, *, size: int) -> tuple[list[int], list[int]]:
    """The ids met going to the end, and those met on the way back, each page asked for by its address."""
    page = list_page(definition, _query(definition, address), as_of=TODAY, size=size)
    query = _query(definition, address)
    forward = [row.pk for row in page.rows]
    while page.after:
        query = _query(definition, query.at(page.after).address(definition))
        page = list_page(definition, query, as_of=TODAY, size=size)
        forward += [row.pk for row in page.rows]
    backward: list[int] = []
    while page.before:
        query = _query(definition, query.at(page.before).address(definition))
        page = list_page(definition, query, as_of=TODAY, size=size)
        backward = [row.pk for row in page.rows] + backward
    return forward, backward[: len(forward)]


Place = Callable[[Assignment], Any]


def _expected(results: dict[int, Assignment | None], place: Place, *, descending: bool) -> list[int]:
    placed = sorted((place(row), pk) for pk, row in results.items() if row and row.score is not None)
    without = sorted(pk for pk, row in results.items() if row is None or row.score is None)
    return [pk for _, pk in (placed[::-1] if descending else placed)] + (without[::-1] if descending else without)


def _by_score(row: Assignment) -> Any:
    return row.score


def _by_segment(row: Assignment) -> Any:
    assert row.segment
    return (("Gone", "Average", "Good", "Super", "VIP").index(row.segment.name), row.score)


@pytest.mark.parametrize("looked_through", [0, 5, 5_000])
def test_sorted_by_score_and_by_segment_whatever_the_filter(
    companies: ListDefinition, primary: Segmentation, monkeypatch: pytest.MonkeyPatch, looked_through: int
):
    monkeypatch.setattr(list_order, "LOOKED_THROUGH", looked_through)
    second, ids = Segmentation.objects.get(name="Size"), segment_ids(primary)
    countries = dict(Contact.objects.values_list("pk", "country"))
    filters: dict[str, Callable[[int, Assignment | None], bool]] = {
        "": lambda pk, row: True,
        f"where=segment~any~{ids['VIP']}": lambda pk, row: bool(row and row.segment_id == ids["VIP"]),
        f"where=segment~any~{ids['VIP']},{ids['Gone']},none,unscored": lambda pk, row: (
            row is None or row.segment_id in (None, ids["VIP"], ids["Gone"])
        ),
        "where=country~any~PL": lambda pk, row: countries[pk] == "PL",
        f"where=country~any~PL&where=segment~any~{ids['Good']}&where=score~from~25": lambda pk, row: bool(
            countries[pk] == "PL" and row and row.segment_id == ids["Good"] and (row.score or 0) >= 0
        ),
    }
    for segmentation, prefix in ((primary, "segment"), (second, f"s{second.pk}")):
        score = "score" if segmentation == primary else f"s{second.pk}score"
        results, shown = _results(segmentation), _results(primary)
        for key, place in ((score, _by_score), (prefix, _by_segment)):
            for descending in (False, True):
                for condition, fits in filters.items():
                    address = f"{condition}&sort={'-' * descending}{key}"
                    expected = [pk for pk in _expected(results, place, descending=descending) if fits(pk, shown[pk])]
                    forward, backward = _pages(companies, address, size=24)
                    assert (address, forward) == (address, expected)
                    assert (address, backward) == (address, expected[: len(backward)])


def _percent(row: Assignment | None) -> float | None:
    return None if row is None or row.score is None else 100 * (row.score - LOWEST) / (HIGHEST - LOWEST)


@pytest.mark.parametrize("looked_through", [0, 5_000])
def test_every_condition(
    companies: ListDefinition, primary: Segmentation, monkeypatch: pytest.MonkeyPatch, looked_through: int
):
    monkeypatch.setattr(list_order, "LOOKED_THROUGH", looked_through)
    vip, good, gone = (segment_ids(primary)[name] for name in ("VIP", "Good", "Gone"))
    conditions: dict[str, Callable[[Assignment | None], bool]] = {
        f"segment~any~{vip}": lambda row: bool(row and row.segment_id == vip),
        f"segment~any~{good},{gone}": lambda row: bool(row and row.segment_id in (good, gone)),
        "segment~any~none": lambda row: bool(row and row.segment_id is None),
        "segment~any~unscored": lambda row: row is None,
        f"segment~any~{vip},none": lambda row: bool(row and row.segment_id in (vip, None)),
        f"segment~any~{vip},none,unscored": lambda row: row is None or row.segment_id in (vip, None),
        f"segment~none~{vip}": lambda row: row is None or row.segment_id != vip,
        f"segment~none~{vip},none": lambda row: row is None or row.segment_id not in (vip, None),
        f"segment~none~{good},unscored": lambda row: bool(row and row.segment_id != good),
        "segment~none~none,unscored": lambda row: bool(row and row.segment_id),
        "segment~filled": lambda row: bool(row and row.segment_id),
        "segment~empty": lambda row: not (row and row.segment_id),
        "score~from~26.5": lambda row: (p := _percent(row)) is not None and p >= 26.5,
        "score~from~26.6": lambda row: (p := _percent(row)) is not None and p >= 26.6,
        "score~to~26.5": lambda row: (p := _percent(row)) is not None and p <= 26.5,
        "score~to~26.4": lambda row: (p := _percent(row)) is not None and p <= 26.4,
        "score~under~26.5": lambda row: (p := _percent(row)) is not None and p < 26.5,
        "score~under~26.6": lambda row: (p := _percent(row)) is not None and p < 26.6,
        "score~empty": lambda row: _percent(row) is None,
        "score~filled": lambda row: _percent(row) is not None,
    }
    results = _results(primary)
    for condition, fits in conditions.items():
        expected = sorted(pk for pk, row in results.items() if fits(row))
        assert 0 < len(expected) < len(results), condition
        for further in ("", "&sort=-m1", "&sort=-score"):
            query = _query(companies, f"where={condition}{further}")
            found = [row.pk for row in iterate_rows(companies, query, as_of=TODAY, size=25)]
            assert (condition, further, sorted(found)) == (condition, further, expected)
        assert (condition, list_ids(companies, query, as_of=TODAY)) == (condition, expected)
        assert count_rows(companies, query, as_of=TODAY) == Count(len(expected), is_more=False)


def test_where_everybody_has_a_result_nobody_is_looked_for_who_has_none(
    companies: ListDefinition, primary: Segmentation
):
    missing = [pk for pk, row in _results(primary).items() if row is None]
    vip = segment_ids(primary)["VIP"]
    Assignment.objects.bulk_create(
        Assignment(
            segmentation=primary, contact_id=pk, segment_id=vip, computed_id=vip, score=3, present=1, assigned_at=NOW
        )
        for pk in missing
    )
    results = _results(primary)

    assert list_ids(companies, _query(companies, "where=segment~any~unscored"), as_of=TODAY) == []
    forward, _backward = _pages(companies, "sort=-score", size=9)
    assert forward == _expected(results, _by_score, descending=True)


def test_what_is_shown(companies: ListDefinition, primary: Segmentation):
    ids, columns = segment_ids(primary), companies.by_key
    company, other = Contact.objects.filter(binned_at=None).order_by("pk")[:2]
    Assignment.objects.filter(contact__in=[company, other]).delete()
    old = Version.objects.create(
        segmentation=primary, number=0, document="{}", segment_ids=[], lowest=0, highest=6, asked=1, published_at=NOW
    )
    facts = {"segmentation": primary, "assigned_at": NOW, "present": 1}
    Assignment.objects.create(contact=company, segment_id=ids["Gone"], score=4, version=old, **facts)
    query = _query(companies, "columns=name,segment,score")
    shown = {row.pk: row for row in list_page(companies, query, as_of=TODAY, size=COUNT).rows}

    assert companies.default_columns[:3] == ("name", "segment", "score")
    assert [option.label for option in columns["segment"].options] == [
        "VIP", "Super", "Good", "Average", "Gone (retired)", "not profiled", "not scored",
    ]  # fmt: skip
    assert columns["segment"].value(shown[company.pk]) == str(ids["Gone"])
    assert columns["segment"].drawn(shown[company.pk]).segment.name == "Gone"
    assert columns["score"].value(shown[company.pk]) == 66.7  # of the version that it was scored by
    assert columns["segment"].value(shown[other.pk]) == "unscored"
    assert columns["segment"].drawn(shown[other.pk]) is None
    assert columns["score"].value(shown[other.pk]) is None


def test_places_that_no_row_has_begin_the_list_anew(companies: ListDefinition):
    first = [row.pk for row in list_page(companies, _query(companies, "sort=-segment"), as_of=TODAY).rows]
    for place in ("5~x", "5~1e300", "5~nan", "5~-99999999999999999999"):
        query = _query(companies, f"sort=-segment&after={place}")
        assert [row.pk for row in list_page(companies, query, as_of=TODAY).rows] == first
    assert list_page(companies, _query(companies, "sort=-segment&after=5~0.5"), as_of=TODAY).before is not None


def test_the_number_of_queries_does_not_depend_on_rows_or_columns(companies: ListDefinition):
    def queries(size: int, address: str) -> int:
        query = _query(companies, address)
        with CaptureQueriesContext(connection) as seen:
            page = list_page(companies, query, as_of=TODAY, size=size)
            [[companies.by_key[key].value(row) for key in query.columns] for row in page.rows]
        assert len(page.rows) == size
        return len(seen)

    size = f"s{Segmentation.objects.get(name='Size').pk}"
    for address in ("", "sort=-score", f"sort={size}&columns=name,segment,score,{size},{size}score"):
        assert queries(1, address) == queries(20, address) == 2


def test_no_index_of_contacts_is_made_for_what_stands_beside_them(companies: ListDefinition):
    connection.check_constraints()  # PostgreSQL makes no index while it has yet to check references
    assert companies.default_columns[1:3] == ("segment", "score")

    made, _removed = refresh_list_indexes(worth_it=0)
    assert [name for name in made if "seg" in name or "score" in name] == []
