"""The supervisor: starts the web server and the worker as child processes, starts one again that ended by itself, and
stops both. Called by `serve`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from satsuma.domain.errors import SatsumaError

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 30.0
"""A child that lived so long starts at once when it ends; its earlier ends are forgotten."""
GIVE_UP_AFTER = 5
"""So many ends in a row without a healthy time between: it cannot run, and somebody has to look."""
STOP_SECONDS = 12.0
"""Then a child that was asked to end is killed."""
LOOK_SECONDS = 0.1


@dataclass
class Child:
    """A child process and its history. Times are of a clock that only runs forward."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    ends: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """In a session of its own, so that Ctrl+C reaches the supervisor alone, which stops it in order."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603

    def ended_with(self) -> int | None:
        return self.process.poll() if self.process else None

    def note_end(self, now: float) -> None:
        """Plans the next start: at once after a healthy time, else later each time."""
        self.ends = 1 if now - self.started >= HEALTHY_SECONDS else self.ends + 1
        self.process = None
        self.next_start = now + min(FIRST_PAUSE_SECONDS * 2 ** (self.ends - 1), LONGEST_PAUSE_SECONDS)

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Waits for it; kills it and its own children when the time is over."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class Supervisor:
    """`say` tells what happens to children."""

    children: Sequence[Child]
    say: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)

    def listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())

    def run(self, *, is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Until `stop` is set. `on_ready` is called once, when `is_ready` says so. Raises SatsumaError when a child
        ends again and again; no child is left behind, whatever happens."""
        waiting = True
        try:
            for child in self.children:
                child.start()
            while not self.stop.wait(LOOK_SECONDS):
                for child in self.children:
                    self._look_after(child)
                if waiting and is_ready():
                    waiting = False
                    on_ready()
        finally:
            self._end_all()

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        code = child.ended_with()
        if code is not None:
            child.note_end(now)
            if child.ends >= GIVE_UP_AFTER:
                raise _gives_up(child, code)
            self.say(f"The {child.name} ended ({_ending(code)}); it is started again.")
        elif child.process is None and now >= child.next_start:
            child.start()

    def _end_all(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end(deadline)


def _gives_up(child: Child, code: int) -> SatsumaError:
    return SatsumaError(
        "child_fails",
        f"The {child.name} ended {child.ends} times in a row ({_ending(code)}).",
        remedy="What it said stands above; `satsuma doctor` may know more.",
        child=child.name,
        exit_code=code,
    )


def _ending(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def this_program(*arguments: str) -> list[str]:
    """The command line that starts this very program again."""
    return [sys.executable, "-P", "-m", "satsuma.cli", *arguments]
