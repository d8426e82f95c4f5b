"""docs/reference/problems.md explains every code that can be raised, and no other."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from satsuma.domain.checks import Code, WarningCode
from satsuma.modelfile.codes import FileCode

ROOT = Path(__file__).parents[3]
SOURCES = [*(ROOT / "src/satsuma/domain/checks").glob("*.py"), *(ROOT / "src/satsuma/modelfile").glob("*.py")]


def test_the_reference_explains_every_code_once() -> None:
    text = (ROOT / "docs/reference/problems.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert sorted(documented) == sorted([*Code, *WarningCode, *FileCode])


@pytest.mark.parametrize("codes", [Code, WarningCode, FileCode])
def test_every_code_is_used(codes: type[StrEnum]) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    used = set(re.findall(rf"\b{codes.__name__}\.([A-Z_]+)", source))
    assert used == {code.name for code in codes}
