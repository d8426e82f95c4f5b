"""Explanations and the HTML report from what was read. Called by `explain` and `score`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from satsuma.cli.inputs import Inputs
from satsuma.domain.explanation import Explanation, explain
from satsuma.domain.model import Field, Segmentation
from satsuma.engine.facts import Contacts, records, some_of
from satsuma.engine.layout import Layout
from satsuma.engine.score import Scores
from satsuma.engine.snapshot import Snapshot

TOP_CUSTOMERS = 10
"""Customers that the report explains."""


def explain_contacts(
    segmentation: Segmentation, contacts: Contacts, numbers: Sequence[int], as_of: date
) -> list[Explanation]:
    """The explanations of the contacts with these numbers, in that order."""
    some = some_of(contacts, pl.Series(numbers, dtype=pl.Int64))
    return [explain(segmentation, record, as_of) for record in records(Layout(segmentation), some, as_of)]


def write_report(
    path: Path, segmentation: Segmentation, inputs: Inputs, as_of: date, frame: pl.DataFrame, value: str | None
) -> None:
    """The report on everybody as one HTML page; `frame` is what `score` gave, `value` the field to add up."""
    from satsuma.report import Customer, pareto, render_report
    from satsuma.tables.writing import write_text

    snapshot = Snapshot(inputs.contacts, as_of, value)
    preview = snapshot.preview(segmentation)
    values = snapshot.values(segmentation) if value else None
    totals = Scores(segmentation, frame).total.to_frame("score").with_row_index("number")
    highest = totals.sort("score", descending=True, maintain_order=True)["number"].head(TOP_CUSTOMERS).to_list()
    explained = explain_contacts(segmentation, inputs.contacts, highest, as_of)
    top = [
        Customer(str(inputs.contacts.keys[number]), explanation, values[number] if values is not None else None)
        for number, explanation in zip(highest, explained, strict=True)
    ]
    page = render_report(
        segmentation,
        preview,
        as_of=as_of,
        curve=pareto(values) if values is not None else None,
        top=top,
        value_title=_title_with_unit(segmentation.field(value)) if value else None,
        source=inputs.source,
        notes=inputs.notes,
    )
    write_text(path, page)


def _title_with_unit(field: Field) -> str:
    return f"{field.title} ({field.unit})" if field.unit else field.title
