"""Values at the edge: from what a person typed to a typed value, and from a typed value to what is stored.

Here, and nowhere behind it, text becomes numbers and days. Forms call `read_value`, everything that writes calls
`check_value`; imports read whole columns with `tables` and end in the same typed values.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from babel.numbers import NumberFormatError, get_group_symbol, parse_decimal
from django.utils.formats import get_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from satsuma.app.crm import catalogue
from satsuma.app.crm.fields import FieldSpec
from satsuma.domain.folding import has_piled_marks
from satsuma.domain.limits import MAX_DIGITS, MAX_NUMBER, MAX_TEXT_CHARACTERS, MONEY_DECIMALS
from satsuma.domain.model import FieldType, Value

Some = TypeVar("Some")
Typed = str | list[str]
"""What a form sends for one field."""
NFC_SHRINKS = 4
"""A text in NFC is at least a quarter as long as any other form of it."""
LONGEST_NUMBER = 100
"""Characters of a number with all its blanks and signs; reading a longer one only takes time."""


class ValueRefusedError(ValueError):
    """A value that cannot be kept; the text says what to enter."""


def read_value(field: FieldSpec, typed: Typed) -> Value:
    """The value that a person typed, None for nothing. Numbers and days are read in the reader's language.

    Raises ValueRefusedError with a sentence that says what to enter.
    """
    if field.type is FieldType.CHOICES:
        return check_value(field, frozenset(typed) if typed else None)
    text = (typed[0] if isinstance(typed, list) else typed) if typed else ""
    if not text.strip():
        return None
    return check_value(field, _READERS[field.type](text.strip()))


def check_value(field: FieldSpec, value: Value) -> Value:
    """The value as it is kept: texts in NFC and trimmed, nothing for empty ones. Raises ValueRefusedError."""
    if value is None or value == "" or value == frozenset():
        return None
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY | FieldType.RATING:
            return _checked_number(field, value)
        case FieldType.YES_NO:
            return _of_type(value, bool, _("Answer yes or no."))
        case FieldType.DATE:
            return _of_type(value, date, _("Enter a day."))
        case FieldType.CHOICE:
            return _checked_option(field, _of_type(value, str, _("Choose one of the options.")))
        case FieldType.CHOICES:
            chosen = _of_type(value, frozenset, _("Choose some of the options."))
            return frozenset(_checked_option(field, key) for key in chosen)
        case FieldType.TEXT:
            return _checked_field_text(field, _of_type(value, str, _("Enter a text.")))


def checked_text(text: str, longest: int) -> str:
    """The text in NFC without blanks around it. Raises ValueRefusedError for one that is too long, or holds what a
    database cannot keep."""
    text = text.strip()
    if len(text) > longest * NFC_SHRINKS:
        raise _too_long(len(text), longest)
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text) or has_piled_marks(text):
        raise ValueRefusedError(_("The text holds a character that cannot be kept. Delete it and type it again."))
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) > longest:
        raise _too_long(len(kept), longest)
    return kept


def _too_long(found: int, longest: int) -> ValueRefusedError:
    return ValueRefusedError(
        _("The text is too long: enter at most %(longest)d characters, it has %(found)d.")
        % {"longest": longest, "found": found}
    )


def stored_value(value: Value) -> Any:
    """The value as JSON keeps it."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def loaded_value(type_: FieldType, stored: Any) -> Value:
    """The value that `stored_value` was given; None for nothing."""
    if stored is None or stored == "":
        return None
    match type_:
        case FieldType.DATE:
            return date.fromisoformat(stored)
        case FieldType.CHOICES:
            return frozenset(stored)
        case FieldType.YES_NO:
            return bool(stored)
        case _:
            assert isinstance(stored, int | float | str)
            return stored


def values_of(fields: Mapping[str, FieldSpec], contact: Any) -> dict[str, Value]:
    """Every value of a contact's row by field key, without the missing ones."""
    found = {key: loaded_value(field.type, _stored(field, contact)) for key, field in fields.items()}
    return {key: value for key, value in found.items() if value is not None}


def _stored(field: FieldSpec, contact: Any) -> Any:
    if field.is_column:
        return getattr(contact, field.key)
    return (contact.values if field.is_typed_in else contact.metrics).get(field.key)


def _of_type(value: Any, wanted: type[Some], sentence: str) -> Some:
    if not isinstance(value, wanted) or isinstance(value, datetime):
        raise ValueRefusedError(sentence)
    return value


def _checked_number(field: FieldSpec, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueRefusedError(_("Enter a number."))
    if abs(value) > MAX_NUMBER:
        raise ValueRefusedError(_("The number is too large: at most 15 digits can be kept."))
    if field.type is FieldType.RATING:
        return _checked_rating(field, value)
    if field.type is FieldType.MONEY and Decimal(repr(value)).normalize().as_tuple().exponent < -MONEY_DECIMALS:  # type: ignore[operator]
        raise ValueRefusedError(_("Money has at most four decimals. Round it."))
    return value


def _checked_rating(field: FieldSpec, value: float) -> int:
    low, high = field.minimum or 0, field.maximum if field.maximum is not None else 10
    if value != int(value) or not low <= value <= high:
        raise ValueRefusedError(_("Enter a whole number from %(low)d to %(high)d.") % {"low": low, "high": high})
    return int(value)


def longest_text(field: FieldSpec) -> int:
    """How many characters a text field holds."""
    return catalogue.LONGEST[field.key] if field.is_column else MAX_TEXT_CHARACTERS


def _checked_field_text(field: FieldSpec, text: str) -> str | None:
    kept = checked_text(text, longest_text(field))
    if kept and field.is_column and not is_well_formed(field.key, kept):
        raise ValueRefusedError(str(ILL_FORMED[field.key]))
    return kept or None


def is_well_formed(key: str, text: str) -> bool:
    """Whether a built-in text field's value is what it says: an e-mail address, a web address."""
    match key:
        case "email":
            return EMAIL.fullmatch(text) is not None
        case "website":
            return WEBSITE.fullmatch(text) is not None
        case _:
            return True


EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]+@[^\s@<>\"(),:;\[\]\\]+\.[^\s@<>\"(),:;\[\]\\.]+")
WEBSITE = re.compile(
    r"(?:https?://)?[^\s/:?#@<>\"\\]+\.[^\s/:?#@<>\"\\.]+(?::\d+)?(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE
)
"""No other scheme than http and https: the text becomes a link."""
ILL_FORMED: Mapping[str, Any] = {
    "email": gettext_lazy("Enter an e-mail address, such as anna@example.com."),
    "website": gettext_lazy("Enter a web address, such as www.example.com."),
}


def _checked_option(field: FieldSpec, key: str) -> str:
    if key not in field.option_labels:
        raise ValueRefusedError(_("Choose one of the options."))
    return key


def _read_number(text: str) -> float | int:
    """A number as people write it in the reader's language: "1 234,5" in Polish, "1,234.5" in English."""
    number = read_decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def read_decimal(text: str) -> Decimal:
    """The number that a person wrote in the reader's language, to the last digit. Raises ValueRefusedError."""
    if len(text) > LONGEST_NUMBER:
        raise ValueRefusedError(_("The number is too long: at most 15 digits can be kept."))
    locale = (get_language() or "en").replace("-", "_")
    grouping = get_group_symbol(locale)
    if grouping.isspace():  # languages that group by a blank mean a special one, which nobody types
        text = re.sub(r"\s", grouping, text)
    try:
        number = parse_decimal(text, locale=locale, strict=True)
    except NumberFormatError as error:
        raise ValueRefusedError(_("Enter a number, such as %(example)s.") % {"example": example_number()}) from error
    if not number.is_finite():
        raise ValueRefusedError(_("Enter a number, such as %(example)s.") % {"example": example_number()})
    if abs(number.adjusted()) > MAX_DIGITS:  # "1e999999999" is short to write, and endless to compute with
        raise ValueRefusedError(_("The number is too large: at most 15 digits can be kept."))
    if len(number.normalize().as_tuple().digits) > MAX_DIGITS:
        raise ValueRefusedError(_("The number is too long: at most 15 digits can be kept."))
    return number


def example_number() -> str:
    """1234.5 as it is written in the reader's language."""
    return f"1234{get_format('DECIMAL_SEPARATOR')}5"


def read_day(text: str) -> date:
    """A day as a date input sends it, or as it is written in the reader's language. Raises ValueRefusedError."""
    for pattern in ("%Y-%m-%d", *get_format("DATE_INPUT_FORMATS")):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    raise ValueRefusedError(_("Enter a day, such as %(example)s.") % {"example": "2026-03-31"})


def _read_yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueRefusedError(_("Answer yes or no."))
    return text == "yes"


_READERS: Mapping[FieldType, Any] = {
    FieldType.NUMBER: _read_number,
    FieldType.MONEY: _read_number,
    FieldType.RATING: _read_number,
    FieldType.CHOICE: str,
    FieldType.YES_NO: _read_yes_no,
    FieldType.DATE: read_day,
    FieldType.TEXT: str,
}
