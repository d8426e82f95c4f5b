"""Compiling the largest segmentation allowed, 200 parameters of 50 ranges, for Polars and for the other engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import narwhals as nw
import polars as pl

from benchmarks.data import Options
from benchmarks.model import AS_OF, largest
from benchmarks.timing import Line, race
from satsuma.domain.scoring import score as score_by_specification
from satsuma.engine.compiler import Compiler
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import score

SECONDS = 0.3
VALUE = 100.0


def lines(_options: Options) -> Iterator[Line]:
    segmentation = largest()
    layout = Layout(segmentation)
    values = {field.key: pl.Series([VALUE]) for field in segmentation.fields}
    facts = encode(layout, Contacts(pl.Series(["a"]), values))
    record = dict.fromkeys(values, VALUE)
    expected = score_by_specification(segmentation, record, AS_OF).total.score
    assert score(facts, AS_OF)["score_0"].to_list() == [expected]
    contenders: dict[str, Callable[[], Any]] = {
        "for Polars": lambda: _compiled(Compiler(layout, AS_OF, pl)),
        "for the other engines (Narwhals)": lambda: _compiled(Compiler(layout, AS_OF, nw)),
        "for Polars, and one company scored": lambda: score(facts, AS_OF),
    }
    best = race(contenders, 9)
    for name in contenders:
        what = f"compile 200 × 50 {name}"
        yield Line(what, 1 if "scored" in name else 0, best[name], target=None if "scored" in name else SECONDS)


def _compiled(compiler: Compiler) -> list[Any]:
    return [*compiler.scores(), *compiler.bands(), compiler.segment()]
