"""The database's part of a backup: SQLite copies itself, PostgreSQL has its own programs for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from satsuma.domain.errors import InputError, SatsumaError

DUMP_OPTIONS = ("--format=custom", "--no-owner", "--no-privileges", "--exclude-table=satsuma_queue_*")
FORGET_SESSIONS = ("DELETE FROM django_session", "DELETE FROM usersessions_usersession")
"""Who was signed out since the backup stays signed out."""
MARK = "satsuma_restored"
"""A table with one row: which restore the database comes from."""


def copy_database(target: Path) -> None:
    """A consistent copy of the running installation's database at `target`; nobody has to wait for it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
    else:
        _run(_program("pg_dump"), *DUMP_OPTIONS, f"--file={target}")


def known_migrations() -> set[str]:
    """Those of this version."""
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def applied_migrations() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def check_sqlite(file: Path) -> None:
    """Raises InputError unless SQLite finds the database whole; signs everybody out in it."""
    import sqlite3

    try:
        opened = sqlite3.connect(file)
        try:
            whole = opened.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            whole = whole and opened.execute("PRAGMA foreign_key_check").fetchone() is None
            for statement in FORGET_SESSIONS:
                opened.execute(statement)
            opened.commit()
        finally:
            opened.close()
    except sqlite3.DatabaseError as error:
        raise _not_whole() from error
    if not whole:
        raise _not_whole()


def _not_whole() -> InputError:
    return InputError(
        "backup_damaged",
        "The database in the backup is damaged.",
        remedy="Nothing was changed. Try another backup.",
    )


def refuse_used_postgres() -> None:
    """Raises InputError while anybody else has a connection to the database, on whatever machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise InputError(
            "still_running",
            f"The database is in use by {others} other connections.",
            remedy="Stop every `satsuma serve`, `web` and `worker` that uses it, on all machines.",
        )


def restore_postgres(dump: Path, restore_id: str) -> None:
    """Puts the dump in the place of everything in the database: in one transaction, or not at all. Raises SatsumaError
    with what PostgreSQL said."""
    from django.db import connection

    script = dump.with_name("restore.sql")
    _run(_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    before = dump.with_name("before.sql")
    before.write_text("DROP SCHEMA IF EXISTS public CASCADE;\nCREATE SCHEMA public;\n", encoding="utf-8")
    after = dump.with_name("after.sql")
    after.write_text(
        "SET search_path = public;\n"
        + "".join(f"{statement};\n" for statement in FORGET_SESSIONS)
        + f"DROP TABLE IF EXISTS {MARK};\nCREATE TABLE {MARK} AS SELECT '{restore_id}'::text AS id;\n",
        encoding="utf-8",
    )
    connection.close()
    options = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")
    _run(_program("psql"), *options, f"--file={before}", f"--file={script}", f"--file={after}")


def was_restored(restore_id: str) -> bool:
    """Whether PostgreSQL holds what this restore brought."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"public.{MARK}"])
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {MARK} WHERE id = %s)", [restore_id])  # noqa: S608
        found: bool = cursor.fetchone()[0]
    return found


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise InputError(
            "program_missing",
            f"The program {name} is not installed.",
            remedy="Install PostgreSQL's client programs (Debian, Ubuntu: the package postgresql-client).",
            program=name,
        )
    return path


def _run(*command: str) -> None:
    from django.db import connection

    ended = subprocess.run(  # noqa: S603
        command, env=_environment(connection.settings_dict), capture_output=True, text=True, check=False
    )
    if ended.returncode != 0:
        raise SatsumaError(
            "program_failed",
            f"{Path(command[0]).name} failed: {ended.stderr.strip()[-1000:]}",
            remedy="Nothing was changed. Check the database server, its version and the rights of its user.",
            program=command[0],
        )


def _environment(described: Mapping[str, Any]) -> dict[str, str]:
    """How PostgreSQL's programs learn of the database; a password is never on a command line."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
    given = {variable: str(described[key]) for key, variable in names.items() if described.get(key)}
    options = {f"PG{key.upper()}": str(value) for key, value in described.get("OPTIONS", {}).items() if "ssl" in key}
    return {**os.environ, **given, **options}
