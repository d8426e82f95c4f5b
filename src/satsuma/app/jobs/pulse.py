"""Signs of life and progress of runs that are being worked on, and wishes to cancel them.

They are kept beside the database, in the store of `queue`, because a job may hold the database's write lock for a
minute (SQLite) or its own row (PostgreSQL): its worker must still be seen to be alive, its bar must move, and *Cancel*
must be heard. Nothing here is the truth about a run. A pulse that is lost looks like a dead worker: then the run is
given to another, and the fencing token keeps the first from writing.

A pulse counts beats; it is never compared with a clock of another process. See `docs/decisions/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from satsuma.app.jobs.queue import queue


@dataclass(frozen=True, slots=True)
class Pulse:
    """`beat` grows with each sign of life. `per_second` is the speed of the present phase, measured by the worker on
    its own steady clock; 0 while unknown. `at` is for people to read."""

    beat: int
    at: datetime
    done: int = 0
    total: int = 0
    phase: str = ""
    per_second: float = 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the phase will still take at this speed; None while unknown."""
        return (self.total - self.done) / self.per_second if self.per_second > 0 and self.total >= self.done else None


def write_pulse(run_id: int, token: int, pulse: Pulse) -> None:
    facts = asdict(pulse) | {"at": pulse.at.isoformat()}
    _store("put_data", _pulse_key(run_id, token), json.dumps(facts).encode())


def find_pulses(tokens: Mapping[int, int]) -> dict[int, Pulse]:
    """The pulses of runs under these tokens, by run; a run without one is not in it. One read."""
    keys = {_pulse_key(run_id, token): run_id for run_id, token in tokens.items()}
    found: Mapping[str, Any] = _store("peek_many", list(keys)) if keys else {}
    return {keys[key]: _read(bytes(value)) for key, value in found.items()}


def ask_to_cancel(run_id: int) -> None:
    """Tells the worker, whoever it is now, to stop."""
    _store("put_data", _cancel_key(run_id), b"1")


def is_cancel_asked(run_id: int) -> bool:
    return _cancel_key(run_id) in _store("peek_many", [_cancel_key(run_id)])


def list_cancel_asked(run_ids: Iterable[int]) -> set[int]:
    """Those of the runs that somebody asked to cancel. One read."""
    keys = {_cancel_key(run_id): run_id for run_id in run_ids}
    return {keys[key] for key in _store("peek_many", list(keys))} if keys else set()


def forget_pulse(run_id: int, token: int) -> None:
    _store("pop_data", _pulse_key(run_id, token))


def forget_cancel(run_id: int) -> None:
    _store("pop_data", _cancel_key(run_id))


def _pulse_key(run_id: int, token: int) -> str:
    return f"pulse:{run_id}:{token}"


def _cancel_key(run_id: int) -> str:
    return f"cancel:{run_id}"


def _read(value: bytes) -> Pulse:
    facts = json.loads(value)
    return Pulse(**facts | {"at": datetime.fromisoformat(facts["at"])})


def note_worker_alive(at: datetime) -> None:
    """That some worker swept just now."""
    _store("put_data", "worker", at.isoformat().encode())


def find_worker_alive() -> datetime | None:
    """When a worker last swept; None if none ever did."""
    found = _store("peek_many", ["worker"]).get("worker")
    return datetime.fromisoformat(bytes(found).decode()) if found else None


def _store(what: str, *given: Any) -> Any:
    """Asks the store; once more if that fails with PostgreSQL, where a connection that was cut is noticed only when it
    is used. Everything asked for here may be done twice."""
    storage = queue().storage
    try:
        return getattr(storage, what)(*given)
    except Exception:
        if connection.vendor != "postgresql":
            raise
        return getattr(storage, what)(*given)
