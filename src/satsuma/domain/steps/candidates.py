"""The values that a contact's fields could change to, and what each change does to the scores. Used by `steps`.

A field is looked at once, however many parameters ask for it: one value stands for all values that earn the same
from all of them. Nothing ever changes to *no data*, and a text only to a word that some group lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from satsuma.domain.model import (
    AgeRanges,
    Field,
    FieldType,
    NumericRanges,
    Parameter,
    Record,
    Segmentation,
    Value,
    YesNo,
)
from satsuma.domain.steps.asking import Asking, Effect, Gains
from satsuma.domain.steps.other_numbers import other_days, other_numbers
from satsuma.domain.steps.other_options import other_answers, other_choices, other_option


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another value of one field.

    `position` is the field's place in the order in which parameters ask for fields. `gains` is what each axis' score
    gains. `lines` counts the lines moved over, added up over the parameters that ask: the distance between two
    ranges, 1 between any other two lines.
    """

    position: int
    field: Field
    value: Value
    gains: Gains
    lines: int


def find_candidates(segmentation: Segmentation, record: Record, as_of: date) -> list[Candidate]:
    """Every change of one field that changes a score, in the order of parameters; lower ranges first."""
    fields = {field.key: field for field in segmentation.fields}
    return [
        Candidate(position, fields[key], value, gains, lines)
        for position, (key, asking) in enumerate(_asking(segmentation).items())
        for value, gains, lines in _effects(fields[key], asking, record.get(key), as_of)
        if any(gains)
    ]


def _asking(segmentation: Segmentation) -> dict[str, Asking]:
    asked: dict[str, list[tuple[int, Parameter]]] = {}
    for number, axis in enumerate(segmentation.axes):
        for parameter in axis.enabled_parameters:
            asked.setdefault(parameter.field, []).append((number, parameter))
    return {key: Asking(parameters, len(segmentation.axes)) for key, parameters in asked.items()}


def _effects(field: Field, asking: Asking, present: Value, as_of: date) -> Iterator[Effect]:
    ranges = next(asking.parameters).ranges
    if isinstance(ranges, NumericRanges):
        assert present is None or isinstance(present, int | float)
        return other_numbers(field, asking, present)
    if isinstance(ranges, AgeRanges):
        assert present is None or isinstance(present, date)
        return other_days(asking, present, as_of)
    if isinstance(ranges, YesNo):
        return other_answers(asking, present)
    if field.type is FieldType.CHOICES:
        assert present is None or isinstance(present, frozenset)
        return other_choices(field, asking, present)
    assert present is None or isinstance(present, str)
    return other_option(field, asking, present)
