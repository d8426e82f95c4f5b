"""Where the web server listens and what people type to get there. Called by `serve` and `web`."""

from __future__ import annotations

import os
import socket
import time
from typing import Annotated

import typer

from satsuma.domain.errors import InputError

Host = Annotated[
    str, typer.Option("--host", help="The address to listen on; 0.0.0.0 for every network this machine is in.")
]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="The port to listen on.")]

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
"""Addresses that mean all of them, and the one of this machine to ask instead."""
LEFTOVER_SECONDS = 2.0
"""A server that was killed lets its port go within this time."""


def settle_address(host: str, port: int) -> str:
    """SATSUMA_ADDRESS, for this process and its children: links in mails begin with it, only its host is answered.
    Set to what is listened on unless somebody has said what stands in front of it."""
    local = EVERYWHERE.get(host, host)
    default = f"http://{f'[{local}]' if ':' in local else local}:{port}"
    return os.environ.setdefault("SATSUMA_ADDRESS", default)


def refuse_taken_port(host: str, port: int) -> None:
    """Raises InputError when nothing can listen there."""
    deadline = time.monotonic() + LEFTOVER_SECONDS
    while (error := _listening_fails(host, port)) is not None:
        if time.monotonic() >= deadline:
            raise InputError(
                "address_taken",
                f"Nothing can listen on {host} port {port}: {error.strerror}.",
                remedy="Another program may use it. Choose another port with --port, or another address with --host.",
                host=host,
                port=port,
            )
        time.sleep(0.2)


def _listening_fails(host: str, port: int) -> OSError | None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except OSError as error:
        return error
    return None


def answers(host: str, port: int, *, within_seconds: float = 2.0) -> bool:
    """Whether a web server answers there, whatever it says."""
    from http.client import HTTPConnection, HTTPException

    connection = HTTPConnection(EVERYWHERE.get(host, host), port, timeout=within_seconds)
    try:
        connection.request("GET", "/", headers={"Host": "127.0.0.1"})
        connection.getresponse()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
