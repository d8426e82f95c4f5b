"""`satsuma score`: everybody's score and segment, to a file or to the terminal, and a report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from satsuma.cli.options import AsOf, EngineOptions, Json, ModelPath, TableOptions, takes

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from satsuma.domain.model import Segmentation

SHOWN_ROWS = 20
"""Rows that the terminal shows, highest scores first."""

Output = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        help="Where to write: .csv .tsv .jsonl (.gz), .xlsx or .parquet.",
        show_default=False,
    ),
]
Points = Annotated[bool, typer.Option("--points", help="Add one column of weighted points per parameter.")]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report", metavar="FILE", help="Also write one HTML page: sizes, values, reasons.", show_default=False
    ),
]
Value = Annotated[
    str | None,
    typer.Option(
        "--value", metavar="FIELD", help="The number or money field to add up per segment.", show_default=False
    ),
]


@takes(tables=TableOptions, engine=EngineOptions)
def command(
    model: ModelPath,
    tables: TableOptions,
    engine: EngineOptions,
    as_of: AsOf,
    output: Output = None,
    points: Points = False,
    report: Report = None,
    value: Value = None,
    as_json: Json = False,
) -> None:
    """Score every company or person of a table."""
    from satsuma.cli.blocks import can_score_in_blocks
    from satsuma.cli.inputs import read_inputs, value_field
    from satsuma.cli.outputs import check_outputs
    from satsuma.cli.reporting import write_report
    from satsuma.cli.screen import note, steps
    from satsuma.engine.backends import open_session
    from satsuma.engine.facts import encode
    from satsuma.engine.layout import Layout
    from satsuma.engine.score import Scores, score
    from satsuma.modelfile import read_segmentation
    from satsuma.tables.writing import check_written_kind, write_table

    check_outputs([output, report], [model, *tables.files])
    if output:
        check_written_kind(output)
    segmentation = read_segmentation(model)
    added_up = value_field(segmentation, value)
    if output and not report and not as_json and can_score_in_blocks(segmentation, tables, output):
        _score_in_blocks(segmentation, tables, engine, as_of, output, with_points=points)
        return
    with steps(4) as progress:
        progress.begin("Reading")
        inputs = read_inputs(segmentation, tables, also=(added_up,) if added_up and report else ())
        progress.begin("Scoring")
        with open_session(engine.engine, engine.url) as session:
            frame = score(encode(Layout(segmentation), inputs.contacts), as_of, session=session, with_points=points)
        scored = Scores(segmentation, frame).table(inputs.contacts.keys, with_points=points)
        progress.begin("Writing")
        if output:
            write_table(scored, output)
        if report:
            write_report(report, segmentation, inputs, as_of, frame, added_up)
    note(inputs.notes)
    _show(scored, output, report, as_json=as_json)


def _score_in_blocks(
    segmentation: Segmentation,
    tables: TableOptions,
    engine: EngineOptions,
    as_of: date,
    output: Path,
    *,
    with_points: bool,
) -> None:
    from satsuma.cli.blocks import BlockScorer
    from satsuma.cli.screen import note, say, steps, whole
    from satsuma.engine.backends import open_session

    assert tables.contacts is not None
    with steps(1) as progress:
        progress.begin("Scoring")
        scorer = BlockScorer(
            segmentation, tables, as_of, lambda: open_session(engine.engine, engine.url), progress.share
        )
        rows = scorer.write(tables.contacts, output, with_points=with_points)
    note(scorer.notes(tables.contacts))
    say(f"Wrote {whole(rows)} rows to {output}.")


def _show(scored: pl.DataFrame, output: Path | None, report: Path | None, *, as_json: bool) -> None:
    from satsuma.cli.screen import say, show_json, whole
    from satsuma.tables.writing import csv_text

    if as_json:
        show_json(scored.to_dicts())
    elif output:
        say(f"Wrote {whole(scored.height)} rows to {output}.")
    elif sys.stdout.isatty():
        _show_highest(scored)
    else:
        sys.stdout.write(csv_text(scored))
    if report and not as_json:
        say(f"Wrote the report to {report}.")


def _show_highest(scored: pl.DataFrame) -> None:
    import polars as pl

    from satsuma.cli.screen import say, show_table, whole

    highest = scored.sort("score", descending=True, maintain_order=True).head(SHOWN_ROWS)
    columns = [(name, "right" if dtype.is_numeric() else "left") for name, dtype in scored.schema.items()]
    shown = highest.with_columns(pl.col("coverage").round(2))
    show_table(columns, [[("" if cell is None else str(cell)) for cell in row] for row in shown.iter_rows()])
    if scored.height > SHOWN_ROWS:
        say(f"The {SHOWN_ROWS} highest of {whole(scored.height)}. Write all of them with -o FILE.")
