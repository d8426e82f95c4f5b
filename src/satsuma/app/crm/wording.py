"""A value as people read it, in the reader's language. Called by pages, notes and reports."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.crm.fields import FieldSpec
from satsuma.domain.model import Aggregate, FieldType, Value


def shown_value(field: FieldSpec, value: Value) -> str:
    """The value with its unit, money in the workspace's currency to the cent, an option by its label; "" for none."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case int() | float():
            return _shown_number(field, value)
        case date():
            return locale.day(value)
        case frozenset():
            return ", ".join(option.label for option in field.options if option.key in value)
        case str():
            return field.option_labels.get(value, value) if field.type is FieldType.CHOICE else value


def _shown_number(field: FieldSpec, value: float) -> str:
    if field.type is FieldType.MONEY:
        return locale.money_to_cent(value)
    if field.metric is not None and field.metric.aggregate is Aggregate.SHARE:
        return locale.percent(value, decimals=1)
    return f"{locale.number(value)} {field.unit}".rstrip()
