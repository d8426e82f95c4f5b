"""Values in the reader's language, as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from satsuma.app import locale

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
"""In Warsaw it is the 27th already."""


@pytest.fixture(autouse=True)
def warsaw() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Warsaw")):
        yield


def in_language(code: str, show: object, *arguments: object, **options: object) -> str:
    with translation.override(code):
        return show(*arguments, **options).replace("\xa0", " ").replace("\u202f", " ")  # type: ignore[operator]


@pytest.mark.parametrize(
    ("language", "value", "decimals", "shown"),
    [
        ("en", 1234.5, None, "1,234.5"),
        ("en", 0, None, "0"),
        ("en", Decimal("-0.12345"), None, "-0.1235"),
        ("en", 12, 1, "12.0"),
        ("en", 10**15, None, "1,000,000,000,000,000"),
        ("pl", 12345.5, None, "12 345,5"),
        ("ru", 12345.5, 0, "12 346"),
    ],
)
def test_numbers(language: str, value: float, decimals: int | None, shown: str) -> None:
    assert in_language(language, locale.number, value, decimals=decimals) == shown


@pytest.mark.parametrize(
    ("language", "value_e4", "currency", "shown"),
    [
        ("en", 12_000_000, "", "€1,200"),
        ("en", 12_345_000, "", "€1,234.50"),
        ("en", 12_345, "USD", "$1.2345"),
        ("en", -5_000_000, "USD", "-$500"),
        ("en", 12_000_000, "JPY", "¥1,200"),
        ("en", 12_000_000, "XYZ", "XYZ 1,200"),
        ("pl", 120_005_000, "PLN", "12 000,50 zł"),
        ("ru", 12_000_000, "RUB", "1 200 ₽"),
        ("en", 9_223_372_036_854_775_807, "EUR", "€922,337,203,685,477.5807"),
    ],
)
def test_money(language: str, value_e4: int, currency: str, shown: str) -> None:
    assert in_language(language, locale.money_e4, value_e4, currency) == shown


def test_what_is_computed_is_shown_to_the_cent() -> None:
    assert [in_language("en", locale.money_to_cent, amount) for amount in (712.1667, 0.005, 4273.0)] == [
        "€712.17",
        "€0.01",
        "€4,273",
    ]


def test_money_is_in_the_currency_of_the_workspace() -> None:
    with locale.in_currency("PLN"):
        assert in_language("en", locale.money, 5) == "PLN 5"
    assert in_language("en", locale.money, 5) == "€5"


@pytest.mark.parametrize(
    ("language", "share", "decimals", "shown"),
    [("en", 0.125, 1, "12.5%"), ("en", 1, 0, "100%"), ("en", 0.005, 0, "1%"), ("ru", 0.5, 0, "50 %")],
)
def test_shares(language: str, share: float, decimals: int, shown: str) -> None:
    assert in_language(language, locale.percent, share, decimals=decimals) == shown


def test_days() -> None:
    assert in_language("en", locale.day, date(2026, 11, 26)) == "Nov 26, 2026"
    assert in_language("pl", locale.day, date(2026, 11, 26)) == "26 lis 2026"
    assert in_language("en", locale.day, NOW) == "Nov 27, 2026"


def test_moments() -> None:
    assert in_language("en", locale.moment, NOW) == "Nov 27, 2026, 12:30 AM"
    assert in_language("ru", locale.moment, NOW) == "27 нояб. 2026 г., 00:30"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(minutes=5), "5 minutes ago"),
        (NOW - timedelta(hours=26), "1 day ago"),
        (NOW + timedelta(hours=2), "in 2 hours"),
        (date(2026, 11, 27), "today"),
        (date(2026, 11, 26), "1 day ago"),
        (date(2026, 11, 30), "in 3 days"),
        (date(2025, 11, 27), "1 year ago"),
    ],
)
def test_ages(value: date, shown: str) -> None:
    assert in_language("en", locale.age, value, NOW) == shown


def test_sizes() -> None:
    shown = [in_language("en", locale.size, size) for size in (0, 999, 1_500, 15_000, 2_000_000_000)]
    assert shown == ["0 B", "999 B", "1.5 kB", "15 kB", "2.0 GB"]


def test_a_language_that_babel_does_not_know_reads_like_english() -> None:
    assert in_language("xx", locale.number, 1234) == "1,234"
