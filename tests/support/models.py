"""Small segmentations for tests, written as people would say them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Band,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    Kind,
    Number,
    NumericRanges,
    Option,
    Parameter,
    Rule,
    Scale,
    Segment,
    Segmentation,
    YesNo,
)

AS_OF = date(2026, 6, 30)
"""The scoring day of tests that need only some day."""


def days_ago(age_days: int) -> date:
    return AS_OF - timedelta(days=age_days)


def field(key: str, kind: FieldType | str = FieldType.NUMBER, *, options: Iterable[str] = (), **facts: Any) -> Field:
    """A field; options are given by key and have their key, capitalised, as label."""
    listed = tuple(Option(option, option.capitalize()) for option in options)
    return Field(key, FieldType(kind), options=listed, **facts)


def by_range(key: str, cuts: Sequence[Number], points: Sequence[int], *, relevance: int = 1, **facts: Any) -> Parameter:
    return Parameter(key, relevance, NumericRanges(tuple(cuts), tuple(points)), **facts)


def by_age(key: str, cuts: Sequence[int], points: Sequence[int], *, relevance: int = 1, **facts: Any) -> Parameter:
    return Parameter(key, relevance, AgeRanges(tuple(cuts), tuple(points)), **facts)


def by_group(
    key: str,
    points: Mapping[str, int],
    *,
    anything_else: int = 0,
    combine: Combine = Combine.BEST,
    relevance: int = 1,
    **facts: Any,
) -> Parameter:
    """Groups written as `{"retail, software": 5}`."""
    groups = tuple(Group(tuple(values.split(", ")), earned) for values, earned in points.items())
    return Parameter(key, relevance, Groups(groups, anything_else, combine), **facts)


def by_answer(key: str, *, yes: int, no: int, relevance: int = 1, **facts: Any) -> Parameter:
    return Parameter(key, relevance, YesNo(yes, no), **facts)


def bands(edges: Mapping[str, Number | None]) -> tuple[Band, ...]:
    """Bands written as `{"low": None, "high": 10}`."""
    return tuple(Band(name, edge) for name, edge in edges.items())


def axis(
    name: str, parameters: Iterable[Parameter], edges: Mapping[str, Number | None], *, scale: Scale = Scale.POINTS
) -> Axis:
    return Axis(name, tuple(parameters), bands(edges), scale)


def plain(
    fields: Iterable[Field],
    parameters: Iterable[Parameter],
    edges: Mapping[str, Number | None],
    *,
    scale: Scale = Scale.POINTS,
) -> Segmentation:
    """A segmentation of one axis; its edges are points unless `scale` says otherwise."""
    return Segmentation("Test", Kind.COMPANY, tuple(fields), (axis("Score", parameters, edges, scale=scale),))


def with_rules(
    fields: Iterable[Field],
    axes: Iterable[Axis],
    segments: Iterable[str],
    rules: Iterable[tuple[str, Mapping[str, Sequence[str]]]],
) -> Segmentation:
    """A segmentation of several axes; rules are written as `("Champion", {"Recency": ["recent"]})`."""
    return Segmentation(
        "Test",
        Kind.COMPANY,
        tuple(fields),
        tuple(axes),
        tuple(Segment(name) for name in segments),
        tuple(
            Rule(segment, tuple((name, tuple(allowed)) for name, allowed in when.items())) for segment, when in rules
        ),
    )
