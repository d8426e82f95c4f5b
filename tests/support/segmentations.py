"""Hypothesis strategies of segmentations without problems: every type, every kind of range, odd names, extremes.

`segmentations()` is the whole; `fields(type, key)`, `parameters(field)` and `axes(fields)` its parts.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from satsuma.domain.folding import fold
from satsuma.domain.model import (
    AgeRanges,
    Aggregate,
    Axis,
    Band,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    Kind,
    Metric,
    NumericRanges,
    Option,
    Parameter,
    Rule,
    Scale,
    Segment,
    Segmentation,
    Source,
    YesNo,
)
from satsuma.domain.scoring import score_span

Strategy = st.SearchStrategy

ODD_NAMES = (
    "no", "NO", "yes", "null", "~", "true", "1", "007", "1e5", "-", "?", "a: b", "#c", "a #b", "[x]", "{y}", "*a", "&a",
    "!t", "%", "@", "`", "'", '"', "\\", "a,b", "a'b\"c", "<<", "=", "…", "Éclair", "Straße", "ſ", "İ", "ﬁ", "Żółć",
    "имя", "名前", "😀", "👩‍👩‍👧", "\u200b", "\ufeff", "\ufffd", "ا", "a.b[0]", "--x", "=1+1", "a|b", "a  b",
)  # fmt: skip


TYPES = st.sampled_from(list(FieldType))
KINDS = st.sampled_from(list(Kind))
SOURCES = st.sampled_from(list(Source))
COMBINES = st.sampled_from(list(Combine))


def _is_name(text: str) -> bool:
    return text.strip() != "" and fold(text) != ""


@cache
def names(most: int = 12) -> Strategy[str]:
    """One-line names in NFC: plain ones, odd ones, and any at all."""
    letters = st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp"))
    anything = st.text(letters, min_size=1, max_size=most).map(lambda text: unicodedata.normalize("NFC", text))
    plain = st.text("abcdefgh_ ", min_size=1, max_size=8)
    odd = st.sampled_from(ODD_NAMES).map(lambda text: unicodedata.normalize("NFC", text))
    return st.one_of(plain, odd, anything).filter(_is_name)


@cache
def distinct_names(least: int, most: int) -> Strategy[list[str]]:
    return st.lists(names(), min_size=least, max_size=most, unique_by=fold)


@cache
def words(separator: str | None = None) -> Strategy[str]:
    """What stands in a cell: names, also with line breaks and tabs; without the separator."""
    cells = st.one_of(names(), st.sampled_from(["a\nb", "\ta", " a ", "A", "a", "É", "é", "x\u2028y", "\x85z", "\x7f"]))
    return cells.filter(lambda text: separator is None or separator not in text)


@st.composite
def numbers(draw: st.DrawFn, decimals: int = 20) -> int | float:
    """Numbers of at most 15 digits and `decimals` decimals, between -1e15 and 1e15: whole, decimal, extreme."""
    kind = draw(st.sampled_from(["small", "whole", "decimal", "extreme"]))
    if kind == "small":
        return draw(st.integers(-20, 20))
    if kind == "extreme":
        return draw(st.sampled_from([10**15, -(10**15), 1e15, -1e15, 10**15 - 1, 1 - 10**15, 0, 0.5, -0.25]))
    digits = draw(st.integers(1 - 10**15, 10**15 - 1) | st.integers(-(10**6), 10**6))
    if kind == "whole":
        return digits
    return float(f"{digits}e-{draw(st.integers(0, decimals))}")


@cache
def maybe_names() -> Strategy[str | None]:
    return st.none() | names()


@cache
def maybe_words() -> Strategy[str | None]:
    return st.none() | words()


@cache
def points_or_zero() -> Strategy[int]:
    return st.just(0) | points()


@cache
def points() -> Strategy[int]:
    return st.integers(-10, 10) | st.sampled_from([0, 1000, -1000, 999])


CONDITIONS = st.lists(words(), max_size=2, unique=True)
VALUES = st.lists(words(), min_size=1, max_size=3)
COUNTED = st.sampled_from([aggregate for aggregate in Aggregate if not aggregate.gives_date])
LATEST = st.sampled_from([Aggregate.LATEST, Aggregate.EARLIEST])


@st.composite
def metrics(draw: st.DrawFn, aggregate: Aggregate) -> Metric:
    day = draw(maybe_words())
    conditions = draw(CONDITIONS)
    return Metric(
        draw(SOURCES),
        aggregate,
        draw(words()) if aggregate.needs_column else None,
        tuple((column, tuple(draw(VALUES))) for column in conditions),
        day,
        draw(st.none() | st.integers(1, 1_000_000)) if day is not None else None,
    )


@cache
def option_keys(separator: str | None) -> Strategy[list[str]]:
    return st.lists(words(separator), max_size=6, unique=True)


@st.composite
def fields(draw: st.DrawFn, type: FieldType, key: str, *, with_metrics: bool = True) -> Field:
    """A field of the type; those that can be are metrics now and then."""
    shown: dict[str, Any] = {"label": draw(maybe_names()), "unit": draw(maybe_names())}
    if type.is_numeric and type is not FieldType.RATING and with_metrics and draw(st.booleans()):
        return Field(key, type, metric=draw(metrics(draw(COUNTED))), **shown)
    if type is FieldType.DATE and with_metrics and draw(st.booleans()):
        return Field(key, type, metric=draw(metrics(draw(LATEST))), **shown)
    shown["column"] = draw(maybe_words())
    if type is FieldType.RATING:
        minimum = draw(st.integers(-10, 10))
        return Field(key, type, minimum=minimum, maximum=minimum + draw(st.integers(1, 20)), **shown)
    separator = draw(st.sampled_from([";", ",", "|", ", ", "\n"])) if type is FieldType.CHOICES else ";"
    options: tuple[Option, ...] = ()
    if type.has_options:
        keys = draw(option_keys(separator if type is FieldType.CHOICES else None))
        options = tuple(Option(option, draw(maybe_names()) or option) for option in keys)
    return Field(key, type, options=options, separator=separator, **shown)


MANY_CUTS = tuple(range(49))


@cache
def cuts(decimals: int) -> Strategy[list[int | float]]:
    return st.lists(numbers(decimals), max_size=4, unique=True)


@st.composite
def numeric_ranges(draw: st.DrawFn, decimals: int = 20) -> NumericRanges:
    found = MANY_CUTS if draw(st.integers(0, 29)) == 0 else tuple(sorted(draw(cuts(decimals))))
    return NumericRanges(found, tuple(draw(points()) for _ in range(len(found) + 1)))


AGE_CUTS = st.lists(
    st.integers(-40, 800) | st.sampled_from([0, 1, -1, 365, 366, 1_000_000, -1_000_000]), max_size=4, unique=True
)


@st.composite
def age_ranges(draw: st.DrawFn) -> AgeRanges:
    found = tuple(sorted(draw(AGE_CUTS)))
    return AgeRanges(found, tuple(draw(points()) for _ in range(len(found) + 1)))


@st.composite
def groups(draw: st.DrawFn, field: Field) -> Groups:
    """Disjoint groups of the field's options, or of words where it lists none."""
    separator = field.separator if field.type is FieldType.CHOICES else None
    known = st.sampled_from([option.key for option in field.options]) if field.options else words(separator)
    compared = fold if field.type is FieldType.TEXT else str
    listed = draw(st.lists(known, min_size=1, max_size=6, unique_by=compared))
    ends = sorted({*draw(st.lists(st.integers(1, len(listed)), max_size=3)), len(listed)})
    parts = [tuple(listed[start:end]) for start, end in zip([0, *ends], ends, strict=False)]
    combine = draw(COMBINES) if field.type is FieldType.CHOICES else Combine.BEST
    return Groups(tuple(Group(part, draw(points())) for part in parts), draw(points_or_zero()), combine)


@st.composite
def parameters(draw: st.DrawFn, field: Field) -> Parameter:
    """A parameter that asks for the field."""
    ranges: Strategy[Any]
    match field.type:
        case FieldType.NUMBER | FieldType.RATING:
            ranges = numeric_ranges()
        case FieldType.MONEY:
            ranges = numeric_ranges(decimals=4)
        case FieldType.DATE:
            ranges = age_ranges()
        case FieldType.YES_NO:
            ranges = st.builds(YesNo, points(), points())
        case _:
            ranges = groups(field)
    enabled = draw(st.integers(0, 4)) > 0
    return Parameter(field.key, draw(st.integers(1, 10)), draw(ranges), draw(points_or_zero()), enabled)


def _bands(draw: st.DrawFn, edges: list[int | float]) -> tuple[Band, ...]:
    names = draw(distinct_names(len(edges) + 1, len(edges) + 1))
    return tuple(Band(name, edge, *draw(looks())) for name, edge in zip(names, [None, *edges], strict=True))


@cache
def looks() -> Strategy[tuple[str | None, str | None]]:
    """Colour and description of a band or a segment."""
    colors = st.none() | st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
    return st.tuples(colors, st.none() | names() | st.sampled_from(["", "Two\nlines", " indented:\n  - x\n"]))


HUNDREDTHS = st.lists(
    st.integers(0, 10_000) | st.sampled_from([0, 1, 4999, 5000, 5001, 9999, 10_000]),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def axes(draw: st.DrawFn, fields: list[Field], name: str = "Score") -> Axis:
    """An axis that asks for the fields, each once, and two to five bands on either scale, some close together."""
    asked = tuple(draw(parameters(field)) for field in fields)
    if draw(st.integers(0, 9)) == 0:
        asked = tuple(replace(parameter, enabled=False) for parameter in asked)
    edges: list[int | float]
    if draw(st.booleans()):
        lowest, highest = score_span(Axis(name, asked, ()))
        wholes = st.integers(lowest - 2, highest + 2)
        edges = sorted(draw(st.lists(wholes, min_size=1, max_size=4, unique=True)))
        return Axis(name, asked, _bands(draw, edges), Scale.POINTS)
    drawn = sorted(draw(HUNDREDTHS))
    edges = [edge // 100 if edge % 100 == 0 else edge / 100 for edge in drawn]
    return Axis(name, asked, _bands(draw, edges), Scale.PERCENT)


@st.composite
def rules(draw: st.DrawFn, axes: list[Axis], segments: list[str]) -> tuple[Rule, ...]:
    """Up to five boxes, and the last rule for everybody else."""
    found = []
    for _ in range(draw(st.integers(0, 5))):
        limited = [axis for axis in axes if draw(st.booleans())]
        when = tuple((axis.name, tuple(draw(_some(tuple(band.name for band in axis.bands))))) for axis in limited)
        found.append(Rule(draw(st.sampled_from(segments)), when))
    return (*found, Rule(draw(st.sampled_from(segments))))


@cache
def _some(items: tuple[str, ...]) -> Strategy[list[str]]:
    return st.lists(st.sampled_from(items), min_size=1, unique=True)


@st.composite
def segmentations(
    draw: st.DrawFn, *, most_axes: int = 4, most_parameters: int = 6, with_metrics: bool = True
) -> Segmentation:
    """A segmentation without problems. `most_parameters` is for each axis; fields are shared between axes, and some
    are asked for by none."""
    keys = draw(st.lists(names(), min_size=1, max_size=max(2, most_parameters), unique=True))
    listed = [draw(fields(draw(TYPES), key, with_metrics=with_metrics)) for key in keys]
    asked = st.lists(st.sampled_from(listed), min_size=1, max_size=most_parameters, unique_by=lambda field: field.key)
    name, kind = draw(names()), draw(KINDS)
    _, description = draw(looks())
    count = draw(st.sampled_from([1, 1, *range(2, most_axes + 1)]))
    if count == 1:
        axis = draw(axes(draw(asked)))
        return Segmentation(name, kind, tuple(listed), (axis,), description=description)
    several = [draw(axes(draw(asked), axis_name)) for axis_name in draw(distinct_names(count, count))]
    segment_names = draw(distinct_names(2, 5))
    segments = tuple(Segment(segment, *draw(looks())) for segment in segment_names)
    return Segmentation(
        name, kind, tuple(listed), tuple(several), segments, draw(rules(several, segment_names)), description
    )
