"""Reads of fields, options and sections. Called by everything that shows, asks for or computes values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from satsuma.app.crm import catalogue
from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.fields import FieldOption, FieldSpec
from satsuma.app.crm.metrics import metric_from
from satsuma.app.crm.models import Field, Option, Section
from satsuma.domain.model import FieldType, Kind


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A heading, and the fields under it in order. `key` names those of `catalogue.SECTIONS`."""

    id: int
    label: str
    fields: tuple[FieldSpec, ...]
    key: str = ""


def list_fields(kind: Kind, *, retired: bool = False) -> tuple[FieldSpec, ...]:
    """Every field of the kind in the order of forms and profiles; with `retired` also those no longer in use. Two
    queries."""
    in_section = F("section__position").asc(nulls_last=True)
    rows = Field.objects.filter(kind=kind).order_by(in_section, "section_id", "position", "id")
    if not retired:
        rows = rows.filter(retired_at__isnull=True)
    options = _options(kind)
    return tuple(_spec(row, options.get(row.id, ())) for row in rows)


def get_field(kind: Kind, key: str) -> FieldSpec:
    """The field of that key, retired or not. Raises NotFoundError."""
    found = next((field for field in list_fields(kind, retired=True) if field.key == key), None)
    if found is None:
        raise NotFoundError(_("There is no such field."), key=key)
    return found


def get_field_by_id(field_id: int) -> FieldSpec:
    """The field of that id, retired or not. Two queries. Raises NotFoundError."""
    row = Field.objects.filter(id=field_id).first()
    if row is None:
        raise NotFoundError(_("There is no such field."), field_id=field_id)
    options = row.options.order_by("position", "id")
    return _spec(row, tuple(FieldOption(option.key, option.label, option.retired_at is not None) for option in options))


def fields_by_key(kind: Kind) -> Mapping[str, FieldSpec]:
    return {field.key: field for field in list_fields(kind)}


def list_sections(kind: Kind, fields: tuple[FieldSpec, ...] | None = None) -> tuple[SectionSpec, ...]:
    """The sections of the kind in order, each with its fields. One query more than `list_fields`."""
    fields = list_fields(kind) if fields is None else fields
    by_section = defaultdict(list)
    for field in fields:
        by_section[field.section_id].append(field)
    sections = Section.objects.filter(kind=kind).order_by("position", "id")
    found = [SectionSpec(row.id, section_label(row), tuple(by_section.pop(row.id, ())), row.key) for row in sections]
    homeless = tuple(field for rest in by_section.values() for field in rest)
    return (*found, SectionSpec(0, _("Further"), homeless)) if homeless else tuple(found)


def section_label(section: Section) -> str:
    return section.label or str(catalogue.SECTIONS.get(section.key, section.key))


def country_options() -> tuple[FieldOption, ...]:
    """Every country by its ISO 3166 code, named and sorted in the reader's language."""
    territories = Locale.parse(get_language() or "en", sep="-").territories
    named = (
        (code, name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY
    )
    return tuple(FieldOption(code, name) for code, name in sorted(named, key=lambda country: country[1]))


NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes in Babel's list of territories that stand for no country."""


def _spec(row: Field, options: tuple[FieldOption, ...]) -> FieldSpec:
    built_in = row.source == Field.Source.BUILT_IN
    return FieldSpec(
        id=row.id,
        kind=Kind(row.kind),
        key=row.key,
        source=Field.Source(row.source),
        type=FieldType(row.type),
        label=row.label or str(catalogue.LABELS.get(row.key, row.key)),
        help=row.help,
        unit=row.unit or (str(catalogue.UNITS.get(row.key, "")) if built_in else ""),
        section_id=row.section_id,
        position=row.position,
        required=row.required,
        on_form=row.on_form,
        minimum=row.minimum,
        maximum=row.maximum,
        options=country_options() if built_in and row.key == "country" else options,
        metric=metric_from(row.metric) if row.metric else None,
        retired=row.retired_at is not None,
    )


def _options(kind: Kind) -> dict[int, tuple[FieldOption, ...]]:
    found: dict[int, list[FieldOption]] = defaultdict(list)
    for row in Option.objects.filter(field__kind=kind).order_by("field", "position", "id"):
        found[row.field_id].append(FieldOption(row.key, row.label, row.retired_at is not None))
    return {field: tuple(options) for field, options in found.items()}
