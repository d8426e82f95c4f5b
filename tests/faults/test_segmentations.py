"""Publishing and re-scoring under kill -9, beside everything else, and by workers that wake up late: results are whole,
of one version, and right."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.any_order import BEGIN, try_any_order
from support.faults import EVERY, run_script
from support.outages import can_mount, on_a_small_disk


def test_killed_before_any_statement_publishing_is_whole(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    stride = 1 if EVERY else 24
    found = run_script("killed_publishing", tmp_path, stride, url=url, seconds=LONG)
    for name, fewest in FEWEST.items():
        tries = found[name]
        assert sum(each["killed"] for each in tries) * stride >= fewest
        for each in tries:
            assert each["meanwhile"] in (each["before"], each["after"])
            assert each["before"] != each["after"]
            assert (each["state"], each["right"], each["more"]) == ("done", True, MORE[name])


LONG = 3600 if EVERY else 600
"""Seconds that a sweep may take on a busy machine."""
FEWEST = {"publishing": 30, "rescoring": 20}
"""The statements of each job: a sweep of fewer has missed the point."""
MORE = {"publishing": [1, 2], "rescoring": [0, 3]}
"""Versions and moves that each adds, to four companies of which one is frozen."""


FULL = "The disk is full: this could not be kept, and nothing is half done."
BROKEN = "The disk could not be read or written: this could not be kept, and nothing is half done."


@pytest.mark.parametrize(("how", "words", "few"), [("disk", FULL, (0, 4)), ("files", BROKEN, (12, 6))])
def test_failing_at_any_write_publishing_leaves_what_was_there(
    tmp_path: Path, how: str, words: str, few: tuple[int, int]
) -> None:
    """On SQLite. A failure that cannot even be noted down looks like a dead worker, and is taken up like one. Scoring
    again ends in a transaction of its own: all may be scored by then."""
    if how == "disk" and not can_mount():
        pytest.skip("this system lets nobody mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    before = on_a_small_disk(folder, "48m") if how == "disk" else ()
    first, stride = (0, 1) if EVERY else few
    found = run_script("failing_publishing", folder / "data", how, first, stride, seconds=LONG, before=before)
    told, unnoted = ["waiting", words], (["waiting", None], ["running", None])
    for name, tries in found.items():
        assert {(each["ended"], each["right"], *each["more"]) for each in tries} == {("done", True, *MORE[name])}
        *failed, done = [(each["tried"], each["is_old"], each["is_new"]) for each in tries]
        assert done == (["done", None], False, True)
        seen = [(True, False), (False, True)] if name == "rescoring" else [(True, False)]
        assert all(tried in (told, *unnoted) and tuple(kept) in seen for tried, *kept in failed)
        assert (told, True, False) in failed or (name == "rescoring" and not EVERY)


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
