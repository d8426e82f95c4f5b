"""One answer of the wizard's forms: a number as people type it, and what is said when it is none. Used by
`draft_cards`, `draft_segments` and the pages that show both.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.http import QueryDict
from django.utils.translation import gettext as _

from satsuma.app.crm.values import ValueRefusedError, read_decimal
from satsuma.app.locale import active_locale
from satsuma.domain.model import Number

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Slip:
    """What was typed and cannot be read; the draft keeps what was there before. The sentence says what to enter."""

    text: str
    sentence: str


Slips = dict[str, Slip]
"""By the name of the control."""


def number_text(value: Number) -> str:
    """The number as somebody would type it in the reader's language, to the last digit: "12,500.5"."""
    locale = active_locale()
    whole, _point, decimals = f"{Decimal(repr(value)):f}".removeprefix("-").partition(".")
    grouped = format_decimal(int(whole), format="#,##0", locale=locale)
    fraction = f"{get_decimal_symbol(locale)}{decimals}" if decimals.strip("0") else ""
    return f"{'-' if value < 0 else ''}{grouped}{fraction}"


def read_number(text: str) -> Number:
    """Raises ValueRefusedError with a sentence that says what to enter."""
    if not text.strip():
        raise ValueRefusedError(_("Enter a number."))
    number = read_decimal(_regrouped(text.strip()))
    return int(number) if number == number.to_integral_value() else float(number)


def read_whole(text: str) -> int:
    """The same for whole numbers."""
    number = read_number(text)
    if not isinstance(number, int):
        raise ValueRefusedError(_("Enter a whole number."))
    return number


def read_cell(post: QueryDict, name: str, shown: str, before: Read, read: Callable[[str], Read], slips: Slips) -> Read:
    """What the control says: `before` if it still reads as it was `shown`, was not sent at all, or cannot be read; the
    last is written down in `slips`."""
    text = post.get(name)
    if text is None or text == shown:
        return before
    try:
        return read(text)
    except ValueRefusedError as error:
        slips[name] = Slip(text, str(error))
        return before


def _regrouped(text: str) -> str:
    """Without the groups' signs where the last digits were typed behind them: "5,0000" is fifty thousand."""
    grouping = get_group_symbol(active_locale())
    sign = r"\s" if grouping.isspace() else re.escape(grouping)
    if re.fullmatch(rf"[-+]?\d{{1,3}}(?:{sign}\d{{3,}})+\D?\d*", text):
        return re.sub(sign, "", text)
    return text
