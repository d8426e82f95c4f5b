"""Calls made at the same moment, or while another transaction goes on, each on a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier
from typing import Any

LONG_ENOUGH = 0.5
"""Seconds in which a call is done, or waits for a lock."""


def race(count: int, call: Callable[[int], Any]) -> list[Any]:
    """What each call gave back or raised. They begin together. Needs a test with `transaction=True`."""
    from django.db import connection

    start = Barrier(count)

    def run(number: int) -> Any:
        try:
            start.wait(timeout=10)
            return call(number)
        except Exception as raised:
            return raised
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def beside(call: Callable[[], Any]) -> Future[Any]:
    """Begins the call, and comes back when it is done or waits for the caller's transaction. After that one's end,
    `result(timeout=…)` gives or raises what came of it. Needs a test with `transaction=True`."""
    from django.db import connection

    def run() -> Any:
        try:
            return call()
        finally:
            connection.close()

    threads = ThreadPoolExecutor(1)
    future = threads.submit(run)
    threads.shutdown(wait=False)
    wait([future], timeout=LONG_ENOUGH)
    return future
