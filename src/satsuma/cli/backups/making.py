"""Making a backup of a running installation."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from satsuma.cli.backups.archive import MEDIA, Manifest, new_file, write_archive
from satsuma.cli.backups.databases import applied_migrations, copy_database
from satsuma.domain.errors import InputError

LAST = "last-backup"
"""Holds when the last backup was begun, for `doctor`."""


def make_backup(folder: Path, target: Path, *, overwrite: bool) -> Manifest:
    """Writes the backup to `target`, whole or not at all, and gives its manifest. The database is copied first:
    an upload that comes later is not named by it. Raises InputError when nothing can be written there."""
    from django.db import DatabaseError, connection

    if target.exists() and not overwrite:
        raise InputError(
            "file_exists",
            f"{target} is there already.",
            remedy="Choose another name, or say --overwrite.",
            file=str(target),
        )
    copy = target.with_name(f".{target.name}.{os.getpid()}.database")
    manifest = Manifest(
        database=connection.vendor,
        version=version("satsuma"),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        migrations=applied_migrations(),
    )
    try:
        copy_database(copy)
        with new_file(target) as file:
            write_archive(file, manifest, copy, folder / MEDIA)
    except (OSError, DatabaseError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error).strip()
        raise InputError(
            "backup_unwritable",
            f"{target} cannot be written: {reason}.",
            remedy="Check that the folder is there, is yours to write to, and has room.",
            file=str(target),
        ) from error
    finally:
        copy.unlink(missing_ok=True)
    (folder / LAST).write_text(manifest.made_at, encoding="ascii")
    return manifest


def last_backup(folder: Path) -> datetime | None:
    """When the last backup of this folder was begun; None if none is known."""
    try:
        return datetime.fromisoformat((folder / LAST).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None
