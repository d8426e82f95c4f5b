"""`satsuma restore`: puts a backup in the place of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder


def command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `satsuma backup` wrote.", show_default=False)
    ],
    data: DataFolder = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Restore a backup: everything that is there now is replaced. Satsuma must not run."""
    from satsuma.cli.backups.restoring import restore
    from satsuma.cli.locks import alone
    from satsuma.cli.screen import say
    from satsuma.cli.starting import bring_database_up_to_date, start_django
    from satsuma.domain.errors import InputError

    source = file.expanduser().absolute()
    if not source.is_file():
        raise InputError("no_such_file", f"There is no file {source}.", remedy="Check the name.", file=str(source))
    folder = start_django(data, prepare=True)
    with alone(folder):
        if not yes:
            typer.confirm(f"Replace everything in {folder} by the backup?", abort=True)
        manifest = restore(source, folder)
        bring_database_up_to_date(folder)
    say(f"Restored: the installation is as it was at {manifest.made_at}. Everybody signs in again.")
