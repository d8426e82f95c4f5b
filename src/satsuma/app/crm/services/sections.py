"""Sections, and the order of fields within and between them. Called by the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.crm import catalogue
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import checked_label, refuse_taken
from satsuma.app.crm.models import Field, Section
from satsuma.app.crm.queries.fields import section_label
from satsuma.app.crm.services.keys import wait_for_turn
from satsuma.app.crm.services.ordering import moved, refuse_other_rows
from satsuma.app.crm.values import ValueRefusedError
from satsuma.domain.model import Kind

MAX_SECTIONS = 50
"""Sections of one kind."""


@transaction.atomic
def create_section(*, kind: Kind, label: str, at: datetime) -> int:
    """A new section after the others; gives its id. Raises ValuesError("label")."""
    wait_for_turn()
    others = _sections(kind)
    if len(others) >= MAX_SECTIONS:
        raise ValuesError({"label": _("There can be at most %(most)d sections.") % {"most": MAX_SECTIONS}})
    name = _label(label, others)
    return Section.objects.create(kind=kind, label=name, position=_next_position(others)).pk


@transaction.atomic
def segmentation_section(*, kind: Kind) -> int:
    """The id of the section for questions that segmentations ask, made as the last one if it is not there."""
    wait_for_turn()
    others = _sections(kind)
    found = next((section for section in others if section.key == catalogue.FOR_SEGMENTATION), None)
    if found is None:
        position = _next_position(others)
        found = Section.objects.create(kind=kind, key=catalogue.FOR_SEGMENTATION, position=position)
    return found.pk


@transaction.atomic
def rename_section(*, section_id: int, label: str, at: datetime) -> None:
    """Gives it another name. Raises ValuesError("label"), NotFoundError."""
    wait_for_turn()
    row = _section(section_id)
    name = _label(label, [other for other in _sections(Kind(row.kind)) if other.id != row.id])
    row.label = "" if name == str(catalogue.SECTIONS.get(row.key)) else name
    row.save()


@transaction.atomic
def delete_section(*, section_id: int, at: datetime) -> None:
    """Removes an empty section. Raises RefusedError while fields stand in it, or for the last one."""
    wait_for_turn()
    row = _section(section_id)
    if row.fields.filter(retired_at__isnull=True).exists():
        raise RefusedError(
            "section_not_empty",
            _("There are fields in this section."),
            remedy=_("Move them into another one first."),
        )
    others = [other for other in _sections(Kind(row.kind)) if other.id != row.id]
    if not others:
        raise RefusedError("section_last", _("One section is needed."))
    row.fields.update(section=others[0])
    row.delete()


@transaction.atomic
def order_sections(*, kind: Kind, section_ids: Sequence[int], at: datetime) -> None:
    """Puts the sections into this order, which names each once. Raises RefusedError for any other list."""
    wait_for_turn()
    rows = {section.id: section for section in _sections(kind)}
    refuse_other_rows(rows, section_ids)
    _write_sections([rows[section_id] for section_id in section_ids])


@transaction.atomic
def move_section(*, section_id: int, up: bool, at: datetime) -> None:
    """One place up or down; the first and the last stay where they are."""
    wait_for_turn()
    row = _section(section_id)
    _write_sections(moved(_sections(Kind(row.kind)), row, up=up))


@transaction.atomic
def order_fields(*, kind: Kind, order: Mapping[int, Sequence[int]], at: datetime) -> None:
    """Puts every field of the kind that is not retired where the order says: section id → field ids. Raises
    RefusedError for an order that leaves one out or names something else."""
    wait_for_turn()
    rows = {field.id: field for field in _fields(kind)}
    sections = {section.id for section in _sections(kind)}
    if not order.keys() <= sections:
        raise NotFoundError(_("There is no such section."))
    refuse_other_rows(rows, [field_id for ids in order.values() for field_id in ids])
    _write_fields(rows, order)


@transaction.atomic
def move_field(*, field_id: int, up: bool, at: datetime) -> None:
    """One place up or down: from the end of a section into the next one."""
    wait_for_turn()
    row = Field.objects.filter(id=field_id, retired_at__isnull=True).first()
    if row is None:
        raise NotFoundError(_("There is no such field."), field_id=field_id)
    kind = Kind(row.kind)
    rows = {field.id: field for field in _fields(kind)}
    order = {
        section.id: [id_ for id_, other in rows.items() if other.section_id == section.id]
        for section in _sections(kind)
    }
    _write_fields(rows, _with_moved(order, row, up=up))


def _with_moved(order: dict[int, list[int]], row: Field, *, up: bool) -> dict[int, list[int]]:
    places = list(order)
    if not places:
        return order
    if row.section_id not in order:  # in no section: the first step leads into one
        target = places[-1] if up else places[0]
        return {**order, target: [*order[target], row.id]}
    here = order[row.section_id]
    if row.id != (here[0] if up else here[-1]):
        return {**order, row.section_id: moved(here, row.id, up=up)}
    to = places.index(row.section_id) + (-1 if up else 1)
    if not 0 <= to < len(places):
        return order
    there = order[places[to]]
    rest = [field_id for field_id in here if field_id != row.id]
    return {**order, row.section_id: rest, places[to]: [*there, row.id] if up else [row.id, *there]}


def _fields(kind: Kind) -> list[Field]:
    return list(Field.objects.filter(kind=kind, retired_at__isnull=True).order_by("position", "id"))


def _sections(kind: Kind) -> list[Section]:
    return list(Section.objects.filter(kind=kind).order_by("position", "id"))


def _section(section_id: int) -> Section:
    row = Section.objects.filter(id=section_id).first()
    if row is None:
        raise NotFoundError(_("There is no such section."), section_id=section_id)
    return row


def _label(label: str, others: Sequence[Section]) -> str:
    try:
        name = checked_label(label)
        refuse_taken(name, map(section_label, others))
    except ValueRefusedError as error:
        raise ValuesError({"label": str(error)}) from error
    return name


def _next_position(rows: Sequence[Section]) -> int:
    return 1 + max((row.position for row in rows), default=-1)


def _write_sections(rows: Sequence[Section]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    Section.objects.bulk_update(rows, ["position"])


def _write_fields(rows: Mapping[int, Field], order: Mapping[int, Sequence[int]]) -> None:
    for section_id, field_ids in order.items():
        for position, field_id in enumerate(field_ids):
            rows[field_id].section_id, rows[field_id].position = section_id, position
    Field.objects.bulk_update(rows.values(), ["section", "position"], batch_size=500)
