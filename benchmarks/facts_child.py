"""`python -m benchmarks.facts_child ROWS`: fills the installation that SATSUMA_DATA and SATSUMA_DATABASE_URL name, and
measures. Prints seconds by name as JSON."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from itertools import islice
from typing import Any

import polars as pl

from benchmarks.timing import assert_same, seconds

AS_OF = date(2026, 11, 21)
SAMPLE = 20_000
"""Companies that slow ways read; their time is scaled up to everybody."""
REPETITIONS = 3
EDITED = 100
"""One in so many is edited before each refresh."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    import django

    django.setup()
    from benchmarks.installation import create_installation

    rows = int(sys.argv[1])
    create_installation(rows)
    print(json.dumps({**_reading(rows), **_keeping(), **_measuring()}))


def _best(run: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    best = float("inf")
    for _ in range(REPETITIONS):
        before()
        best = min(best, seconds(run))
    return best


def _reading(rows: int) -> dict[str, float]:
    from satsuma.app.crm.facts.contacts import read_facts
    from satsuma.app.crm.queries.fields import list_fields
    from satsuma.domain.model import Kind

    fields = [field for field in list_fields(Kind.COMPANY) if field.is_typed_in]
    sample, scale = min(rows, SAMPLE), rows / min(rows, SAMPLE)
    whole = read_facts(Kind.COMPANY, fields)
    for name, read in (("one by one", _one_by_one), ("by cursor", _by_cursor)):
        assert_same(read(fields, sample).select(whole.columns), whole.head(sample), name)
    return {
        "read": _best(lambda: read_facts(Kind.COMPANY, fields)),
        "one by one": scale * seconds(lambda: _one_by_one(fields, sample)),
        "by cursor": scale * seconds(lambda: _by_cursor(fields, sample)),
    }


def _one_by_one(fields: Any, count: int) -> pl.DataFrame:
    """As most programs would: instances from an iterator, and a list per column."""
    from satsuma.app.crm.models import Contact

    columns: dict[str, list[Any]] = {"id": [], **{field.key: [] for field in fields}}
    contacts = Contact.objects.filter(kind="company", binned_at__isnull=True).order_by("id")
    for contact in islice(contacts.iterator(chunk_size=2_000), count):
        columns["id"].append(contact.id)
        for field in fields:
            columns[field.key].append(
                _filled(getattr(contact, field.key)) if field.is_column else contact.values.get(field.key)
            )
    return _typed(fields, columns)


def _by_cursor(fields: Any, count: int) -> pl.DataFrame:
    """As fast as plain Python gets: tuples without instances."""
    from django.db import connection

    built_in = [field.key for field in fields if field.is_column]
    statement = f'SELECT id, {", ".join(built_in)}, "values" FROM crm_contact WHERE kind = %s ORDER BY id LIMIT %s'
    with connection.cursor() as cursor:
        cursor.execute(statement, ["company", count])
        rows = cursor.fetchall()
    documents = [json.loads(row[-1]) for row in rows]
    columns = {key: [_filled(row[place]) for row in rows] for place, key in enumerate(["id", *built_in])}
    columns |= {f.key: [document.get(f.key) for document in documents] for f in fields if not f.is_column}
    return _typed(fields, columns)


def _filled(value: Any) -> Any:
    return None if value == "" else value


def _typed(fields: Any, columns: dict[str, list[Any]]) -> pl.DataFrame:
    from satsuma.domain.model import FieldType
    from satsuma.engine.facts import CONTACT_TYPES

    days = [field.key for field in fields if field.type is FieldType.DATE]
    types = {field.key: pl.String() if field.key in days else CONTACT_TYPES[field.type] for field in fields}
    frame = pl.DataFrame(
        {key: pl.Series(values, dtype=types.get(key, pl.Int64()), strict=False) for key, values in columns.items()}
    )
    return frame.with_columns(pl.col(days).str.to_date("%Y-%m-%d"))


def _keeping() -> dict[str, float]:
    from satsuma.app.crm.snapshots.contacts import forget_snapshots
    from satsuma.app.crm.snapshots.refreshing import kept_contacts, refreshed
    from satsuma.domain.model import Kind

    kept = kept_contacts(Kind.COMPANY)
    return {
        "build": _best(lambda: refreshed(kept), before=forget_snapshots),
        "refresh": _best(lambda: refreshed(kept), before=_edit),
        "warm": _best(lambda: refreshed(kept)),
    }


def _edit() -> None:
    from django.db import transaction
    from django.db.models import F

    from satsuma.app.crm.changes import next_mark
    from satsuma.app.crm.models import Contact

    with transaction.atomic():
        some = Contact.objects.annotate(rest=F("id") % EDITED).filter(rest=0)
        some.update(employees=F("employees") + 1, changed=next_mark())


def _measuring() -> dict[str, float]:
    from satsuma.app.crm.services.metrics import list_outdated, refresh_metrics
    from satsuma.domain.model import Kind

    return {
        "outdated": _best(lambda: list_outdated(Kind.COMPANY, AS_OF)),
        "one": _best(lambda: refresh_metrics(contact_ids=[7], as_of=AS_OF)),
    }


if __name__ == "__main__":
    main()
