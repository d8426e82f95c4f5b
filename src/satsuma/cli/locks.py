"""Locks on the data folder, held by processes and let go by the system when they die, however they die.

- `serve.lock`: held by the one supervisor.
- `running.lock`: shared by everything that works with the data; `restore` needs it alone.
- `migrate.lock`: held while tables are made or changed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from satsuma.domain.errors import InputError

RUNNING = "running.lock"
SERVE = "serve.lock"


@contextmanager
def serving(folder: Path, address: str) -> Iterator[None]:
    """The only supervisor of this folder. Raises InputError with the other one's address."""
    with _opened(folder / SERVE) as handle:
        if not _try(handle, fcntl.LOCK_EX):
            other = os.pread(handle, 1000, 0).decode(errors="replace").strip()
            raise InputError(
                "already_running",
                f"Satsuma already runs with the data in {folder}{f' ({other})' if other else ''}.",
                remedy="Use that one, stop it first, or start another installation with --data FOLDER --port NUMBER.",
                folder=str(folder),
            )
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, {address}".encode(), 0)
        yield
        os.ftruncate(handle, 0)


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Held beside others by every process that works with the data. Raises InputError while it is being restored."""
    with _opened(folder / RUNNING) as handle:
        if not _try(handle, fcntl.LOCK_SH):
            raise InputError(
                "being_restored",
                f"The data in {folder} is just being restored.",
                remedy="Wait until `satsuma restore` has ended.",
                folder=str(folder),
            )
        yield


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nothing else works with the data. Raises InputError if something does."""
    with _opened(folder / RUNNING) as handle:
        if not _try(handle, fcntl.LOCK_EX):
            raise InputError(
                "still_running",
                f"Satsuma runs with the data in {folder}.",
                remedy="Stop it first: every `satsuma serve`, `web` and `worker`.",
                folder=str(folder),
            )
        yield


@contextmanager
def waiting_for(file: Path) -> Iterator[None]:
    """Waits until nobody else holds the file."""
    with _opened(file) as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def _opened(file: Path) -> Iterator[int]:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
