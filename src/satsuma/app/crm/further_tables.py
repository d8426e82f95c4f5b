"""Tables of the export of everything, and those that other apps add to it: the seam for segmentations. Called by
`exports`, and by apps while they start, which need not load what writing files takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from satsuma.app.crm.exports.sheets import Row


@dataclass(frozen=True, slots=True)
class Export:
    """One table: its name, headings, how many rows there are, and the rows."""

    name: str
    file: str
    headings: Sequence[str]
    count: int
    rows: Callable[[], Iterable[Row]]


Further = Callable[[], Sequence[Export]]

_FURTHER: list[Further] = []


def also_export(tables: Further) -> Further:
    """Registers what gives the tables, once; to be called while the app starts."""
    if tables not in _FURTHER:
        _FURTHER.append(tables)
    return tables


def list_further() -> list[Export]:
    return [table for tables in _FURTHER for table in tables()]
