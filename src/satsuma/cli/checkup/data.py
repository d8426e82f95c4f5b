"""What the database and the jobs say. Needs Django; says so when the database cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from satsuma.cli.checkup.findings import Finding, fine, look, unsafe

SILENT_AFTER = timedelta(minutes=1)
WAITING_LONG = timedelta(minutes=10)
RECENTLY = timedelta(days=7)


def check_data(folder: Path, at: datetime) -> Iterator[Finding]:
    from django.db import DatabaseError

    try:
        findings = [*_database(), *_migrations()]
    except DatabaseError as error:
        yield unsafe(
            "database",
            f"The database cannot be reached: {str(error).strip()}",
            "Check SATSUMA_DATABASE_URL and that the server runs.",
        )
        return
    yield from findings
    if any(finding.code == "migrations_missing" for finding in findings):
        return
    yield from _workspace()
    yield from _worker(at)
    yield from _jobs(at)
    yield from _backups(folder)


def _database() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            answer = cursor.fetchone()[0]
            if answer != "ok":
                yield unsafe("database", f"The database is damaged: {answer}", "Restore the newest backup.")
                return
        else:
            cursor.execute("SELECT 1")
    yield fine("database", f"The database ({connection.vendor}) answers and is whole.")


def _migrations() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield look(
            "migrations_missing",
            "The tables are of an older version.",
            "Make a backup, then start `satsuma serve`: it brings them up to date.",
        )
    else:
        yield fine("migrations", "The tables are those of this version.")


def _workspace() -> Iterator[Finding]:
    from satsuma.app.accounts.queries import find_workspace

    if find_workspace() is None:
        yield look(
            "first_run",
            "Nobody has set up the workspace yet: whoever has the one-time address becomes the administrator.",
            "Open the address that `satsuma serve` prints.",
        )


def _worker(at: datetime) -> Iterator[Finding]:
    from satsuma.app.jobs.pulse import find_worker_alive

    seen = find_worker_alive()
    if seen is None or at - seen > SILENT_AFTER:
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "yet"
        yield look("worker", f"No worker has shown itself {since}: jobs wait.", "Start `satsuma serve` or `worker`.")
    else:
        yield fine("worker", "A worker is alive.")


def _jobs(at: datetime) -> Iterator[Finding]:
    from satsuma.app.jobs.queries.runs import count_failed_since, count_waiting_since

    failed, waiting = count_failed_since(at - RECENTLY), count_waiting_since(at - WAITING_LONG)
    if failed:
        yield look("jobs_failed", f"Jobs that failed within a week: {failed}.", "Look at Jobs in the application.")
    if waiting:
        yield look("jobs_waiting", f"Jobs that wait for more than ten minutes: {waiting}.", "Start another worker.")
    if not failed and not waiting:
        yield fine("jobs", "No job failed within a week, and none has waited long.")


def _backups(folder: Path) -> Iterator[Finding]:
    from satsuma.cli.backups.making import last_backup

    made = last_backup(folder)
    if made is None:
        yield look("backup", "No backup was ever made here.", "Make one every night: satsuma backup FILE")
    else:
        yield fine("backup", f"The last backup was begun on {made:%Y-%m-%d %H:%M} UTC.")
