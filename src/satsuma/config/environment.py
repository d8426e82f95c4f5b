"""What an installation is told from outside: variables that begin with SATSUMA_, and the data folder.

Read once by `settings`; the commands that start something call `prepare_data_folder` first.
"""

from __future__ import annotations

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """Every setting of an installation; each has a default that is safe on one machine."""

    model_config = SettingsConfigDict(env_prefix="SATSUMA_", extra="ignore")

    data: Path = Field(default_factory=lambda: user_data_path("satsuma", appauthor=False))
    """The data folder: database, secret, uploads, snapshots. Nothing else on the machine is written to."""
    database_url: SecretStr | None = None
    """postgresql://user:password@host:port/name; without it SQLite in the data folder."""
    address: str = "http://127.0.0.1:8000"
    """What people type to get here; links in mails begin with it, and only its host is answered."""
    hosts: str = ""
    """Further host names to answer, with commas between them."""
    behind_proxy: bool = False
    """Whether a proxy in front sets X-Forwarded-For and X-Forwarded-Proto, and nobody can reach us past it."""
    debug: bool = False
    mail_url: SecretStr | None = None
    """smtp://user:password@host:port or smtps://…; without it mails are written to the log folder."""
    mail_from: str = "satsuma@localhost"
    oidc_name: str = ""
    oidc_server: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_trust_email: bool = False
    """Whether addresses are believed that the OpenID Connect provider has not verified."""

    import_file_mb: int = Field(256, ge=1, le=100_000)
    """The largest file that can be imported; eight times as much when it is unpacked."""
    import_rows: int = Field(1_000_000, ge=1, le=100_000_000)
    import_memory_mb: int = Field(3072, ge=512)
    """Address space of the process that reads a file. It touches far less."""
    import_seconds: int = Field(120, ge=1)
    """How long a file may be read."""

    @property
    def import_limits(self) -> dict[str, int]:
        megabyte = 1024**2
        return {
            "file_bytes": self.import_file_mb * megabyte,
            "unpacked_bytes": 8 * self.import_file_mb * megabyte,
            "rows": self.import_rows,
            "memory_bytes": self.import_memory_mb * megabyte,
            "seconds": self.import_seconds,
        }

    @property
    def secret_file(self) -> Path:
        return self.data / "secret"

    @cached_property
    def secret(self) -> str:
        """The secret that signs sessions and tokens. One that lives as long as the process if none was made yet, so
        that commands without a data folder (checking, translating) work."""
        if self.secret_file.is_file():
            return self.secret_file.read_text(encoding="ascii").strip()
        return secrets.token_urlsafe(48)

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or "127.0.0.1"

    @property
    def uses_https(self) -> bool:
        return urlsplit(self.address).scheme == "https"

    @property
    def allowed_hosts(self) -> list[str]:
        local = ["localhost", "127.0.0.1", "[::1]"]
        return list(dict.fromkeys([self.host, *filter(None, map(str.strip, self.hosts.split(","))), *local]))

    def prepare_data_folder(self) -> None:
        """Makes the data folder, readable by its owner alone, and the secret. Does nothing to what is there."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(self.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))

    def database(self) -> dict[str, Any]:
        """Django's description of the database."""
        if self.database_url is None:
            return sqlite_database(self.data / "satsuma.sqlite3")
        return postgres_database(self.database_url.get_secret_value())

    def mail(self) -> dict[str, Any]:
        """Django's description of the mail server; without one mails are files in the log folder."""
        if self.mail_url is None:
            folder = self.data / "log" / "mail"
            return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
        return mail_server(self.mail_url.get_secret_value())

    def single_sign_on(self) -> dict[str, Any]:
        """allauth's description of the OpenID Connect provider; empty if none is set."""
        if not (self.oidc_server and self.oidc_client_id):
            return {}
        app = {
            "provider_id": "sso",
            "name": self.oidc_name or "OpenID Connect",
            "client_id": self.oidc_client_id,
            "secret": self.oidc_client_secret.get_secret_value() if self.oidc_client_secret else "",
            "settings": {"server_url": self.oidc_server, "oauth_pkce_enabled": True},
        }
        return {"openid_connect": {"APPS": [app]}}


def mail_server(url: str) -> dict[str, Any]:
    """Parses smtp://user:password@host:port (with STARTTLS) or smtps://…; `?tls=no` is for a server on the same
    machine that knows no TLS. Raises ValueError for another scheme."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"SATSUMA_MAIL_URL begins with {parts.scheme!r}; use smtp://user:password@host:port.")
    encrypted = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": unquote(parts.hostname or ""),
        "EMAIL_PORT": parts.port or (465 if encrypted else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": encrypted,
        "EMAIL_USE_TLS": not encrypted and dict(parse_qsl(parts.query)).get("tls") != "no",
    }


def sqlite_database(file: Path) -> dict[str, Any]:
    """WAL lets pages be read while the worker writes. A transaction takes the write lock when it begins, so that it
    waits there instead of failing halfway. Deleted values are overwritten. Never mmap: it can hide I/O errors."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            " PRAGMA mmap_size=0; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
        },
    }


def postgres_database(url: str) -> dict[str, Any]:
    """Parses postgresql://user:password@host:port/name?sslmode=require. Raises ValueError for another scheme."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(
            f"SATSUMA_DATABASE_URL begins with {parts.scheme!r}; use postgresql://user:password@host/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
