"""Five customers whose report can be reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from satsuma.domain.explanation import explain
from satsuma.domain.model import FieldType, Segmentation
from satsuma.engine.facts import Contacts, records
from satsuma.engine.layout import Layout
from satsuma.engine.preview import Preview
from satsuma.engine.snapshot import Snapshot
from satsuma.report import Customer, pareto, render_report
from support.html_page import Element, parse
from support.models import AS_OF, by_range, field, plain

KEYS = ["A", "B", "C", "D", "E"]
USED = [5.0, 15.0, 25.0, None, 15.0]
VALUE = [100.0, 50.0, 40.0, 10.0, None]


@pytest.fixture
def segmentation() -> Segmentation:
    """Scores 0, 5 and 10: low, mid and high."""
    fields = [field("used", label="Seats used"), field("value", FieldType.MONEY, unit="EUR")]
    return plain(fields, [by_range("used", [10, 20], [0, 5, 10])], {"low": None, "mid": 4, "high": 8})


@pytest.fixture
def contacts() -> Contacts:
    return Contacts(pl.Series("key", KEYS), {"used": pl.Series(USED), "value": pl.Series(VALUE)})


def preview_of(segmentation: Segmentation, contacts: Contacts, **facts: Any) -> Preview:
    return Snapshot(contacts, AS_OF, **facts).preview(segmentation)


@pytest.fixture
def preview(segmentation: Segmentation, contacts: Contacts) -> Preview:
    return preview_of(segmentation, contacts, value_field="value")


Render = Callable[..., str]


@pytest.fixture
def render() -> Render:
    """The report on contacts given by columns; `value` names the column to add up."""

    def rendered(
        segmentation: Segmentation,
        values: Mapping[str, pl.Series],
        *,
        keys: Sequence[str],
        value: str | None = None,
        current: Sequence[str | None] | None = None,
        notes: Sequence[str] = (),
        source: str = "customers.csv",
    ) -> str:
        contacts = Contacts(pl.Series("key", keys, dtype=pl.String), values)
        before = None if current is None else pl.Series(current, dtype=pl.String)
        preview = preview_of(segmentation, contacts, value_field=value, current=before)
        worth = values[value] if value else pl.Series([None] * len(keys), dtype=pl.Float64)
        explained = [
            Customer(key, explain(segmentation, record, AS_OF), amount)
            for key, record, amount in zip(
                keys, records(Layout(segmentation), contacts, AS_OF), worth.to_list(), strict=True
            )
        ]
        top = sorted(explained, key=lambda customer: -customer.explanation.result.total.score)[:10]
        return render_report(
            segmentation,
            preview,
            as_of=AS_OF,
            curve=pareto(worth) if value else None,
            top=top,
            value_title="Value (EUR)" if value else None,
            source=source,
            notes=notes,
        )

    return rendered


@pytest.fixture
def html(render: Render, segmentation: Segmentation, contacts: Contacts) -> str:
    """The whole report on the five customers."""
    current = ["low", "low", "high", None, "gone"]
    return render(
        segmentation, contacts.values, keys=KEYS, value="value", current=current, notes=["1 deal is nobody's."]
    )


@pytest.fixture
def page(html: str) -> Element:
    return parse(html)
