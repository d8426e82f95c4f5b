"""Small tables as values for the specification: what the tests of schemes and examples read their CSV files with.

Knows nothing but clean files: ISO days unless told otherwise, decimal points, true/false/yes/no.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from satsuma.domain.metrics import PER_UNIT, Role, Row, measure, row_columns
from satsuma.domain.model import Field, FieldType, Metric, Segmentation, Source, Value
from satsuma.domain.scoring import Result, score

YES, NO = {"true", "yes"}, {"false", "no"}


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file whose column `key` names the contact. A cell that holds `empty` is None."""

    path: Path
    key: str
    empty: str = ""
    date_format: str = "%Y-%m-%d"

    def read(self) -> Iterator[dict[str, str | None]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.DictReader(file, strict=True):
                yield {column: None if text == self.empty else text for column, text in record.items()}

    def day(self, text: str) -> date:
        return datetime.strptime(text, self.date_format).date()


def results(
    segmentation: Segmentation, contacts: Table, as_of: date, counted: Mapping[Source, Table] | None = None
) -> dict[str, Result]:
    """Every contact's result by its key, from the specification."""
    rows = {
        source: rows_by_contact([field.metric for field in segmentation.fields if field.metric], source, table)
        for source, table in (counted or {}).items()
    }
    found = {}
    for contact in contacts.read():
        key = contact[contacts.key]
        assert key is not None
        own = {source: by_contact.get(key, []) for source, by_contact in rows.items()}
        record = {field.key: field_value(field, contact, contacts, own, as_of) for field in segmentation.fields}
        found[key] = score(segmentation, record, as_of)
    return found


def field_value(
    field: Field, contact: Mapping[str, str | None], table: Table, rows: Mapping[Source, list[Row]], as_of: date
) -> Value:
    if field.metric is not None:
        return measure(field.metric, rows[field.metric.of], as_of)
    text = contact[field.column or field.key]
    return None if text is None else cell_value(field, text, table)


def cell_value(field: Field, text: str, table: Table) -> Value:
    if field.type.is_numeric:
        return float(text)
    if field.type is FieldType.DATE:
        return table.day(text)
    if field.type is FieldType.YES_NO:
        assert text.lower() in YES | NO
        return text.lower() in YES
    if field.type is FieldType.CHOICES:
        return frozenset(part.strip() for part in text.split(field.separator))
    return text


def rows_by_contact(metrics: Iterable[Metric], source: Source, table: Table) -> dict[str, list[Row]]:
    columns = {column for metric in metrics if metric.of is source for column in row_columns(metric)}
    rows: dict[str, list[Row]] = defaultdict(list)
    for record in table.read():
        key = record[table.key]
        if key is not None:
            rows[key].append({column: row_cell(column.role, record[column.column], table) for column in columns})
    return rows


def row_cell(role: Role, text: str | None, table: Table) -> str | int | date | None:
    if text is None or role is Role.TEXT:
        return text
    return table.day(text) if role is Role.DAY else int(Decimal(text) * PER_UNIT)
