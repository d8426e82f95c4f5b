"""Workers that die or are paused, at any statement: every effect of a job is there exactly once in the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.faults import EVERY, run_script


def test_killed_before_any_statement_a_job_is_done_exactly_once(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    stride = 1 if EVERY else 8
    found = run_script("killed_worker", tmp_path, stride, url=url)
    wrong = [each for each in found if each["state"] != "done" or each["effects"] != [0, 1, 2, 3]]
    assert wrong == []
    killed = {kind: sum(each["killed"] for each in found if each["kind"] == kind) for kind in FEWEST}
    assert all(killed[kind] * stride >= fewest for kind, fewest in FEWEST.items()), killed


FEWEST = {"steps_with_checkpoints": 15, "all_or_nothing": 8}
"""The statements of each job, with those that take it up and end it: a sweep of fewer has missed the point."""


def test_workers_share_the_runs_and_a_late_one_is_refused(tmp_path: Path, url: str | None) -> None:
    if url is None and not EVERY:
        pytest.skip("on SQLite run by `make faults`")
    found = run_script("two_workers", tmp_path, url=url)
    assert found["opened"] == [0]
    many = found["many"]
    assert many["workers"] > 1
    assert many | {"workers": 0} == {"codes": [0] * 4, "times": [1], "workers": 0, "states": [["done", 1]]}
    assert found["paused"] == {
        "codes": [0, 0],
        "state": "done",
        "attempts": 2,
        "by_second": True,
        "first_was_told": "LeaseLost",
    }
