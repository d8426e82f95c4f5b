"""What the terminal shows: tables, numbers, remarks, progress. Called by the commands."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

PATIENCE_SECONDS = 1.0
"""Work that takes longer shows that it goes on."""

PIPED_WIDTH = 160
"""Columns of a table when nobody says how wide the terminal is."""


class Screen(Console):
    """A console that leaves it to `main` what happens when the reader of its output has gone."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


out = Screen(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Screen(stderr=True, highlight=False, soft_wrap=True)


def show_json(value: Any) -> None:
    """Valid JSON on standard output: no NaN, keys as given."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str))  # noqa: T201


def show_table(
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    title: str | None = None,
    *,
    on: Console | None = None,
) -> None:
    """A table on standard output, or `on` another console; each column is its title and "left" or "right"."""
    table = Table(
        title=escape(title) if title else None, title_justify="left", title_style="bold", box=None, pad_edge=False
    )
    for heading, side in columns:
        table.add_column(escape(heading), justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    (on or out).print(table)


def say(text: str = "") -> None:
    out.print(escape(text), soft_wrap=True)


def note(texts: Iterable[str]) -> None:
    """Remarks on standard error, each once, so that output can be piped."""
    for text in dict.fromkeys(texts):
        err.print(escape(f"Note: {text}"), style="dim")


def bar(share: float, width: int = 24) -> str:
    """A bar of text for a share from 0 to 1; anything above 0 shows."""
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]


def whole(number: int) -> str:
    return f"{number:,}"


def amounts(numbers: Sequence[float]) -> list[str]:
    """Sums of one column, all with cents or all without."""
    decimals = 0 if all(number == round(number) for number in numbers) else 2
    return [f"{number:,.{decimals}f}" for number in numbers]


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


class Steps:
    """A progress bar over the steps of a command, shown on a terminal after a second."""

    def __init__(self, total: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True
        )
        self._task = self._progress.add_task("", total=total)
        self._begun = False

    def begin(self, text: str) -> None:
        """The next step; the one before is done."""
        self._progress.update(self._task, description=escape(text), advance=1 if self._begun else 0)
        self._begun = True

    def share(self, done: float) -> None:
        """How much of the present step is done, 0 to 1."""
        self._progress.update(self._task, completed=done)

    def show(self) -> None:
        self._progress.start()

    def hide(self) -> None:
        if self._progress.live.is_started:
            self._progress.stop()


@contextmanager
def steps(total: int) -> Iterator[Steps]:
    """Progress over so many steps; nothing is shown where standard error is no terminal."""
    progress = Steps(total)
    timer = threading.Timer(PATIENCE_SECONDS, progress.show)
    timer.daemon = True
    if err.is_terminal:
        timer.start()
    try:
        yield progress
    finally:
        timer.cancel()
        progress.hide()
