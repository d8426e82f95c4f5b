"""Rules for fields and metrics. Called by `find_problems`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from satsuma.domain.checks.codes import Code
from satsuma.domain.checks.texts import description_problems, name_problems, number_problems, quoted, word_problems
from satsuma.domain.errors import Problem
from satsuma.domain.limits import MAX_AGE_DAYS, MAX_FIELDS, MAX_OPTIONS
from satsuma.domain.model import Aggregate, Field, FieldType, Metric, Segmentation
from satsuma.domain.places import place

DEFAULT_SEPARATOR = ";"
COUNTED_TYPES = (FieldType.NUMBER, FieldType.MONEY)


def fields_problems(segmentation: Segmentation) -> Iterator[Problem]:
    """Everything wrong with the fields, each looked at by itself."""
    count = len(segmentation.fields)
    if count > MAX_FIELDS:
        message = f"There are {count} fields. At most {MAX_FIELDS} are allowed: remove those that nothing asks for."
        yield Problem("fields", Code.FIELDS_TOO_MANY, message, {"count": count, "limit": MAX_FIELDS})
    seen: set[str] = set()
    for field in segmentation.fields:
        if field.key in seen:
            message = f"Two fields have the key {quoted(field.key)}. Rename one."
            yield Problem(place("fields", field.key), Code.FIELD_TWICE, message, {"field": field.key})
        seen.add(field.key)
        for rule in FIELD_RULES:
            yield from rule(field)


def _texts(field: Field) -> Iterator[Problem]:
    yield from name_problems(field.key, ("fields", field.key))
    if field.label is not None:
        yield from name_problems(field.label, ("fields", field.key, "label"))
    if field.unit is not None:
        yield from name_problems(field.unit, ("fields", field.key, "unit"))
    if field.column is not None:
        yield from word_problems(field.column, ("fields", field.key, "column"))


def _options(field: Field) -> Iterator[Problem]:
    at = place("fields", field.key, "options")
    if field.options and not field.type.has_options:
        message = f"A field of type {field.type} has no options. Remove them, or make the type choice or choices."
        yield Problem(at, Code.OPTIONS_NOT_ALLOWED, message, {"type": field.type})
    if len(field.options) > MAX_OPTIONS:
        message = f"There are {len(field.options):,} options. At most {MAX_OPTIONS:,} are allowed: use type text."
        yield Problem(at, Code.OPTIONS_TOO_MANY, message, {"count": len(field.options), "limit": MAX_OPTIONS})
    seen: set[str] = set()
    for option in field.options:
        yield from word_problems(option.key, ("fields", field.key, "options", option.key))
        if option.label != option.key:
            yield from description_problems(option.label, ("fields", field.key, "options", option.key))
        if option.key in seen:
            message = f"The option {quoted(option.key)} is listed twice. Remove one of the two."
            yield Problem(at, Code.OPTION_TWICE, message, {"option": option.key})
        seen.add(option.key)


def _separator(field: Field) -> Iterator[Problem]:
    at = place("fields", field.key, "separator")
    if field.type is not FieldType.CHOICES:
        if field.separator != DEFAULT_SEPARATOR:
            message = f"Only a field of type choices has a separator, this one is of type {field.type}. Remove it."
            yield Problem(at, Code.SEPARATOR_NOT_ALLOWED, message, {"type": field.type})
        return
    if not field.separator:
        message = 'The separator is empty. Write what stands between the options in a cell, such as ";".'
        yield Problem(at, Code.TEXT_EMPTY, message)
        return
    for option in field.options:
        if field.separator in option.key:
            message = (
                f"The option {quoted(option.key)} holds the separator {quoted(field.separator)}, so it could never be "
                "read from a cell. Choose another separator."
            )
            facts = {"option": option.key, "separator": field.separator}
            yield Problem(at, Code.SEPARATOR_IN_VALUE, message, facts)


def _limits(field: Field) -> Iterator[Problem]:
    at = place("fields", field.key)
    smallest, largest = field.minimum, field.maximum
    if field.type is not FieldType.RATING:
        if smallest is not None or largest is not None:
            message = f"Only a rating has `min` and `max`, this field is of type {field.type}. Remove them."
            yield Problem(at, Code.LIMITS_NOT_ALLOWED, message, {"type": field.type})
        return
    if smallest is None or largest is None:
        message = "A rating needs its smallest and largest value. Add `min` and `max`, such as 0 and 10."
        yield Problem(at, Code.LIMITS_MISSING, message)
        return
    yield from number_problems(smallest, ("fields", field.key, "min"))
    yield from number_problems(largest, ("fields", field.key, "max"))
    if smallest >= largest:
        message = f"`min` ({smallest}) must be below `max` ({largest})."
        yield Problem(at, Code.LIMITS_REVERSED, message, {"min": smallest, "max": largest})


def _metric(field: Field) -> Iterator[Problem]:
    if field.metric is None:
        return
    if field.column is not None:
        message = "A metric is computed, it has no column of its own. Remove `column` beside `metric`."
        yield Problem(place("fields", field.key, "column"), Code.COLUMN_AND_METRIC, message)
    for rule in METRIC_RULES:
        yield from rule(field, field.metric)


def _metric_type(field: Field, metric: Metric) -> Iterator[Problem]:
    fits = (FieldType.DATE,) if metric.aggregate.gives_date else COUNTED_TYPES
    if field.type not in fits:
        allowed = " or ".join(fits)
        message = f"{metric.aggregate} gives a field of type {allowed}, not {field.type}. Change the type."
        facts = {"aggregate": metric.aggregate, "type": field.type, "allowed": list(fits)}
        yield Problem(place("fields", field.key, "metric", "aggregate"), Code.METRIC_DOES_NOT_FIT, message, facts)


def _metric_column(field: Field, metric: Metric) -> Iterator[Problem]:
    at = place("fields", field.key, "metric", "column")
    if metric.aggregate.needs_column and metric.column is None:
        message = f"{metric.aggregate} needs the column that it is taken over. Add `column`."
        yield Problem(at, Code.METRIC_COLUMN_MISSING, message, {"aggregate": metric.aggregate})
    if not metric.aggregate.needs_column and metric.column is not None:
        instead = ", or use distinct" if metric.aggregate is Aggregate.COUNT else ""
        message = f"{metric.aggregate} takes whole rows and has no column. Remove `column`{instead}."
        yield Problem(at, Code.METRIC_COLUMN_NOT_ALLOWED, message, {"aggregate": metric.aggregate})
    if metric.column is not None:
        yield from word_problems(metric.column, ("fields", field.key, "metric", "column"))


def _metric_window(field: Field, metric: Metric) -> Iterator[Problem]:
    if metric.day is not None:
        yield from word_problems(metric.day, ("fields", field.key, "metric", "day"))
    if metric.within_days is None:
        return
    if metric.day is None:
        message = "`within_days` needs `day`, the date column that places a row in time. Add it."
        yield Problem(place("fields", field.key, "metric"), Code.METRIC_DAY_MISSING, message)
    if not 1 <= metric.within_days <= MAX_AGE_DAYS:
        message = f"`within_days` must be from 1 to {MAX_AGE_DAYS:,}."
        facts = {"within_days": metric.within_days, "limit": MAX_AGE_DAYS}
        yield Problem(place("fields", field.key, "metric", "within_days"), Code.METRIC_WINDOW, message, facts)


def _metric_where(field: Field, metric: Metric) -> Iterator[Problem]:
    seen: set[str] = set()
    for column, values in metric.where:
        path = ("fields", field.key, "metric", "where", column)
        yield from word_problems(column, path)
        if column in seen:
            message = f"The column {quoted(column)} has two conditions. Put the values into one list."
            yield Problem(place(*path), Code.NAME_TWICE, message, {"name": column})
        seen.add(column)
        if not values:
            message = "The list of values is empty, so no row would count. List the values, or remove the condition."
            yield Problem(place(*path), Code.METRIC_WHERE_EMPTY, message, {"column": column})
        for index, value in enumerate(values):
            yield from word_problems(value, (*path, index))


METRIC_RULES: tuple[Callable[[Field, Metric], Iterator[Problem]], ...] = (
    _metric_type,
    _metric_column,
    _metric_window,
    _metric_where,
)
FIELD_RULES: tuple[Callable[[Field], Iterator[Problem]], ...] = (_texts, _options, _separator, _limits, _metric)
