"""The stages of deals: adds, renames, orders, retires and deletes them. Called by the settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.labels import Problems, checked_label, refuse_taken
from satsuma.app.crm.models import Deal, Stage
from satsuma.app.crm.models.deal import State
from satsuma.app.crm.queries.where_used import list_deal_uses
from satsuma.app.crm.services.keys import STAGE, next_key, wait_for_turn
from satsuma.app.crm.services.ordering import moved, refuse_other_rows

MAX_STAGES = 50


@transaction.atomic
def create_stage(*, label: str, state: str, at: datetime) -> int:
    """A new stage after the others; gives its id. Raises ValuesError("label", "state")."""
    wait_for_turn()
    if Stage.objects.count() >= MAX_STAGES:
        raise ValuesError({"label": _("There can be at most %(most)d stages.") % {"most": MAX_STAGES}})
    row = Stage(key=next_key(STAGE), position=1 + max((stage.position for stage in _stages()), default=-1))
    _write(row, label, state)
    return row.pk


@transaction.atomic
def change_stage(*, stage_id: int, label: str, state: str, at: datetime) -> None:
    """Gives it another name or state. Raises ValuesError("label", "state"), NotFoundError; RefusedError for another
    state while deals stand in it, or if it is the last one of its state."""
    wait_for_turn()
    row = _stage(stage_id)
    if state != row.state:
        _refuse_last(row)
        if Deal.objects.filter(stage=row).exists():
            raise RefusedError(
                "stage_in_use",
                _("There are deals in this stage, so it cannot become open, won or lost now."),
                remedy=_("Add another stage, and move them there."),
            )
    _write(row, label, state)


@transaction.atomic
def order_stages(*, stage_ids: Sequence[int], at: datetime) -> None:
    """Puts the stages that are not retired into this order, which names each once. Raises RefusedError for any other
    list."""
    wait_for_turn()
    rows = {stage.id: stage for stage in _stages()}
    refuse_other_rows(rows, stage_ids)
    _write_order([rows[stage_id] for stage_id in stage_ids])


@transaction.atomic
def move_stage(*, stage_id: int, up: bool, at: datetime) -> None:
    """One place up or down; the first and the last stay where they are."""
    wait_for_turn()
    row = _stage(stage_id)
    if row.retired_at is None:
        _write_order(moved(_stages(), row, up=up))


@transaction.atomic
def retire_stage(*, stage_id: int, at: datetime) -> None:
    """Offers it no longer; deals that stand in it stay. Raises RefusedError for the last one of its state."""
    wait_for_turn()
    row = _stage(stage_id)
    _refuse_last(row)
    row.retired_at = row.retired_at or at
    row.save()


@transaction.atomic
def restore_stage(*, stage_id: int, at: datetime) -> None:
    row = _stage(stage_id)
    row.retired_at = None
    row.save()


@transaction.atomic
def delete_stage(*, stage_id: int, at: datetime) -> None:
    """Removes it for good. Raises RefusedError for the last one of its state, and naming who uses it for one in use."""
    wait_for_turn()
    row = _stage(stage_id)
    _refuse_last(row)
    uses = [use.sentence for use in list_deal_uses("stage", row.pk, row.key)]
    if uses:
        raise RefusedError(
            "stage_in_use",
            _("This stage is in use: %(uses)s.") % {"uses": ", ".join(uses)},
            remedy=_("Retire it instead: it is no longer offered, and nothing is lost."),
            used_by=uses,
        )
    row.delete()


def _stages() -> list[Stage]:
    return list(Stage.objects.filter(retired_at__isnull=True).order_by("position", "id"))


def _stage(stage_id: int) -> Stage:
    row = Stage.objects.filter(id=stage_id).first()
    if row is None:
        raise NotFoundError(_("There is no such stage."), stage_id=stage_id)
    return row


def _write(row: Stage, label: str, state: str) -> None:
    problems = Problems()
    row.label = problems.read("label", lambda: checked_label(label))
    with problems.beside("label"):
        refuse_taken(row.label, Stage.objects.exclude(id=row.pk).values_list("label", flat=True))
    if state not in State.values:
        problems["state"] = _("Choose open, won or lost.")
    problems.end()
    row.state = state
    row.save()


def _refuse_last(row: Stage) -> None:
    """Deals begin in an open stage and end in a won or lost one: each is needed."""
    others = Stage.objects.filter(state=row.state, retired_at__isnull=True).exclude(id=row.pk)
    if row.retired_at is None and not others.exists():
        raise RefusedError(
            "stage_needed",
            _("Deals need a stage for each of open, won and lost, and this is the last one of its kind."),
            remedy=_("Add another one first."),
        )


def _write_order(rows: Sequence[Stage]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    Stage.objects.bulk_update(rows, ["position"])
