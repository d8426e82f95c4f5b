"""A value as people read it, in the reader's language. Called by pages, notes and exports for reading."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.domain.model import FieldType, Value


def shown_value(field: FieldSpec, value: Value, *, currency: str = "") -> str:
    """The value with its unit; an option by its label; "" for none. Money with `currency`, a code of ISO 4217."""
    if value is None:
        return ""
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY | FieldType.RATING:
            assert isinstance(value, int | float)
            unit = currency if field.type is FieldType.MONEY else field.unit
            return f"{shown_number(value)} {unit}".rstrip()
        case FieldType.YES_NO:
            return _("yes") if value else _("no")
        case FieldType.DATE:
            assert isinstance(value, date)
            return shown_day(value)
        case FieldType.CHOICE:
            return field.option_labels.get(str(value), str(value))
        case FieldType.CHOICES:
            assert isinstance(value, frozenset)
            return ", ".join(option.label for option in field.options if option.key in value)
        case FieldType.TEXT:
            return str(value)


def shown_number(number: float) -> str:
    """As many decimals as it has, up to four."""
    return format_decimal(number, format="#,##0.####", locale=_locale())


def shown_day(day: date) -> str:
    return format_date(day, format="medium", locale=_locale())


def _locale() -> Locale:
    return Locale.parse(get_language() or "en", sep="-")
