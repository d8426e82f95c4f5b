"""A segmentation as Narwhals expressions over its encoded facts. Called by `score` and `preview`.

Only whole numbers leave an expression and only comparisons with literals decide: every engine gives the same. A
parameter is one chain of conditions; the axis' score is the sum of the chains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from satsuma.domain.scoring import band_edges, lines
from satsuma.engine.layout import Layout

PRESENT = "present"
"""Column: the relevance whose value is present, summed; divided by all relevance it is the coverage."""
SEGMENT = "segment"
"""Column: the segment's number, lowest 0."""

Literal = Callable[[int], nw.Expr]


def score_column(axis_number: int) -> str:
    return f"score_{axis_number}"


def band_column(axis_number: int) -> str:
    return f"band_{axis_number}"


def scores(layout: Layout, as_of: date) -> list[nw.Expr]:
    """Each axis' score, and `PRESENT`."""
    axes = layout.segmentation.axes
    return [
        *(_axis_score(layout, axis, as_of).alias(score_column(number)) for number, axis in enumerate(axes)),
        _present(layout).alias(PRESENT),
    ]


def bands(layout: Layout) -> list[nw.Expr]:
    """Each axis' band number, from its score column."""
    return [
        step(nw.col(score_column(number)), band_edges(axis)).alias(band_column(number))
        for number, axis in enumerate(layout.segmentation.axes)
    ]


def segment(layout: Layout) -> nw.Expr:
    """The segment's number, from the band columns."""
    segmentation = layout.segmentation
    if not segmentation.has_rules:
        return nw.col(band_column(0)).alias(SEGMENT)
    numbers = {segment.name: number for number, segment in enumerate(segmentation.segments)}
    *boxes, last = _effective(segmentation.rules)
    branches = [(_fits(segmentation.axes, rule), whole(numbers[rule.segment])) for rule in boxes]
    return choose(branches, whole(numbers[last.segment])).alias(SEGMENT)


def _effective(rules: Sequence[Rule]) -> Sequence[Rule]:
    """Up to the first rule that fits everybody: what follows is never reached."""
    end = next(number for number, rule in enumerate(rules, start=1) if not rule.when)
    return rules[:end]


def _fits(axes: Sequence[Axis], rule: Rule) -> nw.Expr:
    """Whether every axis that the rule names is in one of the bands it allows."""
    allowed = dict(rule.when)
    return reduce(
        and_,
        [
            one_of(nw.col(band_column(number)), _band_numbers(axis, allowed[axis.name]))
            for number, axis in enumerate(axes)
            if axis.name in allowed
        ],
    )


def _band_numbers(axis: Axis, names: Sequence[str]) -> list[int]:
    return [number for number, band in enumerate(axis.bands) if band.name in names]


def _axis_score(layout: Layout, axis: Axis, as_of: date) -> nw.Expr:
    return balanced_sum([weighted_points(layout, parameter, as_of) for parameter in axis.enabled_parameters])


def _present(layout: Layout) -> nw.Expr:
    asked = [parameter for _, parameter in layout.segmentation.parameters]
    relevance = {field.key: sum(p.relevance for p in asked if p.field == field.key) for field in layout.asked}
    return balanced_sum(
        [choose([(nw.col(layout.column(key)).is_null(), whole(0))], whole(weight)) for key, weight in relevance.items()]
    )


def weighted_points(layout: Layout, parameter: Parameter, as_of: date) -> nw.Expr:
    """Relevance × points of one parameter."""
    ranges = parameter.ranges
    literals = [whole(parameter.relevance * line.points) for line in lines(parameter)]
    if isinstance(ranges, Groups) and layout.fields[parameter.field].type is FieldType.CHOICES:
        return _choices_points(layout, parameter, ranges, literals)
    return line_chain(layout, parameter, as_of, literals)


def line_chain(layout: Layout, parameter: Parameter, as_of: date, literals: Sequence[nw.Expr]) -> nw.Expr:
    """For each contact the literal of the line it hits; one literal per line. Not for choices, which can hit several
    groups at once."""
    column = nw.col(layout.column(parameter.field))
    *hit, no_data = literals
    ranges = parameter.ranges
    missing = (column.is_null(), no_data)
    match ranges:
        case NumericRanges():
            return choose([missing, *_below(column, ranges.cuts, hit)], hit[-1])
        case AgeRanges():
            return choose([missing, *_younger(column, ranges.cuts, hit, as_of)], hit[-1])
        case YesNo():
            return choose([missing, (column, hit[0])], hit[1])
        case Groups():
            codes = [group_codes(layout, parameter, group) for group in ranges.groups]
            in_group = [(one_of(column, codes), literal) for codes, literal in zip(codes, hit, strict=False)]
            return choose([missing, *in_group], hit[-1])


def _below(column: nw.Expr, cuts: Sequence[int | float], literals: Sequence[nw.Expr]) -> list[tuple[nw.Expr, nw.Expr]]:
    return [(column < nw.lit(float(cut)), literal) for cut, literal in zip(cuts, literals, strict=False)]


def _younger(
    column: nw.Expr, cuts: Sequence[int], literals: Sequence[nw.Expr], as_of: date
) -> list[tuple[nw.Expr, nw.Expr]]:
    """Age below the cut: the day lies after the day that is `cut` days before the scoring day. A cut beyond the
    calendar is never, or always, reached."""
    branches = []
    for cut, literal in zip(cuts, literals, strict=False):
        if cut > (as_of - date.min).days:
            branches.append((~column.is_null(), literal))
        elif cut >= (as_of - date.max).days:
            branches.append((column > nw.lit(as_of - timedelta(days=cut)), literal))
    return branches


def group_codes(layout: Layout, parameter: Parameter, group: Group) -> list[int]:
    """The codes of the group's values, ascending."""
    listed = layout.listed(parameter.field)
    is_text = layout.fields[parameter.field].type is FieldType.TEXT
    return sorted({listed[fold(text) if is_text else text] for text in group.values})


def _choices_points(layout: Layout, parameter: Parameter, ranges: Groups, literals: Sequence[nw.Expr]) -> nw.Expr:
    *_, anything_else, no_data = literals
    hits = group_hits(layout, parameter)
    missing = nw.col(layout.column(parameter.field)).is_null()
    if ranges.combine is Combine.SUM:
        added = balanced_sum([choose([(hit, literal)], whole(0)) for hit, literal in zip(hits, literals, strict=False)])
        none_hit = ~reduce(or_, hits)
        return choose([(missing, no_data), (none_hit, anything_else)], added)
    best_first = sorted(zip(hits, ranges.groups, literals, strict=False), key=lambda hit: -hit[1].points)
    return choose([(missing, no_data), *((hit, literal) for hit, _, literal in best_first)], anything_else)


def group_hits(layout: Layout, parameter: Parameter) -> list[nw.Expr]:
    """For a choices parameter: one condition per group, whether the contact has any of its options; null for a
    contact without data."""
    assert isinstance(parameter.ranges, Groups)
    return [
        reduce(
            or_,
            [nw.col(layout.option_column(parameter.field, code)) for code in group_codes(layout, parameter, group)],
        )
        for group in parameter.ranges.groups
    ]


def one_of(column: nw.Expr, codes: Sequence[int]) -> nw.Expr:
    """Whether the column holds one of the whole numbers, given ascending. Neighbours become one range."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return reduce(or_, [_in_run(column, first, last) for first, last in runs])


def _in_run(column: nw.Expr, first: int, last: int) -> nw.Expr:
    if first == last:
        return column == whole(first)
    return (column >= whole(first)) & (column <= whole(last))


def step(column: nw.Expr, edges: Sequence[int]) -> nw.Expr:
    """The number of edges at or below the column's value: the band."""
    below = [(column < whole(edge), whole(number)) for number, edge in enumerate(edges)]
    return choose(below, whole(len(edges)))


def choose(branches: Sequence[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The value of the first branch whose condition holds."""
    if not branches:
        return otherwise
    (condition, value), *rest = branches
    chain = nw.when(condition).then(value)
    for condition, value in rest:
        chain = chain.when(condition).then(value)
    return chain.otherwise(otherwise)


def balanced_sum(terms: Sequence[nw.Expr]) -> nw.Expr:
    """The terms added as a balanced tree: a chain of 200 additions would be 200 levels deep."""
    if not terms:
        return whole(0)
    while len(terms) > 1:
        pairs = [left + right for left, right in zip(terms[::2], terms[1::2], strict=False)]
        terms = [*pairs, terms[-1]] if len(terms) % 2 else pairs
    return terms[0]


def whole(number: int) -> nw.Expr:
    """A literal whole number."""
    return nw.lit(number, nw.Int32)
