"""The installation that tests run in: a data folder of its own per process, SQLite in a file, or PostgreSQL.

Set before Django reads its settings. `SATSUMA_TEST_DATABASE=postgres` starts one server for all processes of the run.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from satsuma.app.accounts.models import User, Workspace
    from satsuma.app.accounts.permissions import Role

DATA = Path(tempfile.mkdtemp(prefix="satsuma-tests-"))
ENDING = ExitStack()
ENDING.callback(shutil.rmtree, DATA, ignore_errors=True)
atexit.register(ENDING.close)
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"
"""Of every user that the fixtures make."""


def _describe_installation() -> None:
    from support.engines import postgres_server

    os.environ["SATSUMA_DATA"] = str(DATA)
    if os.environ.get("SATSUMA_TEST_DATABASE") != "postgres":
        os.environ.pop("SATSUMA_DATABASE_URL", None)
    elif "PYTEST_XDIST_WORKER" not in os.environ:  # workers inherit the address of the one server
        os.environ["SATSUMA_DATABASE_URL"] = ENDING.enter_context(postgres_server())


def _load_settings() -> None:
    from django.conf import settings

    os.environ["DJANGO_SETTINGS_MODULE"] = "satsuma.config.settings"
    database = settings.DATABASES["default"]
    del os.environ["DJANGO_SETTINGS_MODULE"]  # a worker that inherited it would read its settings before this file
    if "sqlite" in database["ENGINE"]:  # a file, as in an installation; it need not outlive a power cut
        database["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one takes 0.3 s each


_describe_installation()
_load_settings()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The queue has connections of its own to a PostgreSQL database; they end before it does."""
    yield
    from satsuma.app.jobs.queue import close_queue

    close_queue()


@pytest.fixture
def workspace(db: None) -> Workspace:
    """The installation after its first run: English, euros, Warsaw."""
    from satsuma.app.accounts.models import Workspace

    return Workspace.objects.create(
        id=1, name="Acme Sales", language="en", currency="EUR", time_zone="Europe/Warsaw", created_at=NOW
    )


def _user(role: Role) -> User:
    from satsuma.app.accounts.models import User

    user = User(email=f"{role}@example.com", name=f"{role.title()} Example", role=role, created_at=NOW)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def administrator(workspace: Workspace) -> User:
    from satsuma.app.accounts.permissions import Role

    return _user(Role.ADMINISTRATOR)


@pytest.fixture
def manager(workspace: Workspace) -> User:
    from satsuma.app.accounts.permissions import Role

    return _user(Role.MANAGER)


@pytest.fixture
def member(workspace: Workspace) -> User:
    from satsuma.app.accounts.permissions import Role

    return _user(Role.MEMBER)


@pytest.fixture
def viewer(workspace: Workspace) -> User:
    from satsuma.app.accounts.permissions import Role

    return _user(Role.VIEWER)


@pytest.fixture
def client_of(request: pytest.FixtureRequest, workspace: Workspace) -> Callable[[str], Client]:
    """`client_of("member")`: a browser in which the user of that role is signed in; "anonymous": in which nobody is."""
    from django.test import Client

    def signed_in(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.force_login(request.getfixturevalue(role))
        return client

    return signed_in
