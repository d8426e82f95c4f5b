"""Numbers, shares and edges as the page writes them. Used by every part of the page."""

from __future__ import annotations

from satsuma.domain.interval import Interval
from satsuma.domain.model import Axis, Scale
from satsuma.domain.wording import number_text

NONE = "–"
"""Stands where there is no number."""
SHOWN_CHARACTERS = 200
"""Longer texts out of tables are cut, so that one cell cannot fill the page."""
DESCRIPTION_CHARACTERS = 600
"""The same for what a segmentation says of itself."""


def customers_text(count: int) -> str:
    """`89 customers`, `1 customer`."""
    return f"{count:,} customer{'' if count == 1 else 's'}"


def percent(share: float | None) -> str:
    """A share of 0 to 1 with one decimal: `17.8 %`."""
    return NONE if share is None else f"{100 * share:z.1f} %".replace("-", "−")


def amount(value: float | None) -> str:
    """Money or another sum, with decimals only where it has some: `594,334`, `0.50`, `−3`."""
    if value is None:
        return NONE
    return (f"{value:z,.0f}" if value == round(value) else f"{value:z,.2f}").replace("-", "−")


def signed(number: int) -> str:
    """`+12`, `0`, `−3`."""
    return f"+{number:,}" if number > 0 else whole(number)


def whole(number: int) -> str:
    """`12`, `−3` with a real minus sign, so that lines do not break behind it."""
    return f"{number:,}".replace("-", "−")


def tick_text(number: int) -> str:
    """Short enough for the side of a chart: `80`, `250 k`, `1.5 M`."""
    for size, sign in ((10**9, "bn"), (10**6, "M"), (10**3, "k")):
        if abs(number) >= size:
            return f"{number / size:g} {sign}".replace("-", "−")
    return whole(number)


def cut(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """The text, shortened if it is longer than `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def scale_unit(axis: Axis) -> str:
    return "%" if axis.scale is Scale.PERCENT else "points"


def band_text(axis: Axis, interval: Interval) -> str:
    """From where to where a band reaches on the axis' own scale: `under 40 %`, `from 40 to under 60 %`."""
    unit = scale_unit(axis)
    lower, upper = (None if end is None else number_text(end) for end in (interval.lower, interval.upper))
    if lower is None:
        return "any score" if upper is None else f"under {upper} {unit}"
    return f"{lower} {unit} or more" if upper is None else f"from {lower} to under {upper} {unit}"
