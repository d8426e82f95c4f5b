"""Adds parameters to drafts: for a field that is there, or together with a new one. Called by the wizard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.sections import segmentation_section
from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.editing import with_parameters
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services.drafts import change_draft
from satsuma.app.segmentation.suggesting import plain_parameter, suggest_for
from satsuma.domain.limits import MAX_PARAMETERS
from satsuma.domain.model import Parameter


def add_parameter(
    *, segmentation_id: int, version: int, axis: int, field_key: str, by: User, at: datetime, as_of: date
) -> FieldSpec:
    """The field as the axis' last parameter, with ranges that fit what contacts have. Raises NotFoundError,
    RefusedError for a field that the axis asks for already, DraftConflictError."""
    draft = get_draft(segmentation_id)
    spec = draft.fields.get(field_key)
    if spec is None or spec.retired:
        raise NotFoundError(_("There is no such field."), key=field_key)
    _refuse_more(draft, axis, field_key)
    _save(draft, version, axis, suggest_for(spec, as_of=as_of), by, at)
    return spec


@transaction.atomic
def add_parameter_with_field(
    *,
    segmentation_id: int,
    version: int,
    axis: int,
    draft: FieldDraft,
    options: Sequence[str] = (),
    by: User,
    at: datetime,
) -> FieldSpec:
    """A new field that is asked on the form, under *For segmentation*, and a parameter for it: both or neither. Raises
    ValuesError by answer ("label", "options" …), RefusedError, NotFoundError, DraftConflictError."""
    kind = get_draft(segmentation_id).model.kind
    section_id = segmentation_section(kind=kind)
    made = create_field(kind=kind, draft=replace(draft, section_id=section_id, on_form=True), options=options, at=at)
    now = get_draft(segmentation_id)
    _refuse_more(now, axis, made.key)
    _save(now, version, axis, plain_parameter(made.domain_field()), by, at)
    return made


def _refuse_more(draft: DraftSpec, axis: int, field_key: str) -> None:
    if axis >= len(draft.model.axes):
        raise NotFoundError(_("This axis is no longer there."), axis=axis)
    parameters = draft.model.axes[axis].parameters
    if any(parameter.field == field_key for parameter in parameters):
        raise RefusedError("parameter_twice", _("This field is asked for already."))
    if len(parameters) >= MAX_PARAMETERS:
        raise RefusedError(
            "parameters_too_many",
            _("There are %(most)d parameters already, the most that are possible.") % {"most": MAX_PARAMETERS},
            remedy=_("Remove one first."),
        )


def _save(draft: DraftSpec, version: int, axis: int, parameter: Parameter, by: User, at: datetime) -> None:
    model = with_parameters(draft.model, axis, (*draft.model.axes[axis].parameters, parameter))
    change_draft(
        segmentation_id=draft.segmentation_id,
        version=version,
        model=with_fields(model, draft.fields),
        segment_ids=draft.segment_ids,
        by=by,
        at=at,
    )
