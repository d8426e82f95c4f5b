"""Engines to test against, each started once: PostgreSQL in a folder of its own, Spark locally and as a cluster.

Where a program is missing, `make test` installs it; here its absence is a failure, not a skip.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPARK_CLUSTER = "local-cluster[2,1,1024]"
"""Two executors in processes of their own: data really travels."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """A fresh PostgreSQL server on this machine; its address. Gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="satsuma-postgres-"))
    as_user = _unprivileged(folder)
    port = _free_port()
    programs = _postgres_programs()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        _run(as_user, programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "satsuma", "-E", "UTF8")
        _run(as_user, programs / "pg_ctl", "-D", folder / "data", "-o", options, "-l", folder / "log", "-w", "start")
        yield f"postgresql://satsuma@127.0.0.1:{port}/postgres"
    finally:
        _run(as_user, programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def new_database(server: str) -> str:
    """The address of an empty database on the server; gone with it."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.rsplit("/", 1)[0] + f"/{name}"


def restart_postgres(address: str) -> None:
    """Stops the server, whoever is connected, and starts it again."""
    import psycopg

    with psycopg.connect(address) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = Path(row[0])
    _run(as_user, _postgres_programs() / "pg_ctl", "-D", data, "-m", "fast", "-l", data.parent / "log", "-w", "restart")


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user that its package has made."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _postgres_programs() -> Path:
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    assert versions, "PostgreSQL is not installed: run `make test`, or deploy/apt-install --for-tests."
    return versions[-1]


def _run(as_user: list[str], *command: str | Path) -> None:
    subprocess.run([*as_user, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
