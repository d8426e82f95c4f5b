"""The options of choice fields: adds, renames, orders, retires and deletes them. Called by the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import checked_label, folded_label, refuse_taken
from satsuma.app.crm.models import Field, Option
from satsuma.app.crm.queries.fields import get_field
from satsuma.app.crm.queries.where_used import list_option_fields, list_option_uses
from satsuma.app.crm.services.keys import OPTION, next_keys, wait_for_turn
from satsuma.app.crm.services.ordering import moved, refuse_other_rows
from satsuma.app.crm.values import ValueRefusedError
from satsuma.domain.limits import MAX_OPTIONS
from satsuma.domain.model import Kind


@transaction.atomic
def create_options(*, field_id: int, labels: Sequence[str], at: datetime) -> int:
    """Adds options of these names at the end, in this order; gives how many. Raises ValuesError("options")."""
    wait_for_turn()
    return add_options(_field(field_id), labels)


def add_options(field: Field, labels: Sequence[str]) -> int:
    """The same, for a transaction in which `wait_for_turn` was called."""
    try:
        names = [checked_label(label) for label in labels]
        taken = {option.label_folded: option.label for option in field.options.all()}
        for name in names:
            refuse_taken(name, filter(None, [taken.get(folded_label(name))]))
            taken[folded_label(name)] = name
    except ValueRefusedError as error:
        raise ValuesError({"options": str(error)}) from error
    if len(taken) > MAX_OPTIONS:
        raise ValuesError({"options": _("A field can have at most %(most)d options.") % {"most": MAX_OPTIONS}})
    last = field.options.aggregate(last=Max("position"))["last"]
    Option.objects.bulk_create(
        Option(field=field, key=key, label=name, label_folded=folded_label(name), position=position)
        for position, (key, name) in enumerate(
            zip(next_keys(OPTION, len(names)), names, strict=True), start=0 if last is None else last + 1
        )
    )
    return len(names)


@transaction.atomic
def rename_option(*, option_id: int, label: str, at: datetime) -> None:
    """Gives it another name; its key, and so every value, stays. Raises ValuesError("label")."""
    wait_for_turn()
    row = _option(option_id)
    try:
        name = checked_label(label)
        others = row.field.options.exclude(id=row.id).filter(label_folded=folded_label(name))
        refuse_taken(name, others.values_list("label", flat=True))
    except ValueRefusedError as error:
        raise ValuesError({"label": str(error)}) from error
    row.label, row.label_folded = name, folded_label(name)
    row.save()


@transaction.atomic
def order_options(*, field_id: int, option_ids: Sequence[int], at: datetime) -> None:
    """Puts the options into this order, which names each once. Raises RefusedError for any other list."""
    wait_for_turn()
    rows = {option.id: option for option in _field(field_id).options.all()}
    refuse_other_rows(rows, option_ids)
    _write_order([rows[option_id] for option_id in option_ids])


@transaction.atomic
def move_option(*, option_id: int, up: bool, at: datetime) -> None:
    """One place up or down; the first and the last stay where they are."""
    wait_for_turn()
    row = _option(option_id)
    shown = row.field.options.filter(retired_at__isnull=row.retired_at is None).order_by("position", "id")
    _write_order(moved(list(shown), row, up=up))


@transaction.atomic
def sort_options(*, field_id: int, at: datetime) -> None:
    """Puts them into the order of their names."""
    wait_for_turn()
    _write_order(sorted(_field(field_id).options.all(), key=lambda option: (option.label_folded, option.id)))


@transaction.atomic
def retire_option(*, option_id: int, at: datetime) -> None:
    """Offers it no longer; who has it keeps it."""
    row = _option(option_id)
    row.retired_at = row.retired_at or at
    row.save()


@transaction.atomic
def restore_option(*, option_id: int, at: datetime) -> None:
    row = _option(option_id)
    row.retired_at = None
    row.save()


@transaction.atomic
def delete_option(*, option_id: int, at: datetime) -> None:
    """Removes it for good. Raises RefusedError, naming who uses it, for one that is in use."""
    wait_for_turn()
    row = _option(option_id)
    uses = [use.sentence for use in list_option_uses(get_field(Kind(row.field.kind), row.field.key), row.key)]
    if uses:
        raise RefusedError(
            "option_in_use",
            _("This option is in use: %(uses)s.") % {"uses": ", ".join(uses)},
            remedy=_("Retire it instead: it is no longer offered, and nothing is lost."),
            used_by=uses,
        )
    row.delete()


def _field(field_id: int) -> Field:
    row = list_option_fields().filter(id=field_id).first()
    if row is None:
        raise NotFoundError(_("There is no such field with options."), field_id=field_id)
    return row


def _option(option_id: int) -> Option:
    row = Option.objects.select_related("field").filter(id=option_id).first()
    if row is None:
        raise NotFoundError(_("There is no such option."), option_id=option_id)
    return row


def _write_order(rows: Sequence[Option]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    Option.objects.bulk_update(rows, ["position"], batch_size=500)
