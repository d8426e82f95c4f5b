"""Which column goes where: a frozen value, its JSON, what is wrong with it, and what it asks of the file's reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.imports.context import CONTACTS, Context, Part
from satsuma.app.crm.imports.targets import KEYS, NEW, PART_NAMES, Target, list_targets
from satsuma.app.crm.imports.wanted import Wanted
from satsuma.app.crm.models import Field
from satsuma.domain.model import FieldType, Kind

LARGEST_RATING = 1_000_000


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Where one column goes. `to` is a target's key, "" for left out, `NEW` for a new field of `part` with this label,
    type, limits. `replace` says how to read single texts."""

    column: str
    to: str = ""
    part: str = Part.COMPANY.value
    label: str = ""
    type: str = FieldType.TEXT.value
    minimum: int | None = None
    maximum: int | None = None
    separator: str = ";"
    replace: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileMapping:
    """`keys` says for each part how its rows are matched with what is there; `add_options`: texts that a choice field
    does not know become new options, else they are errors."""

    columns: tuple[ColumnMapping, ...]
    keys: Mapping[str, str] = field(default_factory=dict)
    add_options: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FileMapping:
        columns = tuple(ColumnMapping(**column) for column in stored.get("columns", ()))
        return cls(columns, dict(stored.get("keys", {})), stored.get("add_options", True))


@dataclass(frozen=True)
class Mapped:
    """A column that is brought in, with its target."""

    column: ColumnMapping
    target: Target
    is_new: bool = False


def mapped_columns(mapping: FileMapping, context: Context) -> list[Mapped]:
    """The columns that are not left out. A new field has the target `part.new3`, by the column's place."""
    targets = {target.key: target for target in list_targets(context)}
    found = []
    for place, column in enumerate(mapping.columns):
        if column.to == NEW:
            found.append(Mapped(column, _new_target(column, place), is_new=True))
        elif column.to in targets:
            found.append(Mapped(column, targets[column.to]))
    return found


def _new_target(column: ColumnMapping, place: int) -> Target:
    key = f"{NEW}{place}"
    type_ = FieldType(column.type)
    rating = type_ is FieldType.RATING
    spec = FieldSpec(
        id=0,
        kind=Kind(column.part),
        key=key,
        source=Field.Source.CUSTOM,
        type=type_,
        label=column.label or column.column,
        minimum=(column.minimum or 0) if rating else None,
        maximum=(10 if column.maximum is None else column.maximum) if rating else None,
    )
    return Target(Part(column.part), key, spec.label, type_.value, field=spec)


def wanted_columns(mapping: FileMapping, context: Context) -> list[Wanted]:
    """What the reader is asked for. It depends on the mapping and the fields' types alone."""
    found = []
    for mapped in mapped_columns(mapping, context):
        target, spec = mapped.target, mapped.target.field
        found.append(
            Wanted(
                target=target.key,
                column=mapped.column.column,
                type=target.type,
                longest=target.longest,
                separator=mapped.column.separator or ";",
                minimum=spec.minimum if spec else None,
                maximum=spec.maximum if spec else None,
                is_email=target.is_email,
                replace=dict(mapped.column.replace) or None,
            )
        )
    return found


def mapping_problems(mapping: FileMapping, context: Context, columns: Sequence[str]) -> dict[str, str]:
    """What is wrong, by the place of the column ("0", "1" …) or the key's part; empty for one that can be used."""
    problems = dict(_column_problems(mapping, context, columns))
    mapped = mapped_columns(mapping, context)
    if not mapped:
        problems["mapping"] = _("Choose a field for at least one column.")
    there = {item.target.key for item in mapped}
    for part in Part:
        names = {item.target.name for item in mapped if item.target.part is part}
        if names:
            problems |= _key_problem(part, mapping.keys.get(part.value), there)
    return problems


def _column_problems(mapping: FileMapping, context: Context, columns: Sequence[str]) -> Any:
    known = {target.key for target in list_targets(context)}
    counts = Counter(column.to for column in mapping.columns if column.to not in ("", NEW))
    labels = {part: {fold_name(spec.label) for spec in context.fields[part].values()} for part in CONTACTS}
    for place, column in enumerate(mapping.columns):
        if column.column not in columns:
            yield str(place), _("This column is not in the file.")
        elif column.to not in ("", NEW) and column.to not in known:
            yield str(place), _("This field is no longer there. Choose another.")
        elif counts[column.to] > 1:
            yield str(place), _("Two columns go to this field. Leave one of them out.")
        elif column.to == NEW and (problem := _new_field_problem(column, labels)):
            yield str(place), problem


def _new_field_problem(column: ColumnMapping, labels: Mapping[Part, set[str]]) -> str:
    if column.part not in [part.value for part in CONTACTS] or column.type not in list(FieldType):
        return _("Choose whose field this is, and what kind of information it holds.")
    name = fold_name(column.label or column.column)
    if name in labels[Part(column.part)]:
        return _("There is a field of this name. Choose it in the list, or enter another name.")
    if not name or len(column.label or column.column) > 200:
        return _("Enter a name for the new field, of at most 200 characters.")
    labels[Part(column.part)].add(name)
    low, high = column.minimum or 0, 10 if column.maximum is None else column.maximum
    if column.type == FieldType.RATING and not -LARGEST_RATING <= low < high <= LARGEST_RATING:
        return _("Enter a highest rating above the lowest.")
    return ""


def _key_problem(part: Part, key: str | None, there: set[str]) -> dict[str, str]:
    if key is None or key not in KEYS[part]:
        return {part.value: _("Choose how rows are matched with what is there.")}
    needed = KEYS[part][key]
    if needed and not any(f"{part}.{name}" in there for name in needed):
        return {
            part.value: _("%(part)s: rows are matched by something that no column is mapped to. Choose another.")
            % {"part": PART_NAMES[part]}
        }
    return {}
