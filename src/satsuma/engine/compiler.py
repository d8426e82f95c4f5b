"""A segmentation as dataframe expressions over its encoded facts. Called by `score` and `snapshot`.

Only whole numbers leave an expression and only comparisons with literals decide: every engine gives the same. A
parameter is one chain of conditions whose literals are relevance × points; the axis' score is the sum of the chains.
Literals and sums are of the smallest whole type that holds what they can be: that halves the time of Polars.

The same source speaks to Narwhals (for DuckDB, Spark and SQL) and to Polars itself, whose words Narwhals uses: `ops`
is one of the two modules. Polars is asked directly because building 200 parameters of 50 ranges takes Narwhals 1.8 s
and Polars 0.2 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_

import narwhals as nw

from satsuma.domain.folding import fold
from satsuma.domain.model import (
    AgeRanges,
    Axis,
    Combine,
    FieldType,
    Group,
    Groups,
    NumericRanges,
    Parameter,
    Rule,
    YesNo,
)
from satsuma.domain.scoring import band_edges, lines, points_span
from satsuma.engine.expressions import Expr, Ops, Term, balanced, choose, one_of, split, whole, whole_type
from satsuma.engine.layout import Layout

PRESENT = "present"
"""Column: the relevance whose value is present, summed; divided by all relevance it is the coverage."""
SEGMENT = "segment"
"""Column: the segment's number, lowest 0."""
TOTAL = "total"
"""Column: the axes' scores added up."""


def score_column(axis_number: int) -> str:
    return f"score_{axis_number}"


def band_column(axis_number: int) -> str:
    return f"band_{axis_number}"


@dataclass(frozen=True, slots=True)
class Compiler:
    """The expressions of one segmentation on one scoring day."""

    layout: Layout
    as_of: date
    ops: Ops = nw

    def scores(self, axes: Sequence[Axis] | None = None) -> list[Expr]:
        """Each axis' score, and `PRESENT`. If axes are given, of these: they ask for no other fields than the layout
        does."""
        asked = self.layout.segmentation.axes if axes is None else axes
        named = [self.axis_score(axis).alias(score_column(number)) for number, axis in enumerate(asked)]
        return [*named, self._present(asked).alias(PRESENT)]

    def bands(self) -> list[Expr]:
        """Each axis' band number, from its score column."""
        return [
            self._band(self.ops.col(score_column(number)), band_edges(axis)).alias(band_column(number))
            for number, axis in enumerate(self.layout.segmentation.axes)
        ]

    def segment(self) -> Expr:
        """The segment's number, from the band columns."""
        segmentation = self.layout.segmentation
        if not segmentation.has_rules:
            return self.ops.col(band_column(0)).alias(SEGMENT)
        numbers = {segment.name: number for number, segment in enumerate(segmentation.segments)}
        *boxes, last = _effective(segmentation.rules)
        branches = [(self._fits(rule), self._whole(numbers[rule.segment])) for rule in boxes]
        return choose(self.ops, branches, self._whole(numbers[last.segment])).alias(SEGMENT)

    def total(self) -> Expr:
        """The axes' scores added up, from the score columns."""
        columns = [self.ops.col(score_column(number)) for number in range(len(self.layout.segmentation.axes))]
        return reduce(lambda left, right: left + right, [c.cast(self.ops.Int32) for c in columns]).alias(TOTAL)

    def axis_score(self, axis: Axis) -> Expr:
        return self._sum([self._weighted_points(parameter) for parameter in axis.enabled_parameters]).expression

    def weighted_points(self, parameter: Parameter) -> Expr:
        """Relevance × points of one parameter."""
        return self._weighted_points(parameter).expression

    def line_number(self, parameter: Parameter) -> Expr:
        """The number of the line that each contact hits. Not for choices, which can hit several groups at once."""
        return self._line_chain(parameter, [self._whole(line.index) for line in lines(parameter)])

    def group_hits(self, parameter: Parameter) -> list[Expr]:
        """For a choices parameter: one condition per group, whether the contact has any of its options; null for a
        contact without data."""
        assert isinstance(parameter.ranges, Groups)
        return [
            balanced(or_, [self._has_option(parameter, code) for code in self._group_codes(parameter, group)])
            for group in parameter.ranges.groups
        ]

    def _present(self, axes: Sequence[Axis]) -> Expr:
        relevance: dict[str, int] = {}
        for parameter in (parameter for axis in axes for parameter in axis.enabled_parameters):
            relevance[parameter.field] = relevance.get(parameter.field, 0) + parameter.relevance
        return self._sum([self._if_present(key, weight) for key, weight in relevance.items()]).expression

    def _if_present(self, field_key: str, relevance: int) -> Term:
        number_type = whole_type(0, relevance)
        missing = self._column(field_key).is_null()
        chain = choose(self.ops, [(missing, self._whole(0, number_type))], self._whole(relevance, number_type))
        return Term(chain, 0, relevance)

    def _weighted_points(self, parameter: Parameter) -> Term:
        least, most = (parameter.relevance * points for points in points_span(parameter))
        number_type = whole_type(least, most)
        literals = [self._whole(parameter.relevance * line.points, number_type) for line in lines(parameter)]
        if self.layout.fields[parameter.field].type is FieldType.CHOICES:
            return Term(self._choices_points(parameter, literals, number_type), least, most)
        return Term(self._line_chain(parameter, literals), least, most)

    def _line_chain(self, parameter: Parameter, literals: Sequence[Expr]) -> Expr:
        """For each contact the literal of the line it hits; one literal per line."""
        column = self._column(parameter.field)
        *hit, no_data = literals
        ranges = parameter.ranges
        match ranges:
            case NumericRanges():
                found = split(self.ops, lambda cut: column < float(cut), ranges.cuts, hit)
            case AgeRanges():
                found = self._ages(column, ranges.cuts, hit)
            case YesNo():
                found = choose(self.ops, [(column, hit[0])], hit[1])
            case Groups():
                found = self._groups(parameter, column, hit)
        return choose(self.ops, [(column.is_null(), no_data)], found)

    def _groups(self, parameter: Parameter, column: Expr, hit: Sequence[Expr]) -> Expr:
        """The literal of the group that the code is in. Groups that follow one another from code 1 are ranges: halving
        them takes a third of the comparisons."""
        assert isinstance(parameter.ranges, Groups)
        codes = [self._group_codes(parameter, group) for group in parameter.ranges.groups]
        *in_groups, anything_else = hit
        in_order = [code for own in codes for code in own]
        if in_order == list(range(1, len(self.layout.listed(parameter.field)) + 1)):
            starts = [own[0] for own in codes]
            return split(self.ops, lambda code: column < code, starts, [anything_else, *in_groups])
        return choose(
            self.ops,
            [(one_of(column, own), literal) for own, literal in zip(codes, in_groups, strict=True)],
            anything_else,
        )

    def _ages(self, column: Expr, cuts: Sequence[int], literals: Sequence[Expr]) -> Expr:
        """Younger than a cut is later than the day so many days before the scoring day. Ranges that lie outside the
        calendar on both ends hold no day, and are left out."""
        oldest, youngest = (self.as_of - date.min).days, (self.as_of - date.max).days
        first = sum(cut < youngest for cut in cuts)
        inside = [cut for cut in cuts[first:] if cut <= oldest]
        days = [self.as_of - timedelta(days=cut) for cut in inside]
        own = literals[first : first + len(inside) + 1]
        return split(self.ops, lambda day: column > self.ops.lit(day), days, own)

    def _choices_points(self, parameter: Parameter, literals: Sequence[Expr], number_type: str) -> Expr:
        ranges = parameter.ranges
        assert isinstance(ranges, Groups)
        *in_groups, anything_else, no_data = literals
        hits = self.group_hits(parameter)
        missing = (self._column(parameter.field).is_null(), no_data)
        if ranges.combine is Combine.BEST:
            best_first = sorted(zip(hits, ranges.groups, in_groups, strict=True), key=lambda hit: -hit[1].points)
            return choose(self.ops, [missing, *((hit, literal) for hit, _, literal in best_first)], anything_else)
        terms = [
            Term(
                choose(self.ops, [(hit, literal)], self._whole(0, number_type)),
                parameter.relevance * min(group.points, 0),
                parameter.relevance * max(group.points, 0),
            )
            for hit, group, literal in zip(hits, ranges.groups, in_groups, strict=True)
        ]
        added = self._sum(terms).expression.cast(getattr(self.ops, number_type))
        return choose(self.ops, [missing, (~balanced(or_, hits), anything_else)], added)

    def _group_codes(self, parameter: Parameter, group: Group) -> list[int]:
        """The codes of the group's values, ascending."""
        listed = self.layout.listed(parameter.field)
        is_text = self.layout.fields[parameter.field].type is FieldType.TEXT
        return sorted({listed[fold(text) if is_text else text] for text in group.values})

    def _has_option(self, parameter: Parameter, code: int) -> Expr:
        return self.ops.col(self.layout.option_column(parameter.field, code))

    def _fits(self, rule: Rule) -> Expr:
        """Whether every axis that the rule names is in one of the bands it allows."""
        allowed = dict(rule.when)
        return reduce(
            and_,
            [
                one_of(self.ops.col(band_column(number)), _band_numbers(axis, allowed[axis.name]))
                for number, axis in enumerate(self.layout.segmentation.axes)
                if axis.name in allowed
            ],
        )

    def _band(self, score: Expr, edges: Sequence[int]) -> Expr:
        """The number of edges at or below the score. Percent edges can coincide: the last of equals counts."""
        numbers = {edge: number for number, edge in enumerate(edges, start=1)}
        literals = [self._whole(number) for number in (0, *numbers.values())]
        return split(self.ops, lambda edge: score < edge, list(numbers), literals)

    def _column(self, field_key: str) -> Expr:
        return self.ops.col(self.layout.column(field_key))

    def _whole(self, number: int, number_type: str = "Int8") -> Expr:
        return whole(self.ops, number, number_type)

    def _sum(self, terms: Sequence[Term]) -> Term:
        return balanced(self._added, terms) if terms else Term(self._whole(0), 0, 0)

    def _added(self, left: Term, right: Term) -> Term:
        least, most = left.least + right.least, left.most + right.most
        number_type = whole_type(least, most)
        one, other = (
            term.expression if term.type == number_type else term.expression.cast(getattr(self.ops, number_type))
            for term in (left, right)
        )
        return Term(one + other, least, most)


def _band_numbers(axis: Axis, names: Sequence[str]) -> list[int]:
    return [number for number, band in enumerate(axis.bands) if band.name in names]


def _effective(rules: Sequence[Rule]) -> Sequence[Rule]:
    """Up to the first rule that fits everybody: what follows is never reached."""
    end = next(number for number, rule in enumerate(rules, start=1) if not rule.when)
    return rules[:end]
