"""The installed program among other programs: pipes that close, terminals that know little, a kill in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.command import PROGRAM, program

TABLES = ("model.yaml", "accounts.csv", "--key", "account", "--deals", "deals.csv", "--as-of", "2026-06-30")


def test_the_installed_program_scores(folder: Path) -> None:
    outcome = program("score", *TABLES, folder=folder)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[:2] == ["account,score,percent,segment,coverage", "Acme,20,66.7,High,1.0"]


def test_the_installed_program_ends_with_the_code_of_the_error(folder: Path) -> None:
    outcome = program("score", "model.yaml", "nix.csv", folder=folder)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == "Error: There is no file 'nix.csv'.\nCheck its name and folder.\n"


@pytest.mark.parametrize("command", ["score", "preview"])
def test_a_reader_that_leaves_early_is_no_fault(folder: Path, command: str) -> None:
    """As in `satsuma score … | head -1`; also where more is written than a pipe holds."""
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"customer {number},5,retail,\n" for number in range(20_000))
    running = subprocess.Popen(
        [PROGRAM, command, *TABLES], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    errors = running.stderr.read()
    running.stderr.close()
    assert (running.wait(30), errors) == (0, "")


def test_a_reader_that_was_never_there_is_no_fault(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [PROGRAM, "check", "model.yaml"], cwd=folder, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_pipe_gets_utf_8_whatever_the_locale(folder: Path) -> None:
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write("Żółć 名前,5,retail,\n")
    outcome = program("score", *TABLES, folder=folder, env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines()[-1].startswith("Żółć 名前,")


SLOW = """\
import sys, time
from pathlib import Path
import polars as pl
from satsuma.cli.main import run

def write_slowly(frame, stream, **options):
    stream.write(b"account,score\\nAcme,")
    stream.flush()
    Path("started").touch()
    time.sleep(60)

pl.DataFrame.write_csv = write_slowly
run()
"""


def test_a_kill_while_writing_leaves_the_old_file_whole(folder: Path) -> None:
    """The program is run with a writer that stops half way, so that the kill falls into the write."""
    old = "account,score\nfrom last week,1\n"
    (folder / "scored.csv").write_text(old, encoding="utf-8")
    running = subprocess.Popen([sys.executable, "-c", SLOW, "score", *TABLES, "-o", "scored.csv"], cwd=folder)
    deadline = time.monotonic() + 30
    while not (folder / "started").exists():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    assert running.wait(30) == -signal.SIGKILL
    assert (folder / "scored.csv").read_text(encoding="utf-8") == old
    outcome = program("score", *TABLES, "-o", "scored.csv", folder=folder)
    assert outcome.out == "Wrote 3 rows to scored.csv.\n"


def test_an_interrupt_is_told_apart_from_a_difference(folder: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW, "score", *TABLES, "-o", "scored.csv"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while not (folder / "started").exists():
        assert running.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out) == (130, "")
    assert "Traceback" not in err
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["accounts.csv", "deals.csv", "model.yaml", "started"]
