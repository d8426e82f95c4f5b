"""A first segmentation from what columns are: something to argue with, that runs as it stands. Called by `draft`.

Deterministic: the same profiles on the same day give the same segmentation.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from satsuma.domain.checks.reach import reachable_bands
from satsuma.domain.errors import InputError
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_TEXT_CHARACTERS
from satsuma.domain.model import (
    DEFAULT_BANDS,
    Axis,
    Band,
    Field,
    FieldType,
    Groups,
    Kind,
    Option,
    Parameter,
    Scale,
    Segmentation,
)
from satsuma.engine.profile import ColumnProfile
from satsuma.engine.profile.column_words import field_keys, says
from satsuma.engine.suggest.parameters import suggest_parameter

MOST_ENABLED, MOST_OFF = 8, 4
"""Parameters that count, and further ones that wait for the user's points."""
MOSTLY_EMPTY = 0.8
NEARLY_CONSTANT = 0.95
PERSONAL = frozenset(
    {"gender", "sex", "age", "birth", "birthday", "birthdate", "firstname", "lastname", "surname", "marital", "married"}
)
"""Words in the columns of a table of people."""
DESCRIPTION = "A first draft, made from the data: relevance, cuts and points are yours to decide."
EVERYBODY_ELSE = ("Other", "Everything else", "None of these", "Not listed")


@dataclass(frozen=True, slots=True)
class Question:
    """A field, what is known of its values, and the parameter suggested for it."""

    field: Field
    profile: ColumnProfile
    parameter: Parameter


def suggest_segmentation(
    profiles: Sequence[ColumnProfile],
    *,
    name: str,
    kind: Kind,
    as_of: date,
    metrics: Sequence[tuple[Field, ColumnProfile]] = (),
) -> Segmentation:
    """A segmentation of one axis without problems or warnings, over the columns that say most and the `metrics`.

    Parameters whose order nobody can tell, such as a country, are there but switched off. Where only such ones are
    left, the segmentation groups by the first of them. Raises InputError `nothing_to_suggest` if no column can tell
    customers apart.
    """
    every = _questions(profiles, metrics, as_of)
    counting = sorted((q for q in every if q.parameter.enabled), key=lambda q: -q.parameter.relevance)[:MOST_ENABLED]
    waiting = sorted((q for q in every if not q.parameter.enabled), key=lambda q: -q.parameter.relevance)[:MOST_OFF]
    if not counting:
        return _without_order(waiting, name, kind)
    chosen = [*counting, *waiting]
    axis = Axis("Score", tuple(q.parameter for q in chosen), DEFAULT_BANDS)
    return Segmentation(
        name,
        kind,
        tuple(q.field for q in chosen),
        (replace(axis, bands=_reachable(axis)),),
        description=DESCRIPTION,
    )


def guess_kind(profiles: Iterable[ColumnProfile]) -> Kind:
    """People if a column says so, else companies."""
    return Kind.PERSON if any(says(profile.name, PERSONAL) for profile in profiles) else Kind.COMPANY


def find_key(profiles: Sequence[ColumnProfile]) -> str | None:
    """The column that names each row: the first key; else the first column, if it is different in every row."""
    for profile in profiles:
        if profile.is_key:
            return profile.name
    first = profiles[0] if profiles else None
    return first.name if first and first.filled == first.distinct == first.rows > 0 else None


def _questions(
    profiles: Sequence[ColumnProfile], metrics: Sequence[tuple[Field, ColumnProfile]], as_of: date
) -> list[Question]:
    useful = [profile for profile in profiles if is_useful(profile)]
    keys = field_keys([profile.name for profile in useful], taken=[field.key for field, _ in metrics])
    fields = [_field(key, profile) for key, profile in zip(keys, useful, strict=True)]
    asked = [*((f, p) for f, p in metrics if tells_apart(p)), *zip(fields, useful, strict=True)]
    found = ((field, profile, suggest_parameter(field, profile, as_of)) for field, profile in asked)
    return [Question(field, profile, parameter) for field, profile, parameter in found if parameter is not None]


def is_useful(profile: ColumnProfile) -> bool:
    """Whether a question about the column could tell customers apart, and a model could name it."""
    if profile.type is FieldType.TEXT or not tells_apart(profile):
        return False
    name = profile.name
    return 0 < len(name.strip()) <= MAX_TEXT_CHARACTERS and "\0" not in name and unicodedata.is_normalized("NFC", name)


def tells_apart(profile: ColumnProfile) -> bool:
    """Neither mostly empty nor nearly the same everywhere."""
    return (
        profile.distinct > 1
        and profile.empty <= MOSTLY_EMPTY * profile.rows
        and profile.commonest < NEARLY_CONSTANT * profile.filled
    )


def _field(key: str, profile: ColumnProfile) -> Field:
    minimum, maximum = profile.limits or (None, None)
    return Field(
        key,
        profile.type,
        column=profile.name,
        options=tuple(Option(option.text, option.text) for option in profile.options),
        separator=profile.separator or ";",
        minimum=minimum,
        maximum=maximum,
    )


def _reachable(axis: Axis) -> tuple[Band, ...]:
    """The axis' bands without those that nobody can be in: few parameters give few different scores."""
    return tuple(band for band, reached in zip(axis.bands, reachable_bands(axis), strict=True) if reached)


def _without_order(waiting: Sequence[Question], name: str, kind: Kind) -> Segmentation:
    for question in waiting:
        ranges = question.parameter.ranges
        if not isinstance(ranges, Groups):
            axis = Axis("Score", (replace(question.parameter, enabled=True),), DEFAULT_BANDS)
            axis = replace(axis, bands=_reachable(axis))
            return Segmentation(name, kind, (question.field,), (axis,), description=DESCRIPTION)
        if any(_is_name(group.values[0]) for group in ranges.groups):
            return _grouping(question, ranges, name, kind)
    raise InputError(
        "nothing_to_suggest",
        "No column tells customers apart: each is a key, free text, a contact detail, nearly empty or nearly constant.",
        remedy="Choose another table, or begin with one of those that `satsuma schemes` lists.",
    )


def _grouping(question: Question, ranges: Groups, name: str, kind: Kind) -> Segmentation:
    """One segment for each option, the most frequent one highest, and one for everybody else."""
    options = [group.values[0] for group in reversed(ranges.groups) if _is_name(group.values[0])]
    groups = tuple(
        replace(group, points=options.index(group.values[0]) + 1)
        for group in ranges.groups
        if group.values[0] in options
    )
    folded = {fold(option) for option in options}
    rest = next((word for word in EVERYBODY_ELSE if fold(word) not in folded), " / ".join(EVERYBODY_ELSE))
    bands = (Band(rest), *(Band(option, points) for points, option in enumerate(options, start=1)))
    parameter = replace(question.parameter, relevance=1, ranges=Groups(groups), enabled=True)
    axis = Axis("Score", (parameter,), bands, Scale.POINTS)
    return Segmentation(
        name, kind, (question.field,), (axis,), description=f"Customers by {question.field.title.lower()}."
    )


def _is_name(text: str) -> bool:
    """Whether an option can name a segment: one line that can be printed."""
    return text.isprintable()
