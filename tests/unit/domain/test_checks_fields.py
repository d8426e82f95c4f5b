"""Problems of fields: types, options, limits, metrics."""

from __future__ import annotations

from typing import Any

import pytest

from satsuma.domain.model import Aggregate, Field, FieldType, Metric, Option, Source
from support.drafts import SIZE, draft, of_field, problems


def metric(aggregate: Aggregate = Aggregate.COUNT, type: FieldType = FieldType.NUMBER, **rest: Any) -> Field:
    return Field("m", type, metric=Metric(Source.DEALS, aggregate, **rest))


def options(*keys: str) -> tuple[Option, ...]:
    return tuple(Option(key, key) for key in keys)


def test_a_plain_draft_has_no_problems() -> None:
    assert problems(draft()) == []


@pytest.mark.parametrize(
    "field",
    [
        Field("r", FieldType.RATING, minimum=0, maximum=10),
        Field("c", FieldType.CHOICE, options=options("a;b", "A")),
        Field("c", FieldType.CHOICES, options=options("a;b"), separator=","),
        metric(Aggregate.COUNT, where=(("stage", ("won",)),)),
        metric(Aggregate.SUM, FieldType.MONEY, column="value", day="closed", within_days=365),
        metric(Aggregate.LATEST, FieldType.DATE, column="closed"),
        Field("line\u2019s end", FieldType.TEXT, column="Two\nlines"),
    ],
)
def test_a_sound_field_has_no_problems(field: Field) -> None:
    assert problems(of_field(field)) == []


@pytest.mark.parametrize(
    ("field", "place", "code"),
    [
        (Field(" ", FieldType.TEXT), 'fields[" "]', "text_empty"),
        (Field("k" * 201, FieldType.TEXT), f"fields.{'k' * 201}", "text_too_long"),
        (Field("t", FieldType.TEXT, label="a\tb"), "fields.t.label", "text_characters"),
        (Field("t", FieldType.TEXT, unit=""), "fields.t.unit", "text_empty"),
        (Field("t", FieldType.TEXT, column=""), "fields.t.column", "text_empty"),
        (Field("t", FieldType.TEXT, column="a\0"), "fields.t.column", "text_characters"),
        (Field("t", FieldType.TEXT, column="e\u0301"), "fields.t.column", "text_not_nfc"),
        (Field("t", FieldType.TEXT, options=options("a")), "fields.t.options", "options_not_allowed"),
        (Field("c", FieldType.CHOICE, options=options("a", "a")), "fields.c.options", "option_twice"),
        (Field("c", FieldType.CHOICE, options=options("")), 'fields.c.options[""]', "text_empty"),
        (
            Field("c", FieldType.CHOICE, options=options(*map(str, range(10_001)))),
            "fields.c.options",
            "options_too_many",
        ),
        (Field("c", FieldType.CHOICE, separator=","), "fields.c.separator", "separator_not_allowed"),
        (Field("c", FieldType.CHOICES, separator=""), "fields.c.separator", "text_empty"),
        (Field("c", FieldType.CHOICES, options=options("a;b")), "fields.c.separator", "separator_in_value"),
        (Field("n", FieldType.NUMBER, minimum=0), "fields.n", "limits_not_allowed"),
        (Field("n", FieldType.NUMBER, maximum=0), "fields.n", "limits_not_allowed"),
        (Field("r", FieldType.RATING, minimum=0), "fields.r", "limits_missing"),
        (Field("r", FieldType.RATING, minimum=5, maximum=5), "fields.r", "limits_reversed"),
        (Field("r", FieldType.RATING, minimum=0, maximum=10**16), "fields.r.max", "number_too_large"),
        (Field("m", FieldType.NUMBER, column="x", metric=metric().metric), "fields.m.column", "column_and_metric"),
        (metric(type=FieldType.DATE), "fields.m.metric.aggregate", "metric_does_not_fit"),
        (metric(type=FieldType.RATING), "fields.m.metric.aggregate", "metric_does_not_fit"),
        (metric(Aggregate.LATEST, column="d"), "fields.m.metric.aggregate", "metric_does_not_fit"),
        (metric(Aggregate.SUM), "fields.m.metric.column", "metric_column_missing"),
        (metric(Aggregate.SHARE, column="x"), "fields.m.metric.column", "metric_column_not_allowed"),
        (metric(Aggregate.SUM, column=""), "fields.m.metric.column", "text_empty"),
        (metric(day=""), "fields.m.metric.day", "text_empty"),
        (metric(within_days=5), "fields.m.metric", "metric_day_missing"),
        (metric(day="d", within_days=0), "fields.m.metric.within_days", "metric_window"),
        (metric(day="d", within_days=1_000_001), "fields.m.metric.within_days", "metric_window"),
        (metric(where=(("stage", ()),)), "fields.m.metric.where.stage", "metric_where_empty"),
        (metric(where=(("stage", ("won", "")),)), "fields.m.metric.where.stage[1]", "text_empty"),
        (metric(where=(("a", ("x",)), ("a", ("y",)))), "fields.m.metric.where.a", "name_twice"),
    ],
)
def test_a_broken_rule_is_found_at_its_place(field: Field, place: str, code: str) -> None:
    expected = [(place, code)]
    if field.type is FieldType.RATING and field.metric is not None:
        expected.insert(0, ("fields.m", "limits_missing"))
    assert problems(of_field(field)) == expected


def test_two_fields_of_one_key_are_a_problem() -> None:
    assert problems(draft(fields=(SIZE, SIZE))) == [("fields.size", "field_twice")]


def test_a_thousand_fields_are_the_limit() -> None:
    many = [SIZE, *(Field(f"f{number}", FieldType.TEXT) for number in range(1000))]
    assert problems(draft(fields=many[:1000])) == []
    assert problems(draft(fields=many)) == [("fields", "fields_too_many")]
