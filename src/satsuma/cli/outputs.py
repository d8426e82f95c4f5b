"""Files that commands write: never over something by accident, never over an input. Called by the commands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from satsuma.domain.errors import InputError


def write_new_text(path: Path, text: str, *, force: bool) -> None:
    """Writes a text file; refuses to replace one unless `force`."""
    from satsuma.tables.writing import write_text

    if path.exists() and not force:
        raise InputError("file_exists", f"{path} is already there.", remedy="Name another with -o, or add --force.")
    write_text(path, text)


def refuse_inputs(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Raises InputError if a result would replace a file that was read, or another result."""
    taken = {path.resolve() for path in inputs if path}
    written: set[Path] = set()
    for path in outputs:
        if path and path.resolve() in taken:
            raise InputError("output_is_input", f"{path} is read by this command.", remedy="Write to another file.")
        if path and path.resolve() in written:
            raise InputError("output_twice", f"{path} is named for two results.", remedy="Give each a file of its own.")
        written |= {path.resolve()} if path else set()
