"""Numbers as the page writes them."""

from __future__ import annotations

import pytest

from satsuma.domain.interval import Interval
from satsuma.domain.model import Axis, Scale
from satsuma.report.texts import amount, band_text, customers_text, cut, percent, signed, tick_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(594334.0, "594,334"), (0.5, "0.50"), (-0.0, "0"), (-0.001, "0.00"), (-1234.5, "−1,234.50"), (None, "–")],
)
def test_an_amount_has_decimals_only_where_it_has_some(value: float | None, text: str) -> None:
    assert amount(value) == text


def test_shares_have_one_decimal() -> None:
    assert [percent(share) for share in (0, 0.178, 1, -0.0001, None)] == ["0.0 %", "17.8 %", "100.0 %", "0.0 %", "–"]


def test_one_customer_is_singular() -> None:
    assert [customers_text(count) for count in (0, 1, 1_234_567)] == [
        "0 customers",
        "1 customer",
        "1,234,567 customers",
    ]


def test_gains_have_their_sign() -> None:
    assert [signed(gain) for gain in (12_345, 0, -3)] == ["+12,345", "0", "−3"]


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0"), (999, "999"), (250_000, "250 k"), (1_500_000, "1.5 M"), (-2000, "−2 k")]
)
def test_ticks_are_short(number: int, text: str) -> None:
    assert tick_text(number) == text


def test_a_long_text_is_cut_to_its_limit() -> None:
    assert (cut("x" * 200), cut("x" * 201)) == ("x" * 200, "x" * 199 + "…")


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(None, 40), "under 40 %"),
        (Interval(40, 60.5), "from 40 to under 60.5 %"),
        (Interval(80, None), "80 % or more"),
        (Interval(None, None), "any score"),
    ],
)
def test_a_band_is_told_on_its_own_scale(interval: Interval, text: str) -> None:
    assert band_text(Axis("Score", (), (), Scale.PERCENT), interval) == text
    assert band_text(Axis("Score", (), (), Scale.POINTS), interval) == text.replace("%", "points")
