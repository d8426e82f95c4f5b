"""A worker that dies at any statement of an import: all of it is there in the end, once, and can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.faults import EVERY, run_script


def test_killed_before_any_statement_an_import_is_whole(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    stride = 1 if EVERY else 24
    found = run_script("killed_import", tmp_path, stride, url=url)
    before, tries = found["before"], found["tries"]
    after = tries[-1][3]
    assert after != before
    for _killed, meanwhile, state, there, rows, undone in tries:
        assert meanwhile in (before, after)
        assert (state, there, rows, undone) == ("done", after, 5, before)
    assert sum(killed for killed, *_rest in tries) * stride >= FEWEST


FEWEST = 60
"""The statements of the import: a sweep of fewer has missed the point."""
