"""A real installation for tests: `satsuma serve` in a process of its own, with its own data folder."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Installation:
    """`opened` is the address that was printed: with the one-time token while there is no workspace."""

    process: subprocess.Popen[str]
    address: str
    opened: str
    data: Path


@contextmanager
def serving(data: Path) -> Iterator[Installation]:
    """Started, ready, and stopped again as Ctrl+C does it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "satsuma.cli", "serve", "--data", str(data), "--port", str(port)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_"))}
    log = data.parent / f"{data.name}.log"
    with log.open("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, text=True, env=environment)
        try:
            opened = _wait_for_address(process, log)
            yield Installation(process, f"http://127.0.0.1:{port}", opened, data)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def _wait_for_address(process: subprocess.Popen[str], log: Path) -> str:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if found := re.search(r"Satsuma is ready: (\S+)", log.read_text()):
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(f"`satsuma serve` did not become ready:\n{log.read_text()}")
