"""One company by the specification in plain Python: what a saved form costs, and all its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.data import Options, companies
from benchmarks.model import AS_OF, largest, twenty_parameters
from benchmarks.timing import Line, race
from satsuma.domain.explanation import explain
from satsuma.domain.model import Record
from satsuma.domain.scoring import score

MANY = 1_000


def lines(options: Options) -> Iterator[Line]:
    usual, most = twenty_parameters(), largest()
    records = companies(MANY, options.seed).rows(named=True)
    record: Record = {field.key: 13.0 * place % 640 for place, field in enumerate(most.fields)}
    contenders: dict[str, Callable[[], Any]] = {
        "score one, 20 parameters": lambda: [score(usual, each, AS_OF) for each in records],
        "explain one, 20 parameters": lambda: [explain(usual, each, AS_OF) for each in records[:20]],
        "score one, 200 × 50": lambda: score(most, record, AS_OF),
        "explain one, 200 × 50": lambda: explain(most, record, AS_OF),
    }
    shares = {"score one, 20 parameters": MANY, "explain one, 20 parameters": 20}
    best = race(contenders, 5)
    yield from (Line(name, 1, best[name] / shares.get(name, 1)) for name in contenders)
