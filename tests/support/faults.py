"""Processes that die, as they die in the field: for scripts that have an installation of their own, loaded once.

A script forks a child per try, so that a sweep over every statement takes seconds. The parent never has a connection
open while it forks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
EVERY = os.environ.get("SATSUMA_FAULTS") == "every"
"""Whether sweeps go over every point, as `make faults` wants it, or over every few, as the suite does."""


def run_script(
    name: str,
    folder: Path,
    *arguments: object,
    url: str | None = None,
    seconds: float = 240,
    before: Sequence[str] = (),
) -> Any:
    """What the script of tests/faults prints as JSON in its last line. It gets `folder` for its data. `before` is a
    command that runs it."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_", "PYTEST"))}
    told = {"SATSUMA_DATA": str(folder), "PYTHONPATH": str(TESTS), **({"SATSUMA_DATABASE_URL": url} if url else {})}
    ended = subprocess.run(
        [*before, sys.executable, TESTS / "faults" / f"{name}.py", *map(str, arguments)],
        env={**outside, **told},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-6000:]
    return json.loads(ended.stdout.splitlines()[-1])


def open_installation() -> Path:
    """Django over the script's data folder, with tables and a table `effects` for what jobs of tests do."""
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    folder = start_django(None, prepare=True)
    bring_database_up_to_date(folder)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS effects (run_id bigint, step bigint)")
    close_connections()
    return folder


def close_connections() -> None:
    from django.db import connections

    from satsuma.app.jobs.queue import close_queue

    connections.close_all()
    close_queue()


def start_child(work: Callable[[], None]) -> int:
    """The number of a process that does the work and ends."""
    close_connections()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return pid


def end_of(pid: int) -> int:
    """The exit code, or minus the signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def in_child(work: Callable[[], None]) -> int:
    return end_of(start_child(work))


@contextmanager
def dying_before_statement(number: int) -> Iterator[None]:
    """This process is killed just before its `number`th statement to the database, counted from 1."""
    from django.db import connection

    count = 0

    def execute(run: Callable[..., Any], *rest: Any) -> Any:
        nonlocal count
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(*rest)

    with connection.execute_wrapper(execute):
        yield


def die_at_file_change(number: int, folder: Path) -> None:
    """This process is killed just before the `number`th change of a file's name or being under the folder."""
    count = 0

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        if event not in FILE_CHANGES or not _is_under(arguments[0], folder):
            return
        if event == "open" and not int(arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
        count += 1
        if count == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


FILE_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "open"}


def _is_under(path: object, folder: Path) -> bool:
    return isinstance(path, str | bytes | Path) and os.fsdecode(path).startswith(str(folder))


def effect(run_id: int, step: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effects VALUES (%s, %s)", [run_id, step])


def effects(run_id: int) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT step FROM effects WHERE run_id = %s ORDER BY step", [run_id])
        return [step for (step,) in cursor.fetchall()]


def let_leases_end() -> None:
    """A sweep before and after the length of a lease, without waiting for it."""
    from django.utils import timezone

    from satsuma.app.jobs.registry import LEASE_SECONDS
    from satsuma.app.jobs.sweep import Sweep

    sweep = Sweep()
    for seconds in (0.0, LEASE_SECONDS):
        sweep.once(steady_seconds=seconds, at=timezone.now())


def answer(found: Iterable[Any] | dict[str, Any]) -> None:
    print(json.dumps(found if isinstance(found, dict) else list(found)))  # noqa: T201
