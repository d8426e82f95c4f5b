"""Hypothesis strategies of contacts: values on and beside every edge, none, unlisted, odd and extreme ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Axis,
    Band,
    Field,
    FieldType,
    Groups,
    Kind,
    Number,
    NumericRanges,
    Parameter,
    Record,
    Rule,
    Scale,
    Segment,
    Segmentation,
    Value,
)
from satsuma.domain.scoring import axis_score, score_span
from support.segmentations import fields, numbers, parameters, segmentations, words

Strategy = st.SearchStrategy

LEAP_DAYS = (date(2024, 2, 29), date(2024, 3, 1), date(2000, 2, 29), date(2100, 2, 28), date(2100, 3, 1))


law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Of laws over `cases`: a segmentation takes some 40 ms to draw, so that each gets several contacts."""


@dataclass(frozen=True)
class Case:
    """A segmentation, contacts and a scoring day."""

    segmentation: Segmentation
    records: tuple[Record, ...]
    as_of: date


@st.composite
def cases(draw: st.DrawFn, *, most_axes: int = 3, most_parameters: int = 4, contacts: int = 3) -> Case:
    segmentation = draw(segmentations(most_axes=most_axes, most_parameters=most_parameters))
    as_of = draw(days())
    return Case(segmentation, tuple(draw(records(segmentation, as_of)) for _ in range(contacts)), as_of)


@st.composite
def cases_within_reach(draw: st.DrawFn, *, most_axes: int = 3, most_fields: int = 5) -> Case:
    """A case of one contact, with bands that begin a little below and above its scores, so that steps up are likely.
    Fields are asked for by one axis or several; a segment is the higher, the higher the bands it asks for, mostly."""
    types = draw(st.lists(st.sampled_from(list(FieldType)), min_size=2, max_size=most_fields))
    asked = [draw(fields(type, f"field {number}")) for number, type in enumerate(types)]
    count = draw(st.sampled_from([1, 1, *range(2, most_axes + 1)]))
    bare = Segmentation("Test", Kind.COMPANY, tuple(asked), tuple(_axes_over(draw, asked, count)))
    as_of = draw(days())
    record = draw(records(bare, as_of))
    axes = tuple(_banded_near(draw, axis, axis_score(bare, axis, record, as_of)) for axis in bare.axes)
    if count == 1:
        return Case(replace(bare, axes=axes), (record,), as_of)
    segments = tuple(Segment(f"Segment {number}") for number in range(4))
    boxes = tuple(_box(draw, axes, segment.name) for segment in reversed(segments[1:]))
    return Case(replace(bare, axes=axes, own_segments=segments, rules=(*boxes, Rule("Segment 0"))), (record,), as_of)


def _axes_over(draw: st.DrawFn, asked: list[Field], count: int) -> Iterator[Axis]:
    for number in range(count):
        among = [field for place, field in enumerate(asked) if place % count == number or draw(st.integers(0, 3)) == 0]
        questions = [draw(parameters(field)) for field in among or asked]
        on = [replace(each, enabled=each.enabled or draw(st.booleans())) for each in questions]
        yield Axis(f"Axis {number}", tuple(on), ())


def _banded_near(draw: st.DrawFn, axis: Axis, score: int) -> Axis:
    highest = max(score_span(axis)[1], score + 1)
    above = st.integers(score + 1, highest)
    edges = sorted(draw(st.lists(above | above | st.integers(score - 20, score), min_size=1, max_size=4, unique=True)))
    bands = (Band("lowest"), *(Band(f"from {edge}", edge) for edge in edges))
    return replace(axis, bands=bands, scale=Scale.POINTS)


def _box(draw: st.DrawFn, axes: tuple[Axis, ...], segment: str) -> Rule:
    """On each axis some bands without gap: mostly from one upwards."""
    when = []
    for axis in axes:
        names = [band.name for band in axis.bands]
        first = draw(st.integers(0, len(names) - 1))
        last = len(names) if draw(st.integers(0, 3)) else draw(st.integers(first + 1, len(names)))
        when.append((axis.name, tuple(names[first:last])))
    return Rule(segment, tuple(when))


def days() -> Strategy[date]:
    """Days of our time, leap days, and the first and last of the calendar."""
    return st.dates(date(2015, 1, 1), date(2035, 12, 31)) | st.sampled_from([*LEAP_DAYS, date.min, date.max])


@st.composite
def records(draw: st.DrawFn, segmentation: Segmentation, as_of: date) -> Record:
    """A contact of the segmentation: about every fifth value is left out or None."""
    record: dict[str, Value] = {}
    for field in segmentation.fields:
        what = draw(st.integers(0, 9))
        if what > 0:
            record[field.key] = None if what == 1 else draw(values(segmentation, field, as_of))
    return record


def values(segmentation: Segmentation, field: Field, as_of: date) -> Strategy[Any]:
    """Values that the field can have, most of them where parameters tell them apart."""
    asked = [each for axis in segmentation.axes for each in axis.parameters if each.field == field.key]
    match field.type:
        case FieldType.YES_NO:
            return st.booleans()
        case FieldType.DATE:
            return _near_days(asked, as_of) | days()
        case FieldType.CHOICE:
            return _options(field, asked)
        case FieldType.CHOICES:
            return st.frozensets(_options(field, asked), min_size=1, max_size=4)
        case FieldType.TEXT:
            return _texts(asked)
        case _:
            return _numbers(field, asked)


def _numbers(field: Field, asked: list[Parameter]) -> Strategy[Number]:
    near = [number for cut in _cuts(asked) for number in _beside(cut, field)]
    aggregate = field.metric.aggregate if field.metric else None
    anything: Strategy[Number]
    if field.type is FieldType.RATING:
        assert field.minimum is not None
        assert field.maximum is not None
        anything, allowed = st.integers(field.minimum, field.maximum), (field.minimum, field.maximum)
    elif aggregate in (Aggregate.COUNT, Aggregate.DISTINCT):
        anything, allowed = st.integers(0, 1000), (0, 10**9)
    elif aggregate is Aggregate.SHARE:
        anything, allowed = st.sampled_from([0, 1, 0.5, 1 / 3, 2 / 3, 1 / 7]), (0, 1)
    else:
        anything, allowed = numbers(4 if field.type is FieldType.MONEY else 20), (-(10**15), 10**15)
    fitting = [number for number in near if allowed[0] <= number <= allowed[1]]
    return st.sampled_from(fitting) | anything if fitting else anything


def _beside(cut: Number, field: Field) -> Iterator[Number]:
    """The cut itself, and the nearest numbers of 15 digits on both sides that the field could have."""
    exact = Decimal(repr(cut))
    whole = field.type is FieldType.RATING or (field.metric and field.metric.aggregate is not Aggregate.SHARE)
    finest = max(exact.adjusted() - 13, -4 if field.type is FieldType.MONEY else -20)
    for unit in {Decimal(1), Decimal(1).scaleb(0 if whole else finest)}:
        for number in (exact - unit, exact, exact + unit):
            if whole:
                yield int(number)
            elif len(number.normalize().as_tuple().digits) <= 15:
                yield float(number)


def _cuts(asked: list[Parameter]) -> list[Number]:
    return [cut for each in asked if isinstance(each.ranges, NumericRanges | AgeRanges) for cut in each.ranges.cuts]


def _near_days(asked: list[Parameter], as_of: date) -> Strategy[date]:
    ordinals = [as_of.toordinal() - int(cut) + beside for cut in [0, *_cuts(asked)] for beside in (-1, 0, 1)]
    calendar = range(date.min.toordinal(), date.max.toordinal() + 1)
    return st.sampled_from([date.fromordinal(ordinal) for ordinal in ordinals if ordinal in calendar])


def _listed(asked: list[Parameter]) -> list[str]:
    return [
        value
        for each in asked
        if isinstance(each.ranges, Groups)
        for group in each.ranges.groups
        for value in group.values
    ]


def _options(field: Field, asked: list[Parameter]) -> Strategy[str]:
    known = [*_listed(asked), *(option.key for option in field.options)]
    unlisted = words(field.separator if field.type is FieldType.CHOICES else None)
    return st.sampled_from(known) | unlisted if known else unlisted


def _texts(asked: list[Parameter]) -> Strategy[str]:
    known = _listed(asked)
    return st.sampled_from(known).flatmap(_spellings) | words() if known else words()


def _spellings(word: str) -> Strategy[str]:
    """The word as it is, in capitals, small, with blanks around, in other Unicode forms."""
    forms = [unicodedata.normalize(form, word) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    return st.sampled_from([word, word.upper(), word.lower(), f" {word}\t", f"x{word}", *forms])
