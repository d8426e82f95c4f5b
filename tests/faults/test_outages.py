"""A full disk, a database that is busy or away: nothing acknowledged is lost, nothing half-done stays, people are told
what happened in words, and everything works again afterwards.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.engines import new_database
from support.faults import EVERY, run_script
from support.outages import can_mount, on_a_small_disk

A_MINUTE = 60.0
FULL = "The disk is full: this could not be kept, and nothing is half done."
MAKE_ROOM = "Make room where Satsuma keeps its data, or ask an administrator to. Then try again."
RELOAD = "To send again what you entered, reload this page."
FULL_PAGE = [507, "No room left", FULL, f"{MAKE_ROOM} {RELOAD}"]
BUSY_PAGE = [
    503,
    "Not ready",
    "Satsuma is busy with something large, such as an import: this was not kept.",
    f"Try again in a minute. {RELOAD}",
]


def test_on_a_full_disk_nothing_is_half_done_and_people_are_told(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("this system lets nobody mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    found = run_script("full_disk", disk / "data", tmp_path / "a.backup", before=on_a_small_disk(disk, "48m"))
    page, waiting = {"full": FULL_PAGE, "after": 302, "kept": 1}, ["waiting", 1, FULL]
    assert found["save"] == {**page, "left": 0}
    assert found["upload"] == {**page, "left": [0]}
    assert found["picture"] == {**page, "left": [""]}
    assert found["check"] == {"full": waiting, "left": "uploaded", "after": "done", "kept": "checked"}
    assert found["import"] == {"full": ["failed", 3, FULL], "left": 0, "after": "done", "kept": 2500}
    export = {"full": waiting, "left": [0], "after": "done", "kept": 1}
    assert found["export"] == {"csv": export, "xlsx": export}
    assert found["facts"] == {"full": 2501, "left": [], "after": 2501, "kept": 1}
    refused = ["backup_unwritable", "Check that the folder is there, is yours to write to, and has room."]
    assert found["backup"] == {"full": [refused, refused], "left": [], "after": True}


def test_who_saves_beside_a_large_import_waits_or_is_told(tmp_path: Path) -> None:
    found = run_script("busy_database", tmp_path)
    page: dict[str, Any] = {"read": [200, 200, 200], "again": 302}
    assert found["shortly"] == {**page, "said": [302], "kept": 1}
    assert found["for_long"] == {**page, "said": BUSY_PAGE, "kept": 0}


@pytest.mark.postgres
@pytest.mark.skipif(not EVERY, reason="takes a minute; run by `make faults`")
def test_connections_that_are_cut_cost_time_and_no_effect(tmp_path: Path, server: str) -> None:
    found = run_script("cut_connection", tmp_path, url=new_database(server))
    restart = found.pop("restart")
    print(f"after a restart of PostgreSQL the run was done in {restart['seconds']:.1f} s")  # noqa: T201
    assert found == {
        "before": ["waiting", "database_away", "done", 1],
        "within": ["waiting", "database_away", "done", 1],
        "answer": ["done", None, "done", 1],
        "after": ["done", None, "done", 1],
        "errors": ["OperationalError"] * 3,
    }
    assert restart["seconds"] < A_MINUTE
    assert restart | {"seconds": 0, "woken": 0} == {
        "before": [200, 200, 200],
        "pages": [200, 200, 200],
        "seconds": 0,
        "woken": 0,
        "attempts": 2,
        "code": 0,
        "effects": 1,
    }
