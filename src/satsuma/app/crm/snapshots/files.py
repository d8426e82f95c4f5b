"""Files of snapshots: one per table, whose name says what it holds. Called by `refreshing`.

A file is written beside and renamed: it is there whole or not at all. Whoever still reads an older one keeps it open.
"""

from __future__ import annotations

import fcntl
import logging
import math
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl
from django.conf import settings

from satsuma.tables.atomic import written_whole

log = logging.getLogger("satsuma.snapshots")
LOOK_SECONDS = 0.01
NAME = re.compile(r"(?P<table>[a-z]+)\.(?P<horizon>[0-9]+)\.(?P<token>[0-9a-f]{32})\.(?P<columns>[0-9a-f]{32})\.arrow")


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """What a file holds: the rows of `table` as of the mark `horizon` or later, in the columns of that fingerprint.
    The database knows the `token` if it was made from it."""

    table: str
    horizon: int
    token: str
    columns: str

    @property
    def path(self) -> Path:
        return folder() / f"{self.table}.{self.horizon}.{self.token}.{self.columns}.arrow"

    def read(self, columns: Sequence[str]) -> pl.DataFrame | None:
        """The rows, mapped into memory, in these columns; None if the file is gone or broken."""
        try:
            return pl.read_ipc(self.path, columns=list(columns))
        except (OSError, pl.exceptions.PolarsError):
            return None

    def write(self, frame: pl.DataFrame) -> None:
        """Raises InputError for whatever the file system refuses.

        In the older layout of texts: the newer one writes buffers as they are, with texts of rows that are gone.
        """
        with written_whole(self.path) as beside:
            frame.write_ipc(beside, compat_level=pl.CompatLevel.oldest())


def folder() -> Path:
    """The folder of all snapshots, readable by its owner alone."""
    path = Path(settings.DATA_FOLDER) / "snapshots"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def list_files(table: str) -> list[SnapshotFile]:
    """The table's files, the newest first."""
    matches = (NAME.fullmatch(path.name) for path in folder().iterdir())
    files = [
        SnapshotFile(match["table"], int(match["horizon"]), match["token"], match["columns"])
        for match in matches
        if match and match["table"] == table
    ]
    return sorted(files, key=lambda file: file.horizon, reverse=True)


def delete_files(table: str, *, but: SnapshotFile | None = None) -> list[str]:
    """Deletes the table's files except one, and what writers that died have left; gives the tokens of those deleted.
    To be called by who holds the lock."""
    for part in folder().glob(f".{table}.*.part"):
        part.unlink(missing_ok=True)
    old = [file for file in list_files(table) if file != but]
    for file in old:
        with suppress(OSError):
            file.path.unlink(missing_ok=True)
    return [file.token for file in old]


@contextmanager
def locked(table: str, *, at_most_seconds: float = math.inf) -> Iterator[bool]:
    """Lets one process, and one thread in it, bring the table's snapshot up to date; others wait and then find it
    done. The lock ends with the process; whoever has waited so long for one that is paused goes on without: False."""
    with (folder() / f"{table}.lock").open("w") as file:
        until = time.monotonic() + at_most_seconds
        while not (is_held := _lock(file)) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        yield is_held


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
