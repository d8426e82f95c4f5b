"""What a list consists of: its table, its columns, its usual order. Those of companies and people are in `contacts`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from satsuma.app.crm.lists.columns import Column
from satsuma.app.crm.search.tables import Thing


@dataclass(frozen=True)
class ListDefinition:
    """A list.

    `table` is read as `t`; `scope` is the condition that its rows meet; `joins` are put behind the table. `load` gives
    the rows of these ids, in any order, with everything that columns show, in a fixed number of queries. The first of
    `columns` names a row and is always shown. `walkable` are the columns whose order an index has, within the scope;
    `indexed` those by whose options an index finds rows. `shortcuts` are choices that have a parameter of their own, as
    in owner=3. `default_order` is a column's key, and whether it descends.
    """

    name: str
    thing: Thing
    table: str
    scope: str
    columns: tuple[Column, ...]
    default_columns: tuple[str, ...]
    default_order: tuple[str, bool]
    load: Callable[[Sequence[int]], Sequence[Any]]
    joins: str = ""
    walkable: frozenset[str] = field(default_factory=frozenset)
    indexed: frozenset[str] = field(default_factory=frozenset)
    shortcuts: tuple[str, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Column]:
        return {column.key: column for column in self.columns}

    @cached_property
    def memory(self) -> dict[Any, Any]:
        """What readers found out on their way, for as long as this definition answers them: it is asked for once."""
        return {}

    def find_column(self, key: str) -> Column | None:
        """By its key or its other one."""
        return self.by_key.get(key) or next((column for column in self.columns if key and column.alias == key), None)
