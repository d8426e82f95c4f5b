"""The columns of a list: what they show, and which SQL gives their values.

SQL here is made of names that stand in our own modules and of generated keys, never of what somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, overload

from satsuma.app.crm.fields import FieldOption, FieldSpec
from satsuma.domain.model import FieldType

POSTGRESQL = "postgresql"
SAFE_KEY = re.compile(r"[A-Za-z0-9_]{1,40}\Z")


class Answer(StrEnum):
    """What kind of values a column has: it decides how they are filtered, sorted and shown."""

    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    TEXT = "text"
    PERCENT = "percent"


ANSWERS = {
    FieldType.NUMBER: Answer.NUMBER,
    FieldType.MONEY: Answer.MONEY,
    FieldType.RATING: Answer.NUMBER,
    FieldType.DATE: Answer.DAY,
    FieldType.CHOICE: Answer.CHOICE,
    FieldType.CHOICES: Answer.CHOICES,
    FieldType.YES_NO: Answer.YES_NO,
    FieldType.TEXT: Answer.TEXT,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """SQL for one value of a row that is called `t`, in both dialects."""

    sqlite: str
    postgresql: str

    @classmethod
    def same(cls, sql: str) -> Expression:
        return cls(sql, sql)

    def on(self, vendor: str) -> str:
        return self.postgresql if vendor == POSTGRESQL else self.sqlite


class LazyOptions(Sequence[FieldOption]):
    """Options that are read from the database only when somebody looks at them."""

    def __init__(self, read: Callable[[], Sequence[FieldOption]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> Sequence[FieldOption]:
        return self._read()

    @overload
    def __getitem__(self, place: int) -> FieldOption: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[FieldOption]: ...
    def __getitem__(self, place: int | slice) -> FieldOption | Sequence[FieldOption]:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)


@dataclass(frozen=True, slots=True)
class Link:
    """A table that ties rows to what they have many of: its name, and its columns for the row and for the other."""

    table: str
    row: str
    other: str


@dataclass(frozen=True, slots=True)
class Side:
    """A table beside the list's: at most one row for each row of the list, and none for anything else. SQL calls it
    `alias`; `row` is its column for the list's row, `scope` the condition that its rows meet."""

    table: str
    alias: str
    row: str
    scope: str

    @property
    def join(self) -> str:
        return f"LEFT JOIN {self.table} {self.alias} ON {self.alias}.{self.row} = t.id AND {self.scope}"


@dataclass(frozen=True, slots=True)
class Absent:
    """Options of a column with a side table that stand for rows without a value: those with a row there, and those
    without."""

    no_value: str
    no_row: str


@dataclass(frozen=True, slots=True)
class Lane:
    """Some rows of a side table, of which an index knows the order by a whole number and then by row: those that meet
    `condition`. `lift` is added to that number: it places the lane among others."""

    condition: str
    lift: int = 0


@dataclass(frozen=True, slots=True)
class Lanes:
    """How indexes of a side table give a column's order: `sql` is the number that lanes are ordered by. Every row with
    a value is in one of the lanes in `each`, by the options of the column `chosen_by`: a filter by that column takes
    some of them."""

    sql: str
    chosen_by: str
    each: Mapping[str, Lane]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `key` names it in addresses. `sql` gives its value, and `value` the same from a loaded row: typed, None for a
    missing one. `labels` names the options that a row has, where they are loaded with it. `blank` is whether a missing
    text is '' rather than NULL; `always` that it is never missing. `folded`: the SQL value is folded by `fold_name`.
    `scale`: the SQL value is so many times the one that people read. `native`: a day or moment is kept as the
    database's own type, not as a text. `link`: for CHOICES that are rows of a table of their own. A column that is not
    `is_sortable` can only be filtered. `field` is the field it shows, if it shows one.

    For columns that others add: `alias` is another key that addresses may name it by; `side` is the table that `sql`
    reads; `place` what rows are sorted by, if that is not the value, and `lanes` how indexes give that order;
    `attach` loads what `value` needs into rows, all at once; `absent` names options for rows without a value; `bound`
    turns a number to compare with into what the SQL value, a whole number, is compared with; `drawn` is what pages
    draw in the place of the text; `origin` is for who added it. An `is_usual` one stands right behind the name.
    """

    key: str
    label: str
    answer: Answer
    sql: Expression
    value: Callable[[Any], Any]
    options: Sequence[FieldOption] = ()
    unit: str = ""
    labels: Callable[[Any], Sequence[str]] | None = None
    blank: bool = False
    always: bool = False
    folded: bool = False
    scale: int = 1
    native: bool = False
    link: Link | None = None
    is_sortable: bool = True
    field: FieldSpec | None = None
    side: Side | None = None
    place: Expression | None = None
    lanes: Lanes | None = None
    attach: Callable[[Sequence[Any]], None] | None = None
    absent: Absent | None = None
    bound: Callable[[float], Fraction] | None = None
    drawn: Callable[[Any], Any] | None = None
    origin: Any = None
    is_usual: bool = False
    alias: str = ""

    @property
    def is_quantity(self) -> bool:
        return self.answer in (Answer.NUMBER, Answer.MONEY, Answer.PERCENT)

    def present(self, vendor: str) -> str:
        """The condition that there is a value; "" if there always is."""
        if self.always:
            return ""
        if self.link:
            return f"EXISTS (SELECT 1 FROM {self.link.table} x WHERE x.{self.link.row} = t.id)"  # noqa: S608
        sql = self.sql.on(vendor)
        return f"{sql} <> ''" if self.blank else f"{sql} IS NOT NULL"

    def missing(self, vendor: str) -> str:
        """The condition that there is none; "" if that never is."""
        if self.always:
            return ""
        if self.link:
            return f"NOT {self.present(vendor)}"
        sql = self.sql.on(vendor)
        return f"{sql} = ''" if self.blank else f"{sql} IS NULL"

    def order(self, vendor: str) -> str:
        """What rows are sorted by: texts without regard to capitals, options in their order."""
        if self.place:
            return self.place.on(vendor)
        sql = self.sql.on(vendor)
        if self.answer is Answer.TEXT and not self.folded:
            return f'lower(({sql}) COLLATE "C")' if vendor == POSTGRESQL else f"lower({sql})"
        if self.answer is Answer.CHOICE:
            return _rank(sql, self.options)
        return sql

    def placeholder(self, vendor: str) -> str:
        """Where a parameter to compare with goes."""
        if vendor == POSTGRESQL and self.native:
            return "CAST(%s AS date)" if self.answer is Answer.DAY else "CAST(%s AS timestamptz)"
        return "%s"


def _rank(sql: str, options: Sequence[FieldOption]) -> str:
    """The place of an option among all: capitals and languages do not matter to the database."""
    places = "".join(
        f" WHEN '{option.key}' THEN {place}" for place, option in enumerate(options) if SAFE_KEY.match(option.key)
    )
    return f"CASE {_as_text(sql)}{places} ELSE {len(options)} END" if places else "0"


def _as_text(sql: str) -> str:
    return f"CAST({sql} AS text)" if sql.endswith("_id") else sql


def column_expression(name: str) -> Expression:
    """A column of the table itself."""
    return Expression.same(f"t.{name}")


def json_expression(holder: str, key: str, type_: FieldType) -> Expression:
    """A value in a JSON column, `values` or `metrics`, by its generated key. Raises ValueError for any other key."""
    if not SAFE_KEY.match(key):
        raise ValueError(f"{key!r} is no generated key.")
    place = f't."{holder}"'
    sqlite, text = f"json_extract({place}, '$.{key}')", f"({place} ->> '{key}')"
    match type_:
        case FieldType.NUMBER | FieldType.MONEY | FieldType.RATING:
            return Expression(sqlite, f"CAST({text} AS double precision)")
        case FieldType.YES_NO:
            return Expression(sqlite, f"CAST(CAST({text} AS boolean) AS integer)")
        case FieldType.CHOICES:
            return Expression(sqlite, f"({place} -> '{key}')")
        case _:
            return Expression(sqlite, f'({text} COLLATE "C")')
