"""One open session per engine for all differential tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from satsuma.engine.backends import Session, open_session
from support.engines import SPARK_CLUSTER, postgres_server


@pytest.fixture(scope="session")
def duckdb() -> Iterator[Session]:
    with open_session("duckdb") as session:
        yield session


@pytest.fixture(scope="session")
def ibis_duckdb() -> Iterator[Session]:
    with open_session("ibis-duckdb") as session:
        yield session


@pytest.fixture(scope="session")
def sqlite() -> Iterator[Session]:
    with open_session("sqlite") as session:
        yield session


@pytest.fixture(scope="session")
def postgres() -> Iterator[Session]:
    with postgres_server() as url, open_session("postgres", url) as session:
        yield session


@pytest.fixture(scope="session")
def spark() -> Iterator[Session]:
    """A cluster of two executors."""
    with open_session("spark", SPARK_CLUSTER) as session:
        yield session
