"""Asks a child process to read a file. Called by the services: whatever a file does, it happens there."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from satsuma.app.crm.imports.limits import ImportBusyError, ImportLimitError, Limits, limits
from satsuma.app.crm.imports.wanted import Wanted
from satsuma.app.crm.imports.wording import FileError, file_error

LOOK_SECONDS = 0.2
AT_ONCE = threading.BoundedSemaphore(2)
"""Files that pages of one process have looked at while somebody waits: others wait for their turn, or are told."""
TURN_SECONDS = 10.0
OUT_OF_TIME = (signal.SIGXCPU, signal.SIGALRM)


def describe_file(path: Path, options: Mapping[str, Any], *, name: str) -> dict[str, Any]:
    """What was recognised, see `parsing.describe`. Raises FileError, ImportLimitError, ImportBusyError."""
    if not AT_ONCE.acquire(timeout=TURN_SECONDS):
        raise ImportBusyError
    try:
        return _ask({"do": "describe", "path": str(path), "options": dict(options)}, name, None)
    finally:
        AT_ONCE.release()


def read_file(
    path: Path,
    options: Mapping[str, Any],
    wanted: Sequence[Wanted],
    out: Path,
    *,
    name: str,
    look: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """See `parsing.read`. `look` is called a few times a second, and may raise to end it. Raises FileError,
    ImportLimitError."""
    columns = [asdict(column) for column in wanted]
    request = {"do": "read", "path": str(path), "options": dict(options), "wanted": columns, "out": str(out)}
    return _ask(request, name, look)


def _ask(request: dict[str, Any], name: str, look: Callable[[], None] | None) -> dict[str, Any]:
    allowed = limits()
    request["limits"] = asdict(allowed)
    child = _start()
    try:
        output = _wait(child, json.dumps(request).encode(), allowed, look)
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    return _answer(output, child.returncode, allowed, name)


def _start() -> subprocess.Popen[bytes]:
    """Without the environment's secrets; nothing but our own package is run."""
    kept = ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")
    environment = {key: value for key, value in os.environ.items() if key in kept}
    environment |= {"PYTHONUTF8": "1", "POLARS_MAX_THREADS": "2"}
    return subprocess.Popen(
        [sys.executable, "-m", "satsuma.app.crm.imports.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _wait(child: subprocess.Popen[bytes], request: bytes, allowed: Limits, look: Callable[[], None] | None) -> bytes:
    given: bytes | None = request
    for _ in range(int(allowed.seconds / LOOK_SECONDS)):
        try:
            return child.communicate(given, timeout=LOOK_SECONDS)[0]
        except subprocess.TimeoutExpired:
            given = None
            if look is not None:
                look()
    raise ImportLimitError("seconds", allowed.seconds)


def _answer(output: bytes, code: int, allowed: Limits, name: str) -> dict[str, Any]:
    try:
        reply: dict[str, Any] = json.loads(output)
    except ValueError:
        raise _death(code, allowed, name) from None
    if limit := reply.get("limit"):
        raise ImportLimitError(limit, getattr(allowed, limit))
    if reply.get("errno") == errno.ENOENT:
        raise FileError("file_missing", name, {})
    if number := reply.get("errno"):
        raise OSError(number, os.strerror(number))
    if "errno" in reply:
        raise FileError("file_broken", name, {})
    if error := reply.get("error"):
        raise file_error(error, name)
    answer: dict[str, Any] = reply["answer"]
    return answer


def _death(code: int, allowed: Limits, name: str) -> Exception:
    """A child that ended without an answer: out of time, out of memory (libraries abort then), or broken."""
    if -code in OUT_OF_TIME:
        return ImportLimitError("seconds", allowed.seconds)
    if -code in (signal.SIGABRT, signal.SIGKILL, signal.SIGSEGV):
        return ImportLimitError("memory_bytes", allowed.memory_bytes)
    return FileError("file_broken", name, {})
