"""Finds what is stored for keys out of a file, thousands at a time, by the indexes. Called by the plans."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from django.db import connection

from satsuma.app.crm.imports.context import Part
from satsuma.app.crm.models import Contact, Deal

CHUNK = 20_000
FOUND = {"key": pl.String, "id": pl.Int64, "binned": pl.Boolean, "company_id": pl.Int64, "person_id": pl.Int64}
COLUMNS = {"external_id": "external_id", "domain": "domain", "email": "email_folded", "name": "name_folded"}
"""The column of contacts that a key is looked up in."""
HAVE_EMPTY = ("external_id", "domain", "email_folded")
"""Columns whose index leaves empty texts out: a query must say so to use it."""


def find_contacts(part: Part, key: str, texts: Sequence[str]) -> pl.DataFrame:
    """Contacts of the kind by key: `key`, `id`, `binned`, `company_id`. Those in the bin only for external ids, which
    they keep."""
    column = COLUMNS[key]
    conditions = ["c.kind = %s"]
    if column in HAVE_EMPTY:
        conditions.append(f"NOT (c.{column} = '')")
    if column != "external_id":
        conditions.append("c.binned_at IS NULL")
    columns = "k.value, c.id, c.binned_at IS NOT NULL, c.company_id, NULL"
    return _found(columns, Contact._meta.db_table, column, conditions, [part.value], texts)


def find_deals(key: str, texts: Sequence[str]) -> pl.DataFrame:
    """Deals by external id, or by folded title with their company and person; in the bin only by id."""
    column = {"external_id": "external_id", "title": "title_folded"}[key]
    conditions = ["NOT (c.external_id = '')" if column == "external_id" else "c.binned_at IS NULL"]
    columns = "k.value, c.id, c.binned_at IS NOT NULL, c.company_id, c.person_id"
    return _found(columns, Deal._meta.db_table, column, conditions, [], texts)


def _found(
    columns: str, table: str, column: str, conditions: Sequence[str], given: Sequence[Any], texts: Sequence[str]
) -> pl.DataFrame:
    """Names come from this module and the models alone; keys are handed over as one JSON list."""
    keys = "json_each(%s)" if connection.vendor == "sqlite" else "jsonb_array_elements_text(%s::jsonb)"
    # CROSS JOIN keeps SQLite from walking the table and searching the list.
    join = "CROSS JOIN" if connection.vendor == "sqlite" else "JOIN"
    link = "WHERE" if connection.vendor == "sqlite" else "ON"
    sql = f"SELECT {columns} FROM {keys} k {join} {table} c {link} c.{column} = k.value AND {' AND '.join(conditions)}"  # noqa: S608
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for part in _chunks(texts):
            cursor.execute(sql, [json.dumps(part, ensure_ascii=False), *given])
            rows += cursor.fetchall()
    found = pl.DataFrame(rows, schema=[*FOUND], orient="row") if rows else pl.DataFrame(schema=FOUND)
    return found.cast(FOUND)  # type: ignore[arg-type]


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    return (list(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK))
