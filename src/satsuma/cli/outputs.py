"""Files that commands write: never over something by accident, never over an input. Called by the commands."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from satsuma.domain.errors import InputError
from satsuma.tables.atomic import check_place


def write_new_text(path: Path, text: str, *, force: bool) -> None:
    """Writes a text file; refuses to replace one unless `force`."""
    from satsuma.tables.writing import write_text

    if path.exists() and not force:
        raise InputError("file_exists", f"{path} is already there.", remedy="Name another with -o, or add --force.")
    write_text(path, text)


def check_outputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Before anything is read: raises InputError if a result has no folder to go to, or would replace a file that is
    read, or another result."""
    taken = {_real(path) for path in inputs if path}
    written: set[str] = set()
    for path in filter(None, outputs):
        real = _real(path)
        if real in taken:
            raise InputError("output_is_input", f"{path} is read by this command.", remedy="Write to another file.")
        if real in written:
            raise InputError("output_twice", f"{path} is named for two results.", remedy="Give each a file of its own.")
        check_place(path)
        written.add(real)


def _real(path: Path) -> str:
    """Where it is, all links followed. A circle of links, at which `Path.resolve` gives up, stays as it is."""
    return os.path.realpath(path)
