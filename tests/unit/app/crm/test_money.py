"""Money of deals is exact: whole ten-thousandths, whatever somebody types and whatever the rate."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from satsuma.app.accounts.currencies import current_currencies
from satsuma.app.crm.money import (
    MAX_AMOUNT,
    check_amount,
    check_rate,
    from_e4,
    read_amount,
    to_e4,
    worth_e4,
)
from satsuma.app.crm.values import ValueRefusedError


@pytest.mark.parametrize(
    ("language", "typed", "amount_e4"),
    [
        ("en", "1,234.5", 12_345_000),
        ("pl", "1 234,5", 12_345_000),
        ("pl", "1\u00a0234,56", 12_345_600),
        ("en", "0.0001", 1),
        ("en", " -20 ", -200_000),
        ("en", "900000000000000", 9 * 10**18),
        ("en", "12345678901.2345", 123_456_789_012_345),
        ("en", "0", 0),
    ],
)
def test_what_is_typed_in_the_readers_language_is_kept_to_the_last_digit(language: str, typed: str, amount_e4: int):
    with translation.override(language):
        amount = read_amount(typed)
    assert amount is not None
    assert to_e4(amount) == amount_e4


def test_nothing_typed_is_no_amount():
    assert read_amount("  ") is None


TOO_LARGE = "The amount is too large: at most 900 trillion can be kept."
TOO_LONG = "The number is too long: at most 15 digits can be kept."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1.00001", "Money has at most four decimals. Round it."),
        ("900000000000001", TOO_LARGE),
        ("-900000000000001", TOO_LARGE),
        ("1e15", TOO_LARGE),
        ("1e999999999", "The number is too large: at most 15 digits can be kept."),
        ("123456789012.3456", TOO_LONG),
        ("twelve", "Enter a number, such as 1234.5."),
        ("1.234,5", "Enter a number, such as 1234.5."),
        ("NaN", "Enter a number, such as 1234.5."),
        ("١e2٣", "Enter a number, such as 1234.5."),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(typed: str, sentence: str):
    with translation.override("en"), pytest.raises(ValueRefusedError) as refused:
        read_amount(typed)
    if typed != "١e2٣":
        assert str(refused.value) == sentence


@pytest.mark.parametrize("rate", ["0", "-1", "0.000000001", "100000000000", "NaN", "Infinity"])
def test_a_rate_is_above_zero_and_has_at_most_eight_decimals(rate: str):
    with pytest.raises(ValueRefusedError):
        check_rate(Decimal(rate))


@pytest.mark.parametrize(
    ("value_e4", "rate", "worth"),
    [
        (10_000, "4.25", 42_500),
        (1, "0.5", 0),
        (3, "0.5", 2),
        (5, "0.5", 2),
        (-3, "0.5", -2),
        (123_456_789_012_345, "1", 123_456_789_012_345),
        (8_999_999_999_999_999_999, "0.00000001", 90_000_000_000),
    ],
)
def test_worth_is_the_product_rounded_half_even(value_e4: int, rate: str, worth: int):
    assert worth_e4(value_e4, Decimal(rate)) == worth


@given(st.integers(-MAX_AMOUNT * 10_000, MAX_AMOUNT * 10_000), st.integers(1, 10**19 - 1))
def test_worth_is_exact_for_every_amount_and_rate(value_e4: int, rate_e8: int):
    exact = round(Fraction(value_e4 * rate_e8, 10**8))  # Python rounds fractions half even
    rate = Decimal(rate_e8).scaleb(-8)
    if abs(exact) > MAX_AMOUNT * 10_000:
        with pytest.raises(ValueRefusedError):
            worth_e4(value_e4, rate)
    else:
        assert worth_e4(value_e4, rate) == exact


@given(st.integers(-MAX_AMOUNT * 10_000, MAX_AMOUNT * 10_000))
def test_an_amount_comes_back_as_it_was_kept(amount_e4: int):
    amount = from_e4(amount_e4)
    assert amount is not None
    assert to_e4(amount) == amount_e4


def test_amounts_carry_no_needless_zeros():
    assert [str(from_e4(amount)) for amount in (12_500, 20_000, 0, -1, None)] == ["1.25", "2", "0", "-0.0001", "None"]


def test_an_amount_has_to_be_finite():
    with pytest.raises(ValueRefusedError):
        check_amount(Decimal("Infinity"))


def test_currencies_are_those_that_countries_pay_with_today():
    assert {"EUR", "PLN", "USD", "RUB", "CHF", "JPY"} <= current_currencies()
    assert not {"DEM", "HRK", "XXX", "BTC"} & current_currencies()
