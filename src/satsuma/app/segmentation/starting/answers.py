"""The answers of a file's question as those of a field here: options by their key or name, words by what options are
called. Called by `plan`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name, words
from satsuma.app.crm.imports.lookups import find_country
from satsuma.domain.model import Combine, Field, FieldType, Group, Groups, Ranges

NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.RATING})


@dataclass(frozen=True, slots=True)
class Answers:
    """Ranges in the answers of a field here, and those of the file that nothing here is called."""

    ranges: Ranges
    unknown: tuple[str, ...] = ()


def can_answer(wanted: Field, field: FieldSpec) -> bool:
    """Whether the field here can hold what the file's field holds: any number for a number, options for words."""
    if wanted.type in NUMBERS:
        return field.type in NUMBERS
    if wanted.type is FieldType.TEXT:
        return field.type in (FieldType.TEXT, FieldType.CHOICE, FieldType.CHOICES)
    if wanted.type.has_options:
        return field.type.has_options
    return field.type is wanted.type


def in_answers_of(field: FieldSpec, wanted: Field, ranges: Ranges) -> Answers:
    """The file's ranges over the field here. Groups may come out empty; then they are left out."""
    if not isinstance(ranges, Groups):
        return Answers(ranges)
    combine = ranges.combine if field.type is FieldType.CHOICES else Combine.BEST
    if not field.type.has_options:
        return Answers(replace(ranges, combine=combine))
    key_of = option_reader(field, wanted)
    seen: set[str] = set()
    unknown: list[str] = []
    groups = []
    for group in ranges.groups:
        keys = []
        for value in group.values:
            key = key_of(value)
            if key is None:
                unknown.append(wanted.option_label(value))
            elif key not in seen:
                seen.add(key)
                keys.append(key)
        if keys:
            groups.append(Group(tuple(keys), group.points))
    return Answers(Groups(tuple(groups), ranges.anything_else, combine), tuple(unknown))


def is_country(field: FieldSpec) -> bool:
    """Whether its options are the countries of the world: nobody adds to them."""
    return field.is_column and field.key == "country"


def option_reader(field: FieldSpec, wanted: Field) -> Callable[[str], str | None]:
    """Gives the key of the option here that an answer of the file means; None if there is none."""
    if is_country(field):
        return lambda value: find_country(wanted.option_label(value)) or find_country(value)
    by_key = {fold_name(option.key): option.key for option in field.options}
    by_label = {fold_name(option.label): option.key for option in field.options}
    by_word = _by_word(field)

    def key_of(value: str) -> str | None:
        label = fold_name(wanted.option_label(value))
        named = by_label.get(label) or by_key.get(fold_name(value))
        return named or (by_word(label) if wanted.type is FieldType.TEXT else None)

    return key_of


def _by_word(field: FieldSpec) -> Callable[[str], str | None]:
    """Finds the only option whose name has all words of an answer: “logistics” means “Transport and logistics”."""
    named: Mapping[str, frozenset[str]] = {option.key: frozenset(words(option.label)) for option in field.options}

    def key_of(answer: str) -> str | None:
        asked = frozenset(words(answer))
        found = [key for key, name in named.items() if asked and asked <= name]
        return found[0] if len(found) == 1 else None

    return key_of


def missing_options(field: FieldSpec, wanted: Field, asked: Iterable[str]) -> tuple[str, ...]:
    """The names of the file's options among `asked` that the field here does not have and could be given."""
    if not wanted.type.has_options or is_country(field):
        return ()
    key_of = option_reader(field, wanted)
    return tuple(dict.fromkeys(wanted.option_label(value) for value in asked if key_of(value) is None))
