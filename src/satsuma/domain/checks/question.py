"""A parameter as the rules look at it. Used by `parameters`, `cuts` and `groups`."""

from __future__ import annotations

from dataclasses import dataclass

from satsuma.domain.model import AgeRanges, Field, FieldType, Groups, NumericRanges, Parameter, Ranges, YesNo
from satsuma.domain.places import Path, Step, place


@dataclass(frozen=True, slots=True)
class Question:
    """A parameter, where it stands, and its field if that is known."""

    parameter: Parameter
    path: Path
    field: Field | None

    def at(self, *steps: Step) -> str:
        return place(*self.path, *steps)


def key_of(ranges: Ranges) -> str:
    """The key under which such ranges stand in the file."""
    match ranges:
        case NumericRanges():
            return "ranges"
        case AgeRanges():
            return "ages"
        case Groups():
            return "groups"
        case YesNo():
            return "yes and no"


def fitting_key(field_type: FieldType) -> str:
    """The key of the ranges that a field of this type takes."""
    if field_type.is_numeric:
        return "ranges"
    if field_type is FieldType.DATE:
        return "ages"
    return "yes and no" if field_type is FieldType.YES_NO else "groups"
