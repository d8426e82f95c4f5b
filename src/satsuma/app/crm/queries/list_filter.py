"""The conditions of a list's query in SQL. Called by the readers of lists alone."""

# ruff: noqa: S608  (names come from `lists.columns`, what was typed is a parameter: see `lists.sql`)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection

from satsuma.app.crm.lists.columns import POSTGRESQL, Column, Side
from satsuma.app.crm.lists.conditions import Condition, Operator
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import ListQuery
from satsuma.app.crm.lists.sql import SIGNS, Part, condition_part
from satsuma.app.crm.search.tables import Place, matching
from satsuma.app.crm.search.wording import wanted

FEW_WORDS = 2_000
"""Rows found by words up to which they are named one by one."""


@dataclass(frozen=True, slots=True)
class Members:
    """The rows of a side table that a query asks for: `parts` are its conditions on them."""

    side: Side
    parts: list[Part]

    def select(self, what: str) -> Part:
        where = all_of([Part(self.side.scope), *self.parts])
        return Part(f"SELECT {what} FROM {self.side.table} {self.side.alias} WHERE {where.sql}", where.parameters)


class Filter:
    """What rows must meet: `parts`, beside the list's own condition. `is_narrow`: only few rows are left, and they are
    named."""

    def __init__(self, definition: ListDefinition, query: ListQuery, as_of: date) -> None:
        self.definition = definition
        self.as_of = as_of
        self.conditions = tuple(map(self._by_options, query.conditions))
        self.is_narrow = False
        self._by_words = [self._words(query.words)] if query.words else []
        self.parts = self.but(())
        """What must hold of `table`."""

    def but(self, taken: Iterable[Condition]) -> list[Part]:
        """The parts without these conditions."""
        left_out = tuple(taken)
        return self.only(each for each in self.conditions if each not in left_out) + self._by_words

    def only(self, conditions: Iterable[Condition]) -> list[Part]:
        return [condition_part(self._column(each), each, as_of=self.as_of) for each in conditions]

    def table(self, *further: Column, but: Iterable[Condition] = ()) -> str:
        """The list's table with everything that the conditions, and these columns, read beside it."""
        left_out = tuple(but)
        columns = [*(self._column(each) for each in self.conditions if each not in left_out), *further]
        sides = dict.fromkeys(column.side.join for column in columns if column.side)
        return " ".join(filter(None, [f"{self.definition.table} t", self.definition.joins, *sides]))

    def scope(self, *, searching: bool) -> str:
        """The list's own condition. SQLite is told not to read all of an index in its order when it searches."""
        scope = self.definition.scope
        return scope.replace("t.kind =", "+t.kind =") if searching and connection.vendor != POSTGRESQL else scope

    def members(self) -> list[Members]:
        """The conditions that only rows of a side table meet, by that table."""
        sides: dict[Side, list[Part]] = {}
        for condition in filter(self._is_of_members, self.conditions):
            side = self._column(condition).side
            assert side
            sides.setdefault(side, []).extend(self.only([condition]))
        return [Members(side, parts) for side, parts in sides.items()]

    def searched(self, *further: Column) -> tuple[str, Part]:
        """FROM and WHERE, without those words, for asking everybody."""
        of_members = [condition for condition in self.conditions if self._is_of_members(condition)]
        scope = Part(self.scope(searching=True))
        where = all_of([scope, *self.but(of_members), *map(self._membership, self.members())])
        return self.table(*further, but=of_members), where

    def only_members(self) -> Members | None:
        """All that is asked, if it is asked of one side table alone."""
        members = self.members()
        return members[0] if len(members) == 1 and not self.but(filter(self._is_of_members, self.conditions)) else None

    def _membership(self, members: Members) -> Part:
        """SQLite would look up each member even where an index knows another condition: there it is told to look for
        rows of that index among the members."""
        chosen = members.select(f"{members.side.alias}.{members.side.row}")
        indexed = any(
            condition.key in self.definition.indexed and condition.operator is Operator.ANY
            for condition in self.conditions
        )
        row = "+t.id" if indexed and connection.vendor != POSTGRESQL else "t.id"
        return Part(f"{row} IN ({chosen.sql})", chosen.parameters)

    def _is_of_members(self, condition: Condition) -> bool:
        column = self._column(condition)
        if column.side is None:
            return False
        if condition.operator is Operator.ANY and isinstance(condition.value, tuple):
            return column.absent is None or column.absent.no_row not in condition.value
        return condition.operator is Operator.FILLED or condition.operator in SIGNS

    def _by_options(self, condition: Condition) -> Condition:
        """What the condition asks of a side table, said by options that an index knows: none of some is any of the
        others. Rows that are not there are looked for only where some are missing, since that takes long."""
        column, asked = self._column(condition), condition.value
        absent = column.absent
        if column.side is None or absent is None or not isinstance(asked, tuple):
            return condition
        if condition.operator is Operator.NONE:
            asked = tuple(option.key for option in column.options if option.key not in asked)
        if absent.no_row in asked and not has_gaps(self.definition, column.side):
            asked = tuple(key for key in asked if key != absent.no_row)
        return replace(condition, operator=Operator.ANY, value=asked)

    def _column(self, condition: Condition) -> Column:
        return self.definition.by_key[condition.key]

    def _words(self, words: str) -> Part:
        asked = wanted(words)
        if asked is None:
            return Part("FALSE")
        thing = self.definition.thing
        condition, parameter = matching(connection.vendor, thing, Place.ANYWHERE, asked)
        found = f"SELECT {'id' if connection.vendor == POSTGRESQL else 'rowid'} FROM {thing.table} WHERE {condition}"
        memory = self.definition.memory
        if words not in memory:
            memory[words] = [row[0] for row in fetch(f"{found} LIMIT {FEW_WORDS + 1}", (parameter,))]
        if len(few := memory[words]) > FEW_WORDS:
            return Part(f"t.id IN ({found})", (parameter,))
        self.is_narrow = True
        return Part(f"t.id IN ({', '.join(map(str, few))})" if few else "FALSE")


def has_gaps(definition: ListDefinition, side: Side) -> bool:
    """Whether some rows of the list have no row in the side table. Two quick counts."""
    if side not in definition.memory:
        there = f"SELECT count(*) FROM {side.table} {side.alias} WHERE {side.scope}"
        everybody = f"SELECT count(*) FROM {definition.table} t WHERE {definition.scope}"
        definition.memory[side] = bool(fetch(f"SELECT ({everybody}) > ({there})", ())[0][0])
    return bool(definition.memory[side])


def fetch(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def all_of(parts: Sequence[Part]) -> Part:
    """That everything holds."""
    kept = [part for part in parts if part.sql not in ("", "TRUE")]
    return Part(
        " AND ".join(part.sql for part in kept) or "TRUE",
        tuple(parameter for part in kept for parameter in part.parameters),
    )
