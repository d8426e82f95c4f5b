"""Bringing a small file in, as the pages do it: for tests of imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from satsuma.app.crm.imports.mapping import FileMapping
from satsuma.app.crm.models import Import
from satsuma.app.crm.services.import_runs import check_import, run_import
from satsuma.app.crm.services.imports import (
    allow_bad_rows,
    create_import,
    set_mapping,
    set_reading,
)

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data"
TABLES = ("crm_contact", "crm_deal", "crm_contacttag")


def upload(content: str | bytes, name: str = "file.csv", **reading: Any) -> Import:
    data = content.encode() if isinstance(content, str) else content
    row = create_import(file_name=name, parts=[data], by=None, at=NOW)
    return set_reading(import_id=row.pk, reading=reading, at=NOW) if reading else row


def mapped(row: Import, *, keys: dict[str, str] | None = None, add_options: bool = True, **columns: str) -> Import:
    """With these columns sent elsewhere than was guessed; blanks in names are underscores here."""
    mapping = FileMapping.from_json(row.mapping or {})
    changed = tuple(
        replace(column, to=columns.get(column.column.replace(" ", "_"), column.to)) for column in mapping.columns
    )
    whole = replace(mapping, columns=changed, keys={**mapping.keys, **(keys or {})}, add_options=add_options)
    return set_mapping(import_id=row.pk, mapping=whole, at=NOW)


def checked(row: Import) -> dict[str, Any]:
    report = check_import(row, at=NOW).report
    assert report is not None
    return report


def brought_in(row: Import, *, skip_bad_rows: bool = False) -> Import:
    check_import(row, at=NOW)
    allow_bad_rows(import_id=row.pk, skip_bad_rows=skip_bad_rows)
    row.refresh_from_db()
    run_import(row, by=None, at=NOW)
    row.refresh_from_db()
    return row


def bring_in(content: str | bytes, name: str = "file.csv", **kwargs: Any) -> Import:
    return brought_in(mapped(upload(content, name), **kwargs))


def counts(report: dict[str, Any]) -> dict[str, tuple[int, int, int]]:
    """New, changed and unchanged by part."""
    return {part["part"]: (part["new"], part["changed"], part["unchanged"]) for part in report["parts"]}


def errors(report: dict[str, Any]) -> list[tuple[int, str, str, str]]:
    return [(error["row"], error["column"], error["text"], error["reason"]) for error in report["errors"]]


def everything_stored() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of contacts, deals and tags, without the columns that count saves and times."""
    leave_out = {"changed", "version", "updated_at"}
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            names = [column[0] for column in cursor.description]
            kept = [place for place, name in enumerate(names) if name not in leave_out]
            found[table] = [tuple(str(row[place]) for place in kept) for row in cursor.fetchall()]
    return found
