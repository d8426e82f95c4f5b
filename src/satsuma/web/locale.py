"""Numbers, money, days and instants in the reader's language. Called by the template filters and by pages.

The language and the time zone are the active ones of Django, the currency is the workspace's: `web.middleware.Locale`
sets all three for each request.
"""

from __future__ import annotations

from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone, translation
from django.utils.translation import gettext as _

Number = int | float | Decimal

WORKSPACE_CURRENCY: ContextVar[str] = ContextVar("workspace_currency", default="EUR")
E4 = Decimal(10_000)


@lru_cache(maxsize=16)
def _locale(code: str) -> Locale:
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def active_locale() -> Locale:
    """Babel's locale of the active language; English for one that Babel does not know."""
    return _locale(translation.get_language() or "en")


def number(value: Number, *, decimals: int | None = None) -> str:
    """12345.5 → "12,345.5". Without `decimals` as many as the number has, up to four."""
    pattern = "#,##0." + ("0" * decimals if decimals is not None else "####")
    return format_decimal(value, format=pattern.rstrip("."), locale=active_locale())


def money(value: Number, currency: str = "") -> str:
    """1200 → "€1,200"; cents are shown when there are any. `currency` empty: the workspace's."""
    whole = value == int(value)
    return format_currency(
        value,
        currency or WORKSPACE_CURRENCY.get(),
        locale=active_locale(),
        decimal_quantization=False,
        currency_digits=False,
        format=_without_decimals(active_locale()) if whole else None,
    )


@lru_cache(maxsize=16)
def _without_decimals(locale: Locale) -> str:
    pattern: str = locale.currency_formats["standard"].pattern
    return pattern.replace(".00", "")


def money_e4(value_e4: int, currency: str = "") -> str:
    """Money kept in ten-thousandths: 12_000_000 → "€1,200"."""
    return money(Decimal(value_e4) / E4, currency)


def percent(share: Number, *, decimals: int = 0) -> str:
    """0.125 → "13%"; with one decimal "12.5%"."""
    pattern = (
        active_locale()
        .percent_formats[None]
        .pattern.replace("#,##0", "#,##0" + ("." + "0" * decimals) * bool(decimals))
    )
    return format_percent(Decimal(str(share)), format=pattern, locale=active_locale())


def day(value: date) -> str:
    """A calendar day: "26 Nov 2026". An instant is the day it falls on in the workspace's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_date(value, format="medium", locale=active_locale())


def moment(value: datetime) -> str:
    """An instant in the workspace's time zone: "26 Nov 2026, 13:05"."""
    return format_datetime(
        timezone.localtime(value), format="medium", tzinfo=timezone.get_current_timezone(), locale=active_locale()
    )


def age(value: date | datetime, now: datetime) -> str:
    """How long ago, in one unit: "3 days ago", "today", "in 2 hours". Days are counted by the calendar."""
    if isinstance(value, datetime):
        passed = value - now
        if abs(passed) < timedelta(minutes=1):
            return _("just now")
        return format_timedelta(passed, add_direction=True, threshold=1, locale=active_locale())
    days = (value - timezone.localtime(now).date()).days
    if days == 0:
        return _("today")
    return format_timedelta(
        timedelta(days=days), add_direction=True, granularity="day", threshold=1, locale=active_locale()
    )


UNITS = ("B", "kB", "MB", "GB", "TB")


def size(count_bytes: int) -> str:
    """1_500_000 → "1.5 MB"."""
    value, unit = float(count_bytes), 0
    while value >= 1000 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{number(value, decimals=1 if unit and value < 10 else 0)} {UNITS[unit]}"
