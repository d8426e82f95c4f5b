"""The Segmentation box: every count is that of the list which it links to."""

from __future__ import annotations

import random
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from satsuma.app.accounts.models import User
from satsuma.app.crm.lists import ListDefinition, ListQuery, read_list_query
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.models import Contact, Tag
from satsuma.app.crm.queries.lists import count_rows, list_ids
from satsuma.app.segmentation.lists import boxes
from satsuma.app.segmentation.lists.boxes import boxed_segmentation, count_by_segment, count_rows_and_segments
from satsuma.app.segmentation.lists.columns import listed_segmentations, segment_key
from satsuma.app.segmentation.models import Assignment, Segmentation
from satsuma.domain.model import Kind
from satsuma.web.pages.segment_boxes import SegmentBox, segment_box
from support.assigned import NOW, assign, make_segmentation, segment_ids
from support.lists import make_companies, make_fields

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
COUNT = 60
ROUNDS = 100


@pytest.fixture
def primary(member: User) -> Segmentation:
    make_fields()
    companies = make_companies(COUNT, owners=[member])
    Contact.objects.filter(pk=companies[3].pk).update(binned_at=NOW)
    first, second = make_segmentation(), make_segmentation(name="Size", is_primary=False)
    assign(first, companies)
    assign(second, companies, seed=2)
    return first


def _box(definition: ListDefinition, query: ListQuery) -> SegmentBox:
    published = listed_segmentations(definition)
    found = boxed_segmentation(query, published)
    assert found
    counts = count_by_segment(definition, query, segment_key(found), as_of=TODAY)
    return segment_box(
        definition,
        query,
        found,
        published,
        counts,
        path=reverse("company_list"),
        counts_path=reverse("company_segments"),
    )


def _read(definition: ListDefinition, address: str) -> ListQuery:
    query = read_list_query(definition, parse_qs(address))
    assert query.notices == ()
    return query


def _drawn_address(chance: random.Random, primary: Segmentation, second: Segmentation, owner: User) -> str:
    """Any filter: conditions of every kind, among them those of both segmentations; words; an order; a box."""
    tag = Tag.objects.values_list("pk", flat=True)[0]

    def segments(row: Segmentation) -> str:
        options = [*map(str, segment_ids(row).values()), "none", "unscored"]
        return ",".join(chance.sample(options, chance.randint(1, 3)))

    possible = (
        f"where=segment~any~{segments(primary)}",
        f"where=segment~none~{segments(primary)}",
        f"where=s{second.pk}~any~{segments(second)}",
        "where=segment~filled",
        "where=segment~empty",
        f"where=score~from~{chance.choice([0, 26.5, 60])}",
        f"where=s{second.pk}score~to~{chance.choice([0, 26.5, 60])}",
        "where=country~any~PL,DE",
        "where=employees~from~10",
        "where=f905~none~f905o0",
        f"owner={chance.choice([owner.pk, 'none'])}",
        f"tag={tag}",
        "q=acm",
        "sort=-score",
        f"box={chance.choice([primary.pk, second.pk])}",
    )
    return "&".join(chance.sample(possible, chance.randint(0, 4)))


@pytest.mark.both_databases
def test_every_count_is_that_of_the_list_it_links_to(primary: Segmentation, member: User):
    definition, second = contact_list(Kind.COMPANY), Segmentation.objects.get(name="Size")
    chance, met = random.Random(7), set()
    for _round in range(ROUNDS):
        address = _drawn_address(chance, primary, second, member)
        query = _read(definition, address)
        box = _box(definition, query)
        rows = count_rows(definition, query, as_of=TODAY).rows
        chosen = [line for line in box.lines if line.is_chosen]
        unchosen = _read(definition, urlsplit(box.clear_url).query) if chosen else query
        if chosen:
            assert (address, sum(line.count or 0 for line in chosen)) == (address, rows)
        for line in _box(definition, unchosen).lines:
            linked = _read(definition, urlsplit(line.url).query)
            assert (address, line.label, line.count) == (
                address,
                line.label,
                len(list_ids(definition, linked, as_of=TODAY)),
            )
            met.add((line.label, bool(line.count)))
    assert {label for label, some in met if some} == {
        "VIP", "Super", "Good", "Average", "Gone (retired)", "not profiled", "not scored",
    }  # fmt: skip


def test_clicking_combines_and_takes_out_again(primary: Segmentation):
    definition, ids = contact_list(Kind.COMPANY), segment_ids(primary)
    vip, good = ids["VIP"], ids["Good"]
    assert _line_address(definition, "", "VIP") == f"where=segment~any~{vip}"
    query = f"where=country~any~PL&where=segment~any~{vip}&sort=-score"
    assert _line_address(definition, query, "Good") == (
        f"where=country~any~PL&where=segment~any~{vip},{good}&sort=-score"
    )
    assert _line_address(definition, query, "VIP") == "where=country~any~PL&sort=-score"
    assert _line_address(definition, f"where=segment~none~{vip}", "VIP") == f"where=segment~any~{vip}"


def _line_address(definition: ListDefinition, address: str, label: str) -> str:
    box = _box(definition, _read(definition, address))
    return urlsplit(next(line.url for line in box.lines if line.label == label)).query


def test_a_retired_segment_is_there_while_it_holds_somebody_or_is_chosen(primary: Segmentation):
    definition, gone = contact_list(Kind.COMPANY), segment_ids(primary)["Gone"]
    Assignment.objects.filter(segment=gone).delete()

    assert "Gone (retired)" not in [line.label for line in _box(definition, _read(definition, "")).lines]
    box = _box(definition, _read(definition, f"where=segment~any~{gone}"))
    assert [(line.label, line.count) for line in box.lines if line.is_chosen] == [("Gone (retired)", 0)]


def test_which_segmentation_is_shown(primary: Segmentation):
    definition, second = contact_list(Kind.COMPANY), Segmentation.objects.get(name="Size")
    filtered = f"where=s{second.pk}~any~none"

    assert _box(definition, _read(definition, "")).name == "Value"
    assert _box(definition, _read(definition, f"box={second.pk}")).name == "Size"
    assert _box(definition, _read(definition, filtered)).name == "Size"
    assert _box(definition, _read(definition, f"{filtered}&box={primary.pk}")).name == "Value"
    assert _box(definition, _read(definition, "box=999")).name == "Value"
    assert boxed_segmentation(_read(definition, ""), []) is None


@pytest.mark.both_databases
def test_rows_and_segments_are_counted_at_once_where_they_are_few(
    primary: Segmentation, monkeypatch: pytest.MonkeyPatch
):
    definition, ids = contact_list(Kind.COMPANY), segment_ids(primary)
    for address in ("", f"where=segment~any~{ids['VIP']}", "where=country~any~PL&where=score~from~60", "q=acm"):
        query = _read(definition, address)
        rows = count_rows(definition, query, as_of=TODAY)
        each = count_by_segment(definition, query, "segment", as_of=TODAY)
        assert count_rows_and_segments(definition, query, "segment", as_of=TODAY) == (rows, each)
    query = _read(definition, f"where=segment~any~{ids['VIP']}")
    rows, each = count_rows(definition, query, as_of=TODAY), count_by_segment(definition, query, "segment", as_of=TODAY)
    everybody = sum(each.values())
    monkeypatch.setattr(boxes, "COUNTED_AT_ONCE", everybody)
    assert count_rows_and_segments(definition, query, "segment", as_of=TODAY) == (rows, each)
    monkeypatch.setattr(boxes, "COUNTED_AT_ONCE", everybody - 1)
    assert count_rows_and_segments(definition, query, "segment", as_of=TODAY) == (rows, None)
