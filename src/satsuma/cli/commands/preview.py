"""`satsuma preview`: what a segmentation would do to everybody, in the terminal."""

from __future__ import annotations

from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from satsuma.cli.commands.score import Value
from satsuma.cli.options import AsOf, Json, ModelPath, TableOptions, takes

if TYPE_CHECKING:
    from satsuma.domain.model import Segmentation
    from satsuma.engine.preview import Bin, Preview

Before = Annotated[
    Path | None,
    typer.Option(
        "--before", metavar="FILE", help="Earlier results of `satsuma score`: shows who would move.", show_default=False
    ),
]
Ranges = Annotated[bool, typer.Option("--ranges", help="Also show how many customers each range holds.")]


@takes(tables=TableOptions)
def command(
    model: ModelPath,
    tables: TableOptions,
    as_of: AsOf,
    value: Value = None,
    before: Before = None,
    ranges: Ranges = False,
    as_json: Json = False,
) -> None:
    """Show what a segmentation would do to everybody."""
    from satsuma.cli.inputs import read_current, read_inputs, value_field
    from satsuma.cli.screen import note, show_json, steps
    from satsuma.engine.snapshot import Snapshot
    from satsuma.modelfile import read_segmentation

    segmentation = read_segmentation(model)
    added_up = value_field(segmentation, value)
    with steps(2) as progress:
        progress.begin("Reading")
        inputs = read_inputs(segmentation, tables, also=(added_up,) if added_up else ())
        current = read_current(before, inputs) if before else None
        progress.begin("Previewing")
        found = Snapshot(inputs.contacts, as_of, added_up, current).preview(segmentation)
    note(inputs.notes)
    if as_json:
        show_json(_facts(segmentation, found))
    else:
        _show(segmentation, found, ranges=ranges)


def _show(segmentation: Segmentation, preview: Preview, *, ranges: bool) -> None:
    from satsuma.cli.screen import percent, say, whole

    say(f"{segmentation.name}: {whole(preview.customers)} customers, coverage {percent(preview.coverage)}")
    say()
    _show_segments(preview)
    say()
    _show_histogram(preview)
    if ranges:
        say()
        _show_lines(segmentation, preview)
    if preview.moves:
        say()
        _show_moves(preview)


def _show_segments(preview: Preview) -> None:
    from satsuma.cli.screen import amounts, bar, percent, show_table, whole

    highest_first = preview.segments[::-1]
    columns = [("Segment", "left"), ("Customers", "right"), ("Share", "right"), ("", "left")]
    rows = [[size.name, whole(size.customers), percent(size.share), bar(size.share)] for size in highest_first]
    values = [size.value or 0.0 for size in highest_first]
    if total := sum(values):
        columns += [("Value", "right"), ("Of all", "right")]
        for row, value, text in zip(rows, values, amounts(values), strict=True):
            row += [text, percent(value / total)]
    show_table(columns, rows)


def _show_histogram(preview: Preview) -> None:
    from satsuma.cli.screen import bar, show_table, whole
    from satsuma.engine.preview import Bin

    pairs = list(zip_longest(preview.histogram[::2], preview.histogram[1::2]))
    bins = [Bin(one.lower, (two or one).upper, one.customers + (two.customers if two else 0)) for one, two in pairs]
    most = max((score_bin.customers for score_bin in bins), default=0) or 1
    rows = [[_scores(one), whole(one.customers), bar(one.customers / most)] for one in bins]
    show_table([("Score", "right"), ("Customers", "right"), ("", "left")], rows)


def _scores(score_bin: Bin) -> str:
    lower, upper = score_bin.lower, score_bin.upper
    return f"{lower} to {upper}" if upper > lower else str(lower)


def _show_lines(segmentation: Segmentation, preview: Preview) -> None:
    from satsuma.cli.screen import percent, show_table, whole
    from satsuma.domain.wording import line_text

    rows = []
    for parameter, counts in preview.lines:
        asked = segmentation.field(parameter.field)
        title = f"{asked.title} × {parameter.relevance}"
        for count in counts:
            share = count.customers / preview.customers if preview.customers else 0.0
            line = line_text(parameter, asked, count.line)
            rows.append([title, line, str(count.line.points), whole(count.customers), percent(share)])
            title = ""
    columns = [
        ("Parameter", "left"),
        ("Range", "left"),
        ("Points", "right"),
        ("Customers", "right"),
        ("Share", "right"),
    ]
    show_table(columns, rows)


def _show_moves(preview: Preview) -> None:
    from satsuma.cli.screen import show_table, whole

    rows = [[move.before or "(new)", move.after, whole(move.customers)] for move in preview.moves]
    show_table([("From", "left"), ("To", "left"), ("Customers", "right")], rows, title="Who would move")


def _facts(segmentation: Segmentation, preview: Preview) -> dict[str, Any]:
    """What `--json` prints: without what only pictures need."""
    facts = {name: part for name, part in asdict(preview).items() if name not in ("flows", "axes", "cells")}
    facts["histogram"] = [
        {"lower": bar.lower, "upper": bar.upper, "customers": bar.customers} for bar in preview.histogram
    ]
    facts["lines"] = [
        {
            "field": parameter.field,
            "relevance": parameter.relevance,
            "lines": [{"kind": c.line.kind, "points": c.line.points, "customers": c.customers} for c in counts],
        }
        for parameter, counts in preview.lines
    ]
    return {"name": segmentation.name, **facts}
