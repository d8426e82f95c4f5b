"""The databases that faults are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.engines import postgres_server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], scope="module")
def url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of a database for the scripts; None is SQLite in their data folder."""
    if request.param == "sqlite":
        yield None
        return
    with postgres_server() as address:
        yield address
