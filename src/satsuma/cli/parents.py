"""Children that do not outlive their parent, even one that was killed. Called by `supervising` and `web`."""

from __future__ import annotations

import os
import signal
import threading
import time

POLL_SECONDS = 0.5


def end_with_parent(parent: int) -> None:
    """Asks this process to end (SIGTERM) soon after its parent has: then it has another parent."""
    threading.Thread(target=_watch, args=(parent,), name="watching the parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
