"""`python -m benchmarks --rows N`: measures, and prints one table."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.data import Options
from benchmarks.table import print_table

BENCHMARKS = {
    name: f"benchmarks.{name}"
    for name in (
        "score",
        "stream",
        "metrics",
        "preview",
        "drafts",
        "wizard",
        "compile",
        "contact",
        "help",
        "facts",
        "rescoring",
        "lists",
        "history",
        "imports",
    )
}
"""What `--only` takes, and the module that has its `lines`."""


def main() -> None:
    arguments = _arguments()
    options = Options(arguments.rows, arguments.seed, arguments.data, arguments.keep)
    found = []
    for name in arguments.only:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        found += import_module(BENCHMARKS[name]).lines(options)
    print_table(found)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="companies (1000000)")
    parser.add_argument("--only", type=_names, default=list(BENCHMARKS), help=f"some of {','.join(BENCHMARKS)}")
    parser.add_argument("--seed", type=int, default=1, help="of the generated data (1)")
    parser.add_argument("--data", type=Path, default=Path(__file__).parent / "data", help="folder for Parquet files")
    parser.add_argument("--keep", action="store_true", help="leave the Parquet files there")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in BENCHMARKS]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    main()
