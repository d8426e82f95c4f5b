"""Tables that other apps add to the export of everything: the seam for segmentations. Called by `exports`, and by
apps while they start, which need not load what writing files takes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from satsuma.app.crm.exports.everything import Export

Further = Callable[[], "Sequence[Export]"]

_FURTHER: list[Further] = []


def also_export(tables: Further) -> Further:
    """Registers what gives the tables, once; to be called while the app starts."""
    if tables not in _FURTHER:
        _FURTHER.append(tables)
    return tables


def list_further() -> list[Export]:
    return [table for tables in _FURTHER for table in tables()]
