"""`satsuma serve`: the whole installation with one command."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from satsuma.cli.addresses import Host, Port
from satsuma.cli.starting import DataFolder

if TYPE_CHECKING:
    from satsuma.cli.supervising import Child


def command(
    data: DataFolder = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the address in a browser.")] = False,
) -> None:
    """Start Satsuma: the web server and the worker, with everything they need."""
    from satsuma.cli.addresses import answers, refuse_taken_port, settle_address
    from satsuma.cli.locks import running, serving
    from satsuma.cli.screen import say
    from satsuma.cli.starting import find_data_folder, start_django
    from satsuma.cli.supervising import Supervisor

    address = settle_address(host, port)
    folder = find_data_folder(data, prepare=True)
    with serving(folder, address):
        refuse_taken_port(host, port)
        start_django(data)
        with running(folder):
            supervisor = Supervisor(_children(folder, host, port), say)
            supervisor.listen_to_signals()
            supervisor.run(
                meanwhile=partial(_make_tables, folder),
                is_ready=lambda: answers(host, port),
                on_ready=lambda: _welcome(folder, address, open_browser=open_browser),
            )
    say("Satsuma has stopped.")


def _children(folder: Path, host: str, port: int) -> list[Child]:
    """They load what they need while the tables are made, and wait for them before they begin."""
    from satsuma.cli.commands.web import load_pages, serve_pages
    from satsuma.cli.commands.worker import do_jobs
    from satsuma.cli.supervising import Child

    def web() -> None:
        load_pages()
        _make_tables(folder)
        serve_pages(host, port)

    def worker() -> None:
        _make_tables(folder)
        do_jobs()

    return [Child("web server", web), Child("worker", worker)]


def _make_tables(folder: Path) -> None:
    """Whoever comes first makes them, the others wait; no connection is left open."""
    from satsuma.cli.starting import bring_database_up_to_date

    bring_database_up_to_date(folder)
    _close_connections()


def _welcome(folder: Path, address: str, *, open_browser: bool) -> None:
    from satsuma.cli.screen import say

    opened = first_address(folder, address)
    say(f"Satsuma is ready: {opened}")
    if opened != address:
        say("This address works once; it makes you the first administrator.")
    say(f"The data is in {folder}. Ctrl+C stops Satsuma.")
    if open_browser:
        import webbrowser

        webbrowser.open(opened)


def first_address(folder: Path, address: str) -> str:
    """The address to begin at: with the one-time token as long as there is no workspace."""
    from satsuma.app.accounts.queries import find_workspace
    from satsuma.app.accounts.services.setup import get_setup_token

    workspace = find_workspace()
    _close_connections()
    if workspace is not None:
        return address
    return f"{address}/setup/{get_setup_token(folder)}/"


def _close_connections() -> None:
    """Children must not share one with us."""
    from django.db import connections

    connections.close_all()
