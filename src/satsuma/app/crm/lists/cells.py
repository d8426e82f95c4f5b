"""What a list shows: the text of each cell, and conditions in words. Called by pages and by exports for reading."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.crm.lists.columns import Answer, Column
from satsuma.app.crm.lists.conditions import WORDS, Condition, Operator


def cell_labels(column: Column, row: Any) -> Sequence[str]:
    """The names of the options that the row has in this column."""
    if column.labels:
        return column.labels(row)
    value = column.value(row)
    if value is None:
        return ()
    held = {value} if isinstance(value, str) else set(value)
    return tuple(option.label for option in column.options if option.key in held) or tuple(sorted(held))


def cell_text(column: Column, row: Any) -> str:
    """The cell in the reader's language, "" for a missing value. Money to the cent, others with their unit."""
    if column.answer in (Answer.CHOICE, Answer.CHOICES):
        return ", ".join(cell_labels(column, row))
    value = column.value(row)
    return "" if value is None else _shown(column, value)


def condition_words(column: Column, condition: Condition) -> str:
    """ "Employees from 50", "Country is any of Poland, Germany"."""
    operator = str(WORDS[condition.operator])
    value = condition.value
    if condition.operator in (Operator.LAST, Operator.NEXT):
        sentence = _("%(label)s in the last %(days)s days") if condition.operator is Operator.LAST else ""
        sentence = sentence or _("%(label)s in the next %(days)s days")
        return sentence % {"label": column.label, "days": value}
    if isinstance(value, tuple):
        labels = {option.key: option.label for option in column.options}
        return f"{column.label} {operator} {', '.join(labels.get(key, _('gone')) for key in value)}"
    return f"{column.label} {operator} {'' if value is None else _shown(column, value)}".rstrip()


def _shown(column: Column, value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case int() | float():
            if column.answer is Answer.MONEY:
                return locale.money_to_cent(value)
            if column.answer is Answer.PERCENT:
                return locale.percent(value / 100, decimals=1)
            return f"{locale.number(value)} {column.unit}".rstrip()
        case datetime():
            return locale.day(timezone.localtime(value).date())
        case str():
            return value
        case _:
            return locale.day(value)
