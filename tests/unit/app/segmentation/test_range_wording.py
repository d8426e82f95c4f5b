"""Ranges and values in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from satsuma.app.crm.fields import FieldOption, FieldSpec, Source
from satsuma.app.locale import in_currency
from satsuma.app.segmentation.range_wording import exact_value, line_text, lines_text, named_field, value_text
from satsuma.domain.model import Aggregate, Combine, Field, FieldType, Kind, Metric, Option, Parameter, Value
from satsuma.domain.model import Source as Of
from satsuma.domain.scoring import lines, lines_hit
from support.models import by_age, by_answer, by_group, by_range


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"), in_currency("EUR"):
        yield


def spec(type_: str, *, unit: str = "", options: tuple[str, ...] = (), **facts: Any) -> FieldSpec:
    listed = tuple(FieldOption(key, key.capitalize()) for key in options)
    source = Source.METRIC if "metric" in facts else Source.CUSTOM
    return FieldSpec(1, Kind.COMPANY, "f1", source, FieldType(type_), "Asked", unit=unit, options=listed, **facts)


MONEY, NUMBER = spec("money"), spec("number", unit="pcs")
NPS = spec("rating", minimum=0, maximum=10)
COUNT = spec("number", metric=Metric(Of.DEALS, Aggregate.COUNT))
SHARE = spec("number", metric=Metric(Of.DEALS, Aggregate.SHARE, where=(("state", ("won",)),), day="closed_on"))
DAY, WORDS = spec("date"), spec("text")
CHOICE = spec("choice", options=("full", "shared", "none", "four", "five", "six", "seven"))


def told(field: FieldSpec, parameter: Parameter) -> list[str]:
    return [line_text(parameter, field, line) for line in lines(parameter)]


@pytest.mark.parametrize(
    ("field", "parameter", "expected"),
    [
        (
            MONEY,
            by_range("f1", [5000, 15000.5], [1, 2, 3]),
            ["under €5,000", "from €5,000 to under €15,000.50", "€15,000.50 or more", "no data"],
        ),
        (NUMBER, by_range("f1", [0.00001], [1, 2]), ["under 0.00001 pcs", "0.00001 pcs or more", "no data"]),
        (NUMBER, by_range("f1", [], [1]), ["any number", "no data"]),
        (NPS, by_range("f1", [7, 9], [1, 2, 3]), ["0–6", "7–8", "9–10", "no data"]),
        (COUNT, by_range("f1", [1, 2, 5], [1, 2, 3, 4]), ["0", "1", "2–4", "5 or more", "no data"]),
        (SHARE, by_range("f1", [0.125], [1, 2]), ["under 12.5%", "12.5% or more", "no data"]),
        (
            DAY,
            by_age("f1", [30, 90], [1, 2, 3]),
            ["less than 30 days ago", "30–89 days ago", "90 or more days ago", "no data"],
        ),
        (
            DAY,
            by_age("f1", [-30, -1, 0, 1, 2], [1, 2, 3, 4, 5, 6]),
            [
                "31 or more days ahead",
                "2–30 days ahead",
                "1 day ahead",
                "today",
                "1 day ago",
                "2 or more days ago",
                "no data",
            ],
        ),
        (DAY, by_age("f1", [0], [1, 2]), ["in the future", "today or earlier", "no data"]),
        (DAY, by_age("f1", [1, 3], [1, 2, 3]), ["today or later", "1–2 days ago", "3 or more days ago", "no data"]),
        (
            DAY,
            by_age("f1", [-3, 5], [1, 2, 3]),
            ["4 or more days ahead", "from 3 days ahead to 4 days ago", "5 or more days ago", "no data"],
        ),
        (CHOICE, by_group("f1", {"full, shared": 1, "none": 2}), ["Full, Shared", "None", "anything else", "no data"]),
        (
            CHOICE,
            by_group("f1", {"full, shared, none, four, five, six, seven": 1}),
            ["Full, Shared, None, Four, Five and 2 more", "anything else", "no data"],
        ),
        (spec("yes_no"), by_answer("f1", yes=1, no=0), ["yes", "no", "no data"]),
    ],
)
def test_every_line_reads_as_people_say_it(field: FieldSpec, parameter: Parameter, expected: list[str]) -> None:
    assert told(field, parameter) == expected


@pytest.mark.parametrize(
    ("field", "value", "shown", "exact"),
    [
        (MONEY, 712.1667, "€712.17", "€712.1667"),
        (NUMBER, 1234567.000001, "1,234,567 pcs", "1,234,567.000001 pcs"),
        (SHARE, 0.33335, "33.3%", "33.335%"),
        (DAY, date(2026, 11, 3), "Nov 3, 2026", "Nov 3, 2026"),
        (CHOICE, "shared", "Shared", "Shared"),
        (spec("yes_no"), True, "yes", "yes"),
        (MONEY, None, "no data", "no data"),
    ],
)
def test_values_are_shown_as_on_profiles_and_limits_exactly(
    field: FieldSpec, value: Value, shown: str, exact: str
) -> None:
    assert (value_text(field, value), exact_value(field, value)) == (shown, exact)


def test_the_language_is_the_readers() -> None:
    parameter = by_range("f1", [5000], [1, 2])
    with translation.override("pl"):
        assert "5000" in told(MONEY, parameter)[1].replace("\N{NO-BREAK SPACE}", "")


def test_lines_that_are_hit_together_are_told_together() -> None:
    brands = spec("choices", options=("alfa", "beta"))
    parameter = by_group("f1", {"alfa": 1, "beta": 2}, combine=Combine.SUM)
    hit = lines_hit(parameter, brands.domain_field(), frozenset({"alfa", "beta"}), date(2026, 1, 1))
    assert lines_text(parameter, brands, hit) == "Alfa + Beta"


def test_a_field_is_called_as_now_or_as_it_was_where_it_is_gone() -> None:
    asked = Field("f1", FieldType.CHOICE, label="Then", options=(Option("o1", "One"),))
    now = spec("choice", options=("o1",))
    assert named_field(Kind.COMPANY, asked, {"f1": now}) is now
    gone = named_field(Kind.COMPANY, asked, {})
    assert (gone.label, gone.option_labels, gone.on_form) == ("Then", {"o1": "One"}, False)
    assert named_field(Kind.COMPANY, asked, {"f1": MONEY}).label == "Then"  # another type is another fact
