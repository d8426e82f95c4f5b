"""Every error of the program: a stable code, and something to do about it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "satsuma"
KINDS = {"SatsumaError", "InputError", "EngineError", "ModelError", "CellError"}
WITHOUT_CODE = {"ModelError", "CellError"}
"""Their codes are given by their classes."""
WITHOUT_REMEDY: set[str] = set()
"""The message says what the system said; there is nothing more to say."""


@dataclass(frozen=True)
class Raised:
    """One call of an error's constructor."""

    file: str
    line: int
    kind: str
    code: str | None
    has_remedy: bool


def raised() -> Iterator[Raised]:
    for path in sorted(SOURCE.rglob("*.py")):
        if path.name == "errors.py" and path.parent.name == "domain":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                first = node.args[0] if node.args else None
                code = first.value if isinstance(first, ast.Constant) and node.func.id not in WITHOUT_CODE else None
                keywords = {keyword.arg: keyword.value for keyword in node.keywords}
                remedy = keywords.get("remedy")
                said = remedy is not None and not (isinstance(remedy, ast.Constant) and not remedy.value)
                yield Raised(str(path.relative_to(SOURCE)), node.lineno, node.func.id, code, said)


RAISED = list(raised())


def test_there_are_errors_to_look_at() -> None:
    assert len(RAISED) > 40


def test_every_code_is_a_plain_text_of_small_letters() -> None:
    odd = [
        each
        for each in RAISED
        if each.kind not in WITHOUT_CODE and not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", each.code or "")
    ]
    assert odd == []


def test_every_error_says_what_to_do() -> None:
    silent = [f"{each.file}: {each.code}" for each in RAISED if each.kind != "ModelError" and not each.has_remedy]
    assert [each for each in silent if each not in WITHOUT_REMEDY] == []
    assert sorted(WITHOUT_REMEDY - set(silent)) == []


def test_a_code_is_always_of_one_kind() -> None:
    """A program that waits for a code waits for one exit code."""
    kinds = defaultdict(set)
    for each in RAISED:
        if each.code:
            kinds[each.code].add(each.kind)
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}
