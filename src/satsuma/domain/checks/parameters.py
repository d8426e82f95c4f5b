"""Rules for parameters: their number, field, relevance, points. Called by `find_problems`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.cuts import CUT_RULES
from satsuma.domain.checks.groups import GROUP_RULES
from satsuma.domain.checks.question import Question, fitting_key, key_of
from satsuma.domain.checks.texts import quoted, shown
from satsuma.domain.errors import Problem
from satsuma.domain.limits import (
    MAX_PARAMETERS,
    MAX_POINTS,
    MAX_RANGES,
    MAX_RELEVANCE,
    MIN_POINTS,
    MIN_RELEVANCE,
)
from satsuma.domain.model import AgeRanges, Axis, Field, Groups, NumericRanges, Parameter, YesNo
from satsuma.domain.places import Path, place
from satsuma.domain.suggestion import hint


def parameters_problems(axis: Axis, path: Path, fields: Mapping[str, Field]) -> Iterator[Problem]:
    """Everything wrong with the axis' parameters; `path` is that of the list."""
    count = len(axis.parameters)
    if count == 0:
        yield Problem(place(*path), Code.PARAMETERS_MISSING, "There is no parameter. Add at least one.")
    if count > MAX_PARAMETERS:
        message = f"There are {count} parameters. At most {MAX_PARAMETERS} are allowed on one axis: remove some."
        yield Problem(place(*path), Code.PARAMETERS_TOO_MANY, message, {"count": count, "limit": MAX_PARAMETERS})
    seen: set[str] = set()
    for index, parameter in enumerate(axis.parameters[:MAX_PARAMETERS]):  # the rest is to go anyway
        question = Question(parameter, (*path, index), fields.get(parameter.field))
        if parameter.field in seen:
            message = f"The field {quoted(parameter.field)} is asked for twice on one axis. Remove one of the two."
            yield Problem(question.at(), Code.PARAMETER_TWICE, message, {"field": parameter.field})
        seen.add(parameter.field)
        if question.field is None:
            message = f"There is no field {quoted(parameter.field)}. {hint(parameter.field, fields)}"
            yield Problem(question.at("field"), Code.FIELD_UNKNOWN, message, {"field": parameter.field})
        for rule in PARAMETER_RULES:
            yield from rule(question)


def _kind(question: Question) -> Iterator[Problem]:
    if question.field is None:
        return
    given, needed = key_of(question.parameter.ranges), fitting_key(question.field.type)
    if given != needed:
        message = f"The field is of type {question.field.type} and takes {needed}, not {given}. Write {needed}."
        facts = {"field": question.field.key, "type": question.field.type, "given": given, "needed": needed}
        yield Problem(question.at(), Code.RANGES_DO_NOT_FIT, message, facts)


def _relevance(question: Question) -> Iterator[Problem]:
    relevance = question.parameter.relevance
    if not MIN_RELEVANCE <= relevance <= MAX_RELEVANCE:
        message = f"The relevance must be from {MIN_RELEVANCE} to {MAX_RELEVANCE}, not {shown(relevance)}."
        facts = {"relevance": relevance, "at_least": MIN_RELEVANCE, "at_most": MAX_RELEVANCE}
        yield Problem(question.at("relevance"), Code.RELEVANCE, message, facts)


def _range_count(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if isinstance(ranges, YesNo):
        return
    key = key_of(ranges)
    count = len(ranges.groups) if isinstance(ranges, Groups) else len(ranges.points)
    if count == 0:
        yield Problem(question.at(key), Code.RANGES_MISSING, "There is no range. Add at least one.")
    if count > MAX_RANGES:
        message = f"There are {count} ranges. At most {MAX_RANGES} are allowed: join some."
        yield Problem(question.at(key), Code.RANGES_TOO_MANY, message, {"count": count, "limit": MAX_RANGES})


def _points(question: Question) -> Iterator[Problem]:
    for path, points in _every_points(question.parameter):
        if not MIN_POINTS <= points <= MAX_POINTS:
            message = f"Points must be from {MIN_POINTS} to {MAX_POINTS}, not {shown(points)}."
            facts = {"points": points, "at_least": MIN_POINTS, "at_most": MAX_POINTS}
            yield Problem(question.at(*path), Code.POINTS, message, facts)


def _every_points(parameter: Parameter) -> Iterator[tuple[Path, int]]:
    ranges = parameter.ranges
    match ranges:
        case NumericRanges() | AgeRanges():
            for index, points in enumerate(ranges.points):
                yield (key_of(ranges), "points", index), points
        case Groups():
            for index, group in enumerate(ranges.groups):
                yield ("groups", index, "points"), group.points
            yield ("anything_else",), ranges.anything_else
        case YesNo():
            yield ("yes",), ranges.yes
            yield ("no",), ranges.no
    yield ("no_data",), parameter.no_data


PARAMETER_RULES: tuple[Callable[[Question], Iterator[Problem]], ...] = (
    _kind,
    _relevance,
    _range_count,
    _points,
    *CUT_RULES,
    *GROUP_RULES,
)
