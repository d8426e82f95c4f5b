"""Tables for any segmentation: typed contacts, deals, activities and people whose values sit on the model's edges.

`contacts(segmentation, seed, count)` is plain and quick, so that slow engines get whole tables: a few hundred rows a
draw, not one. Pools of values come from the model itself: cuts and their neighbours, listed texts in other spellings,
options nobody listed, leap days, the ends of the calendar, missing values.
"""

from __future__ import annotations

import math
import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from satsuma.domain.limits import MAX_NUMBER
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import AgeRanges, Field, FieldType, Groups, NumericRanges, Segmentation, Source
from satsuma.engine.facts import CONTACT_TYPES, ROW_TYPES, Contacts, Rows
from satsuma.engine.layout import Layout

AS_OF = date(2024, 2, 29)
LEAP_DAYS = (date(2020, 2, 29), date(2024, 2, 28), date(2024, 3, 1), date.min, date.max, AS_OF)
MISSING_SHARE = 0.15
LARGEST = 1e9


def contacts(segmentation: Segmentation, seed: int, count: int, as_of: date = AS_OF) -> Contacts:
    """`count` contacts with every asked field, and about three rows each of every counted table."""
    layout = Layout(segmentation)
    chance = random.Random(seed)
    keys = pl.Series("key", [f"c{number}" for number in range(count)], dtype=pl.String)
    values = {
        field.key: pl.Series(
            [_sometimes(chance, lambda field=field: chance.choice(pool)) for _ in range(count)],  # type: ignore[misc]
            dtype=CONTACT_TYPES[field.type],
        )
        for field in layout.asked
        if not field.metric and (pool := _pool(segmentation, field, as_of, chance))
    }
    return Contacts(keys, values, {source: _rows(layout, source, chance, count, as_of) for source in layout.sources})


def small(everybody: Contacts) -> Contacts:
    """Without numbers whose sum, in ten-thousandths, might not fit 64 bits."""
    values = {
        key: column.set(column.abs() > LARGEST, None) if column.dtype == pl.Float64 else column
        for key, column in everybody.values.items()
    }
    return replace(everybody, values=values)


def to_add_up(listed: Sequence[Field]) -> str | None:
    """A field to add up; sums of metrics may be beyond the limit."""
    return next((each.key for each in listed if each.type in ("number", "money") and not each.metric), None)


def _sometimes(chance: random.Random, value: Callable[[], Any]) -> Any:
    return None if chance.random() < MISSING_SHARE else value()


def _pool(segmentation: Segmentation, field: Field, as_of: date, chance: random.Random) -> list[Any]:
    asked = [parameter.ranges for _, parameter in segmentation.parameters if parameter.field == field.key]
    cuts = [cut for ranges in asked if isinstance(ranges, NumericRanges | AgeRanges) for cut in ranges.cuts]
    listed = [
        text for ranges in asked if isinstance(ranges, Groups) for group in ranges.groups for text in group.values
    ]
    match field.type:
        case FieldType.YES_NO:
            return [True, False]
        case FieldType.RATING:
            assert field.minimum is not None
            assert field.maximum is not None
            return list(range(field.minimum, field.maximum + 1))
        case FieldType.NUMBER | FieldType.MONEY:
            return [number for cut in [0, *cuts] for number in _neighbours(float(cut))] + [MAX_NUMBER, -MAX_NUMBER]
        case FieldType.DATE:
            return [*LEAP_DAYS, *(day for cut in [0, *cuts] for day in _days(as_of, int(cut)))]
        case FieldType.CHOICE:
            return [*listed, *(option.key for option in field.options), "nobody listed this"]
        case FieldType.CHOICES:
            every = [*listed, *(option.key for option in field.options), "nobody listed this"]
            return [sorted(set(chance.choices(every, k=chance.randint(1, 4)))) for _ in range(20)]
        case FieldType.TEXT:
            return [*(other for text in listed for other in other_spellings(text)), "nobody listed this"]


def _neighbours(cut: float) -> list[float]:
    """The cut, and the nearest numbers of 15 digits on either side."""
    digits = 15 - (math.floor(math.log10(abs(cut))) + 1 if cut else 1)
    step = 10.0**-digits
    near = [cut, float(f"{cut - step:.15g}"), float(f"{cut + step:.15g}"), float(math.floor(cut)), -cut]
    return [number for number in near if abs(number) <= MAX_NUMBER]


def _days(as_of: date, age_days: int) -> list[date]:
    found = []
    for age in (age_days - 1, age_days, age_days + 1):
        if (as_of - date.max).days <= age <= (as_of - date.min).days:
            found.append(as_of - timedelta(days=age))
    return found


def other_spellings(text: str) -> list[str]:
    """The text, and what compares equal to it: upper and lower case, composed and decomposed, padded. Empty ones and
    those that mean no data are left out."""
    spelled = [text, text.upper(), text.lower(), unicodedata.normalize("NFD", text), f"  {text} "]
    return [other for other in spelled if other.strip()]


def _rows(layout: Layout, source: Source, chance: random.Random, count: int, as_of: date) -> Rows:
    length = 3 * count
    owners = [_sometimes(chance, lambda: f"c{chance.randrange(count + 1)}") for _ in range(length)]
    columns = {
        column: pl.Series(
            [
                _sometimes(chance, lambda column=column: _cell(layout, source, column, chance, as_of))
                for _ in range(length)
            ],
            dtype=ROW_TYPES[column.role],
        )
        for column in layout.row_columns(source)
    }
    return Rows(pl.Series(owners, dtype=pl.String), columns)


def _cell(layout: Layout, source: Source, column: RowColumn, chance: random.Random, as_of: date) -> Any:
    metrics = [field.metric for field in layout.asked if field.metric and field.metric.of is source]
    match column.role:
        case Role.DAY:
            windows = [metric.within_days for metric in metrics if metric.within_days] or [30]
            return chance.choice([*_days(as_of, chance.choice(windows)), *_days(as_of, 0), *LEAP_DAYS])
        case Role.AMOUNT:
            return chance.choice(
                [
                    *_amounts(layout),
                    0,
                    1,
                    -1,
                    PER_UNIT,
                    2_514_100,
                    chance.randrange(-(10**9), 10**9),
                    10**13 + 1,
                    10**16 + 1,
                ]
            )
        case Role.TEXT:
            listed = [value for m in metrics for name, values in m.where if name == column.column for value in values]
            return chance.choice([other for text in listed for other in other_spellings(text)] + ["a", "A", "b", "c"])


def _amounts(layout: Layout) -> list[int]:
    """The cuts of numeric metrics as amounts, so that sums land on them."""
    asked = [p.ranges for _, p in layout.segmentation.parameters if layout.fields[p.field].metric]
    cuts = [cut for ranges in asked if isinstance(ranges, NumericRanges) for cut in ranges.cuts]
    return [round(cut * PER_UNIT) for cut in cuts if abs(cut) < 10**11]
