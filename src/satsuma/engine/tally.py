"""Everybody counted by the axes' scores and current segment, in one pass. Called by `snapshot`.

Other thresholds, and other rules, follow from the counts. One parameter may be left free: then everybody is counted by
what they answer to it and by the rest of their scores, and other points, another relevance, switching it off or on
follow too, without looking at anybody again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from satsuma.domain.model import (
    AgeRanges,
    Combine,
    Field,
    FieldType,
    Groups,
    NumericRanges,
    Parameter,
    Segmentation,
    YesNo,
)
from satsuma.domain.scoring import lines
from satsuma.engine.compiler import PRESENT, Compiler, score_column
from satsuma.engine.layout import ID, Layout
from satsuma.engine.preview import CURRENT, CUSTOMERS, VALUE

ANSWER = "answer"
"""Column: the number of the line that is hit; for choices the groups that are hit, as bits, or `NOTHING`."""
NOTHING = -1


@dataclass(frozen=True, slots=True)
class Tally:
    """How many customers have which answer to the free parameter, scores without it and current segment; their value
    and present relevance.

    `draft` is one that follows from it. So does every other that differs in the points, relevance or switch of the
    parameter `free`, numbered through all axes, or in what scores mean. `asks` is the free parameter's question as
    it was counted, and `value` the field that was added up.
    """

    draft: Segmentation
    free: int | None
    asks: object
    value: Field | None
    counted: pl.DataFrame

    @property
    def size(self) -> int:
        """How many scores and current segments come together, about."""
        return len(self.counted) // (1 if self.free is None else max(self.counted[ANSWER].n_unique(), 1))

    def covers(self, draft: Segmentation, value: Field | None) -> bool:
        """Whether the draft's cells follow from what was counted."""
        changed = changed_parameters(self.draft, draft)
        only_free = self.free is not None and changed == [self.free] and self.asks == _question(draft, self.free)
        return value == self.value and (only_free or changed == [])

    def cells(self, draft: Segmentation) -> pl.DataFrame:
        """Customers, their value and present relevance by each axis' score and by current segment."""
        if self.free is None:
            return self.counted
        axis, parameter = _parameters(draft)[self.free]
        is_choices = draft.field(parameter.field).type is FieldType.CHOICES
        relevance = parameter.relevance if parameter.enabled else 0
        no_data = NOTHING if is_choices else len(lines(parameter)) - 1
        answers = self.counted[ANSWER].unique().to_list()
        gained = [relevance * _points(parameter, answer, is_choices=is_choices) for answer in answers]
        present = [relevance * (answer != no_data) for answer in answers]
        answer = pl.col(ANSWER)
        whole = self.counted.lazy().with_columns(
            pl.col(score_column(axis)) + answer.replace_strict(answers, gained, return_dtype=pl.Int32),
            pl.col(PRESENT) + pl.col(CUSTOMERS) * answer.replace_strict(answers, present, return_dtype=pl.Int64),
        )
        return _grouped(whole.drop(ANSWER), pl.col(CUSTOMERS).sum()).collect()


def count(
    layout: Layout, frame: pl.DataFrame, as_of: date, draft: Segmentation, *, free: int | None, value: Field | None
) -> Tally:
    """Counts everybody: one pass. `frame` has the layout's columns and, where they are to be kept apart and added up,
    `CURRENT` and `VALUE`. The layout asks for the free parameter too, be it switched on or off."""
    compiler, every = Compiler(layout, as_of, pl), list(_parameters(draft))
    kept = [column for column in (CURRENT, VALUE) if column in frame.columns]
    answer = [] if free is None else [_answer(compiler, every.pop(free)[1]).alias(ANSWER)]
    rest = compiler.scores(_asking(draft, every).axes)
    grouped = _grouped(frame.lazy().select(ID, *kept, *answer, *rest).drop(ID), pl.len().cast(pl.Int64))
    scores = [pl.col(score_column(number)).cast(pl.Int32) for number in range(len(draft.axes))]
    asks = None if free is None else _question(draft, free)
    return Tally(draft, free, asks, value, grouped.with_columns(scores).collect(engine="streaming"))


def changed_parameters(before: Segmentation, after: Segmentation) -> list[int] | None:
    """Which parameters count otherwise, numbered through all axes; None if they or the axes are not as many."""
    if len(before.axes) != len(after.axes) or len(_parameters(before)) != len(_parameters(after)):
        return None
    return [number for number in range(len(_parameters(after))) if _asked(before, number) != _asked(after, number)]


def switched_on(draft: Segmentation, number: int) -> Segmentation:
    """The draft with that parameter enabled."""
    every = list(_parameters(draft))
    axis, parameter = every[number]
    every[number] = axis, replace(parameter, enabled=True)
    return _asking(draft, every)


def without_points(parameter: Parameter) -> object:
    """What decides which line a value hits."""
    ranges = parameter.ranges
    match ranges:
        case NumericRanges() | AgeRanges():
            return ranges.cuts
        case Groups():
            return tuple(group.values for group in ranges.groups)
        case YesNo():
            return YesNo


def _grouped(rows: pl.LazyFrame, customers: pl.Expr) -> pl.LazyFrame:
    """Sums by whatever else there is. They are Int64: Polars adds small whole numbers as such."""
    columns = rows.collect_schema().names()
    sums = [pl.col(column).sum() for column in (PRESENT, VALUE) if column in columns]
    keys = [column for column in columns if column not in (CUSTOMERS, PRESENT, VALUE)]
    return rows.group_by(keys).agg(customers.alias(CUSTOMERS), *sums)


def _parameters(draft: Segmentation) -> tuple[tuple[int, Parameter], ...]:
    """All of them, each with the number of its axis."""
    return tuple((number, parameter) for number, axis in enumerate(draft.axes) for parameter in axis.parameters)


def _asking(draft: Segmentation, every: Sequence[tuple[int, Parameter]]) -> Segmentation:
    """The draft with these parameters instead."""
    own = [tuple(parameter for at, parameter in every if at == number) for number in range(len(draft.axes))]
    axes = [replace(axis, parameters=parameters) for axis, parameters in zip(draft.axes, own, strict=True)]
    return replace(draft, axes=tuple(axes))


def _question(draft: Segmentation, number: int) -> object:
    _, parameter = _parameters(draft)[number]
    return draft.field(parameter.field), without_points(parameter)


def _asked(draft: Segmentation, number: int) -> object:
    axis, parameter = _parameters(draft)[number]
    return (axis, draft.field(parameter.field), parameter) if parameter.enabled else None


def _answer(compiler: Compiler, parameter: Parameter) -> Any:
    """What decides how many points a contact earns, whatever the points are."""
    if compiler.layout.fields[parameter.field].type is not FieldType.CHOICES:
        return compiler.line_number(parameter)
    bits = [hit.cast(pl.Int64) * (1 << number) for number, hit in enumerate(compiler.group_hits(parameter))]
    return pl.sum_horizontal(bits, ignore_nulls=False).fill_null(NOTHING)


def _points(parameter: Parameter, answer: int, *, is_choices: bool) -> int:
    """What a contact with that answer earns, before relevance."""
    every = [line.points for line in lines(parameter)]
    if not is_choices or answer == NOTHING:
        return every[answer]
    hit = [points for number, points in enumerate(every[:-2]) if answer >> number & 1]
    if not hit:
        return every[-2]
    assert isinstance(parameter.ranges, Groups)
    return sum(hit) if parameter.ranges.combine is Combine.SUM else max(hit)
