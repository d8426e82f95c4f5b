"""A restore that is killed at any moment leaves the old data or the new: the database and the uploads together."""

from __future__ import annotations

from pathlib import Path

from support.faults import EVERY, run_script

OLD, NEW = 1, 2


def test_killed_at_any_moment_a_restore_has_happened_or_has_not(tmp_path: Path) -> None:
    stride = 1 if EVERY else 4
    found = run_script("killed_restore", tmp_path / "data", stride)
    for each in found:
        state = NEW if each["decided"] else OLD
        assert each["database"] == [state], each
        assert each["upload"] == state, each
        assert each["others"] == (["derived"] if state == OLD else []), each
    assert {each["decided"] for each in found} == {True, False}
    assert len(found) * stride >= 20
