"""From the conditions of a list to SQL. Called by `queries.list_filter` alone.

Names in the SQL come from columns (`lists.columns`); everything that somebody typed is a parameter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.lists.columns import POSTGRESQL, Absent, Answer, Column, Link, Side
from satsuma.app.crm.lists.conditions import Condition, Operator

ASCII_SMALL = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
"""What both databases' lower() does to a text in the C collation."""
LARGEST_WHOLE = 2**63 - 1
"""What both databases take for a whole number."""


@dataclass(frozen=True, slots=True)
class Part:
    """A condition in SQL with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def condition_part(column: Column, condition: Condition, *, as_of: date) -> Part:
    """The condition on a row called `t`. Missing values fulfil only `empty` and `none`."""
    vendor = connection.vendor
    match condition.operator:
        case Operator.FILLED:
            return Part(column.present(vendor))
        case Operator.EMPTY:
            return Part(column.missing(vendor))
        case Operator.YES | Operator.NO:
            return Part(f"{column.sql.on(vendor)} = {int(condition.operator is Operator.YES)}")
        case Operator.ANY | Operator.NONE:
            return _choice(column, condition)
        case Operator.HAS | Operator.BEGINS | Operator.IS if column.answer is Answer.TEXT:
            return _text(column, condition)
        case Operator.LAST | Operator.NEXT:
            return _window(column, condition, as_of)
        case _:
            return _compared(column, condition)


SIGNS = {Operator.FROM: ">=", Operator.TO: "<=", Operator.UNDER: "<", Operator.IS: "="}


def _compared(column: Column, condition: Condition) -> Part:
    value, operator = condition.value, condition.operator
    if isinstance(value, date):
        first = value if operator is Operator.FROM else value + timedelta(days=1)
        return _day_part(column, ">=" if operator is Operator.FROM else "<", first)
    assert isinstance(value, int | float)
    if column.bound:
        exact = column.bound(value)
        number: float = _whole(math.floor(exact) if operator is Operator.TO else math.ceil(exact))
    else:
        number = _whole(round(value * column.scale)) if column.scale != 1 else value
    return Part(f"{column.sql.on(connection.vendor)} {SIGNS[operator]} %s", (number,))


def _whole(number: int) -> int:
    return max(-LARGEST_WHOLE, min(number, LARGEST_WHOLE))


def _window(column: Column, condition: Condition, as_of: date) -> Part:
    """The last N days end with today, the next N begin with it."""
    assert isinstance(condition.value, int)
    begin = as_of - timedelta(days=condition.value - 1) if condition.operator is Operator.LAST else as_of
    first = _day_part(column, ">=", begin)
    last = _day_part(column, "<", begin + timedelta(days=condition.value))
    return Part(f"({first.sql} AND {last.sql})", first.parameters + last.parameters)


def _day_part(column: Column, sign: str, day: date) -> Part:
    vendor = connection.vendor
    value = instant(day) if column.answer is Answer.MOMENT else day.isoformat()
    return Part(f"{column.sql.on(vendor)} {sign} {column.placeholder(vendor)}", (value,))


def instant(day: date) -> Any:
    """The first moment of the day in the workspace's time zone, as the database keeps moments."""
    begin = datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())
    return connection.ops.adapt_datetimefield_value(begin)


def _choice(column: Column, condition: Condition) -> Part:
    vendor, keys = connection.vendor, condition.value
    assert isinstance(keys, tuple)
    negated = condition.operator is Operator.NONE
    slots = ", ".join(["%s"] * len(keys))
    if column.link:
        return _linked(column.link, keys, negated=negated)
    sql = column.sql.on(vendor)
    if column.answer is Answer.CHOICES:
        return _listed(sql, keys, negated=negated)
    if column.side:
        return _beside(column, column.side, keys, negated=negated)
    parameters = tuple(int(key) for key in keys) if sql.endswith("_id") else keys
    if negated:
        return Part(f"({column.missing(vendor) or 'FALSE'} OR {sql} NOT IN ({slots}))", parameters)
    return Part(f"({column.present(vendor) or 'TRUE'} AND {sql} IN ({slots}))", parameters)


def _beside(column: Column, side: Side, keys: Sequence[str], *, negated: bool) -> Part:
    """Options of a column with a side table, among them those that stand for rows without a value."""
    sql, row = column.sql.on(connection.vendor), f"{side.alias}.{side.row}"
    absent = column.absent or Absent("", "")
    held = [int(key) for key in keys if key.isdigit()]
    asked = [f"{sql} IN ({', '.join(['%s'] * len(held))})"] if held else []
    if absent.no_value in keys:
        asked.append(f"({row} IS NOT NULL AND {sql} IS NULL)")
    if absent.no_row in keys:
        asked.append(f"{row} IS NULL")
    any_of = f"({' OR '.join(asked)})" if asked else "FALSE"
    return Part(f"NOT coalesce({any_of}, FALSE)" if negated else any_of, tuple(held))


def _linked(link: Link, keys: Sequence[str], *, negated: bool) -> Part:
    slots = ", ".join(["%s"] * len(keys))
    found = f"SELECT x.{link.row} FROM {link.table} x WHERE x.{link.other} IN ({slots})"  # noqa: S608  (ours)
    return Part(f"t.id {'NOT ' * negated}IN ({found})", tuple(int(key) for key in keys))


def _listed(sql: str, keys: Sequence[str], *, negated: bool) -> Part:
    """Options that are kept as a JSON list."""
    slots = ", ".join(["%s"] * len(keys))
    if connection.vendor == POSTGRESQL:
        return Part(f"{'NOT ' * negated}coalesce(jsonb_exists_any({sql}, ARRAY[{slots}]::text[]), FALSE)", tuple(keys))
    return Part(f"{'NOT ' * negated}EXISTS (SELECT 1 FROM json_each({sql}) WHERE value IN ({slots}))", tuple(keys))  # noqa: S608


def _text(column: Column, condition: Condition) -> Part:
    vendor, typed = connection.vendor, str(condition.value)
    sql = column.order(vendor)
    text = fold_name(typed) if column.folded else typed.translate(ASCII_SMALL)
    if condition.operator is Operator.IS:
        return Part(f"{sql} = %s", (text,))
    if condition.operator is Operator.BEGINS and column.folded:
        return Part(f"({sql} >= %s AND {sql} < %s)", (text, text + LAST_CHARACTER))
    find = "strpos" if vendor == POSTGRESQL else "instr"
    return Part(f"{find}({sql}, %s) {'= 1' if condition.operator is Operator.BEGINS else '> 0'}", (text,))


LAST_CHARACTER = "\U0010ffff"
"""Sorts after whatever a text can go on with."""
