"""Customers per line of every parameter, and what is missing by field. Called by `page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from satsuma.domain.model import Field, FieldType, Parameter, Segmentation
from satsuma.domain.scoring import LineKind
from satsuma.domain.wording import line_text
from satsuma.engine.preview import LineCount, Preview
from satsuma.report.sizes import bar
from satsuma.report.texts import cut, percent, whole


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a parameter; `plain` marks *no data* and *anything else*, which are no ranges."""

    text: str
    plain: bool
    points: str
    customers: str
    share: str
    bar: float


@dataclass(frozen=True, slots=True)
class Question:
    """An enabled parameter. `several` marks one whose lines a customer can hit together."""

    title: str
    relevance: int
    several: bool
    rows: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class QuestionList:
    """One axis' questions; `axis` is its name if there are several. `off` are the titles that are switched off."""

    axis: str | None
    questions: tuple[Question, ...]
    off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingRow:
    """A field, and how many customers have no data for it."""

    title: str
    customers: str
    known: str
    bar: float


def list_questions(segmentation: Segmentation, preview: Preview) -> Iterator[QuestionList]:
    """Every axis with its parameters, in their order."""
    fields = {field.key: field for field in segmentation.fields}
    counted = iter(preview.lines)
    for axis in segmentation.axes:
        own = [next(counted) for _ in axis.enabled_parameters]
        yield QuestionList(
            axis.name if segmentation.has_rules else None,
            tuple(_question(fields[parameter.field], parameter, lines, preview.customers) for parameter, lines in own),
            tuple(fields[parameter.field].title for parameter in axis.parameters if not parameter.enabled),
        )


def _question(field: Field, parameter: Parameter, counts: tuple[LineCount, ...], everybody: int) -> Question:
    longest = max(count.customers for count in counts)
    rows = tuple(_row(field, parameter, count, longest, everybody) for count in counts)
    return Question(field.title, parameter.relevance, field.type is FieldType.CHOICES, rows)


def _row(field: Field, parameter: Parameter, count: LineCount, longest: int, everybody: int) -> LineRow:
    return LineRow(
        text=cut(line_text(parameter, field, count.line)),
        plain=count.line.kind is not LineKind.RANGE,
        points=whole(count.line.points),
        customers=f"{count.customers:,}",
        share=percent(count.customers / everybody if everybody else 0.0),
        bar=bar(count.customers, longest),
    )


def list_missing(segmentation: Segmentation, preview: Preview) -> tuple[MissingRow, ...]:
    """The fields that some customers have no data for, each once, the most missing first."""
    gaps = {parameter.field: without_data(counts) for parameter, counts in preview.lines}
    worst = sorted(((count, key) for key, count in gaps.items() if count), key=lambda gap: -gap[0])
    return tuple(_missing_row(segmentation.field(key), count, preview.customers) for count, key in worst)


def _missing_row(field: Field, count: int, everybody: int) -> MissingRow:
    known = 1 - count / everybody
    return MissingRow(field.title, f"{count:,}", percent(known), bar(known, 1.0))


def without_data(counts: tuple[LineCount, ...]) -> int:
    return next(count.customers for count in counts if count.line.kind is LineKind.NO_DATA)
