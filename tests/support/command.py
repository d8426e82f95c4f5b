"""The command `satsuma` as a user runs it: in this process, so that hundreds of cases stay quick, or as a program."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from satsuma.cli.main import run

PROGRAM = Path(sys.executable).with_name("satsuma")
"""The installed script."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as strict JSON."""
        return json.loads(self.out, parse_constant=_refuse)

    @property
    def error(self) -> dict[str, Any]:
        """The error of a command that was given --json: the last line on standard error."""
        facts: dict[str, Any] = json.loads(self.err.splitlines()[-1], parse_constant=_refuse)["error"]
        return facts


def satsuma(*arguments: object, folder: Path | None = None) -> Outcome:
    """The command run in this process, in the folder. Standard output is no terminal."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    with (
        patch.object(sys, "argv", ["satsuma", *map(str, arguments)]),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(folder or Path.cwd()),
    ):
        code = _exit_code()
    return Outcome(code, _text(out), _text(err))


def done(*arguments: object, folder: Path | None = None) -> Outcome:
    """The command run in this process, which must succeed."""
    outcome = satsuma(*arguments, folder=folder)
    assert outcome.code == 0, outcome.err
    return outcome


def program(*arguments: object, folder: Path | None = None, env: Mapping[str, str] | None = None) -> Outcome:
    """The installed script, run as a program of its own; `env` is added to the environment."""
    completed = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        cwd=folder,
        env={**os.environ, **(env or {})},
        timeout=60,
        check=False,
    )
    return Outcome(completed.returncode, completed.stdout.decode(), completed.stderr.decode())


def _exit_code() -> int:
    try:
        run()
    except SystemExit as ended:
        code = ended.code or 0
    assert isinstance(code, int)
    return code


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
