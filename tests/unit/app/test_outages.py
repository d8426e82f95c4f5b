"""A disk that is full or broken and a database that is busy or away are told from mistakes, wherever they come up."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError

from satsuma.app.outages import find_outage
from satsuma.domain.errors import InputError
from satsuma.tables.atomic import written_whole


def code_of(error: BaseException) -> str | None:
    outage = find_outage(error)
    return outage.code if outage else None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EFBIG, "disk_full"),
        (errno.EIO, "disk_broken"),
        (errno.EROFS, "disk_broken"),
        (errno.ENOENT, None),
        (errno.ECONNREFUSED, None),
    ],
)
def test_what_the_system_says(number: int, code: str | None) -> None:
    assert code_of(OSError(number, "text")) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull, "disk_full"),
        (psycopg.errors.DeadlockDetected, "database_busy"),
        (psycopg.errors.TooManyConnections, "database_busy"),
        (psycopg.errors.AdminShutdown, "database_away"),
        (psycopg.errors.CannotConnectNow, "database_away"),
        (psycopg.errors.ConnectionFailure, "database_away"),
        (psycopg.OperationalError, "database_away"),
        (psycopg.errors.UniqueViolation, None),
        (psycopg.errors.UndefinedTable, None),
        (psycopg.InterfaceError, None),
    ],
)
def test_what_postgresql_says(error: type[psycopg.Error], code: str | None) -> None:
    assert code_of(caused(DatabaseError("text"), error("text"))) == code


def test_what_sqlite_says(tmp_path: Path) -> None:
    file = tmp_path / "file"
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as one:
        one.execute("CREATE TABLE t (x)")
        one.execute("PRAGMA max_page_count = 3")
        assert (
            code_of(caused(OperationalError(), raised(one, "INSERT INTO t VALUES (zeroblob(100000))"))) == "disk_full"
        )
        assert code_of(raised(one, "INSERT INTO nowhere VALUES (1)")) is None
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
            one.execute("BEGIN IMMEDIATE")
            assert code_of(raised(other, "BEGIN IMMEDIATE")) == "database_busy"
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path / "nowhere" / "file")
    assert code_of(caught.value) == "disk_broken"


def test_an_error_that_hides_it_does_not_hide_it(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught, written_whole(tmp_path / "file"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert code_of(caught.value) == "disk_full"
    hidden, over = ValueError(), ValueError()
    hidden.__context__ = over.__context__ = OSError(errno.EIO, "text")
    over.__suppress_context__ = True
    assert (code_of(hidden), code_of(over)) == ("disk_broken", None)


def test_nothing_and_a_mistake_are_no_outages() -> None:
    assert (code_of(ZeroDivisionError()), find_outage(None)) == (None, None)
    assert code_of(InterfaceError("text")) is None


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


def raised(connection: sqlite3.Connection, statement: str) -> BaseException:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement)
    return caught.value
