"""The command `satsuma`: puts the commands together and turns errors into exit codes.

Heavy libraries are imported inside the commands that need them: `satsuma --help` must answer at once.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from satsuma.cli.commands import (
    backup,
    check,
    createuser,
    demo,
    doctor,
    draft,
    explain,
    export,
    import_,
    new,
    password,
    preview,
    restore,
    schemes,
    score,
    serve,
    verify,
    verify_results,
    web,
    worker,
)
from satsuma.cli.errors import EXIT_FAULT, EXIT_INPUT, exit_code, report_error, report_fault
from satsuma.domain.errors import SatsumaError


class Commands(TyperGroup):
    """The commands, of which each may be left by the reader of its output.

    They are listed in plain text: loading Rich for its frames takes as long as all the rest. The commands' own help
    has many options and keeps the frames.
    """

    def __init__(self, **given: Any) -> None:
        super().__init__(**given | {"rich_markup_mode": None})

    def invoke(self, ctx: Any) -> Any:
        with _reader_may_leave():
            return super().invoke(ctx)


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """The reader of our output may go, as in `satsuma score … | head`: nothing is wrong then, and nobody is left to be
    told. Typer would exit with 1, which means that engines differ."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise (error.__context__ if isinstance(error.__context__, typer.Exit) else typer.Exit()) from None


def _make_streams_write_anything() -> None:
    """Pipes and files get UTF-8 wherever we run, like every file we write; a terminal gets a question mark for what it
    cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


app = typer.Typer(
    name="satsuma",
    cls=Commands,
    help="Say which customers matter and why; see at once what it would do; know the reasons of each.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
SEGMENTING = (check, score, preview, explain, verify, schemes, new, draft)
RUNNING = (serve, demo, backup, restore, doctor, createuser, password, web, worker, export)
for command in (*SEGMENTING, *RUNNING):
    app.command(command.__name__.rpartition(".")[2])(command.command)
app.command("import")(import_.command)
app.command("verify-results")(verify_results.command)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"satsuma {version('satsuma')}")
        raise typer.Exit


@app.callback()
def satsuma(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


def run() -> None:
    """The entry point: exit code 0, 1 (engines or results differ), 2 (input), 3 (model), 4 (engine), 70 (a fault
    of ours), 130 (interrupted)."""
    try:
        _make_streams_write_anything()
        app()
    except SatsumaError as error:
        report_error(error, as_json="--json" in sys.argv)
        sys.exit(exit_code(error))
    except MemoryError:
        print("Error: there is not enough memory. Try --engine duckdb.", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_INPUT)
    except Exception as error:
        if os.environ.get("SATSUMA_TRACEBACK"):
            raise
        report_fault(error)
        sys.exit(EXIT_FAULT)
