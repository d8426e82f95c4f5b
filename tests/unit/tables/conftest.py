"""Files with a given content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from satsuma.tables import ReadOptions, Table, read_table

MakeFile = Callable[..., Path]
ReadText = Callable[..., Table]


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    def make(content: str | bytes, name: str = "t.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.fixture
def read(make_file: MakeFile) -> ReadText:
    """Reads a text as if it stood in a file, with the given options."""

    def read_text(content: str | bytes, name: str = "t.csv", **options: object) -> Table:
        return read_table(make_file(content, name), ReadOptions(**options))  # type: ignore[arg-type]

    return read_text
