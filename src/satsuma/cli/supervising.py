"""The supervisor: starts the web server and the worker as child processes, starts one again that ended by itself, and
stops both. Called by `serve`.

Children are forked, not started anew: they find Django loaded, which saves each of them more than a second and most of
its memory. That is safe as long as the supervisor has one thread and no open connection when it forks.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from satsuma.cli.parents import end_with_parent
from satsuma.domain.errors import SatsumaError

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 30.0
"""The ends of a child that lived so long since are forgotten."""
GIVE_UP_AFTER = 5
"""So many ends in a row without a healthy time between: it cannot run, and somebody has to look."""
STOP_SECONDS = 12.0
"""Then a child that was asked to end is killed."""
LOOK_SECONDS = 0.05
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """A child process and its history; `work` is all that it does. Times are of a clock that only runs forward."""

    name: str
    work: Callable[[], None]
    pid: int | None = None
    started: float = 0.0
    ends: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        self.started = time.monotonic()
        supervisor = os.getpid()
        self.pid = os.fork() or self._be(supervisor)

    def _be(self, supervisor: int) -> NoReturn:
        """The life of the child, in a session of its own: Ctrl+C reaches the supervisor alone, which stops it in
        order."""
        code = 1
        try:
            os.setsid()
            for number in SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            end_with_parent(supervisor)
            self.work()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except SatsumaError as error:
            from satsuma.cli.errors import report_error

            report_error(error, as_json=False)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def ended_with(self) -> int | None:
        """The exit code, or minus the signal, of a child that has ended; None while it lives, and when told already."""
        if self.pid is None:
            return None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        self.pid = None
        return os.waitstatus_to_exitcode(status)

    def note_end(self, now: float) -> None:
        """Plans the next start, each time later unless there was a healthy time between."""
        self.ends = 1 if now - self.started >= HEALTHY_SECONDS else self.ends + 1
        self.next_start = now + min(FIRST_PAUSE_SECONDS * 2 ** (self.ends - 1), LONGEST_PAUSE_SECONDS)

    def send(self, number: signal.Signals) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)

    def end(self, deadline: float) -> None:
        """Waits for it; kills it, and what it has started, when the time is over."""
        while self.pid is not None and time.monotonic() < deadline:
            if self.ended_with() is None:
                time.sleep(LOOK_SECONDS)
        if self.pid is not None:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = None


@dataclass
class Supervisor:
    """`say` tells what happens to children."""

    children: Sequence[Child]
    say: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)

    def listen_to_signals(self) -> None:
        for number in SIGNALS:
            signal.signal(number, lambda *_: self.stop.set())

    def run(self, *, meanwhile: Callable[[], None], is_ready: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Until `stop` is set. `meanwhile` is called once while the children start, and leaves no connection open;
        `on_ready` once, when `is_ready` says so. Raises what they raise, and SatsumaError when a child ends again and
        again; no child is left behind, whatever happens."""
        waiting = True
        try:
            for child in self.children:
                child.start()
            meanwhile()
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
        elif child.pid is None and now >= child.next_start:
            child.start()

    def _end_all(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.send(signal.SIGTERM)
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
