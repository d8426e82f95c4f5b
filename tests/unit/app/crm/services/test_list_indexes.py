"""Lists get indexes for what is looked for, and only in large workspaces."""

from __future__ import annotations

import pytest
from django.db import connection

from satsuma.app.accounts.models import User
from satsuma.app.crm.lists.contacts import contact_list
from satsuma.app.crm.models import SavedView
from satsuma.app.crm.queries.lists import count_rows, list_page
from satsuma.app.crm.services.list_indexes import refresh_list_indexes
from satsuma.domain.model import Kind
from support.lists import TODAY, make_companies, make_fields

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_what_views_sort_and_filter_by_is_indexed_while_they_do(member: User):
    make_fields()
    make_companies(20, owners=[member])
    connection.check_constraints()  # PostgreSQL makes no index while it has yet to check references
    view = SavedView.objects.create(list="companies", name="Big", query="where=f901~from~1&where=f908~has~x&sort=-f907")
    SavedView.objects.create(list="companies", name="Old", query="where=gone~is~1&sort=employees")
    metrics = [key for key in contact_list(Kind.COMPANY).default_columns if key.startswith("m")]
    people = [key for key in contact_list(Kind.PERSON).default_columns if key.startswith("m")]
    names = [f"contact_sort_{key}" for key in (*metrics, "f907", "f901", "employees", *people)]

    assert refresh_list_indexes() == ([], [])
    assert refresh_list_indexes(worth_it=0) == (names, [])
    assert refresh_list_indexes(worth_it=0) == ([], [])
    view.delete()
    assert refresh_list_indexes(worth_it=0) == ([], ["contact_sort_f901", "contact_sort_f907"])
    assert refresh_list_indexes(worth_it=1_000) == ([], sorted(set(names) - {"contact_sort_f901", "contact_sort_f907"}))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL reads a small table without an index")
def test_lists_use_their_indexes(member: User):
    make_fields()
    make_companies(20, owners=[member])
    SavedView.objects.create(list="companies", name="Big", query="sort=-f901")
    refresh_list_indexes(worth_it=0)
    assert _plan_names("contact_sort_f901", sort="-f901")
    assert _plan_names("contact_sort_f901", where="f901~from~5")
    assert _plan_names("contact_list_country", where="country~any~PL")


def _plan_names(index: str, **asked: str) -> bool:
    """Whether SQLite finds the page by this index."""
    from satsuma.app.crm.lists import read_list_query

    definition = contact_list(Kind.COMPANY)
    query = read_list_query(definition, {name: [value] for name, value in asked.items()})
    plans: list[str] = []

    def explained(execute, sql, parameters, many, context):
        if "crm_contact t" in sql and not sql.startswith("EXPLAIN"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
                plans.extend(str(row[3]) for row in cursor.fetchall())
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(explained):
        list_page(definition, query, as_of=TODAY)
        count_rows(definition, query, as_of=TODAY)
    return any(index in plan for plan in plans)
