"""Answers a list's query: a page of rows, how many there are, all their ids. Called by pages, exports, bulk changes.

Pages are found by their place in the order, never by counting rows: the millionth is as quick as the first. Rows
without a value come last in both directions. Both databases give the same rows in the same order.

How a page is found: with an index for the order and a filter, the first rows in that order are looked through; only if
too few of them fit, everybody is asked. That is quick for filters that many meet and for those that an index knows.
"""

# ruff: noqa: S608  (names come from `lists.columns`, what was typed is a parameter: see `lists.sql`)

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from satsuma.app.crm.lists.columns import POSTGRESQL, Answer
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import Cursor, ListQuery
from satsuma.app.crm.lists.sql import Part, condition_part
from satsuma.app.crm.search.tables import Place, matching
from satsuma.app.crm.search.wording import wanted

PAGE_ROWS = 50
MOST_COUNTED = 10_000
LOOKED_THROUGH = 5_000
"""Rows in the wanted order that are looked through before everybody is asked."""
FEW_WORDS = 2_000
"""Rows found by words up to which they are named one by one."""


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
    """The page of that size at the query's cursor. At most five queries besides those of loading the rows."""
    reader = _Reader(definition, query, as_of)
    cursor = reader.valid(query.cursor)
    found = reader.read(cursor, size + 1)
    if cursor and cursor.backward and len(found) <= size:  # the beginning: show a full page
        cursor, found = None, reader.read(None, size + 1)
    backward = cursor is not None and cursor.backward
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    has_before, has_after = (more, True) if backward else (cursor is not None, more)
    rows = {row.pk: row for row in definition.load([row_id for row_id, _ in found])} if found else {}
    return ListPage(
        rows=tuple(rows[row_id] for row_id, _ in found if row_id in rows),
        before=_cursor_at(found[0], backward=True) if found and has_before else None,
        after=_cursor_at(found[-1], backward=False) if found and has_after else None,
    )


def count_rows(definition: ListDefinition, query: ListQuery, *, as_of: date, most: int = MOST_COUNTED) -> Count:
    """How many rows the filter leaves, counted no further than `most`. One query, two with words."""
    where = _Filter(definition, query, as_of)
    condition = _all([Part(where.scope(searching=True)), *where.parts])
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {where.table} WHERE {condition.sql} LIMIT {most + 1:d}) AS counted"
    counted = _rows(sql, condition.parameters)[0][0]
    return Count(min(counted, most), counted > most)


def list_ids(
    definition: ListDefinition, query: ListQuery, *, as_of: date, after_id: int = 0, most: int | None = None
) -> list[int]:
    """The ids of all rows that the filter leaves, ascending; of those behind `after_id` at most so many. One query,
    two with words."""
    where = _Filter(definition, query, as_of)
    condition = _all([Part(where.scope(searching=True)), Part("t.id > %s", (after_id,)), *where.parts])
    limit = f" LIMIT {most:d}" if most is not None else ""
    sql = f"SELECT t.id FROM {where.table} WHERE {condition.sql} ORDER BY t.id{limit}"
    return [row[0] for row in _rows(sql, condition.parameters)]


def iterate_rows(definition: ListDefinition, query: ListQuery, *, as_of: date, size: int = 1_000) -> Iterator[Any]:
    """All rows in order, a few at a time; for exports."""
    page = list_page(definition, query.at(None), as_of=as_of, size=size)
    yield from page.rows
    while page.after:
        page = list_page(definition, query.at(page.after), as_of=as_of, size=size)
        yield from page.rows


Found = tuple[int, str | None]
"""A row's id and what it is sorted by, as the cursor keeps it."""


class _Filter:
    """The conditions of a query in SQL."""

    def __init__(self, definition: ListDefinition, query: ListQuery, as_of: date) -> None:
        self.definition = definition
        self.table = f"{definition.table} t {definition.joins}".rstrip()
        self.is_narrow = False
        self.parts = [
            condition_part(definition.by_key[condition.key], condition, as_of=as_of) for condition in query.conditions
        ]
        if query.words:
            self.parts.append(self._words(query.words))

    def scope(self, *, searching: bool) -> str:
        """The list's own condition. SQLite is told not to read all of an index in its order when it searches."""
        scope = self.definition.scope
        return scope.replace("t.kind =", "+t.kind =") if searching and connection.vendor != POSTGRESQL else scope

    def _words(self, words: str) -> Part:
        asked = wanted(words)
        if asked is None:
            return Part("FALSE")
        thing = self.definition.thing
        condition, parameter = matching(connection.vendor, thing, Place.ANYWHERE, asked)
        found = f"SELECT {'id' if connection.vendor == POSTGRESQL else 'rowid'} FROM {thing.table} WHERE {condition}"
        few = [row[0] for row in _rows(f"{found} LIMIT {FEW_WORDS + 1}", (parameter,))]
        if len(few) > FEW_WORDS:
            return Part(f"t.id IN ({found})", (parameter,))
        self.is_narrow = True
        return Part(f"t.id IN ({', '.join(map(str, few))})" if few else "FALSE")


class _Reader:
    """Reads rows in the query's order, forward or backward."""

    def __init__(self, definition: ListDefinition, query: ListQuery, as_of: date) -> None:
        self.where = _Filter(definition, query, as_of)
        self.column = definition.by_key[query.sort]
        self.descending = query.descending
        self.order = self.column.order(connection.vendor)
        self.walks = bool(self.where.parts) and query.sort in definition.walkable and not self.where.is_narrow

    def read(self, cursor: Cursor | None, limit: int) -> list[Found]:
        """At most so many rows from the cursor on, in reading direction: those with a value, then those without one,
        or backward the other way round."""
        backward = cursor is not None and cursor.backward
        phases = [True, False] if self.column.missing(connection.vendor) else [True]
        if backward:
            phases.reverse()
        if cursor is not None:
            phases = phases[phases.index(cursor.value is not None) :]
        found: list[Found] = []
        for filled in phases:
            if len(found) < limit:
                start = cursor if cursor is not None and (cursor.value is not None) is filled else None
                found += self._read_phase(start, limit - len(found), filled=filled, backward=backward)
        return found

    def _read_phase(self, cursor: Cursor | None, limit: int, *, filled: bool, backward: bool) -> list[Found]:
        down = self.descending is not backward
        place = self._place(cursor, filled=filled, down=down)
        if self.walks and filled:
            found = self._walk(place, limit, down=down)
            if len(found) == limit:
                return found
        return self._search(place, limit, filled=filled, down=down)

    def _place(self, cursor: Cursor | None, *, filled: bool, down: bool) -> Part:
        vendor = connection.vendor
        presence = self.column.present(vendor) if filled else self.column.missing(vendor)
        place = Part(presence or "TRUE")
        if cursor is None:
            return place
        sign, slot = ("<" if down else ">"), self.column.placeholder(vendor)
        if not filled:
            return _all([place, Part(f"t.id {sign} %s", (cursor.row_id,))])
        after = Part(f"({self.order}, t.id) {sign} ({slot}, %s)", (self._parameter(cursor.value), cursor.row_id))
        return _all([place, after])

    def _walk(self, place: Part, limit: int, *, down: bool) -> list[Found]:
        """Looks through the first rows in the order of an index."""
        way, table = (" DESC" if down else ""), self.where.definition.table
        first = _all([Part(self.where.definition.scope), place])
        rest = _all(self.where.parts)
        walked = (
            f"SELECT t.id AS id, {self.order} AS place FROM {table} t WHERE {first.sql}"
            f" ORDER BY {self.order}{way}, t.id{way} LIMIT {LOOKED_THROUGH}"
        )
        sql = (
            f"SELECT walked.id, walked.place FROM ({walked}) AS walked {_INNER_JOIN[connection.vendor]} {table} t"
            f" ON t.id = walked.id {self.where.definition.joins} WHERE {rest.sql}"
            f" ORDER BY walked.place{way}, walked.id{way} LIMIT {limit:d}"
        )
        return _found(sql, first.parameters + rest.parameters)

    def _search(self, place: Part, limit: int, *, filled: bool, down: bool) -> list[Found]:
        """Asks everybody, by whatever index knows the filter."""
        way, is_filtered = (" DESC" if down else ""), bool(self.where.parts)
        searching = is_filtered or self.column.key not in self.where.definition.walkable
        condition = _all([Part(self.where.scope(searching=searching)), *self.where.parts, place])
        order = self.order if filled else "NULL"
        chosen = f"SELECT t.id AS id, {order} AS place FROM {self.where.table} WHERE {condition.sql}"
        fence = f" LIMIT {_NO_LIMIT[connection.vendor]} OFFSET 0" if is_filtered else ""  # finds first, sorts then
        by = f"place{way}, id{way}" if filled else f"id{way}"
        sql = f"SELECT id, place FROM ({chosen}{fence}) AS chosen ORDER BY {by} LIMIT {limit:d}"
        return _found(sql, condition.parameters)

    def valid(self, cursor: Cursor | None) -> Cursor | None:
        """The cursor, if its value can be one of the column the list is sorted by."""
        if cursor is None or (cursor.value is None and not self.column.missing(connection.vendor)):
            return None
        try:
            self._parameter(cursor.value)
        except ValueError:
            return None
        return cursor

    def _parameter(self, value: str | None) -> Any:
        """A cursor's value as the database takes it. Raises ValueError."""
        if value is None:
            return None
        match self.column.answer:
            case Answer.TEXT:
                return value.encode(errors="ignore").decode().replace("\0", "")
            case Answer.MOMENT:
                return _written_by(datetime.fromisoformat(value), value)
            case Answer.DAY:
                return _written_by(date.fromisoformat(value), value)
            case _:
                return _number(value)


_INNER_JOIN = {"postgresql": "JOIN", "sqlite": "CROSS JOIN"}
_NO_LIMIT = {"postgresql": "ALL", "sqlite": "-1"}


def _written_by(moment: date, text: str) -> str:
    """The text, if `str` wrote it: databases know fewer ways to write a day than Python. Raises ValueError."""
    if str(moment) != text:
        raise ValueError(text)
    return text


def _number(text: str) -> float | int:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return int(number) if number == int(number) and abs(number) < 2**63 else number


def _cursor_at(found: Found, *, backward: bool) -> Cursor:
    return Cursor(found[0], found[1], backward)


def _found(sql: str, parameters: Sequence[Any]) -> list[Found]:
    return [(row_id, None if place is None else str(place)) for row_id, place in _rows(sql, parameters)]


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def _all(parts: Sequence[Part]) -> Part:
    kept = [part for part in parts if part.sql not in ("", "TRUE")]
    return Part(
        " AND ".join(part.sql for part in kept) or "TRUE",
        tuple(parameter for part in kept for parameter in part.parameters),
    )
