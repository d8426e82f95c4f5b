"""The engines that can run an expression. `open_session(name)` is called by `score`, `verify` and `cli`.

A backend is one module with `open_session(url) -> ContextManager[Session]`. It loads encoded facts, hands out Narwhals
frames over them, and brings a result back as Polars. Its library is imported when it is opened, not before.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol

import polars as pl

from satsuma.domain.errors import EngineError
from satsuma.engine.backends.polars import PolarsSession
from satsuma.engine.expressions import Frame, Ops


class Session(Protocol):
    """One use of an engine. `name` is what the command line calls it; `ops` is the module, narwhals or polars, whose
    expressions its frames take."""

    @property
    def name(self) -> str: ...

    @property
    def ops(self) -> Ops: ...

    def load(self, name: str, frame: pl.LazyFrame) -> Frame:
        """The frame as a table of the engine."""
        ...

    def collect(self, frame: Frame) -> pl.DataFrame:
        """The frame computed, rows in any order."""
        ...


MODULES = {
    "polars": "polars",
    "polars-in-memory": "polars",
    "duckdb": "duckdb",
    "spark": "spark",
    "sqlite": "ibis",
    "postgres": "ibis",
    "ibis-duckdb": "ibis",
}
"""What `--engine` takes, and the module that runs it."""

EXTRAS = {"duckdb": "duckdb", "spark": "spark", "ibis": "warehouse"}
"""The extra that brings a module's libraries."""


def polars_session() -> Session:
    """The default engine."""
    return PolarsSession("streaming")


def open_session(engine: str, url: str | None = None) -> AbstractContextManager[Session]:
    """A session of the engine, closed at the end of the `with` block. `url` names the database of `postgres`
    (postgresql://…) or the master of `spark` (local[*] if left out). Raises EngineError for an unknown engine, one
    whose extra is not installed, or one that does not answer."""
    if engine not in MODULES:
        raise EngineError(
            "engine_unknown", f"There is no engine {engine!r}.", remedy=f"Choose one of {', '.join(MODULES)}."
        )
    module = import_module(f"satsuma.engine.backends.{MODULES[engine]}")
    session: AbstractContextManager[Session] = module.open_session(engine, url)
    return session


def unreachable(what: str, error: Exception) -> EngineError:
    """The error for an engine that does not answer, whatever type its driver raises."""
    reason = str(error).strip().splitlines()
    return EngineError(
        "engine_unreachable",
        f"{what} does not answer: {reason[0] if reason else type(error).__name__}",
        remedy="Check the address given with --url.",
    )


def missing_extra(engine: str, error: ImportError) -> EngineError:
    """The error for an engine whose library is not installed."""
    extra = EXTRAS[MODULES[engine]]
    return EngineError(
        "engine_not_installed",
        f"The engine {engine!r} needs {error.name}, which is not installed.",
        remedy=f'Install it with: pip install "satsuma[{extra}]"',
        extra=extra,
    )
