"""Rules for numeric ranges and ages. Called by `parameters`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.question import Question, key_of
from satsuma.domain.checks.texts import decimals, is_usable, number_problems, shown
from satsuma.domain.errors import Problem
from satsuma.domain.limits import MAX_AGE_DAYS, MONEY_DECIMALS
from satsuma.domain.model import AgeRanges, FieldType, NumericRanges


def _points_count(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if not isinstance(ranges, NumericRanges | AgeRanges):
        return
    cuts, points = len(ranges.cuts), len(ranges.points)
    if points and points != cuts + 1:
        message = (
            f"{cuts} cuts make {cuts + 1} ranges, but there are points for {points}. Give one more points than cuts."
        )
        facts = {"cuts": cuts, "points": points}
        yield Problem(question.at(key_of(ranges), "points"), Code.POINTS_COUNT, message, facts)


def _cuts_rise(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if not isinstance(ranges, NumericRanges | AgeRanges):
        return
    for lower, upper in pairwise(cut for cut in ranges.cuts if is_usable(cut)):
        if lower >= upper:
            message = f"Cut points must rise, but {shown(upper)} comes after {shown(lower)}. Put them in order."
            facts = {"cut": upper, "before": lower}
            yield Problem(question.at(key_of(ranges), "cuts"), Code.CUTS_NOT_INCREASING, message, facts)
            return


def _numeric_cuts(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if not isinstance(ranges, NumericRanges):
        return
    is_money = question.field is not None and question.field.type is FieldType.MONEY
    for index, cut in enumerate(ranges.cuts):
        yield from number_problems(cut, (*question.path, "ranges", "cuts", index))
        if is_money and is_usable(cut) and decimals(cut) > MONEY_DECIMALS:
            message = f"Money has at most {MONEY_DECIMALS} decimals, not {decimals(cut)}: round {shown(cut)}."
            facts = {"number": cut, "limit": MONEY_DECIMALS, "field": question.parameter.field}
            yield Problem(question.at("ranges", "cuts", index), Code.NUMBER_TOO_PRECISE, message, facts)


def _age_cuts(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if not isinstance(ranges, AgeRanges):
        return
    for index, cut in enumerate(ranges.cuts):
        at = question.at("ages", "cuts", index)
        if not is_usable(cut) or cut != int(cut):
            message = f"Ages are whole days, not {shown(cut)}. Round it."
            yield Problem(at, Code.CUT_NOT_WHOLE, message, {"cut": str(cut)})
        elif abs(cut) > MAX_AGE_DAYS:
            message = f"An age of {shown(cut)} days is too large. At most {MAX_AGE_DAYS:,} are allowed."
            yield Problem(at, Code.NUMBER_TOO_LARGE, message, {"number": shown(cut), "limit": MAX_AGE_DAYS})


CUT_RULES: tuple[Callable[[Question], Iterator[Problem]], ...] = (_points_count, _cuts_rise, _numeric_cuts, _age_cuts)
