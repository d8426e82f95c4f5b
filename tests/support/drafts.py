"""A small draft to break, and what is found in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from satsuma.domain.checks import find_problems, find_warnings
from satsuma.domain.model import (
    Axis,
    Band,
    Field,
    FieldType,
    Kind,
    NumericRanges,
    Parameter,
    Ranges,
    Rule,
    Scale,
    Segment,
    Segmentation,
)

SIZE = Field("size", FieldType.NUMBER)
BIG = NumericRanges((10,), (0, 5))
BANDS = (Band("Low"), Band("High", 50))


def asks(ranges: Ranges = BIG, field: str = "size", relevance: int = 1, **rest: Any) -> Parameter:
    return Parameter(field, relevance, ranges, **rest)


def draft(
    *,
    fields: Sequence[Field] = (SIZE,),
    parameters: Sequence[Parameter] = (asks(),),
    bands: Sequence[Band] = BANDS,
    scale: Scale = Scale.PERCENT,
    **rest: Any,
) -> Segmentation:
    """A plain segmentation that has no problems unless the arguments bring some."""
    axes = (Axis("Score", tuple(parameters), tuple(bands), scale),)
    return Segmentation(**{"name": "Value", "kind": Kind.COMPANY, "fields": tuple(fields), "axes": axes, **rest})


def draft_of_axes(
    *,
    names: Sequence[str] = ("Fit", "Warmth"),
    segments: Sequence[Segment] = (Segment("Cold"), Segment("Hot")),
    rules: Sequence[Rule] = (Rule("Hot", (("Fit", ("High",)),)), Rule("Cold")),
    bands: Sequence[Band] = BANDS,
) -> Segmentation:
    """Axes that are alike, and rules."""
    axes = tuple(Axis(name, (asks(),), tuple(bands)) for name in names)
    return draft(axes=axes, own_segments=tuple(segments), rules=tuple(rules))


def of_field(field: Field) -> Segmentation:
    """A draft that lists the field without asking for it."""
    return draft(fields=(SIZE, field))


def of_ranges(type: FieldType, ranges: Ranges, **field: Any) -> Segmentation:
    """A draft that asks for one field of the type."""
    return draft(fields=(Field("x", type, **field),), parameters=(asks(ranges, "x"),))


def problems(segmentation: Segmentation) -> list[tuple[str, str]]:
    """Place and code of every problem."""
    return [(problem.place, str(problem.code)) for problem in find_problems(segmentation)]


def warnings(segmentation: Segmentation) -> list[tuple[str, str]]:
    """Place and code of every warning; the segmentation must have no problem."""
    assert problems(segmentation) == []
    return [(warning.place, str(warning.code)) for warning in find_warnings(segmentation)]
