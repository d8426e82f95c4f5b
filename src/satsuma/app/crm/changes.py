"""Marks: numbers that say what changed since. Every write puts `next_mark()` into the row's `changed`; a snapshot keeps
the horizon it was made at and later reads the rows whose mark is not below it.

SQLite has one writer at a time: marks count transactions. On PostgreSQL transactions end in another order than they
began, so a mark is the transaction's own number and the horizon the oldest one still running: rows of transactions
that ended meanwhile are read twice rather than missed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from satsuma.app.crm.models import ChangeCounter

_POSTGRES_MARKS = """
    SELECT pg_snapshot_xmin(now)::text::bigint,
           greatest(pg_snapshot_xmax(now)::text::bigint, pg_current_xact_id_if_assigned()::text::bigint + 1)
    FROM pg_current_snapshot() AS now
"""


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the marks stand. Rows that change from now on, or in a transaction still running, have `horizon` or more;
    rows that can be seen now have less than `ceiling`, but for some that a restored dump brought along."""

    horizon: int
    ceiling: int


def next_mark() -> int:
    """The mark for everything that the running transaction writes. To be called inside of it."""
    if connection.vendor == "postgresql":
        return _numbers("SELECT pg_current_xact_id()::text::bigint")[0]
    ChangeCounter.objects.get_or_create(pk=1)
    return _numbers("UPDATE crm_changecounter SET value = value + 1 WHERE id = 1 RETURNING value")[0]


def current_marks() -> Marks:
    """To be asked for before the rows are read that they are kept with, outside of transactions. One query."""
    if connection.vendor == "postgresql":
        return Marks(*_numbers(_POSTGRES_MARKS))
    counter = ChangeCounter.objects.filter(pk=1).first()
    following = (counter.value if counter else 0) + 1
    return Marks(following, following)


def horizon() -> int:
    """Rows that change from now on, or in a transaction still running, have this mark or a higher one."""
    return current_marks().horizon


def _numbers(sql: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
        assert row is not None
        return tuple(map(int, row))
