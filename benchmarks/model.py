"""The segmentations that are measured: 20 parameters as sales teams have them, and the largest one allowed."""

from __future__ import annotations

import random
from datetime import date
from math import exp

from satsuma.domain.model import (
    DEFAULT_BANDS,
    AgeRanges,
    Axis,
    Field,
    FieldType,
    Group,
    Groups,
    Kind,
    NumericRanges,
    Option,
    Parameter,
    Segmentation,
    YesNo,
)

AS_OF = date(2026, 6, 30)
NUMBERS = tuple(f"number_{number}" for number in range(12))
CHOICES = tuple(f"choice_{number}" for number in range(5))
DATES = ("first_deal", "last_deal")
YES_NO = "exports"
VALUE = "revenue"
"""The field that previews add up; no parameter asks for it."""
OPTIONS = tuple(f"option_{number:02}" for number in range(20))
AGES = (0, 30, 90, 180, 365)


def twenty_parameters() -> Segmentation:
    """12 numbers of 4 to 6 cuts, 5 choices of 4 groups of 4 options, 2 dates of 5 cuts, 1 yes/no; four segments."""
    chance = random.Random(7)
    parameters = [
        *(_number(chance, key, 4 + number % 3) for number, key in enumerate(NUMBERS)),
        *(_choice(chance, key) for key in CHOICES),
        *(_parameter(chance, key, AgeRanges(AGES, _points(chance, len(AGES) + 1))) for key in DATES),
        _parameter(chance, YES_NO, YesNo(8, 3)),
    ]
    options = tuple(Option(option, option) for option in OPTIONS)
    fields = [
        *(Field(key, FieldType.NUMBER) for key in NUMBERS),
        *(Field(key, FieldType.CHOICE, options=options) for key in CHOICES),
        *(Field(key, FieldType.DATE) for key in DATES),
        Field(YES_NO, FieldType.YES_NO),
        Field(VALUE, FieldType.MONEY),
    ]
    return _segmentation(fields, parameters)


def largest() -> Segmentation:
    """200 parameters of 50 ranges."""
    chance = random.Random(8)
    keys = [f"number_{number}" for number in range(200)]
    cuts = tuple(13.0 * number for number in range(49))
    parameters = [_parameter(chance, key, NumericRanges(cuts, _points(chance, 50))) for key in keys]
    return _segmentation([Field(key, FieldType.NUMBER) for key in keys], parameters)


def _segmentation(fields: list[Field], parameters: list[Parameter]) -> Segmentation:
    axis = Axis("Score", tuple(parameters), DEFAULT_BANDS)
    return Segmentation("Benchmark", Kind.COMPANY, tuple(fields), (axis,))


def _number(chance: random.Random, key: str, cuts: int) -> Parameter:
    drawn = tuple(sorted({round(exp(chance.gauss(5, 1)), 2) for _ in range(cuts)}))
    return _parameter(chance, key, NumericRanges(drawn, _points(chance, len(drawn) + 1)))


def _choice(chance: random.Random, key: str) -> Parameter:
    groups = tuple(
        Group(OPTIONS[4 * number : 4 * number + 4], points) for number, points in enumerate(_points(chance, 4))
    )
    return _parameter(chance, key, Groups(groups, chance.randint(0, 2)))


def _parameter(chance: random.Random, key: str, ranges: NumericRanges | AgeRanges | Groups | YesNo) -> Parameter:
    return Parameter(key, chance.randint(1, 10), ranges, no_data=chance.randint(0, 3))


def _points(chance: random.Random, count: int) -> tuple[int, ...]:
    return tuple(chance.randint(-2, 10) for _ in range(count))
