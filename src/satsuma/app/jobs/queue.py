"""Waking workers, and the little store beside the database that is written while a job holds the database's lock.

Huey keeps both: in a SQLite file of its own, or in tables of its own in PostgreSQL. Neither holds any truth: whatever
is lost here is made good by `sweep`. Huey is imported when it is first used: most requests never need it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import close_old_connections, connection

if TYPE_CHECKING:
    from huey import Huey

log = logging.getLogger("satsuma.jobs")


def queue() -> Huey:
    """The queue of this installation. Opened on first use."""
    if connection.vendor == "postgresql":
        return _postgres_queue(str(connection.settings_dict["NAME"]))
    return _sqlite_queue(Path(settings.DATA_FOLDER) / "queue.sqlite3")


def close_queue() -> None:
    """Ends this process' connections to the queue; the next use opens new ones."""
    if _opened():
        queue().storage.close()


def wake_workers() -> None:
    """Lets an idle worker look for waiting runs. Never raises: a run whose wake-up is lost waits for the sweep."""
    try:
        at = queue()
        at.enqueue(at.wake.s())
    except Exception:
        log.warning("no worker could be woken; the next sweep will find the run", exc_info=True)


def when_woken(do: Callable[[], object]) -> None:
    """Has threads of this process do this whenever they are woken. Processes that only wake others do nothing."""
    _WHEN_WOKEN[:] = [do]


_WHEN_WOKEN: list[Callable[[], object]] = []


def _opened() -> bool:
    return bool(_sqlite_queue.cache_info().currsize + _postgres_queue.cache_info().currsize)


@lru_cache(maxsize=8)
def _sqlite_queue(file: Path) -> Huey:
    from huey import SqliteHuey

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _with_wake(SqliteHuey("satsuma", filename=str(file), serializer=_messages(), results=False))


@lru_cache(maxsize=8)
def _postgres_queue(database: str) -> Huey:
    """Makes its tables if they are not there. Two processes that do so at the same moment disturb each other: "create
    if not exists" can fail in PostgreSQL because the table exists by then; the second time it does."""
    from huey import PostgresHuey
    from psycopg.errors import IntegrityError, ProgrammingError

    def opened() -> Huey:
        return PostgresHuey(
            "satsuma", connection=_connect, serializer=_messages(), results=False, table_prefix="satsuma_queue"
        )

    try:
        huey = opened()
    except (IntegrityError, ProgrammingError):
        huey = opened()
    return _with_wake(huey)


def _connect() -> Any:
    """A connection of the queue's own, to Django's database."""
    import psycopg

    settings = connection.get_connection_params()
    return psycopg.connect(
        **{key: value for key, value in settings.items() if key not in ("cursor_factory", "context")}
    )


def _messages() -> Any:
    from satsuma.app.jobs.messages import JsonSerializer

    return JsonSerializer()


def _with_wake(huey: Huey) -> Huey:
    huey.wake = huey.task(name="wake")(_wake)
    return huey


def _wake() -> None:
    try:
        for do in _WHEN_WOKEN:
            do()
    finally:
        close_old_connections()
