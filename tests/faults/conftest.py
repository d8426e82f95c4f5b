"""The databases that faults are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.engines import new_database, postgres_server


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server for all tests on faults."""
    with postgres_server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str | None:
    """The address of a database of the test's own for its script; None is SQLite in the script's data folder."""
    return None if request.param == "sqlite" else new_database(request.getfixturevalue("server"))
