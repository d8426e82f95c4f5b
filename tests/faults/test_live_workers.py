"""Worker processes in real time. How long the take-up of a dead worker's run takes is measured by `make faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.faults import EVERY, run_script

A_MINUTE = 60.0


def test_workers_wake_up_listen_and_put_their_work_down(tmp_path: Path, url: str | None) -> None:
    if url and not EVERY:
        pytest.skip("on PostgreSQL run by `make faults`")
    found = run_script("live_worker", tmp_path, url=url)
    cancelled, stopped = found["cancelled"], found["stopped"]
    assert cancelled | {"seconds": 0} == {"seconds": 0, "done": 1, "total": 2, "effects": []}
    assert stopped | {"seconds": 0} == {"code": 0, "seconds": 0, "given_back": ["waiting", 0], "effects": 1}


@pytest.mark.skipif(not EVERY, reason="takes a minute; run by `make faults`")
def test_a_dead_workers_run_is_done_by_another_within_a_minute(tmp_path: Path, url: str | None) -> None:
    found = run_script("live_worker", tmp_path, "killed", url=url)
    print(  # noqa: T201
        f"woken after {found['woken']:.2f} s, cancelled after {found['cancelled']['seconds']:.2f} s, "
        f"stopped after {found['stopped']['seconds']:.2f} s, taken up after {found['killed']['seconds']:.1f} s"
    )
    assert found["killed"]["seconds"] < A_MINUTE
    assert found["killed"] | {"seconds": 0} == {"seconds": 0, "attempts": 2, "effects": 1}
