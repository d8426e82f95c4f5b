"""Putting a backup in the place of what is there: all of it, or nothing.

1. Everything is unpacked into a folder of its own and checked. Nothing has changed yet.
2. A plan is written: from here on the restore is decided, and whoever finds the plan finishes it.
3. With PostgreSQL, one transaction replaces the database and marks it with the plan's id. A plan whose mark is not in
   the database has not happened, and is dropped.
4. What was there is moved aside, what was unpacked is moved in, what is aside is removed, the plan goes last.

Each step can be done again from its beginning, so a process that dies anywhere leaves the old data or the new.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from satsuma.cli.backups.archive import DATABASE, MEDIA, Manifest, new_file, sync_folder, unpack_archive
from satsuma.cli.backups.databases import (
    check_sqlite,
    known_migrations,
    refuse_used_postgres,
    restore_postgres,
    was_restored,
)
from satsuma.domain.errors import InputError

PLAN = "restore.json"
STAGED = "restore-new"
ASIDE = "restore-old"
SQLITE_FILE = "satsuma.sqlite3"
KEPT = frozenset({"secret", "log", "last-backup", "serve.lock", "running.lock", "migrate.lock", PLAN, STAGED, ASIDE})
"""What a restore leaves alone. Everything else in the data folder follows from the database, or is replaced."""


@dataclass(frozen=True)
class Plan:
    """`step`: "database" (PostgreSQL alone), then "aside", "in", "clean"."""

    id: str
    step: str


def restore(file: Path, folder: Path) -> Manifest:
    """The installation in `folder` as it was when the backup was made. The caller holds the folder alone. Raises
    InputError, and then nothing has changed."""
    from django.db import connection

    finish_restore(folder)
    staged = folder / STAGED
    staged.mkdir(mode=0o700)
    try:
        manifest = unpack_archive(file, staged)
        _check(manifest, staged, connection.vendor)
        if connection.vendor == "postgresql":
            refuse_used_postgres()
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    _sync_all(staged)
    plan = Plan(secrets.token_hex(8), "database" if connection.vendor == "postgresql" else "aside")
    _write(folder, plan)
    _go_on(folder, plan)
    return manifest


def finish_restore(folder: Path) -> None:
    """Finishes a restore that was decided when it was interrupted; of one that was not, nothing is left."""
    plan = _find_plan(folder)
    if plan is None:
        _drop(folder)
        return
    if plan.step == "database":
        if not was_restored(plan.id):
            _drop(folder)
            return
        plan = _next(folder, plan, "aside")
    _go_on(folder, plan)


def _check(manifest: Manifest, staged: Path, vendor: str) -> None:
    if manifest.database != vendor:
        raise InputError(
            "backup_of_other_database",
            f"The backup is of {_name(manifest.database)}, this installation uses {_name(vendor)}.",
            remedy="Restore it into an installation with that database (see SATSUMA_DATABASE_URL).",
        )
    if unknown := sorted(set(manifest.migrations) - known_migrations()):
        raise InputError(
            "backup_newer",
            f"The backup was made by a newer version of Satsuma ({manifest.version}).",
            remedy="Install that version and restore with it.",
            unknown=unknown,
        )
    if vendor == "sqlite":
        check_sqlite(staged / DATABASE)


def _name(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, vendor)


def _go_on(folder: Path, plan: Plan) -> None:
    if plan.step == "database":
        try:
            restore_postgres(folder / STAGED / DATABASE, plan.id)
        except BaseException:
            if not was_restored(plan.id):  # the answer may have been lost, not the transaction
                _drop(folder)
                raise
        plan = _next(folder, plan, "aside")
    if plan.step == "aside":
        _move_aside(folder)
        plan = _next(folder, plan, "in")
    if plan.step == "in":
        _move_in(folder)
        plan = _next(folder, plan, "clean")
    shutil.rmtree(folder / ASIDE, ignore_errors=True)
    _drop(folder)


def _move_aside(folder: Path) -> None:
    aside = folder / ASIDE
    aside.mkdir(mode=0o700, exist_ok=True)
    for entry in list(folder.iterdir()):
        if entry.name not in KEPT:
            entry.rename(aside / entry.name)
    sync_folder(aside)
    sync_folder(folder)


def _move_in(folder: Path) -> None:
    """A new database has no journal of an old one beside it: those were moved aside."""
    for name, target in ((DATABASE, SQLITE_FILE), (MEDIA, MEDIA)):
        source = folder / STAGED / name
        if source.exists() and not (name == DATABASE and _is_dump(source)):
            source.rename(folder / target)
    sync_folder(folder / STAGED)
    sync_folder(folder)


def _is_dump(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(5) == b"PGDMP"


def _drop(folder: Path) -> None:
    shutil.rmtree(folder / STAGED, ignore_errors=True)
    for part in folder.glob(f".{PLAN}.*.part"):
        part.unlink()
    (folder / PLAN).unlink(missing_ok=True)
    sync_folder(folder)


def _next(folder: Path, plan: Plan, step: str) -> Plan:
    changed = replace(plan, step=step)
    _write(folder, changed)
    return changed


def _write(folder: Path, plan: Plan) -> None:
    with new_file(folder / PLAN) as file:
        file.write(json.dumps(asdict(plan)).encode())


def _find_plan(folder: Path) -> Plan | None:
    try:
        return Plan(**json.loads((folder / PLAN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _sync_all(folder: Path) -> None:
    for root, _folders, _files in os.walk(folder):
        sync_folder(Path(root))
