"""Puts the SQLite library that Satsuma brings in the place of Python's own. Imported first by `settings`.

Older SQLite libraries can corrupt a database that a web server and a worker share (a race when the WAL file is reset,
mended in 3.51.3), and two SQLite libraries in one process break each other's locks: so there must be one, a new one.
"""

from __future__ import annotations

import sys

import pysqlite3

OLDEST = (3, 51, 3)

if pysqlite3.sqlite_version_info < OLDEST:
    found, wanted = pysqlite3.sqlite_version, ".".join(map(str, OLDEST))
    raise ImportError(
        f"pysqlite3 carries SQLite {found}; {wanted} or newer is needed. Reinstall the package pysqlite3."
    )

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
