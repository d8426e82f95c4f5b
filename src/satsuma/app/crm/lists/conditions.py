"""Conditions of a list as they stand in its address: `where=employees~from~50`, `where=country~any~PL,DE`,
`where=m7~last~90`, `where=email~empty`. Which operators a column has follows from its kind of values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.crm.lists.columns import Answer, Column

SEPARATOR = "~"
MOST_CHOICES = 300
LONGEST_TEXT = 200
MOST_DAYS = 36_500
LARGEST_NUMBER = 1e15
FIRST_DAY, LAST_DAY = date(2, 1, 1), date(9998, 12, 31)
"""So that there is a day before and after each, in every time zone."""


class Operator(StrEnum):
    """How a value is compared."""

    FROM = "from"
    TO = "to"
    UNDER = "under"
    IS = "is"
    LAST = "last"
    NEXT = "next"
    ANY = "any"
    NONE = "none"
    HAS = "has"
    BEGINS = "begins"
    YES = "yes"
    NO = "no"
    FILLED = "filled"
    EMPTY = "empty"

    @property
    def has_value(self) -> bool:
        return self not in (Operator.YES, Operator.NO, Operator.FILLED, Operator.EMPTY)


Op = Operator
WORDS: dict[Operator, str | Promise] = {
    Op.FROM: gettext_lazy("from"),
    Op.TO: gettext_lazy("up to"),
    Op.UNDER: gettext_lazy("under"),
    Op.IS: gettext_lazy("is"),
    Op.LAST: gettext_lazy("in the last days"),
    Op.NEXT: gettext_lazy("in the next days"),
    Op.ANY: gettext_lazy("is any of"),
    Op.NONE: gettext_lazy("is none of"),
    Op.HAS: gettext_lazy("contains"),
    Op.BEGINS: gettext_lazy("begins with"),
    Op.YES: gettext_lazy("is yes"),
    Op.NO: gettext_lazy("is no"),
    Op.FILLED: gettext_lazy("is filled in"),
    Op.EMPTY: gettext_lazy("is empty"),
}
_MISSING = (Op.FILLED, Op.EMPTY)
_OPERATORS = {
    Answer.NUMBER: (Op.FROM, Op.TO, Op.UNDER, Op.IS, *_MISSING),
    Answer.MONEY: (Op.FROM, Op.TO, Op.UNDER, Op.IS, *_MISSING),
    Answer.PERCENT: (Op.FROM, Op.TO, Op.UNDER, *_MISSING),
    Answer.DAY: (Op.FROM, Op.TO, Op.LAST, Op.NEXT, *_MISSING),
    Answer.MOMENT: (Op.FROM, Op.TO, Op.LAST, Op.NEXT, *_MISSING),
    Answer.CHOICE: (Op.ANY, Op.NONE, *_MISSING),
    Answer.CHOICES: (Op.ANY, Op.NONE, *_MISSING),
    Answer.YES_NO: (Op.YES, Op.NO, *_MISSING),
    Answer.TEXT: (Op.HAS, Op.BEGINS, Op.IS, *_MISSING),
}


class ConditionRefusedError(ValueError):
    """A condition that cannot be understood; the text says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of one column. `value` is a float, a day, a number of days, a text, or keys of options; None for
    operators that need none."""

    key: str
    operator: Operator
    value: float | int | date | str | tuple[str, ...] | None = None

    def written(self) -> str:
        """As it stands in the address after `where=`: `read_condition` gives the same condition back."""
        head = f"{self.key}{SEPARATOR}{self.operator}"
        return f"{head}{SEPARATOR}{self.typed()}" if self.operator.has_value else head

    def typed(self) -> str:
        """The value as it stands in the address."""
        match self.value:
            case None:
                return ""
            case tuple():
                return ",".join(self.value)
            case float() if self.value == int(self.value):
                return str(int(self.value))
            case date():
                return self.value.isoformat()
            case _:
                return str(self.value)


def operators_of(column: Column) -> tuple[Operator, ...]:
    """What can be asked of the column, in the order in which it is offered."""
    operators = _OPERATORS[column.answer]
    return tuple(op for op in operators if op not in _MISSING) if column.always else operators


def read_condition(columns: Sequence[Column], written: str) -> Condition:
    """The condition that is written so. Raises ConditionRefusedError with a sentence for people."""
    key, _tilde, rest = written.partition(SEPARATOR)
    name, _tilde, typed = rest.partition(SEPARATOR)
    column = next((column for column in columns if key in (column.key, column.alias)), None)
    if column is None:
        raise ConditionRefusedError(_("There is no field “%(key)s” in this list.") % {"key": key[:40]})
    if name not in operators_of(column):
        raise ConditionRefusedError(_("“%(label)s” cannot be filtered in this way.") % {"label": column.label})
    if column.absent and name in (Op.ANY, Op.NONE):
        column = _that_has(columns, column, typed)
    return Condition(column.key, Operator(name), read_value(column, Operator(name), typed))


def _that_has(columns: Sequence[Column], named: Column, typed: str) -> Column:
    """The column whose options these are: ids of segments say which segmentation is meant, whichever is primary now."""
    ids = {key for key in typed.split(",") if key.isdigit()}
    held = (column for column in columns if column.absent and ids <= {option.key for option in column.options})
    return named if ids <= {option.key for option in named.options} else next(held, named)


def gone_options(column: Column, condition: Condition) -> set[str]:
    """What the condition asks for and the column no longer has."""
    asked = condition.value if isinstance(condition.value, tuple) else ()
    return set(asked) - {option.key for option in column.options}


def read_value(column: Column, operator: Operator, typed: str) -> float | int | date | str | tuple[str, ...] | None:
    """What the operator compares with. Raises ConditionRefusedError."""
    if not operator.has_value:
        return None
    if operator in (Op.LAST, Op.NEXT):
        return _days(column, typed)
    if column.is_quantity:
        return _number(column, typed)
    if column.answer in (Answer.DAY, Answer.MOMENT):
        return _day(column, typed)
    return _keys(column, typed) if operator in (Op.ANY, Op.NONE) else _text(column, typed)


def _number(column: Column, typed: str) -> float:
    try:
        number = float(typed)
    except ValueError:
        number = math.nan
    if not abs(number) <= LARGEST_NUMBER:
        raise ConditionRefusedError(_("“%(label)s” needs a number to compare with.") % {"label": column.label})
    return number


def _days(column: Column, typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6 and 0 < int(typed) <= MOST_DAYS):
        raise ConditionRefusedError(_("“%(label)s” needs a number of days.") % {"label": column.label})
    return int(typed)


def _day(column: Column, typed: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ConditionRefusedError(_("“%(label)s” needs a day.") % {"label": column.label})
    return day


def _keys(column: Column, typed: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(filter(None, typed.split(","))))[:MOST_CHOICES]
    known = {option.key for option in column.options}
    keys = tuple(key for key in asked if key in known or (column.absent and _is_id(key)))  # nobody has what is gone
    if not keys:
        raise ConditionRefusedError(_("“%(label)s” has no such option.") % {"label": column.label})
    return keys


def _text(column: Column, typed: str) -> str:
    text = typed.encode(errors="ignore").decode().replace("\0", "").strip()[:LONGEST_TEXT]
    if not text:
        raise ConditionRefusedError(_("“%(label)s” needs a text to compare with.") % {"label": column.label})
    return text


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= 18
