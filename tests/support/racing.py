"""Calls made at the same moment, each on a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


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
