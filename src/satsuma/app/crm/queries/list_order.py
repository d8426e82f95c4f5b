"""Reads the rows of a list in its order, from a place in it. Called by `queries.lists` alone.

With an index for the order, the first rows in that order are looked through; only if too few of them fit, everybody is
asked. That is quick for filters that many meet and for those that an index knows. The index is the list's own, or one
of a side table: then a filter by what the index begins with is met by it, and nothing else need be looked at.
"""

# ruff: noqa: S608  (names come from `lists.columns`, what was typed is a parameter: see `lists.sql`)

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from satsuma.app.crm.lists.columns import Answer, Column, Lane
from satsuma.app.crm.lists.conditions import Condition, Operator
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import Cursor, ListQuery
from satsuma.app.crm.lists.sql import SIGNS, Part
from satsuma.app.crm.queries.list_filter import Filter, Members, all_of, fetch, has_gaps

LOOKED_THROUGH = 5_000
"""Rows in the wanted order that are looked through before everybody is asked,"""
FURTHER = 5
"""and so many times as many where it seems that enough will be found."""
LARGEST_PLACE = 2**53
"""In lanes: so that what is added to it and taken away again leaves it what it was."""

Found = tuple[int, str | None]
"""A row's id and what it is sorted by, as the cursor keeps it."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """How an index is walked: in these lanes of a side table within `bounds`, or with none along the list's own. `rest`
    is what the rows must meet that it gives. `is_all`: the filter asks for nothing but rows of these lanes."""

    rest: Sequence[Part]
    lanes: Sequence[Lane] = ()
    bounds: Sequence[Part] = ()
    is_all: bool = False


class Reader:
    """Reads rows in the query's order, forward or backward."""

    def __init__(self, definition: ListDefinition, query: ListQuery, as_of: date) -> None:
        self.where = Filter(definition, query, as_of)
        self.column = definition.by_key[query.sort]
        self.descending = query.descending
        self.order = self.column.order(connection.vendor)
        self.walk = None if self.where.is_narrow else self._way()

    def read(self, cursor: Cursor | None, limit: int) -> list[Found]:
        """At most so many rows from the cursor on, in reading direction: those with a value, then those without one,
        or backward the other way round."""
        backward = cursor is not None and cursor.backward
        everybody_has_one = bool(self.walk and self.walk.is_all) or not self.column.missing(connection.vendor)
        phases = [True] if everybody_has_one else [True, False]
        if backward:
            phases.reverse()
        if cursor is not None:
            phases = phases[phases.index(cursor.value is not None) :] if (cursor.value is not None) in phases else []
        found: list[Found] = []
        for filled in phases:
            if len(found) < limit:
                start = cursor if cursor is not None and (cursor.value is not None) is filled else None
                found += self._read_phase(start, limit - len(found), filled=filled, backward=backward)
        return found

    def _way(self) -> _Walk | None:
        """The walk that the order allows."""
        if self.column.key in self.where.definition.walkable:
            return _Walk(self.where.parts) if self.where.parts else None
        if (lanes := self.column.lanes) is None:
            return None
        bounds = [condition for condition in self.where.conditions if self._is_bound(condition)]
        for condition in self.where.conditions:
            asked = condition.value
            if condition.key == lanes.chosen_by and condition.operator is Operator.ANY and isinstance(asked, tuple):
                chosen = [lanes.each[key] for key in asked if key in lanes.each]
                is_all = bool(bounds) or set(asked) <= set(lanes.each)
                return _Walk(self.where.but([condition, *bounds]), chosen, self.where.only(bounds), is_all)
        every = list(lanes.each.values())
        return _Walk(self.where.but(bounds), every, self.where.only(bounds), is_all=bool(bounds))

    def _is_bound(self, condition: Condition) -> bool:
        """Whether the condition is about the number that lanes are ordered by."""
        column, lanes = self.where.definition.by_key[condition.key], self.column.lanes
        return lanes is not None and column.sql.on(connection.vendor) == lanes.sql and condition.operator in SIGNS

    def _read_phase(self, cursor: Cursor | None, limit: int, *, filled: bool, backward: bool) -> list[Found]:
        down = self.descending is not backward
        if self.walk and filled:
            found = self._walked(self.walk, cursor, limit, down=down)
            if found is not None:
                return found
        return self._search(self._place(cursor, filled=filled, down=down), limit, filled=filled, down=down)

    def _place(self, cursor: Cursor | None, *, filled: bool, down: bool) -> Part:
        vendor = connection.vendor
        presence = self.column.present(vendor) if filled else self.column.missing(vendor)
        place = Part(presence or "TRUE")
        if cursor is None:
            return place
        sign, slot = ("<" if down else ">"), self.column.placeholder(vendor)
        if not filled:
            return all_of([place, Part(f"t.id {sign} %s", (cursor.row_id,))])
        after = Part(f"({self.order}, t.id) {sign} ({slot}, %s)", (self._parameter(cursor.value), cursor.row_id))
        return all_of([place, after])

    def _walked(self, walk: _Walk, cursor: Cursor | None, limit: int, *, down: bool) -> list[Found] | None:
        """The rows, found by walking; None if everybody has to be asked."""
        if self.column.lanes and not walk.lanes:
            return []
        if not walk.rest:  # all that the index gives fit
            first = self._first(walk, cursor, limit, down=down)
            return _found(fetch(first.sql, first.parameters))
        for most in (LOOKED_THROUGH, LOOKED_THROUGH * FURTHER):
            rows = self._look_through(walk, self._first(walk, cursor, most, down=down), limit, down=down)
            if len(rows) == limit or (rows and rows[0][2] < most):  # enough, or it was everybody
                return _found(rows)
            if len(rows) * FURTHER < limit:
                return None
        return None

    def _first(self, walk: _Walk, cursor: Cursor | None, most: int, *, down: bool) -> Part:
        """The first rows in the order of the index."""
        way = " DESC" if down else ""
        if not walk.lanes:
            first = all_of([Part(self.where.definition.scope), self._place(cursor, filled=True, down=down)])
            order, table = self.order, self.where.definition.table
            sql = f"SELECT t.id AS id, {order} AS place FROM {table} t WHERE {first.sql}"
            return Part(f"{sql} ORDER BY {order}{way}, t.id{way} LIMIT {most:d}", first.parameters)
        lanes = [self._lane(lane, walk.bounds, cursor, most, down=down) for lane in walk.lanes]
        parameters = tuple(parameter for lane in lanes for parameter in lane.parameters)
        if len(lanes) == 1:
            return Part(lanes[0].sql, parameters)
        every = " UNION ALL ".join(f"SELECT id, place FROM ({lane.sql}) AS lane" for lane in lanes)
        return Part(f"SELECT id, place FROM ({every}) AS lanes ORDER BY place{way}, id{way} LIMIT {most:d}", parameters)

    def _lane(self, lane: Lane, bounds: Sequence[Part], cursor: Cursor | None, most: int, *, down: bool) -> Part:
        side, lanes, way = self.column.side, self.column.lanes, (" DESC" if down else "")
        assert side
        assert lanes
        row = f"{side.alias}.{side.row}"
        parts = [Part(side.scope), Part(lane.condition), Part(f"{lanes.sql} IS NOT NULL"), *bounds]
        if cursor is not None:
            begin = self._parameter(cursor.value) - lane.lift
            parts.append(Part(f"({lanes.sql}, {row}) {'<' if down else '>'} (%s, %s)", (begin, cursor.row_id)))
        where = all_of(parts)
        place = f"{lanes.sql} + {lane.lift:d}" if lane.lift else lanes.sql
        sql = (
            f"SELECT {row} AS id, {place} AS place FROM {side.table} {side.alias} WHERE {where.sql}"
            f" ORDER BY {lanes.sql}{way}, {row}{way} LIMIT {most:d}"
        )
        return Part(sql, where.parameters)

    def _look_through(self, walk: _Walk, first: Part, limit: int, *, down: bool) -> list[tuple[Any, ...]]:
        """Those of the first rows that fit: id, place, and how many were looked through."""
        way, definition = (" DESC" if down else ""), self.where.definition
        rest = all_of([Part(definition.scope), *walk.rest])
        joined = self.where.table().replace(f"{definition.table} t", f"{definition.table} t ON t.id = walked.id", 1)
        sql = (
            f"SELECT walked.id, walked.place, (SELECT count(*) FROM ({first.sql}) AS again)"
            f" FROM ({first.sql}) AS walked {_INNER_JOIN[connection.vendor]} {joined} WHERE {rest.sql}"
            f" ORDER BY walked.place{way}, walked.id{way} LIMIT {limit:d}"
        )
        return fetch(sql, first.parameters + first.parameters + rest.parameters)

    def _search(self, place: Part, limit: int, *, filled: bool, down: bool) -> list[Found]:
        """Asks everybody, by whatever index knows the filter."""
        way, is_filtered = (" DESC" if down else ""), bool(self.where.parts)
        table, asked = self.where.searched(self.column)
        if not is_filtered and self.column.key in self.where.definition.walkable:
            asked = Part(self.where.scope(searching=False))
        condition = all_of([asked, place, *([] if filled else self._among_members())])
        order = self.order if filled else "NULL"
        chosen = f"SELECT t.id AS id, {order} AS place FROM {table} WHERE {condition.sql}"
        fence = f" LIMIT {_NO_LIMIT[connection.vendor]} OFFSET 0" if is_filtered else ""  # finds first, sorts then
        by = f"place{way}, id{way}" if filled else f"id{way}"
        sql = f"SELECT id, place FROM ({chosen}{fence}) AS chosen ORDER BY {by} LIMIT {limit:d}"
        return _found(fetch(sql, condition.parameters))

    def _among_members(self) -> list[Part]:
        """Looking for what is not in a side table takes long. Where the filter asks for its rows, or everybody has one,
        what has no value is among those that an index knows to have none."""
        side, vendor = self.column.side, connection.vendor
        if side is None:
            return []
        asked = [members for members in self.where.members() if members.side == side]
        if not asked and (self.where.parts or has_gaps(self.where.definition, side)):
            return []
        members = Members(side, [Part(self.column.missing(vendor)), *(part for each in asked for part in each.parts)])
        chosen = members.select(f"{side.alias}.{side.row}")
        return [Part(f"t.id IN ({chosen.sql})", chosen.parameters)]

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
        return None if value is None else cursor_parameter(self.column, value)


def cursor_parameter(column: Column, value: str) -> Any:
    """A cursor's value as the database takes it. Raises ValueError for one that no row of the column has."""
    match column.answer:
        case Answer.TEXT:
            return value.encode(errors="ignore").decode().replace("\0", "")
        case Answer.MOMENT:
            return _written_by(datetime.fromisoformat(value), value)
        case Answer.DAY:
            return _written_by(date.fromisoformat(value), value)
        case _:
            return _number(value, most=LARGEST_PLACE if column.lanes else None)


_INNER_JOIN = {"postgresql": "JOIN", "sqlite": "CROSS JOIN"}
_NO_LIMIT = {"postgresql": "ALL", "sqlite": "-1"}


def _written_by(moment: date, text: str) -> str:
    """The text, if `str` wrote it: databases know fewer ways to write a day than Python. Raises ValueError."""
    if str(moment) != text:
        raise ValueError(text)
    return text


def _number(text: str, *, most: int | None) -> float | int:
    number = float(text)
    if not math.isfinite(number) or (most and abs(number) > most):
        raise ValueError(text)
    return int(number) if number == int(number) and abs(number) < 2**63 else number


def _found(rows: Sequence[tuple[Any, ...]]) -> list[Found]:
    return [(row[0], None if row[1] is None else str(row[1])) for row in rows]
