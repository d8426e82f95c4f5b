"""One streaming run in a process of its own: `python -m benchmarks.stream_child NAME FOLDER RESULT` prints seconds and
megabytes as JSON. Started by `stream`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.baselines import polars_by_hand
from benchmarks.model import AS_OF, CHOICES, OPTIONS, twenty_parameters
from benchmarks.timing import OURS
from satsuma.engine.compiler import Compiler, score_column
from satsuma.engine.facts import contact_encoding
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import scored_frame

KILOBYTES_PER_MEGABYTE = 1_000


def main(name: str, folder: Path, result: Path) -> None:
    start = time.perf_counter()
    read = pl.scan_parquet(folder / "*.parquet")
    scored = satsuma(read) if name == OURS else by_hand(read, as_enum=name.endswith("Enum"))
    scored.sink_parquet(result)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "megabytes": largest_memory()}))


def largest_memory() -> float:
    """Megabytes that this process held at most, from Linux. (`getrusage` would count the memory of the process that
    started this one.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes) / KILOBYTES_PER_MEGABYTE


def satsuma(read: pl.LazyFrame) -> pl.LazyFrame:
    layout = Layout(twenty_parameters())
    typed = read.select(pl.col("id").alias(ID), *(pl.col(f.key).alias(layout.column(f.key)) for f in layout.asked))
    encoded = typed.select(ID, *contact_encoding(layout))
    scored: pl.LazyFrame = scored_frame(Compiler(layout, AS_OF, pl), encoded)
    return scored.select(pl.col(ID).alias("id"), pl.col(score_column(0)).alias("score"), "segment")


def by_hand(read: pl.LazyFrame, *, as_enum: bool) -> pl.LazyFrame:
    """Choices are text in the files; with Enum they are read into one first."""
    typed = read.with_columns(pl.col(CHOICES).cast(pl.Enum(OPTIONS))) if as_enum else read
    return polars_by_hand.scored(typed, twenty_parameters()).select("id", "score", "segment")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
