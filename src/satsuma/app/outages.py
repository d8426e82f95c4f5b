"""Failures of what the installation stands on, the disk and the database: recognised, and told to people.

Called by the error page, by jobs and by the command line. They are nobody's mistake and pass: what was not
acknowledged was not kept, and the same thing may be tried again.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

from django.utils.translation import gettext as _

from satsuma.domain.errors import SatsumaError

DISK_FULL, DISK_BROKEN, DATABASE_BUSY, DATABASE_AWAY = "disk_full", "disk_broken", "database_busy", "database_away"

ERRNO = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: DISK_FULL,
    errno.EFBIG: DISK_FULL,
    errno.EIO: DISK_BROKEN,
    errno.EROFS: DISK_BROKEN,
}
SQLITE = {
    "database or disk is full": DISK_FULL,
    "database is locked": DATABASE_BUSY,
    "database table is locked": DATABASE_BUSY,
    "disk I/O error": DISK_BROKEN,
    "unable to open database file": DISK_BROKEN,
    "attempt to write a readonly database": DISK_BROKEN,
}
POSTGRESQL = {
    "53100": DISK_FULL,
    "58030": DISK_BROKEN,
    "25006": DATABASE_AWAY,  # a standby that only reads
    "40001": DATABASE_BUSY,
    "40P01": DATABASE_BUSY,
    "55P03": DATABASE_BUSY,
    "53300": DATABASE_BUSY,
    "57P01": DATABASE_AWAY,
    "57P02": DATABASE_AWAY,
    "57P03": DATABASE_AWAY,
}
"""By the numbers of the system and of PostgreSQL; by SQLite's words, which are the same everywhere."""


class OutageError(SatsumaError):
    """Something below failed. `code` is one of the four above."""


def find_outage(error: BaseException | None) -> OutageError | None:
    """What failed below, if that is this error, what caused it, or what was being handled when it was raised. Its
    words are in the reader's language."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, OutageError):
            return error
        if code := _code(error):
            message, remedy = WORDS[code]()
            return OutageError(code, message, remedy=remedy)
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return None


def _code(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        return ERRNO.get(error.errno or 0)
    if hasattr(error, "sqlstate"):  # psycopg's own error, which may not be installed
        lost = type(error).__name__ == "OperationalError" and error.sqlstate is None
        return DATABASE_AWAY if lost or str(error.sqlstate)[:2] == "08" else POSTGRESQL.get(str(error.sqlstate))
    if hasattr(error, "sqlite_errorname") or type(error).__module__.startswith(("sqlite3", "pysqlite3")):
        return SQLITE.get(str(error))
    return None


WORDS: dict[str, Callable[[], tuple[str, str]]] = {
    DISK_FULL: lambda: (
        _("The disk is full: this could not be kept, and nothing is half done."),
        _("Make room where Satsuma keeps its data, or ask an administrator to. Then try again."),
    ),
    DISK_BROKEN: lambda: (
        _("The disk could not be read or written: this could not be kept, and nothing is half done."),
        _("Ask an administrator to look at the disk and at the rights of the data folder. Then try again."),
    ),
    DATABASE_BUSY: lambda: (
        _("Satsuma is busy with something large, such as an import: this was not kept."),
        _("Try again in a minute."),
    ),
    DATABASE_AWAY: lambda: (
        _("The database cannot be reached just now, so it is not known whether this was kept."),
        _("Try again in a minute, and look first whether it is there already."),
    ),
}
