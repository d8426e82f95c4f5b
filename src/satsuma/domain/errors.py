"""The one tree of errors and the shape of a problem. Raised everywhere, mapped to exit codes by `cli.errors`.

A *problem* is a value: something wrong in a draft, shown beside what causes it, all at once.
An *error* ends a call: something wrong with what was handed in.

    SatsumaError
    ├── ModelError      a segmentation file that cannot be used: carries its problems
    ├── InputError      a table, a cell, an option, an unknown customer
    │   └── CellError   one cell that cannot be read: file, row, column, text
    └── EngineError     a computing engine that is missing, or whose limit is passed
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, or worth a look, in a draft.

    `place` reads like the file (`parameters[2].ranges.cuts`), `code` is stable for programs, `message` says what is
    wrong and what to do, `facts` holds the numbers and names the message mentions.
    """

    place: str
    code: str
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class SatsumaError(Exception):
    """Base of all errors: a stable `code`, a sentence, a `remedy` (what to do) and the `facts` behind both."""

    def __init__(self, code: str, message: str, *, remedy: str = "", **facts: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class ModelError(SatsumaError):
    """A segmentation that cannot be used; `problems` holds every one that was found, never empty."""

    def __init__(self, problems: Sequence[Problem], *, source: str = "the segmentation") -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__(
            "model_has_problems",
            f"{source} has {count} problem{'s' if count != 1 else ''}.",
            remedy="Correct what is listed and try again.",
            source=source,
        )


class InputError(SatsumaError):
    """Something handed in that cannot be used: a file, a table, a column, an option."""


class CellError(InputError):
    """One cell that cannot be read. `row` counts the file's records from 1, the header included."""

    def __init__(self, message: str, *, file: str, row: int, column: str, text: str, remedy: str = "") -> None:
        shown = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
        super().__init__(
            "cell_unreadable",
            f"{file}, row {row}, column {column!r}: {message} ({shown!r}).",
            remedy=remedy,
            file=file,
            row=row,
            column=column,
            text=shown,
        )


class EngineError(SatsumaError):
    """A computing engine that is not installed, not reachable, or whose documented limit is passed."""


SHOWN_CHARACTERS = 80
"""How much of a cell an error quotes: enough to find it, too little to flood a terminal or a log."""
