"""Other numbers and other days that a field could have: the nearest one of each range. Called by `candidates`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from satsuma.domain.interval import Interval, intervals
from satsuma.domain.limits import MAX_DIGITS, MAX_NUMBER
from satsuma.domain.model import AgeRanges, Aggregate, Field, FieldType, Number, NumericRanges
from satsuma.domain.scoring import age_days
from satsuma.domain.steps.asking import Asking, Effect, Gains, gained
from satsuma.domain.whole import holds_whole_numbers, whole_ends

CENT = Decimal("0.01")


def other_numbers(field: Field, asking: Asking, present: Number | None) -> Iterator[Effect]:
    """The nearest number of every other range; no data counts as 0 for that. Ranges that hold no allowed number are
    left out."""
    for interval, gains, lines in _other_stretches(asking, present):
        number = nearest_number(field, interval, 0 if present is None else present)
        if number is not None:
            yield number, gains, lines


def other_days(asking: Asking, present: date | None, as_of: date) -> Iterator[Effect]:
    """The nearest day of every other age range; no data counts as today for that. Days outside the calendar are left
    out."""
    age = None if present is None else age_days(present, as_of)
    for interval, gains, lines in _other_stretches(asking, age):
        ordinal = as_of.toordinal() - _nearest_whole(interval, age or 0)
        if date.min.toordinal() <= ordinal <= date.max.toordinal():
            yield date.fromordinal(ordinal), gains, lines


def _other_stretches(asking: Asking, present: Number | None) -> Iterator[tuple[Interval, Gains, int]]:
    """The stretches between neighbouring cuts of any parameter, but the present one: gains and lines moved over."""
    events = sorted(_events(asking))
    edges = sorted({cut for cut, _, _ in events})
    totals, crossed = _sweep(asking, events)
    here = None if present is None else bisect_right(edges, present)
    before = asking.without_data() if here is None else totals[here]
    for number, interval in enumerate(intervals(edges)):
        if number != here:
            lines = len(asking) if here is None else abs(crossed[number] - crossed[here])
            yield interval, gained(totals[number], before), lines


def _events(asking: Asking) -> Iterator[tuple[Number, int, int]]:
    """Every cut, the axis it matters to, and what crossing it upwards adds to the score."""
    for axis, parameter in asking.asked:
        ranges = parameter.ranges
        assert isinstance(ranges, NumericRanges | AgeRanges)
        for cut, (below, above) in zip(ranges.cuts, pairwise(ranges.points), strict=True):
            yield cut, axis, parameter.relevance * (above - below)


def _sweep(asking: Asking, events: list[tuple[Number, int, int]]) -> tuple[list[Gains], list[int]]:
    """Per stretch, lowest first: the scores' totals, and how many cuts lie below it."""
    now = list(asking.totals(_lowest_points(asking)))
    totals, crossed = [], []
    for number, (cut, axis, step) in enumerate(events):
        if number == 0 or cut != events[number - 1][0]:
            totals.append(tuple(now))
            crossed.append(number)
        now[axis] += step
    return [*totals, tuple(now)], [*crossed, len(events)]


def _lowest_points(asking: Asking) -> Iterator[int]:
    for parameter in asking.parameters:
        assert isinstance(parameter.ranges, NumericRanges | AgeRanges)
        yield parameter.ranges.points[0]


def nearest_number(field: Field, interval: Interval, present: Number) -> Number | None:
    """The number in the interval that the field can have and that is nearest to `present`, or None if there is none.

    Below an upper edge that is a whole number less, a cent less for money, and one unit of the finest decimal of edge
    and present value for other numbers; the lower edge if even that is outside.
    """
    if holds_whole_numbers(field):
        return _nearest_whole_allowed(field, interval, present)
    if present in interval:
        return present
    if interval.upper is not None and present >= interval.upper:
        unit = CENT if field.type is FieldType.MONEY else _finest(interval.upper, present)
        number: Number | None = just_below(interval, unit)
    else:
        number = interval.lower
    assert number is not None
    lowest, highest = (0, 1) if _is_share(field) else (-MAX_NUMBER, MAX_NUMBER)
    return number if lowest <= number <= highest else None


def just_below(interval: Interval, unit: Decimal) -> Number:
    """A unit less than the upper edge, or more where 15 digits cannot tell them apart; never below the lower edge."""
    assert interval.upper is not None
    upper = Decimal(repr(interval.upper))
    unit = max(unit, Decimal(1).scaleb(upper.adjusted() - MAX_DIGITS))
    if len((upper - unit).normalize().as_tuple().digits) > MAX_DIGITS:
        unit *= 10
    below = upper - unit
    number = int(below) if below == below.to_integral_value() else float(below)
    return number if interval.lower is None else max(number, interval.lower)


def _finest(*numbers: Number) -> Decimal:
    """One unit of the last decimal that any of them has; numbers longer than 15 digits are computed ones, whose
    decimals say nothing."""
    exact = [Decimal(repr(number)).normalize().as_tuple() for number in numbers]
    exponents = [number.exponent for number in exact if len(number.digits) <= MAX_DIGITS]
    return Decimal(1).scaleb(min(0, *(exponent for exponent in exponents if isinstance(exponent, int))))


def _nearest_whole_allowed(field: Field, interval: Interval, present: Number) -> int | None:
    ends = whole_ends(field, interval)
    if ends is None:
        return None
    first, last = ends
    if first is not None and present < first:
        return first
    if last is not None and present > last:
        return last
    return int(present)


def _nearest_whole(interval: Interval, present: int) -> int:
    """The whole number nearest to `present` in an interval with whole edges."""
    if interval.lower is not None and present < interval.lower:
        return int(interval.lower)
    if interval.upper is not None and present >= interval.upper:
        return int(interval.upper) - 1
    return present


def _is_share(field: Field) -> bool:
    return field.metric is not None and field.metric.aggregate is Aggregate.SHARE
