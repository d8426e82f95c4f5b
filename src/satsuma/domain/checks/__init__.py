"""What is wrong with a draft, and what deserves a look: all of it at once, each with its place.

Called by `modelfile` when it reads, and by whatever edits a draft. Rules are small functions, in lists, by what they
look at: `fields`, `parameters` (with `cuts` and `groups`), `bands`, `rules`; warnings in `reach` and `warnings`.
"""

from __future__ import annotations

from collections.abc import Iterator

from satsuma.domain.checks.bands import bands_problems
from satsuma.domain.checks.codes import Code, WarningCode
from satsuma.domain.checks.fields import fields_problems
from satsuma.domain.checks.parameters import parameters_problems
from satsuma.domain.checks.rules import layout_problems
from satsuma.domain.checks.texts import description_problems, name_problems
from satsuma.domain.checks.warnings import find_warnings
from satsuma.domain.errors import Problem
from satsuma.domain.model import Segmentation
from satsuma.domain.places import Path

__all__ = ["Code", "WarningCode", "find_problems", "find_warnings"]


def find_problems(segmentation: Segmentation) -> list[Problem]:
    """Every rule that the draft breaks, in the order of the file; empty if it can be used."""
    return list(_problems(segmentation))


def _problems(segmentation: Segmentation) -> Iterator[Problem]:
    yield from name_problems(segmentation.name, ("name",))
    yield from description_problems(segmentation.description, ("description",))
    yield from fields_problems(segmentation)
    fields = {field.key: field for field in reversed(segmentation.fields)}
    several = segmentation.has_rules
    for index, axis in enumerate(segmentation.axes):
        above: Path = ("axes", index) if several else ()
        yield from parameters_problems(axis, (*above, "parameters"), fields)
        yield from bands_problems(axis, (*above, "bands", "segments"), "bands" if several else "segments")
    yield from layout_problems(segmentation)
