"""Races between implementations, and the lines of the printed table. Used by every benchmark."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

import polars as pl
from polars.testing import assert_frame_equal

OURS = "Satsuma"
LAST_BIT = 2.0**-52
Contenders = Mapping[str, Callable[[], object]]
"""What runs, by name. `OURS` is one of them."""


class Unit(Enum):
    SECONDS = "s"
    MEGABYTES = "MB"
    ROWS_PER_SECOND = "rows/s"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what was measured and, where there is one, the baseline and the target.

    `most_ratio` is the target for ours ÷ baseline; `target` one for ours itself: at most, for rows per second at least.
    """

    what: str
    rows: int
    ours: float
    baseline: str = ""
    theirs: float | None = None
    most_ratio: float | None = None
    target: float | None = None
    unit: Unit = Unit.SECONDS

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None

    @property
    def verdict(self) -> str:
        """ "ok" or "short"; empty without a target."""
        kept = []
        if self.most_ratio is not None and self.ratio is not None:
            kept.append(self.ratio <= self.most_ratio)
        if self.target is not None:
            at_least = self.unit is Unit.ROWS_PER_SECOND
            kept.append(self.ours >= self.target if at_least else self.ours <= self.target)
        return ("ok" if all(kept) else "short") if kept else ""


def race(contenders: Contenders, repetitions: int) -> dict[str, float]:
    """The best time of each, in seconds. They take turns, every other round the other way round, so that what else
    the machine does meets all of them alike."""
    best = dict.fromkeys(contenders, float("inf"))
    for turn in range(repetitions):
        for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
            best[name] = min(best[name], seconds(contenders[name]))
    return best


def seconds(run: Callable[[], object]) -> float:
    """How long one run takes, without what earlier ones left to collect."""
    gc.collect()
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def assert_same(found: pl.DataFrame, expected: pl.DataFrame, name: str, *, but_for_last_bit: bool = False) -> None:
    """A ratio against a baseline that computes something else is worthless. Doubles that Polars divided by one number
    are allowed another last bit: it multiplies with the reciprocal."""
    try:
        exact = not but_for_last_bit
        assert_frame_equal(found, expected, check_dtypes=False, check_exact=exact, rel_tol=LAST_BIT, abs_tol=0.0)
    except AssertionError as error:
        raise AssertionError(f"{name} disagrees: {error}") from error


def compared(
    what: str,
    rows: int,
    best: Mapping[str, float],
    targets: Mapping[str, float] | None = None,
    target: float | None = None,
) -> list[Line]:
    """A line for each baseline. `targets` are ratios by baseline; `target` is one for our own seconds, shown once."""
    names = [name for name in best if name != OURS]
    return [
        Line(what, rows, best[OURS], name, best[name], (targets or {}).get(name), target if number == 0 else None)
        for number, name in enumerate(names)
    ]
