"""Publishing and re-scoring under kill -9, beside everything else, and by workers that wake up late: results are whole,
of one version, and right."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.any_order import BEGIN, try_any_order
from support.faults import EVERY, run_script


def test_killed_before_any_statement_publishing_is_whole(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    stride = 1 if EVERY else 24
    found = run_script("killed_publishing", tmp_path, stride, url=url, seconds=900)
    for name, fewest in FEWEST.items():
        tries = found[name]
        assert sum(each["killed"] for each in tries) * stride >= fewest
        for each in tries:
            assert each["meanwhile"] in (each["before"], each["after"])
            assert each["before"] != each["after"]
            assert (each["state"], each["right"], each["more"]) == ("done", True, MORE[name])


FEWEST = {"publishing": 30, "rescoring": 20}
"""The statements of each job: a sweep of fewer has missed the point."""
MORE = {"publishing": [1, 2], "rescoring": [0, 3]}
"""Versions and moves that each adds, to four companies of which one is frozen."""


def test_beside_everything_else_nothing_is_wrong_and_nobody_is_stopped(tmp_path: Path, url: str | None) -> None:
    if url is None and not EVERY:
        pytest.skip("on SQLite run by `make faults`")
    found = run_script("publishing_and_saving", tmp_path, url=url)
    assert found["at_once"] == {"codes": [0] * 5, "stale": 0, "right": True}
    assert found["paused"] == {"codes": [0, 0], "state": ["done", 2], "versions": 1, "right": True}


@pytest.mark.django_db
def test_results_equal_the_specification_in_many_more_orders(workspace: object) -> None:
    if not EVERY:
        pytest.skip("run by `make faults`; the suite tries a few")
    from satsuma.app.crm.services.defaults import create_defaults

    create_defaults(at=BEGIN)
    try_any_order(examples=200, steps=40, shrink=True)
