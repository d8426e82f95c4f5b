"""Kills a restore before each change of a file in turn, or every n-th, then starts the installation again and prints
what is there: the old data or the new, and nothing else.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

from support.faults import answer, close_connections, die_at_file_change, effect, effects, in_child, open_installation

OLD, NEW = 1, 2


def main() -> None:
    folder = open_installation()
    from satsuma.cli.backups.making import make_backup
    from satsuma.cli.backups.restoring import restore
    from satsuma.cli.locks import alone
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    backup, old = folder.with_name("new.backup"), folder.with_name("old")
    write_state(folder, NEW)
    make_backup(folder, backup, overwrite=True)
    write_state(folder, OLD)
    (folder / "derived").mkdir()
    (folder / "derived" / "snapshot").write_text("of the old")
    close_connections()
    shutil.copytree(folder, old)

    def restore_and_die(number: int) -> None:
        die_at_file_change(number, folder)
        with alone(folder):
            restore(backup, folder)

    def look() -> None:
        start_django(None, prepare=True)
        bring_database_up_to_date(folder)

    found, stride = [], int(sys.argv[1])
    number, killed = 1 - stride, True
    while killed:
        number += stride
        back_to(folder, old)
        code = in_child(lambda at=number: restore_and_die(at))  # type: ignore[misc]
        killed = code == -signal.SIGKILL
        assert killed or code == 0, code
        plan = plan_of(folder) if killed else "done"
        assert in_child(look) == 0
        found.append({"before": number, "plan": plan, "killed": killed, **state_of(folder)})
    answer(found)


def plan_of(folder: Path) -> str:
    """The step of a restore that was interrupted."""
    plan = folder / "restore.json"
    return str(json.loads(plan.read_text())["step"]) if plan.exists() else "none"


def write_state(folder: Path, state: int) -> None:
    """In the database, and among the uploads."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM effects")
    effect(0, state)
    shutil.rmtree(folder / "media", ignore_errors=True)
    upload = folder / "media" / "ab" / "logo.webp"
    upload.parent.mkdir(parents=True)
    upload.write_text(str(state))


def state_of(folder: Path) -> dict[str, object]:
    in_database, (upload,) = effects(0), (folder / "media").rglob("*.webp")
    close_connections()
    others = {entry.name.removesuffix("-wal").removesuffix("-shm") for entry in folder.iterdir()}
    return {"database": in_database, "upload": int(upload.read_text()), "others": sorted(others - USUAL)}


USUAL = {"secret", "satsuma.sqlite3", "media", "queue.sqlite3", "last-backup", "migrate.lock", "running.lock"}


def back_to(folder: Path, old: Path) -> None:
    close_connections()
    shutil.rmtree(folder)
    shutil.copytree(old, folder)
    if "SATSUMA_DATABASE_URL" in os.environ:
        write_state(folder, OLD)
        close_connections()


main()
