"""Fields that hold whole numbers only, and the whole numbers of a range. Used by `candidates` and `wording`."""

from __future__ import annotations

from math import ceil

from satsuma.domain.interval import Interval
from satsuma.domain.model import Aggregate, Field, FieldType


def holds_whole_numbers(field: Field) -> bool:
    """Whether only whole numbers can be values of the field: ratings, and metrics that count."""
    return field.type is FieldType.RATING or _counts(field)


def whole_limits(field: Field) -> tuple[int | None, int | None]:
    """The smallest and the largest value of a field that holds whole numbers; None is without limit."""
    return (0, None) if _counts(field) else (field.minimum, field.maximum)


def whole_ends(field: Field, interval: Interval) -> tuple[int | None, int | None] | None:
    """The first and the last whole number that the field can have in the interval; None instead of both if it has
    none there."""
    lowest, highest = whole_limits(field)
    firsts = [end for end in (lowest, None if interval.lower is None else ceil(interval.lower)) if end is not None]
    lasts = [end for end in (highest, None if interval.upper is None else ceil(interval.upper) - 1) if end is not None]
    first, last = max(firsts, default=None), min(lasts, default=None)
    if first is not None and last is not None and first > last:
        return None
    return first, last


def _counts(field: Field) -> bool:
    return field.metric is not None and field.metric.aggregate in (Aggregate.COUNT, Aggregate.DISTINCT)
