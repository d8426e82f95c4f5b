"""The printed table: machine and versions, then a line for each comparison."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.timing import Line, Unit

TITLES = ("what", "rows", "ours", "baseline", "theirs", "ratio", "target", "verdict")
LIBRARIES = ("satsuma", "polars", "narwhals", "numpy", "duckdb", "pandas", "numba")


def print_table(lines: Iterable[Line]) -> None:
    """A Markdown table that is aligned for a terminal too."""
    print(f"{machine()}\n")
    rows = [TITLES, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(TITLES))]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")


def machine() -> str:
    """Processor, cores, Python and libraries."""
    installed = [f"{library} {found}" for library in LIBRARIES if (found := _version(library))]
    return f"{_processor()}, {os.cpu_count()} cores; Python {platform.python_version()}, {', '.join(installed)}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.what,
        f"{line.rows:,}" if line.rows else "",
        _shown(line.ours, line.unit),
        line.baseline,
        _shown(line.theirs, line.unit) if line.theirs is not None else "",
        f"{line.ratio:.2f}" if line.ratio is not None else "",
        _target(line),
        line.verdict,
    )


def _target(line: Line) -> str:
    sign = "≥" if line.unit is Unit.ROWS_PER_SECOND else "≤"
    ratio = [f"≤ {line.most_ratio:.2f} ×"] if line.most_ratio is not None else []
    return ", ".join([*ratio, *([f"{sign} {_shown(line.target, line.unit)}"] if line.target is not None else [])])


def _shown(value: float, unit: Unit) -> str:
    """Three significant digits."""
    if unit is Unit.ROWS_PER_SECOND:
        return f"{value / 1e6:.3g} M/s"
    if unit is Unit.MEGABYTES:
        return f"{value:,.0f} MB"
    for size, name in ((1.0, "s"), (1e-3, "ms")):
        if value >= size:
            return f"{float(f'{value / size:.3g}'):g} {name}"
    return f"{value * 1e6:.3g} µs"
