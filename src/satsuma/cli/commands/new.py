"""`satsuma new`: a ready-made segmentation as a file to adapt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    scheme: Annotated[str, typer.Argument(metavar="SCHEME", help="One of those that `satsuma schemes` lists.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write it. [SCHEME.yaml]", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Write a ready-made segmentation to a file, to adapt it."""
    from satsuma.cli.outputs import write_new_text
    from satsuma.cli.screen import say
    from satsuma.schemes import scheme_text

    path = output or Path(f"{scheme}.yaml")
    write_new_text(path, scheme_text(scheme), force=force)
    say(f"Wrote {path}. Adapt its columns to your table, then try: satsuma preview {path} YOUR-TABLE.csv")
