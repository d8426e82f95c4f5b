"""A provider of single sign-on (OpenID Connect) on this machine, as far as a client sees one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

CLIENT = "satsuma"
SECRET = "between the two of us"


@dataclass
class Provider:
    """`person` is who signs in there: the claims about them. `asked` are the forms that the client sent for tokens."""

    person: dict[str, Any]
    url: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def tokens(self) -> dict[str, Any]:
        now = int(time.time())
        claims = {**self.person, "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        token = jwt.encode(claims, "x" * 32, algorithm="HS256")
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": token}


@contextmanager
def openid_provider(**person: Any) -> Iterator[Provider]:
    """A provider where this person is signed in. Gone afterwards."""
    provider = Provider({"sub": "4711", **person})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pages = {"/.well-known/openid-configuration": provider.configuration(), "/userinfo": provider.person}
            self._answer(pages[self.path])

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            provider.asked.append(form)
            self._answer(provider.tokens())

        def _answer(self, content: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
