"""Indexes for what lists are sorted and filtered by: made for large workspaces only, and for those fields only that
saved views use or that every list shows. Each index makes imports slower, so there is none for a field that nobody
looks for. Called once a day by the job `list_indexes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

from django.db import connection

from satsuma.app.crm.lists.columns import Answer, Column
from satsuma.app.crm.lists.contacts import LISTS, contact_list
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import read_list_query
from satsuma.app.crm.models import Contact, SavedView

WORTH_IT = 50_000
"""Contacts below which a list is quick without."""
MOST_INDEXES = 12
PREFIX = "contact_sort_"
INDEXED = (Answer.NUMBER, Answer.MONEY, Answer.DAY)


def refresh_list_indexes(*, worth_it: int = WORTH_IT) -> tuple[list[str], list[str]]:
    """Makes the indexes that are wanted and removes the others; gives the names of those made and those removed. Each
    takes seconds for a million contacts; on SQLite nobody else writes meanwhile."""
    large = Contact.objects.order_by().values_list("pk")[worth_it : worth_it + 1].exists() if worth_it else True
    wanted = _wanted() if large else {}
    there = _existing()
    made = [name for name in wanted if name not in there]
    removed = sorted(there - set(wanted))
    with connection.cursor() as cursor:
        for name in removed:
            cursor.execute(f"DROP INDEX {name}")
        for name in made:
            cursor.execute(wanted[name])
    return made, removed


def _wanted() -> Mapping[str, str]:
    """The statement that makes each index, by its name: the most used first."""
    columns: dict[str, Column] = {}
    for kind in LISTS:
        definition = contact_list(kind)
        for key in _used(definition):
            column = definition.find_column(key)
            if column is not None and column.answer in INDEXED and column.is_sortable and not column.side:
                columns.setdefault(f"{PREFIX}{column.key}", column)
    return {name: _statement(name, column) for name, column in list(columns.items())[:MOST_INDEXES]}


def _used(definition: ListDefinition) -> Iterable[str]:
    yield from definition.default_columns
    for address in SavedView.objects.filter(list=definition.name).order_by("pk").values_list("query", flat=True):
        query = read_list_query(definition, parse_qs(address))
        yield query.sort
        yield from (condition.key for condition in query.conditions)


def _statement(name: str, column: Column) -> str:
    """The expression has to be written like in lists, or the database does not see that they are the same. Names are
    generated keys."""
    sql = column.sql.on(connection.vendor).replace("t.", "", 1)
    bracketed = sql if sql == column.key else f"({sql})"
    return f"CREATE INDEX {name} ON crm_contact ({bracketed}, id) WHERE binned_at IS NULL AND {sql} IS NOT NULL"


def _existing() -> set[str]:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "crm_contact")
    return {name for name in constraints if name.startswith(PREFIX)}
