"""What the machine says: the data folder's rights and room, and the SQLite library."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from satsuma.cli.checkup.findings import Finding, fine, look, unsafe

LITTLE_BYTES = 2 << 30
LITTLE_SHARE = 0.05
FOR_OTHERS = 0o077


def check_machine(folder: Path) -> Iterator[Finding]:
    yield from _library()
    yield from _folder(folder)
    yield from _secret(folder / "secret")
    yield from _room(folder)


def _library() -> Iterator[Finding]:
    import sqlite3

    yield fine("sqlite", f"SQLite {sqlite3.sqlite_version}.")  # an older one does not even start: `config.sqlite`


def _folder(folder: Path) -> Iterator[Finding]:
    if not os.access(folder, os.W_OK | os.X_OK):
        yield unsafe("folder_rights", f"{folder} cannot be written to.", f"Give this user the right to: chown {folder}")
    elif open_to := _open_to_others(folder):
        yield unsafe(
            "folder_rights",
            f"Other users of this machine can open {folder} ({open_to}).",
            f"chmod 700 {folder}",
        )
    else:
        yield fine("folder_rights", f"The data folder {folder} is its owner's alone.")


def _secret(file: Path) -> Iterator[Finding]:
    if not file.is_file():
        yield unsafe("secret", "There is no secret: sessions end with each process.", "Start `satsuma serve` once.")
    elif open_to := _open_to_others(file):
        yield unsafe(
            "secret",
            f"Other users of this machine can read the secret ({open_to}): they could sign in as anybody.",
            f"Remove {file} and start Satsuma anew: it makes another one, and everybody signs in again.",
        )
    else:
        yield fine("secret", "The secret is its owner's alone.")


def _room(folder: Path) -> Iterator[Finding]:
    usage = shutil.disk_usage(folder)
    free = f"{usage.free / (1 << 30):.1f} GiB free of {usage.total / (1 << 30):.1f}"
    if usage.free < LITTLE_BYTES or usage.free < LITTLE_SHARE * usage.total:
        yield look("room", f"The disk of the data folder is nearly full: {free}.", "Make room, or move the folder.")
    else:
        yield fine("room", f"The disk has room: {free}.")


def _open_to_others(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"{mode:o}" if mode & FOR_OTHERS else ""
