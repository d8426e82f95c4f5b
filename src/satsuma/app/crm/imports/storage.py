"""Where uploads lie: a folder of generated name each, in the data folder. No name of a person's is ever part of a path.
Called by the services.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from satsuma.app.crm.imports.limits import ImportLimitError, limits
from satsuma.app.crm.imports.wording import FileError
from satsuma.domain.errors import InputError
from satsuma.tables.reading import file_kind


def imports_folder() -> Path:
    return Path(settings.DATA_FOLDER) / "imports"


def store_upload(name: str, parts: Iterable[bytes]) -> tuple[str, int]:
    """Keeps the file; gives its folder's generated name and its size. Raises FileError for a kind that is not known,
    ImportLimitError for a file beyond `file_bytes`; nothing is kept then."""
    source = source_name(name)
    folder = secrets.token_hex(16)
    place = imports_folder() / folder
    place.mkdir(mode=0o700, parents=True)
    most, size = limits().file_bytes, 0
    try:
        with (place / source).open("xb") as file:
            for part in parts:
                size += len(part)
                if size > most:
                    raise ImportLimitError("file_bytes", most)
                file.write(part)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return folder, size


def source_name(name: str) -> str:
    """What the file is called in its folder: its kind alone. Raises FileError."""
    plain = Path(name.replace("\\", "/")).name
    try:
        kind = file_kind(Path(plain))
    except InputError as error:
        raise FileError("file_kind_unknown", name, {}) from error
    return f"source{kind}{'.gz' if plain.lower().endswith('.gz') else ''}"


def source_path(folder: str, name: str) -> Path:
    return imports_folder() / folder / source_name(name)


def part_path(folder: str, part: str) -> Path:
    """A file that we made beside the upload."""
    return imports_folder() / folder / part


def remove_folder(folder: str) -> None:
    shutil.rmtree(imports_folder() / folder, ignore_errors=True)
