"""`satsuma export`: everything the workspace keeps, as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from satsuma.cli.starting import DataFolder


def command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Ends in .zip (CSV files) or .xlsx.", show_default=False),
    ],
    data: DataFolder = None,
) -> None:
    """Write all companies, people, deals, activities and tasks into one file."""
    from satsuma.cli.screen import say
    from satsuma.cli.starting import working_with
    from satsuma.domain.errors import InputError
    from satsuma.tables import written_whole

    formats = {".zip": "csv", ".xlsx": "xlsx"}
    if file.suffix.lower() not in formats:
        raise InputError(
            "file_kind_unknown", f"{file.name}: name a .zip or .xlsx file.", remedy="Everything goes into one of these."
        )
    with working_with(data):
        from satsuma.app.crm.services.exports import write_everything

        with written_whole(file) as beside:
            write_everything(beside, formats[file.suffix.lower()], progress=lambda done, total, phase: None)
        say(f"{file} is written.")
