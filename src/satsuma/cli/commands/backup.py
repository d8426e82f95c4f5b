"""`satsuma backup`: the whole installation in one file, while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.", show_default=False)],
    data: DataFolder = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
) -> None:
    """Write a backup: the database and the uploads, in one file. Satsuma may run meanwhile."""
    from satsuma.cli.backups.making import make_backup
    from satsuma.cli.screen import say
    from satsuma.cli.starting import working_with

    target = file.expanduser().absolute()
    with working_with(data) as folder:
        made = make_backup(folder, target, overwrite=overwrite)
    uploads = len(made.files) - 1
    say(f"{target}: the database and {uploads} uploads, {target.stat().st_size:,} bytes.")
    say("It holds personal data and password hashes: keep it where only you can read it.")
