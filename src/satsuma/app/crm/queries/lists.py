"""Answers a list's query: a page of rows, how many there are, all their ids. Called by pages, exports, bulk changes.

Pages are found by their place in the order, never by counting rows: the millionth is as quick as the first. Rows
without a value come last in both directions. Both databases give the same rows in the same order.
How a page is found stands in `list_order`.
"""

# ruff: noqa: S608  (names come from `lists.columns`, what was typed is a parameter: see `lists.sql`)

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from satsuma.app.crm.lists.columns import Column
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import Cursor, ListQuery
from satsuma.app.crm.lists.sql import Part
from satsuma.app.crm.queries.list_filter import Filter, all_of, fetch
from satsuma.app.crm.queries.list_order import Found, Reader

PAGE_ROWS = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows in order, and where the pages before and after them are; None if there is none."""

    rows: tuple[Any, ...]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are; with `is_more` that many or more."""

    rows: int
    is_more: bool


def list_page(definition: ListDefinition, query: ListQuery, *, as_of: date, size: int = PAGE_ROWS) -> ListPage:
    """The page of that size at the query's cursor. At most five queries besides those of loading the rows, for somebody
    who only goes on and back."""
    reader = Reader(definition, query, as_of)
    cursor = reader.valid(query.cursor)
    found = reader.read(cursor, size + 1)
    if cursor and cursor.backward and len(found) <= size:  # the beginning: show a full page
        cursor, found = None, reader.read(None, size + 1)
    backward = cursor is not None and cursor.backward
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_before, has_after = (more, True) if backward else (cursor is not None, more)
    rows = _loaded(definition, query, [row_id for row_id, _ in found]) if found else {}
    return ListPage(
        rows=tuple(rows[row_id] for row_id, _ in found if row_id in rows),
        before=_cursor_at(found[0], backward=True) if found and has_before else None,
        after=_cursor_at(found[-1], backward=False) if found and has_after else None,
    )


def count_rows(definition: ListDefinition, query: ListQuery, *, as_of: date, most: int = MOST_COUNTED) -> Count:
    """How many rows the filter leaves, counted no further than `most`. One query, two with words."""
    found = _counted(Filter(definition, query, as_of), most)
    return _limited(fetch(f"SELECT {found.sql}", found.parameters)[0][0], most)


def _counted(where: Filter, most: int) -> Part:
    if members := where.only_members():
        found = members.select("1")
    else:
        table, condition = where.searched()
        found = Part(f"SELECT 1 FROM {table} WHERE {condition.sql}", condition.parameters)
    return Part(f"(SELECT count(*) FROM ({found.sql} LIMIT {most + 1:d}) AS counted)", found.parameters)


def _limited(rows: int, most: int) -> Count:
    return Count(min(rows, most), rows > most)


def list_ids(
    definition: ListDefinition, query: ListQuery, *, as_of: date, after_id: int = 0, most: int | None = None
) -> list[int]:
    """The ids of all rows that the filter leaves, ascending; of those behind `after_id` at most so many. One query,
    two with words."""
    where = Filter(definition, query, as_of)
    table, asked = where.searched()
    condition = all_of([Part("t.id > %s", (after_id,)), asked])
    limit = f" LIMIT {most:d}" if most is not None else ""
    sql = f"SELECT t.id FROM {table} WHERE {condition.sql} ORDER BY t.id{limit}"
    return [row[0] for row in fetch(sql, condition.parameters)]


def count_each(definition: ListDefinition, query: ListQuery, column: Column, *, as_of: date) -> dict[str, int]:
    """How many rows of the list have each option of a column with a side table, by the options' keys; what nobody has
    is not there. One query, two with words; without a filter it is quick."""
    where = Filter(definition, query, as_of)
    if not where.parts:
        return _count_all(definition, column)
    found = _options_found(where, column)
    return _by_key(column, fetch(f"SELECT value, is_there, count(*) {found.sql} GROUP BY 1, 2", found.parameters))


def count_rows_and_each(
    definition: ListDefinition, query: ListQuery, column: Column, of: ListQuery, *, as_of: date, most: int
) -> tuple[Count, dict[str, int] | None]:
    """Both at once: how many rows the filter leaves, and how many rows of the list `of` have each option; None if those
    are more than `most` together. One query, two with words."""
    rows, each = _counted(Filter(definition, query, as_of), MOST_COUNTED), Filter(definition, of, as_of)
    found = _options_found(each, column, limit=f" LIMIT {most + 1:d}")
    counted = f"SELECT value, is_there, count(*) {found.sql} GROUP BY 1, 2 UNION ALL SELECT NULL, NULL, {rows.sql}"
    options = fetch(counted, found.parameters + rows.parameters)
    total = next(count for _value, is_there, count in options if is_there is None)
    options = [option for option in options if option[1] is not None]
    is_more = sum(count for _value, _is_there, count in options) > most
    return _limited(total, MOST_COUNTED), None if is_more else _by_key(column, options)


def _options_found(where: Filter, column: Column, *, limit: str = "") -> Part:
    """FROM, with that word: each row's option, and whether there is a row beside it."""
    side, sql = column.side, column.sql.on(connection.vendor)
    assert side
    options, members = f"{sql} AS value, {side.alias}.{side.row} IS NOT NULL AS is_there", where.only_members()
    if members and members.side == side:
        found = members.select(options)
    else:
        table, condition = where.searched(column)
        found = Part(f"SELECT {options} FROM {table} WHERE {condition.sql}", condition.parameters)
    return Part(f"FROM ({found.sql}{limit}) AS found", found.parameters)


def _count_all(definition: ListDefinition, column: Column) -> dict[str, int]:
    """Without a filter: an index counts each option, and rows of the side table are rows of the list."""
    side, sql = column.side, column.sql.on(connection.vendor)
    assert side
    keys = [key for key in (option.key for option in column.options) if key.isdigit()]
    there = f"FROM {side.table} {side.alias} WHERE {side.scope} AND {sql}"
    each = [f"SELECT {key}, TRUE, count(*) {there} = {key}" for key in keys]
    everybody = f"SELECT NULL, FALSE, count(*) FROM {definition.table} t WHERE {definition.scope}"
    counted = fetch(" UNION ALL ".join([*each, f"SELECT NULL, TRUE, count(*) {there} IS NULL", everybody]), ())
    with_row = sum(count for _value, is_there, count in counted if is_there)
    return _by_key(column, [row if row[1] else (None, False, row[2] - with_row) for row in counted])


def _by_key(column: Column, rows: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    absent = column.absent
    assert absent
    keys = {True: absent.no_value, False: absent.no_row}
    counted = {keys[bool(is_there)] if value is None else str(value): count for value, is_there, count in rows}
    return {key: count for key, count in counted.items() if count > 0}


def iterate_rows(definition: ListDefinition, query: ListQuery, *, as_of: date, size: int = 1_000) -> Iterator[Any]:
    """All rows in order, a few at a time; for exports."""
    page = list_page(definition, query.at(None), as_of=as_of, size=size)
    yield from page.rows
    while page.after:
        page = list_page(definition, query.at(page.after), as_of=as_of, size=size)
        yield from page.rows


def _loaded(definition: ListDefinition, query: ListQuery, ids: Sequence[int]) -> Mapping[int, Any]:
    """The rows by their ids, with what the columns show that are asked for."""
    rows = definition.load(ids)
    shown = (definition.by_key[key] for key in query.columns)
    for attach in dict.fromkeys(column.attach for column in shown if column.attach):
        attach(rows)
    return {row.pk: row for row in rows}


def _cursor_at(found: Found, *, backward: bool) -> Cursor:
    return Cursor(found[0], found[1], backward)
