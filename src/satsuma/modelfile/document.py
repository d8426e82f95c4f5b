"""A text turned into plain mappings, lists, texts, numbers, yes/no and None: what both readers hand on.

`yaml_text` and `json_text` make one; `structure` reads it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from satsuma.domain.errors import Problem
from satsuma.domain.places import Path, place
from satsuma.modelfile.codes import FileCode

Tree = dict[str, "Tree"] | list["Tree"] | str | int | float | bool | None

MAX_BYTES = 5_000_000
"""Largest file that is read."""
MAX_DEPTH = 20
"""Mappings and lists inside each other; a segmentation needs seven."""

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Document:
    """The tree, what is wrong with the text itself, and the line, from 1, on which each part begins (YAML only).

    `tree` is None where the text could not be read at all; then there is at least one problem.
    """

    tree: Tree = None
    problems: list[Problem] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)

    def text(self, written: str, path: Path) -> str:
        """The text in NFC, so that letters that can be written in two ways are one. A lone surrogate is a problem."""
        if SURROGATE.search(written):
            written = SURROGATE.sub("\ufffd", written)
            message = "Half a character (a lone surrogate) stands in this text. Write the character itself."
            self.problems.append(Problem(place(*path), FileCode.BAD_CHARACTER, message, {"text": written}))
        return unicodedata.normalize("NFC", written)

    def key_twice(self, path: Path, key: str, line: int | None = None) -> None:
        again = f", again on line {line}" if line else ""
        message = f"The key {key!r} is given twice{again}. Remove one of the two."
        self.problems.append(Problem(place(*path, key), FileCode.KEY_TWICE, message, {"key": key}))


def whole_number(text: str) -> int | float:
    """The whole number, or an infinity where it has more digits than any limit allows: Python's own limit would
    raise."""
    return int(text) if len(text) <= 400 else float(text)
