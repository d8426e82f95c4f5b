"""Write beside, then rename: a file is there whole or not at all. Called by `writing`; usable for any file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from satsuma.domain.errors import InputError


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; renamed to `path` when the block ends, removed when it raises.

    The old file stays as it was until then. A link keeps pointing where it does, an existing file keeps its mode.
    Raises InputError `output_unwritable` for whatever the file system refuses.
    """
    target = Path(os.path.realpath(path))  # Path.resolve gives up on a circle of links
    beside = target.with_name(f".{target.name[:50]}.{secrets.token_hex(4)}.part")
    try:
        check_place(path)
        beside.touch(exist_ok=False)
        if target.exists():
            beside.chmod(target.stat().st_mode & 0o777)
        yield beside
        _flush(beside)
        beside.replace(target)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def check_place(path: Path) -> None:
    """Raises InputError `output_unwritable` where there is no folder for the file, or something else of its name."""
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise _unwritable(path, "it is not a file")
    if not target.parent.is_dir():
        raise _unwritable(path, f"there is no folder {str(path.parent)!r}")


def _flush(path: Path) -> None:
    """On the disk before it takes the old file's name: a power cut must not leave an empty one."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _unwritable(path: Path, reason: str) -> InputError:
    return InputError(
        "output_unwritable",
        f"{str(path)!r} cannot be written: {reason}.",
        remedy="Name another file or folder, or make room.",
        file=str(path),
    )
