"""Rules for groups of options and words. Called by `parameters`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.question import Question
from satsuma.domain.checks.texts import quoted, word_problems
from satsuma.domain.errors import Problem
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_GROUP_VALUES
from satsuma.domain.model import Combine, FieldType, Groups
from satsuma.domain.places import place
from satsuma.domain.suggestion import hint


def _groups(question: Question) -> Iterator[Problem]:
    ranges = question.parameter.ranges
    if not isinstance(ranges, Groups):
        return
    for index, group in enumerate(ranges.groups):
        path = (*question.path, "groups", index, "values")
        if not group.values:
            message = "The group is empty. List its values, or remove it."
            yield Problem(place(*path), Code.GROUP_EMPTY, message)
        if len(group.values) > MAX_GROUP_VALUES:
            count = len(group.values)
            message = f"The group has {count:,} values. At most {MAX_GROUP_VALUES:,} are allowed: split it."
            yield Problem(place(*path), Code.GROUP_TOO_LARGE, message, {"count": count, "limit": MAX_GROUP_VALUES})
        for number, value in enumerate(group.values):
            yield from word_problems(value, (*path, number))


def _values_differ(question: Question) -> Iterator[Problem]:
    """Groups are disjoint; words of a text field are compared folded. One problem for each group."""
    ranges = question.parameter.ranges
    if not isinstance(ranges, Groups) or question.field is None:
        return
    is_text = question.field.type is FieldType.TEXT
    seen: dict[str, int] = {}
    for index, group in enumerate(ranges.groups):
        repeated = []
        for value in group.values:
            compared = fold(value) if is_text else value
            if compared in seen:
                repeated.append(value)
            seen.setdefault(compared, index)
        if repeated:
            first = seen[fold(repeated[0]) if is_text else repeated[0]]
            where = "in this group" if first == index else f"in group {first + 1} too"
            message = f"{quoted(repeated[0])} is listed {where}. Keep it once: a value earns one group's points."
            facts = {"values": repeated, "group": first, "field": question.field.key}
            yield Problem(question.at("groups", index, "values"), Code.VALUE_TWICE, message, facts)


def _options_are_known(question: Question) -> Iterator[Problem]:
    field, ranges = question.field, question.parameter.ranges
    if not isinstance(ranges, Groups) or field is None or not field.type.has_options or not field.options:
        return
    known = {option.key: option.label for option in field.options}
    for index, group in enumerate(ranges.groups):
        unknown = [value for value in group.values if value not in known]
        if unknown:
            message = f"{quoted(unknown[0])} is no option of the field. {_meant(unknown[0], known)}"
            facts = {"values": unknown, "field": field.key}
            yield Problem(question.at("groups", index, "values"), Code.OPTION_UNKNOWN, message, facts)


def _meant(value: str, known: Mapping[str, str]) -> str:
    """What was probably meant; options are often given by their label by mistake."""
    by_label = next((key for key, label in known.items() if label == value), None)
    return f"Write its key, {quoted(by_label)}." if by_label is not None else hint(value, known)


def _separator_is_apart(question: Question) -> Iterator[Problem]:
    field, ranges = question.field, question.parameter.ranges
    if not isinstance(ranges, Groups) or field is None or field.type is not FieldType.CHOICES or field.options:
        return
    for index, group in enumerate(ranges.groups):
        for value in group.values:
            if field.separator and field.separator in value:
                message = (
                    f"{quoted(value)} holds the separator {quoted(field.separator)}, so it could never be read from a "
                    "cell. List its parts, or choose another separator."
                )
                facts = {"option": value, "separator": field.separator, "field": field.key}
                yield Problem(question.at("groups", index, "values"), Code.SEPARATOR_IN_VALUE, message, facts)


def _combine(question: Question) -> Iterator[Problem]:
    field, ranges = question.field, question.parameter.ranges
    if field is None or field.type is FieldType.CHOICES or not isinstance(ranges, Groups):
        return
    if ranges.combine is not Combine.BEST:
        message = f"Only groups of choices can be summed; a field of type {field.type} hits one group. Remove combine."
        facts = {"field": field.key, "type": field.type}
        yield Problem(question.at("combine"), Code.COMBINE_WITHOUT_CHOICES, message, facts)


GROUP_RULES: tuple[Callable[[Question], Iterator[Problem]], ...] = (
    _groups,
    _values_differ,
    _options_are_known,
    _separator_is_apart,
    _combine,
)
