"""Numbers, money, days and instants in the reader's language. Called by template filters, pages and reports.

The language and the time zone are the active ones of Django, the currency is the workspace's: `web.middleware.Locale`
sets all three for each request, `jobs.worker` for each run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone, translation
from django.utils.translation import gettext as _

Number = int | float | Decimal

WORKSPACE_CURRENCY: ContextVar[str] = ContextVar("workspace_currency", default="EUR")
E4 = Decimal(10_000)
WIDE = Context(prec=60)
TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Between a currency's letters and the amount, where Babel leaves no room: PLN 5."""


@contextmanager
def in_currency(code: str) -> Iterator[None]:
    """Inside, money without a currency of its own is in this one."""
    token = WORKSPACE_CURRENCY.set(code or WORKSPACE_CURRENCY.get())
    try:
        yield
    finally:
        WORKSPACE_CURRENCY.reset(token)


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
    digits = "####" if decimals is None else "0" * decimals
    rounded = _half_up(value, 4 if decimals is None else decimals)
    return format_decimal(rounded, format=f"#,##0.{digits}".rstrip("."), locale=active_locale())


def money(value: Number, currency: str = "") -> str:
    """1200 → "€1,200"; cents are shown when there are any. `currency` empty: the workspace's."""
    whole = value == int(value)
    shown = format_currency(
        value,
        currency or WORKSPACE_CURRENCY.get(),
        locale=active_locale(),
        decimal_quantization=False,
        currency_digits=False,
        format=_without_decimals(active_locale()) if whole else None,
    )
    return TOUCHING.sub("\N{NO-BREAK SPACE}", shown)


def money_to_cent(value: Number, currency: str = "") -> str:
    """What is computed, such as sums and averages, rounded half up: 712.1667 → "€712.17"."""
    return money(_half_up(value, 2), currency)


@lru_cache(maxsize=16)
def _without_decimals(locale: Locale) -> str:
    pattern: str = locale.currency_formats["standard"].pattern
    return pattern.replace(".00", "")


def money_e4(value_e4: int, currency: str = "") -> str:
    """Money kept in ten-thousandths: 12_000_000 → "€1,200"."""
    return money(Decimal(value_e4) / E4, currency)


def percent(share: Number, *, decimals: int = 0) -> str:
    """0.125 → "13%"; with one decimal "12.5%"."""
    locale = active_locale()
    digits = f"#,##0.{'0' * decimals}".rstrip(".")
    pattern = locale.percent_formats[None].pattern.replace("#,##0", digits)
    return format_percent(_half_up(share, decimals + 2), format=pattern, locale=locale)


def _half_up(value: Number, decimals: int) -> Decimal:
    """As people round: a half goes away from zero. Babel would send it to the even neighbour."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=WIDE)


def day(value: date) -> str:
    """A calendar day: "Nov 26, 2026". An instant is the day it falls on in the workspace's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_date(value, format="medium", locale=active_locale())


def short_day(value: date) -> str:
    """A calendar day without its year, for the side of a chart: "Nov 26"."""
    return format_skeleton("MMMd", value, locale=active_locale())


def moment(value: datetime) -> str:
    """An instant in the workspace's time zone, to the minute: "Nov 26, 2026, 1:05 PM"."""
    locale, local = active_locale(), timezone.localtime(value)
    time = format_time(local, format="short", tzinfo=local.tzinfo, locale=locale)
    return str(locale.datetime_formats["medium"]).format(time, format_date(local, format="medium", locale=locale))


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
