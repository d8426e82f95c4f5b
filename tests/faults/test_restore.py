"""A restore that is killed at any moment leaves the old data or the new: the database and the uploads together."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.faults import EVERY, run_script

OLD, NEW = 1, 2
STATES = {"none": {OLD}, "database": {OLD, NEW}, "aside": {NEW}, "in": {NEW}, "clean": {NEW}, "done": {NEW}}
"""What is there after the next start, by the plan that was left. PostgreSQL alone knows whether it was its turn."""


def test_killed_at_any_moment_a_restore_has_happened_or_has_not(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    stride = 1 if EVERY else 8
    found = run_script("killed_restore", tmp_path / "data", stride, url=url)
    for each in found:
        (state,) = each["database"]
        assert state in STATES[each["plan"]], each
        assert each["upload"] == state, each
        assert each["others"] == (["derived"] if state == OLD else []), each
    assert {state for each in found for state in each["database"]} == {OLD, NEW}
    assert len(found) * stride >= 20
