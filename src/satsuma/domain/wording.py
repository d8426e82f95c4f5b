"""Values and lines in plain words, as a sales lead reads them. Used by the command line, the report and the preview.

English only; whoever shows them escapes them for its medium. Numbers are grouped by commas and have as many decimals
as they need.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import assert_never

from satsuma.domain.interval import Interval, intervals
from satsuma.domain.limits import MAX_DIGITS, MONEY_DECIMALS
from satsuma.domain.model import AgeRanges, Field, Groups, Number, NumericRanges, Parameter, Value, YesNo
from satsuma.domain.scoring import Line, LineKind
from satsuma.domain.whole import holds_whole_numbers, whole_ends

NO_DATA = "no data"
ANYTHING_ELSE = "anything else"
SHOWN_VALUES = 5
"""How many values of a group a line names; it counts the others."""


def value_text(field: Field, value: Value) -> str:
    """The value as people say it: labels of options, unit behind the number, ISO days, `no data`."""
    if value is None:
        return NO_DATA
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        blank = "" if field.unit in (None, "%") else " "
        return f"{number_text(value)}{blank}{field.unit or ''}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return field.option_label(value)
    return ", ".join(field.option_label(key) for key in in_listed_order(field, value))


def change_text(field: Field, before: Value, after: Value) -> str:
    """What to change: `Won value from 4,200 to 5,000`."""
    return f"{field.title} from {value_text(field, before)} to {value_text(field, after)}"


def line_text(parameter: Parameter, field: Field, line: Line) -> str:
    """What a line of the parameter holds: `from 5,000 to under 20,000`, `7–8`, `30–89 days ago`, `Full autonomy`."""
    if line.kind is LineKind.NO_DATA:
        return NO_DATA
    if line.kind is LineKind.ANYTHING_ELSE:
        return ANYTHING_ELSE
    ranges = parameter.ranges
    match ranges:
        case NumericRanges():
            return number_range_text(field, intervals(ranges.cuts)[line.index])
        case AgeRanges():
            return age_range_text(intervals(ranges.cuts)[line.index])
        case Groups():
            return _group_text([field.option_label(value) for value in ranges.groups[line.index].values])
        case YesNo():
            return "yes" if line.index == 0 else "no"
        case _:
            assert_never(ranges)


def lines_text(parameter: Parameter, field: Field, lines: Iterable[Line]) -> str:
    """Several lines hit together, as choices in sum mode hit them."""
    return " + ".join(line_text(parameter, field, line) for line in lines)


def number_text(number: Number) -> str:
    """`20,000`, `0.5`; numbers of more than 15 digits are computed ones and are shown with four decimals."""
    exact = Decimal(repr(number))
    if len(exact.normalize().as_tuple().digits) > MAX_DIGITS:
        shortened = round(exact, MONEY_DECIMALS)
        exact = shortened if shortened else Decimal(f"{exact:.2e}")
    return f"{exact.normalize() + 0:,f}"


def in_listed_order(field: Field, keys: Iterable[str]) -> list[str]:
    """Option keys in the order in which the field lists them, others behind them by their text."""
    places = {option.key: place for place, option in enumerate(field.options)}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


def number_range_text(field: Field, interval: Interval) -> str:
    """`from 100 to under 500`; with both ends inside for fields that hold whole numbers: `7–8`, `9 or more`."""
    if interval.lower is None and interval.upper is None:
        return "any number"
    ends = whole_ends(field, interval) if holds_whole_numbers(field) else None
    if ends is not None:
        return _whole_range_text(field, *ends)
    if interval.upper is None:
        assert interval.lower is not None
        return f"{value_text(field, interval.lower)} or more"
    upper = value_text(field, interval.upper)
    return f"under {upper}" if interval.lower is None else f"from {number_text(interval.lower)} to under {upper}"


def age_range_text(interval: Interval) -> str:
    """`less than 30 days ago`, `30–89 days ago`, `365 or more days ago`; ages below 0 are days ahead."""
    first = None if interval.lower is None else int(interval.lower)
    last = None if interval.upper is None else int(interval.upper) - 1
    if first is None:
        return "any day" if last is None else _until_age_text(last)
    if last is None:
        return _from_age_text(first)
    if first == last:
        return _day_text(first)
    if first >= 0:
        return f"{first:,}–{last:,} days ago"
    if last < 0:
        return f"{-last:,}–{-first:,} days ahead"
    return f"from {_day_text(first)} to {_day_text(last)}"


def _until_age_text(last: int) -> str:
    if last > 0:
        return f"less than {last + 1:,} days ago"
    if last == 0:
        return "today or later"
    return "in the future" if last == -1 else f"{-last:,} or more days ahead"


def _from_age_text(first: int) -> str:
    if first > 0:
        return f"{first:,} or more days ago"
    return "today or earlier" if first == 0 else f"{_day_text(first)} or earlier"


def _day_text(age_days: int) -> str:
    if age_days == 0:
        return "today"
    days = f"{abs(age_days):,} day{'' if abs(age_days) == 1 else 's'}"
    return f"{days} ago" if age_days > 0 else f"{days} ahead"


def _whole_range_text(field: Field, first: int | None, last: int | None) -> str:
    if last is None:
        return f"{value_text(field, first)} or more"
    if first is None:
        return f"up to {value_text(field, last)}"
    if first == last:
        return value_text(field, last)
    dash = "–" if first >= 0 else " to "
    return f"{number_text(first)}{dash}{value_text(field, last)}"


def _group_text(values: list[str]) -> str:
    more = len(values) - SHOWN_VALUES
    if more <= 1:
        return ", ".join(values)
    return f"{', '.join(values[:SHOWN_VALUES])} and {more:,} more"
