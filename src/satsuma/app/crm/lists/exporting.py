"""A list as rows for a file: the columns, filter and order that are shown. Called by the pages of lists and by jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from satsuma.app.crm.exports.sheets import Row
from satsuma.app.crm.lists.cells import cell_labels
from satsuma.app.crm.lists.columns import Answer, Column
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.crm.lists.query import ListQuery
from satsuma.app.crm.queries.lists import iterate_rows


def export_headings(definition: ListDefinition, query: ListQuery) -> list[str]:
    return [definition.by_key[key].label for key in query.columns]


def export_list_rows(definition: ListDefinition, query: ListQuery, *, as_of: date) -> Iterator[Row]:
    """Each row's values in the order of the columns: numbers, days and moments typed, options by their names."""
    columns = [definition.by_key[key] for key in query.columns]
    for row in iterate_rows(definition, query, as_of=as_of):
        yield [export_value(column, row) for column in columns]


def export_value(column: Column, row: Any) -> Any:
    match column.answer:
        case Answer.CHOICE:
            return next(iter(cell_labels(column, row)), None)
        case Answer.CHOICES:
            return list(cell_labels(column, row)) or None
        case _:
            return column.value(row)
