"""`python -m benchmarks.lists_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name, and
measures pages of the company list and the box that counts segments. Prints seconds by name as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from benchmarks.lists import BY_OFFSET
from benchmarks.timing import seconds

AS_OF = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
OWNERS, TAGS = 20, 50
REPETITIONS = 3
ASKED: Mapping[str, str] = {
    "by name": "",
    "by name, backward": "sort=-name",
    "latest change first": "sort=-updated",
    "of one owner": "owner=3",
    "of one owner, latest first": "owner=3&sort=-updated",
    "of one country": "where=country~any~PL",
    "of a rare country": "where=country~any~MT",
    "with a common tag": "tag=1",
    "with a rare tag": "tag=50",
    "with a word that all have": "q=company",
    "with a word that few have": "q=4711",
    "over 4,990 employees": "where=employees~from~4990",
    "a custom number, half of all": "where=f1~from~50000",
    "a custom number, one in 10,000": "where=f1~from~99990",
    "by owner": "sort=owner",
    "by employees": "sort=-employees",
    "by value won (indexed)": "sort=-m1",
    "value won over 900 (indexed)": "where=m1~from~900",
    "by a custom number": "sort=-f1",
    "by score": "sort=-score",
    "by score, in the middle": "sort=-score&after=500005~500",
    "by score, the last page": "sort=-score&after=1000~0",
    "by segment": "sort=-segment",
    "VIP by score": "where=segment~any~4&sort=-score",
    "VIP by score, the last page": "where=segment~any~4&sort=-score&after=20990~990",
    "VIP": "where=segment~any~4",
    "VIP and Super by score": "where=segment~any~3,4&sort=-score",
    "VIP of one country": "where=segment~any~4&where=country~any~PL",
    "VIP of one country, by score": "where=segment~any~4&where=country~any~PL&sort=-score",
    "Super of one owner": "where=segment~any~3&owner=3",
    "score from 80": "where=score~from~80&sort=score",
    "not scored": "where=segment~any~unscored",
}
"""What is measured, and the address that asks for it. A company's score is its number modulo 1000; VIP are the best
percent, then come Super, from 900, Good, from 600, and Average. One in a thousand has objected."""
BOXES: Mapping[str, str] = {
    "the Segmentation box": "",
    "the Segmentation box, of one owner": "owner=3",
    "the Segmentation box, score from 80": "where=score~from~80",
}
SEGMENTS = (("Average", 0), ("Good", 600), ("Super", 900), ("VIP", 990))


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.installation import create_installation

    rows = int(sys.argv[1])
    create_installation(rows)
    _complete(rows)
    print(json.dumps({**_measured(), **_boxes(), **_searched(), **_middle(rows)}))


def _complete(rows: int) -> None:
    """Owners, tags, a metric's values, search and the indexes of lists."""
    from django.db import connection, transaction

    from satsuma.app.accounts.models import User
    from satsuma.app.crm.models import Contact, Tag
    from satsuma.app.crm.search import index_contacts
    from satsuma.app.crm.services.list_indexes import refresh_list_indexes

    for number in range(1, OWNERS + 1):
        User.objects.create(
            id=number, email=f"{number}@example.com", name=f"User {number}", role="member", created_at=NOW
        )
    Tag.objects.bulk_create(
        Tag(id=number, name=f"Tag {number}", name_folded=f"tag {number}") for number in range(1, 51)
    )
    metrics = (
        "jsonb_build_object('m1', id % 1000)" if connection.vendor == "postgresql" else "json_object('m1', id % 1000)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE crm_contact SET owner_id = 1 + id % {OWNERS}, metrics = {metrics},"
            " country = CASE WHEN id % 20000 = 0 THEN 'MT' ELSE country END"
        )
        for tag, one_in in ((1, 10), (TAGS, 5_000)):
            some = f"SELECT id, {tag} FROM crm_contact WHERE id % {one_in} = 0"
            cursor.execute(f"INSERT INTO crm_contacttag (contact_id, tag_id) {some}")
    with transaction.atomic():
        index_contacts(list(Contact.objects.order_by("id").values_list("id", flat=True)))
    refresh_list_indexes(worth_it=0)
    _segment()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _segment() -> None:
    """A published segmentation with everybody's result."""
    from django.db import connection

    from satsuma.app.segmentation.models import Segment, Segmentation, Version

    row = Segmentation.objects.create(
        kind="company", name="Value", name_folded="value", is_primary=True, created_at=NOW, scored_at=NOW
    )
    for number, (name, _from) in enumerate(SEGMENTS):
        Segment.objects.create(id=number + 1, segmentation=row, name=name, position=number)
    row.published = Version.objects.create(
        segmentation=row, number=1, document="{}", segment_ids=[1, 2, 3, 4], lowest=0, highest=1000, asked=20,
        published_at=NOW,
    )  # fmt: skip
    row.save()
    ranks = [*enumerate(SEGMENTS, start=1)]
    whens = " ".join(f"WHEN id % 1000 >= {least} THEN {number}" for number, (_name, least) in reversed(ranks))
    profiled = "CASE WHEN id % 1000 <> 7 THEN"
    segment = f"{profiled} CASE {whens} END END"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segmentation_assignment"
            " (segmentation_id, contact_id, segment_id, computed_id, score, present, assigned_at)"
            f" SELECT {row.pk:d}, id, {segment}, {segment}, {profiled} id % 1000 END, {profiled} 12 END, created_at"
            " FROM crm_contact"
        )


def _boxes() -> dict[str, float]:
    from urllib.parse import parse_qs

    from satsuma.app.crm.lists import read_list_query
    from satsuma.app.crm.lists.contacts import contact_list
    from satsuma.app.segmentation.lists.boxes import count_by_segment
    from satsuma.domain.model import Kind

    definition = contact_list(Kind.COMPANY)

    def count(address: str) -> None:
        query = read_list_query(definition, parse_qs(address))
        assert not query.notices, query.notices
        assert count_by_segment(definition, query, "segment", as_of=AS_OF)

    return {name: _best(lambda address=address: count(address)) for name, address in BOXES.items()}  # type: ignore[misc]


def _measured() -> dict[str, float]:
    return {name: _best(lambda address=address: _page(address)) for name, address in ASKED.items()}  # type: ignore[misc]


def _searched() -> dict[str, float]:
    from satsuma.app.crm.queries.search import search

    words = {
        "search, a word that all have": "company",
        "search, a word that few have": "4711",
        "search, two letters": "co",
    }
    return {name: _best(lambda typed=typed: search(typed, limit=5)) for name, typed in words.items()}  # type: ignore[misc]


def _page(address: str) -> Any:
    from urllib.parse import parse_qs

    from satsuma.app.crm.lists import read_list_query
    from satsuma.app.crm.lists.contacts import contact_list
    from satsuma.app.crm.queries.lists import list_page
    from satsuma.app.segmentation.lists.boxes import count_rows_and_segments
    from satsuma.domain.model import Kind

    definition = contact_list(Kind.COMPANY)
    query = read_list_query(definition, parse_qs(address))
    assert not query.notices, query.notices
    page = list_page(definition, query, as_of=AS_OF)
    assert page.rows or "unscored" in address
    return page, count_rows_and_segments(definition, query, "segment", as_of=AS_OF)


def _middle(rows: int) -> dict[str, float]:
    """A page in the middle, and the same by counting rows."""
    from satsuma.app.crm.models import Contact

    companies = Contact.objects.filter(kind="company", binned_at=None).order_by("name_folded", "id")
    last = companies[rows // 2]

    def by_offset() -> None:
        list(companies[rows // 2 + 1 : rows // 2 + 51])
        companies.count()

    address = f"after={last.pk}~{last.name_folded}"
    return {"in the middle": _best(lambda: _page(address)), BY_OFFSET: _best(by_offset)}


def _best(run: Callable[[], object]) -> float:
    return min(seconds(run) for _ in range(REPETITIONS))


if __name__ == "__main__":
    main()
