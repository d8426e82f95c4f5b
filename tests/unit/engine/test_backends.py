"""Engines by name: what is missing says how to get it, and what is there works alike."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import EngineError
from satsuma.engine.backends import EXTRAS, MODULES, Session, open_session, polars_session

PROJECT = Path(__file__).parents[3] / "pyproject.toml"
EVERY_TYPE = pl.DataFrame(
    {
        "id": pl.Series([0, 1, 2], dtype=pl.Int64),
        "small": pl.Series([1, None, -1], dtype=pl.Int8),
        "number": pl.Series([0.1, None, -1e15]),
        "answer": pl.Series([True, None, False]),
        "day": pl.Series([date(2024, 2, 29), None, date(1, 1, 1)]),
    }
)


def refusal(engine: str, url: str | None = None) -> EngineError:
    with pytest.raises(EngineError) as caught, open_session(engine, url):
        pass
    return caught.value


@pytest.mark.parametrize(
    ("engine", "library", "extra"),
    [
        ("duckdb", "duckdb", "duckdb"),
        ("duckdb", "pyarrow", "duckdb"),
        ("spark", "pyspark.sql", "spark"),
        ("sqlite", "ibis", "warehouse"),
        ("postgres", "ibis", "warehouse"),
        ("ibis-duckdb", "ibis", "warehouse"),
    ],
)
def test_an_engine_that_is_not_installed_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, engine: str, library: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    error = refusal(engine)
    assert (error.code, error.facts) == ("engine_not_installed", {"extra": extra})
    assert error.message == f"The engine {engine!r} needs {library}, which is not installed."
    assert error.remedy == f'Install it with: pip install "satsuma[{extra}]"'


def test_every_extra_that_an_error_names_is_one_of_the_package() -> None:
    package = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(EXTRAS.values()) == package.keys() - {"postgres"}  # the installation's database is no engine
    assert EXTRAS.keys() == set(MODULES.values()) - {"polars"}


def test_an_unknown_engine_names_the_known_ones() -> None:
    error = refusal("pandas")
    assert (error.code, error.message) == ("engine_unknown", "There is no engine 'pandas'.")
    assert error.remedy == "Choose one of polars, polars-in-memory, duckdb, spark, sqlite, postgres, ibis-duckdb."


@pytest.mark.parametrize("url", [None, "", "mysql://x", "database.db"])
def test_postgres_needs_an_address_of_its_own(url: str | None) -> None:
    error = refusal("postgres", url)
    assert (error.code, error.message) == ("engine_needs_url", "PostgreSQL needs an address.")
    assert error.remedy == "Give it with --url, such as postgresql://user@host/database."


def test_a_database_that_does_not_answer() -> None:
    error = refusal("postgres", "postgresql://nobody@127.0.0.1:1/nothing")
    assert (error.code, error.remedy) == ("engine_unreachable", "Check the address given with --url.")


@pytest.mark.parametrize("engine", ["duckdb", "ibis-duckdb", "sqlite"])
def test_a_file_that_is_no_database(engine: str, tmp_path: Path) -> None:
    path = tmp_path / "not.a.database"
    path.write_text("not a database, by far" * 1000, encoding="utf-8")
    error = refusal(engine, str(path))
    assert (error.code, error.remedy) == ("engine_unreachable", "Check the address given with --url.")
    assert len(error.message.splitlines()) == 1


@pytest.fixture(params=["polars", "polars-in-memory", "duckdb", "ibis-duckdb", "sqlite"])
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with open_session(request.param) as opened:
        yield opened


def test_a_session_is_called_what_it_was_asked_for() -> None:
    for engine in ("polars", "polars-in-memory", "duckdb", "ibis-duckdb", "sqlite"):
        with open_session(engine) as opened:
            assert opened.name == engine
    assert polars_session().name == "polars"


def test_values_come_back_as_they_were_loaded(session: Session) -> None:
    loaded = session.load("contacts", EVERY_TYPE.lazy())
    assert session.collect(loaded).sort("id").cast(dict(EVERY_TYPE.schema)).rows() == EVERY_TYPE.rows()


def test_two_tables_of_one_name_are_kept_apart(session: Session) -> None:
    first = session.load("deals", EVERY_TYPE.lazy())
    second = session.load("deals", EVERY_TYPE.head(1).lazy())
    assert (session.collect(first).height, session.collect(second).height) == (3, 1)


def test_a_table_without_rows_can_be_loaded(session: Session) -> None:
    assert session.collect(session.load("contacts", EVERY_TYPE.clear().lazy())).height == 0


def test_a_session_on_a_file_leaves_no_table_behind(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    for _ in range(2):
        with open_session("sqlite", str(path)) as opened:
            opened.collect(opened.load("contacts", EVERY_TYPE.lazy()))
    with open_session("sqlite", str(path)) as opened:
        assert opened.connection.list_tables() == []  # type: ignore[attr-defined]
