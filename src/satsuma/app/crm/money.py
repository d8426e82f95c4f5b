"""Money of deals: exact, in whole ten-thousandths. Called by services, queries and forms of deals, and by imports.

`value_e4` is an amount in the deal's currency, `worth_e4` the same in the workspace's. Both fit a database's whole
numbers of 64 bits, and are added up in two halves, so that no sum overflows either.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from satsuma.app.crm.values import ValueRefusedError, read_decimal
from satsuma.domain.limits import MAX_DIGITS, MONEY_DECIMALS

MAX_AMOUNT = 9 * 10**14
"""Largest size of an amount: in ten-thousandths it still fits 64 bits."""
RATE_DECIMALS = 8
MAX_RATE = 10**11
E4 = 10**MONEY_DECIMALS
DIGITS = 60
"""More than an amount (19 digits) times a rate (19 digits) can have: products are exact."""


def read_amount(text: str) -> Decimal | None:
    """The amount that a person typed in the reader's language, None for nothing. Raises ValueRefusedError."""
    return check_amount(read_decimal(text.strip())) if text.strip() else None


def check_amount(amount: Decimal) -> Decimal:
    """The amount, if it can be kept: at most 15 digits, four of them decimals, and 900 trillion. Raises
    ValueRefusedError."""
    if not amount.is_finite():
        raise ValueRefusedError(_("Enter a number."))
    if abs(amount) > MAX_AMOUNT:
        raise ValueRefusedError(_("The amount is too large: at most 900 trillion can be kept."))
    if _decimals(amount) > MONEY_DECIMALS:
        raise ValueRefusedError(_("Money has at most four decimals. Round it."))
    if len(amount.normalize().as_tuple().digits) > MAX_DIGITS:
        raise ValueRefusedError(_("The number is too long: at most 15 digits can be kept."))
    return amount


def read_rate(text: str) -> Decimal | None:
    """The exchange rate that a person typed, None for nothing. Raises ValueRefusedError."""
    return check_rate(read_decimal(text.strip())) if text.strip() else None


def check_rate(rate: Decimal) -> Decimal:
    """The rate, if it can be kept: above zero, with at most eight decimals. Raises ValueRefusedError."""
    if not rate.is_finite() or not 0 < rate < MAX_RATE:
        raise ValueRefusedError(_("Enter a rate above zero, and below 100 billion."))
    if _decimals(rate) > RATE_DECIMALS:
        raise ValueRefusedError(_("A rate has at most eight decimals. Round it."))
    return rate


def to_e4(amount: Decimal) -> int:
    """The amount in ten-thousandths; `check_amount` has seen it."""
    return int(amount * E4)


def from_e4(amount_e4: int | None) -> Decimal | None:
    """The amount of ten-thousandths, without needless zeros; None for None."""
    if amount_e4 is None:
        return None
    whole, rest = divmod(amount_e4, E4)
    return Decimal(amount_e4).scaleb(-MONEY_DECIMALS).normalize() if rest else Decimal(whole)


def worth_e4(value_e4: int, rate: Decimal) -> int:
    """The value in the workspace's currency: the exact product, rounded half even to whole ten-thousandths. Raises
    ValueRefusedError for one that is too large to be kept."""
    with localcontext(prec=DIGITS):
        worth = int((value_e4 * rate).to_integral_value(ROUND_HALF_EVEN))
    if abs(worth) > MAX_AMOUNT * E4:
        raise ValueRefusedError(_("At this rate the amount is too large: at most 900 trillion can be kept."))
    return worth


_HALF = 10**9


def sum_parts(column: str) -> dict[str, Sum]:
    """Aggregates that add up a column of ten-thousandths without overflow on any database; `sum_of` puts them together.
    Dividing whole numbers cuts towards zero in all of them, and the rest has the sign of the number."""
    return {f"{column}_high": Sum(F(column) / _HALF), f"{column}_low": Sum(F(column) % _HALF)}


def sum_of(column: str, row: Mapping[str, Any]) -> int:
    """The exact sum in ten-thousandths out of a row with the aggregates of `sum_parts`; 0 for no rows."""
    return int(row[f"{column}_high"] or 0) * _HALF + int(row[f"{column}_low"] or 0)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)
