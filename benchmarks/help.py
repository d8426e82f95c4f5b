"""`satsuma --help` as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.data import Options
from benchmarks.timing import Line, seconds

REPETITIONS = 10
SECONDS = 0.4


def lines(_options: Options) -> Iterator[Line]:
    """The median: a process start has no best case that users would meet. Byte code is there, as after an installation:
    a first run that does not count sees to it."""
    program = Path(sys.executable).with_name("satsuma")
    times: dict[str, list[float]] = {"help": [], "python": []}
    _started([str(program), "--help"])
    for _ in range(REPETITIONS):
        times["help"].append(_started([str(program), "--help"]))
        times["python"].append(_started([sys.executable, "-c", "pass"]))
    yield Line("satsuma --help", 0, median(times["help"]), "python -c pass", median(times["python"]), target=SECONDS)


def _started(command: list[str]) -> float:
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment))
