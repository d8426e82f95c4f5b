"""A worker process: threads that Huey wakes, and the sweep. Called by `satsuma worker`."""

from __future__ import annotations

import logging
import threading
import time

from django.db import close_old_connections
from django.utils import timezone

from satsuma.app.jobs.queue import queue, when_woken
from satsuma.app.jobs.sweep import SWEEP_SECONDS, Sweep
from satsuma.app.jobs.worker import STOPPING, do_waiting_runs

log = logging.getLogger("satsuma.jobs")

LONGEST_WAIT_SECONDS = 0.5
"""An idle thread looks into the queue at least so often (PostgreSQL tells it at once)."""
GRACE_SECONDS = 8.0
"""How long a job that is being worked on may take to notice that the process ends."""


def work_until(stop: threading.Event, *, threads: int) -> bool:
    """Works until `stop` is set; then whether all work was put down in time. What was not is taken up by another
    worker when its lease runs out. Raises RuntimeError when a thread has ended by itself."""
    when_woken(do_waiting_runs)
    consumer = queue().create_consumer(workers=threads, periodic=False, max_delay=LONGEST_WAIT_SECONDS)
    working: list[threading.Thread] = [thread for _worker, thread in consumer.worker_threads]
    for thread in working:
        thread.start()
    try:
        _sweep_until(stop, working)
    finally:
        STOPPING.set()
        consumer.stop_flag.set()
        deadline = time.monotonic() + GRACE_SECONDS
        for thread in working:
            thread.join(max(0.0, deadline - time.monotonic()))
    return not any(thread.is_alive() for thread in working)


def _sweep_until(stop: threading.Event, working: list[threading.Thread]) -> None:
    sweep = Sweep()
    while not stop.is_set():
        if not all(thread.is_alive() for thread in working):
            raise RuntimeError("A thread of the worker has ended.")
        try:
            sweep.once(steady_seconds=time.monotonic(), at=timezone.now())
        except Exception:
            log.exception("a sweep failed; the next one comes in %s seconds", SWEEP_SECONDS)
        finally:
            close_old_connections()
        stop.wait(SWEEP_SECONDS)
