"""`satsuma serve` as somebody starts it: from nothing to a page, refused twice, stopped, killed."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.command import program

PROGRAM = [sys.executable, "-P", "-m", "satsuma.cli"]
PATIENCE_SECONDS = 60.0


@dataclass
class Server:
    """A running `satsuma serve`; what it says goes to a file."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """Every process that descends from it."""
        found, parents = [], {self.process.pid}
        for _generation in range(3):
            parents = {pid for pid, parent in processes() if parent in parents}
            found += parents
        return sorted(found)

    def page(self) -> int:
        """The status of the first page."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


def processes() -> Iterator[tuple[int, int]]:
    """Number and parent of every process that lives; one that only waits to be buried does not."""
    for entry in Path("/proc").iterdir():
        try:
            state, parent = (
                (entry / "stat").read_text().rpartition(")")[2].split()[:2] if entry.name.isdigit() else "Z0"
            )
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            yield int(entry.name), int(parent)


def wait_until(holds: object, what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def serve(folder: Path) -> Server:
    port, log = free_port(), folder.with_suffix(".log")
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("SATSUMA_", "DJANGO_"))}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--data", str(folder), "--port", str(port)], stdout=out, stderr=out, env=outside
        )
    server = Server(process, folder, port, log)
    wait_until(lambda: "Satsuma is ready" in server.said or process.poll() is not None, "it never became ready")
    assert process.poll() is None, server.said
    return server


def command(*arguments: object) -> tuple[int, str]:
    outcome = program(*arguments)
    return outcome.code, outcome.err


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = serve(tmp_path_factory.mktemp("served") / "data")
    yield server
    server.process.kill()
    server.process.wait()


def test_it_makes_everything_it_needs_for_its_owner_alone(server: Server) -> None:
    # The worker begins beside the web server, and makes its queue a moment later on a busy machine.
    wait_until((server.folder / "queue.sqlite3").exists, "the worker never made its queue")
    made = {entry.name: entry.stat().st_mode & 0o777 for entry in server.folder.iterdir()}
    assert {"satsuma.sqlite3", "secret", "setup-token"} <= set(made)
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o077} == {}
    assert server.folder.stat().st_mode & 0o777 == 0o700


def test_it_says_where_to_begin(server: Server) -> None:
    address = re.findall(r"Satsuma is ready: (\S+)", server.said)
    token = (server.folder / "setup-token").read_text()
    assert address == [f"http://127.0.0.1:{server.port}/setup/{token}/"]
    with urllib.request.urlopen(address[0], timeout=10) as answer:
        assert answer.status == 200


def test_a_second_one_on_the_same_data_is_refused(server: Server) -> None:
    code, said = command("serve", "--data", server.folder, "--port", free_port())
    assert code == 2
    assert f"Satsuma already runs with the data in {server.folder}" in said
    assert f"http://127.0.0.1:{server.port}" in said
    assert "--data FOLDER --port NUMBER" in said


def test_a_port_that_is_taken_is_named(server: Server, tmp_path: Path) -> None:
    code, said = command("serve", "--data", tmp_path / "other", "--port", server.port)
    assert code == 2
    assert f"Nothing can listen on 127.0.0.1 port {server.port}" in said
    assert "--port" in said


def test_it_is_backed_up_while_it_runs_but_not_restored(server: Server, tmp_path: Path) -> None:
    assert command("backup", tmp_path / "a.backup", "--data", server.folder)[0] == 0
    code, said = command("restore", tmp_path / "a.backup", "--data", server.folder, "--yes")
    assert code == 2
    assert f"Satsuma runs with the data in {server.folder}." in said


def test_a_child_that_dies_is_started_again(server: Server) -> None:
    before = server.children()
    for child in before:
        os.kill(child, signal.SIGKILL)
    wait_until(lambda: len(server.children()) == len(before), "not all came back")
    wait_until(lambda: listens(server.port) and server.page() < 500, "no page came")
    assert set(before) & set(server.children()) == set()
    assert "The worker ended (signal SIGKILL); it is started again." in server.said
    assert "The web server ended (signal SIGKILL); it is started again." in server.said


def test_asked_to_stop_it_leaves_nothing_behind(tmp_path: Path) -> None:
    server = serve(tmp_path / "data")
    # The worker, the web server, and what answers in it.
    wait_until(lambda: len(server.children()) == 3, "not all began")
    children = server.children()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(PATIENCE_SECONDS) == 0
    assert server.said.splitlines()[-1] == "Satsuma has stopped."
    assert [pid for pid, _parent in processes() if pid in children] == []


def test_killed_it_leaves_nothing_behind_and_can_start_again(tmp_path: Path) -> None:
    for _time in range(2):
        server = serve(tmp_path / "data")
        children = server.children()
        server.process.kill()
        server.process.wait()
        wait_until(lambda children=children: not {pid for pid, _ in processes()} & set(children), "children live on")
    assert command("doctor", "--data", server.folder) == (0, "")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_what_has_no_installation_says_so(tmp_path: Path) -> None:
    code, said = command("doctor", "--data", tmp_path / "nothing")
    assert code == 2
    assert said.splitlines() == [
        f"Error: There is no installation in {tmp_path / 'nothing'}.",
        "Say where it is with --data, or start a new one with `satsuma serve`.",
    ]
