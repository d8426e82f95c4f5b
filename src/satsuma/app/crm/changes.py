"""Marks: numbers that say what changed since. Every write puts `next_mark()` into the row's `changed`; a snapshot keeps
the `horizon()` it was made at and later reads the rows whose mark is not below it.

SQLite has one writer at a time: marks count transactions. On PostgreSQL transactions end in another order than they
began, so a mark is the transaction's own number and the horizon the oldest one still running: rows of transactions
that ended meanwhile are read twice rather than missed.
"""

from __future__ import annotations

from django.db import connection

from satsuma.app.crm.models import ChangeCounter


def next_mark() -> int:
    """The mark for everything that the running transaction writes. To be called inside of it."""
    if connection.vendor == "postgresql":
        return _number("SELECT pg_current_xact_id()::text::bigint")
    ChangeCounter.objects.get_or_create(pk=1)
    return _number("UPDATE crm_changecounter SET value = value + 1 WHERE id = 1 RETURNING value")


def horizon() -> int:
    """Rows that change from now on, or in a transaction still running, have this mark or a higher one."""
    if connection.vendor == "postgresql":
        return _number("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    counter = ChangeCounter.objects.filter(pk=1).first()
    return (counter.value if counter else 0) + 1


def _number(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])
