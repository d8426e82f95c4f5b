"""A small disk that can be filled, an installation after its first run, and what a page says when something fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

MOUNT = 'mount -t tmpfs -o size={size} tmpfs "$1" && shift && exec "$@"'


def on_a_small_disk(folder: Path, size: str) -> Sequence[str]:
    """What stands before a command so that `folder` is a disk of this size for it, in memory and gone afterwards."""
    return ["unshare", *_rights(), "sh", "-c", MOUNT.format(size=size), "sh", str(folder)]


@cache
def can_mount() -> bool:
    """Whether this system lets us have a disk of our own. Some containers do not."""
    if shutil.which("unshare") is None:
        return False
    tried = [*on_a_small_disk(Path("/mnt"), "1m"), "true"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def _rights() -> list[str]:
    return ["--mount"] if os.geteuid() == 0 else ["--mount", "--user", "--map-root-user"]


class Disk:
    """The disk on which the data folder is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def full(self, *, but: int = 0) -> Iterator[None]:
        """Filled but for so many bytes. What SQLite has set aside in its journal is given back first."""
        self.give_back_journal()
        ballast = self.folder.parent / "ballast"
        free = os.statvfs(self.folder)
        handle = os.open(ballast, os.O_WRONLY | os.O_CREAT)
        try:
            os.posix_fallocate(handle, 0, max(1, free.f_bavail * free.f_frsize - but))
            yield
        finally:
            os.close(handle)
            ballast.unlink()

    def give_back_journal(self) -> None:
        """Of SQLite: it is empty then, and grows with the next write."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def files(self, under: str) -> list[str]:
        return sorted(path.name for path in (self.folder / under).rglob("*") if path.is_file())


def words(response: HttpResponse) -> list[object]:
    """Status, heading and sentences of an error page."""
    page = response.content.decode()
    heading = re.findall(r'<h1 class="empty-title h2">(.*?)</h1>', page)
    return [response.status_code, *heading, *re.findall(r'<p class="empty-subtitle[^>]*>(.*?)</p>', page)]


def first_run() -> None:
    from django.utils import timezone

    from satsuma.app.accounts.services.setup import set_up

    set_up(
        name="Anna",
        email="anna@example.com",
        password="correct horse battery",
        workspace_name="Acme",
        language="en",
        currency="EUR",
        time_zone="UTC",
        at=timezone.now(),
    )
    from satsuma.app.crm.models import Field
    from satsuma.app.crm.services.defaults import create_defaults

    if not Field.objects.exists():
        create_defaults(at=timezone.now())


def browser() -> Client:
    """In which the administrator is signed in, and has been seen just now."""
    from django.test import Client

    from satsuma.app.accounts.models import User

    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.force_login(User.objects.get())
    client.get("/companies/")
    return client
