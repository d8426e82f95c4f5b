"""`python -m benchmarks.lists_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name, and
measures pages of the company list. Prints seconds by name as JSON."""

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
}
"""What is measured, and the address that asks for it."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.installation import create_installation

    rows = int(sys.argv[1])
    create_installation(rows)
    _complete(rows)
    print(json.dumps({**_measured(), **_searched(), **_middle(rows)}))


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
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


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
    from satsuma.app.crm.queries.lists import count_rows, list_page
    from satsuma.domain.model import Kind

    definition = contact_list(Kind.COMPANY)
    query = read_list_query(definition, parse_qs(address))
    assert not query.notices, query.notices
    page = list_page(definition, query, as_of=AS_OF)
    assert page.rows
    return page, count_rows(definition, query, as_of=AS_OF)


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
