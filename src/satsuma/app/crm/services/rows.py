"""Writes many rows with a few statements, by the rules that hold for one: derived columns follow, versions count, marks
are set. Called by `batches` and by imports; who saves one contact or deal goes through `contacts` or `deals`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from satsuma.app.crm.folding import domain_of, fold_name
from satsuma.app.crm.models import Activity, BatchRow, Contact, Deal
from satsuma.domain.folding import fold

Table = BatchRow.Table
Row = Mapping[str, Any]
"""Values by column (links as `owner_id`, `company_id` …), and for contacts also by a custom field's key."""
Some = TypeVar("Some")

CHUNK = 2_000
MODELS: Mapping[Table, type[models.Model]] = {Table.CONTACT: Contact, Table.DEAL: Deal, Table.ACTIVITY: Activity}
KEPT_BY_US = frozenset({"id", "kind", "version", "changed", "created_at", "updated_at", "values", "metrics"}) | {
    "name_folded",
    "email_folded",
    "domain",
    "title_folded",
}
"""Columns that nobody sets by hand here."""


def columns_of(table: Table) -> dict[str, models.Field[Any, Any]]:
    """The columns that can be set, by name."""
    fields = MODELS[table]._meta.concrete_fields
    return {field.attname: field for field in fields if field.attname not in KEPT_BY_US or field.attname == "kind"}


def chunks(items: Iterable[Some], size: int = CHUNK) -> Iterator[list[Some]]:
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def read_rows(table: Table, ids: Sequence[int], *, lock: bool = False) -> dict[int, dict[str, Any]]:
    """What the rows hold, as JSON keeps it: every column that can be set, `version`, and custom values by key. Rows
    that are gone are left out."""
    names = [*columns_of(table), "version", *(["values"] if table is Table.CONTACT else [])]
    manager: Any = MODELS[table]._default_manager
    rows = manager.select_for_update(no_key=True) if lock else manager
    found: dict[int, dict[str, Any]] = {}
    for part in chunks(ids):
        for row_id, *values in rows.filter(id__in=part).values_list("id", *names):
            row = {name: as_json(value) for name, value in zip(names, values, strict=True)}
            found[row_id] = row.pop("values", {}) | row
    return found


def write_rows(table: Table, changes: Mapping[int, Row], *, mark: int, at: datetime) -> None:
    """Sets what `changes` names, row by row; None clears. To be called inside the transaction that took `mark`."""
    for ids in chunks(changes):
        stored = _custom_values(ids) if table is Table.CONTACT else {}
        prepared: dict[tuple[str, ...], list[Sequence[Any]]] = defaultdict(list)
        for row_id in ids:
            columns = _prepared(table, changes[row_id], stored.get(row_id))
            prepared[tuple(columns)].append((*columns.values(), mark, row_id))
        for names, rows in prepared.items():
            _update(table, names, rows, at)


def as_json(value: Any) -> Any:
    """A column's value as JSON keeps it; `write_rows` takes it back."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def derived_columns(columns: Mapping[str, Any]) -> dict[str, str]:
    """What follows from a contact's name, e-mail address and website, and from a deal's title."""
    found = {}
    if "title" in columns:
        found["title_folded"] = fold_name(columns["title"] or "")[:400]
    if "name" in columns:
        found["name_folded"] = fold_name(columns["name"] or "")[:400]
    if "email" in columns:
        found["email_folded"] = fold(columns["email"] or "")
    if "website" in columns:
        found["domain"] = domain_of(columns["website"] or "")
    return found


def _custom_values(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    return dict(Contact.objects.filter(id__in=ids).values_list("id", "values"))


def _prepared(table: Table, change: Row, stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """The columns to set, in the order of their names so that equal sets meet in one statement."""
    known = columns_of(table)
    columns = {name: value for name, value in change.items() if name in known}
    custom = {key: value for key, value in change.items() if key not in known}
    columns |= derived_columns(columns)
    field_of = MODELS[table]._meta.get_field  # derived columns are not among those that can be set
    prepared = {name: _database_value(field_of(name), columns[name]) for name in sorted(columns)}
    if custom and stored is not None:
        values = {key: value for key, value in {**stored, **custom}.items() if value is not None}
        prepared["values"] = json.dumps(values)
    return prepared


def _database_value(field: Any, value: Any) -> Any:
    if value is None and not field.null:
        value = ""
    return field.get_db_prep_save(field.to_python(value), connection)


def _update(table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]], at: datetime) -> None:
    """One statement for many rows. Names come from the models alone."""
    model = MODELS[table]
    quote = connection.ops.quote_name
    settings = [f"{quote(name)} = %s" for name in names]
    settings += [f"{quote('version')} = {quote('version')} + 1", f"{quote('changed')} = %s"]
    if any(field.name == "updated_at" for field in model._meta.concrete_fields):
        settings.insert(len(names), f"{quote('updated_at')} = %s")
        moment = connection.ops.adapt_datetimefield_value(at)
        rows = [(*row[: len(names)], moment, *row[len(names) :]) for row in rows]
    statement = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(settings)} WHERE id = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def reserve_ids(model: type[models.Model], count: int) -> int:
    """The first of so many ids in a row that nobody else gets. To be called in the transaction that uses them, while no
    other can insert: on SQLite that is so anyway, on PostgreSQL with the table locked (`lock_for_writing`)."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT min(id), max(id) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS id"
            cursor.execute(f"{sequence} FROM generate_series(1, %s)) AS taken", [table, count])
            first, last = cursor.fetchone() or (0, 0)
            assert last - first + 1 == count, "The table is not locked."
            return int(first)
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        return int(row[0] if row else 0) + 1


def lock_for_writing(*tables: type[models.Model]) -> None:
    """Until the transaction ends nobody else writes to the tables; everybody may read. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Inserts rows, as values that the database takes, in the order of `names`. Names come from the models alone."""
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(map(quote, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(names))
        for part in chunks(rows):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", part)  # noqa: S608
