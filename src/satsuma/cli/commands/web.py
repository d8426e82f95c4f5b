"""`satsuma web`: the web server alone. `serve` starts it; with PostgreSQL, any number of them on any machine."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from satsuma.cli.addresses import Host, Port
from satsuma.cli.starting import DataFolder

MOST_THREADS = 8
"""Requests that one process works on at the same time; each has a connection to the database."""
STOP_SECONDS = 8


def command(
    data: DataFolder = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="How many processes answer.")] = 1,
) -> None:
    """Start the web server alone."""
    from satsuma.cli.addresses import refuse_taken_port, settle_address
    from satsuma.cli.locks import running
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    settle_address(host, port)
    refuse_taken_port(host, port)
    folder = start_django(data, prepare=True)
    with running(folder):
        bring_database_up_to_date(folder)
        serve_pages(host, port, processes=processes)


def load_pages() -> None:
    """Loads what answers need, before the first request has to wait for it."""
    from importlib import import_module

    from django.urls import get_resolver

    import_module("satsuma.config.wsgi")
    assert get_resolver().url_patterns


def serve_pages(host: str, port: int, *, processes: int = 1) -> None:
    """Serves until this process is asked to end. Django has been started."""
    from django.db import connections
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels

    connections.close_all()
    Granian(
        "satsuma.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=min(MOST_THREADS, 2 * (os.cpu_count() or 1) + 1),
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    ).serve(target_loader=Loader(os.getpid()))


class Loader:
    """Loads the application in each process that answers; such a process does not outlive the one that made it."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def __call__(self, target: str) -> Any:
        from importlib import import_module

        from satsuma.cli.parents import end_with_parent

        end_with_parent(self.parent)
        module, _, name = target.partition(":")
        return getattr(import_module(module), name)
