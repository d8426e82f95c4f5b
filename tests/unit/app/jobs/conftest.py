"""Each test begins with an empty queue: numbers of runs come again after a rollback, which they never do outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _empty_queue(db: None) -> Iterator[None]:
    yield
    from satsuma.app.jobs.queue import queue

    queue().storage.flush_all()
