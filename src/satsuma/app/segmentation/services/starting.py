"""Begins segmentations: from nothing, from a model made elsewhere, as a copy; and reads models into drafts. Called by
the pages of segmentations, the first run's sample data and the command line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from satsuma.app.accounts.models import User
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Section
from satsuma.app.crm.queries.fields import get_field_by_id
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.crm.services.options import create_options
from satsuma.app.crm.services.sections import segmentation_section
from satsuma.app.segmentation.models import Segment, Segmentation
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.queries.versions import get_version
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, empty_model
from satsuma.app.segmentation.starting import NewField, StartPlan, load_known, plan_start
from satsuma.app.segmentation.starting.ready import ready_parameters
from satsuma.domain import model as domain
from satsuma.domain.folding import fold
from satsuma.domain.model import Kind


@dataclass(frozen=True, slots=True)
class Started:
    """A segmentation that was made of a model, and what was made and left out for it."""

    segmentation_id: int
    plan: StartPlan
    made: tuple[FieldSpec, ...]


@transaction.atomic
def start_empty(*, kind: Kind, name: str = "", by: User | None, at: datetime) -> Segmentation:
    """A segmentation with the usual four segments. The first of its kind has parameters that most begin with, over the
    metrics that every workspace has; others have none yet. Raises ValuesError `name`."""
    first = not Segmentation.objects.filter(kind=kind).exists()
    model = empty_model(kind, name.strip() or _usual_name(kind))
    if first:
        axis = replace(model.axes[0], parameters=ready_parameters(load_known(kind)))
        model = replace(model, axes=(axis,))
    return create_segmentation(model=model, by=by, at=at)


@transaction.atomic
def start_from_model(
    *, model: domain.Segmentation, kind: Kind, agreed: Collection[str], by: User | None, at: datetime
) -> Started:
    """A segmentation of this kind from a model without problems. Of what `plan_start` proposes to make, only what is
    named in `agreed` is made; parameters without a field are left out. Raises ValuesError, RefusedError for fields that
    cannot be made; then nothing is."""
    plan = plan_start(model, load_known(kind))
    made = _make(plan, agreed, at)
    row = create_segmentation(model=plan.draft(made), by=by, at=at)
    return Started(row.pk, plan, tuple(made.values()))


@transaction.atomic
def import_into_draft(
    *, segmentation_id: int, version: int, model: domain.Segmentation, agreed: Collection[str], by: User, at: datetime
) -> Started:
    """Puts a model without problems in the place of the draft, as one step that undo takes back; segments of the same
    name are the same ones. As `start_from_model`; also raises DraftConflictError, NotFoundError."""
    draft = get_draft(segmentation_id)
    plan = plan_start(model, load_known(draft.model.kind))
    made = _make(plan, agreed, at)
    planned = replace(plan.draft(made), name=draft.model.name)
    ids = _ids_by_name(segmentation_id, planned, draft.model, draft.segment_ids)
    change_draft(segmentation_id=segmentation_id, version=version, model=planned, segment_ids=ids, by=by, at=at)
    return Started(segmentation_id, plan, tuple(made.values()))


@transaction.atomic
def copy_segmentation(*, segmentation_id: int, by: User | None, at: datetime) -> Segmentation:
    """Another segmentation of the same kind with the same draft; a number tells their names apart. Raises
    NotFoundError."""
    return create_segmentation(model=get_draft(segmentation_id).model, by=by, at=at)


@transaction.atomic
def draft_from_version(*, segmentation_id: int, number: int, version: int, by: User, at: datetime) -> None:
    """Puts what was published as version `number` in the place of the draft, whose version is `version`; undo takes it
    back. The segmentation goes on being called as it is. Raises DraftConflictError, NotFoundError."""
    old, name = get_version(segmentation_id, number), get_segmentation(segmentation_id).name
    change_draft(
        segmentation_id=segmentation_id,
        version=version,
        model=replace(old.model, name=name),
        segment_ids=old.segment_ids,
        by=by,
        at=at,
    )


def _usual_name(kind: Kind) -> str:
    return _("Company value") if kind is Kind.COMPANY else _("Customer value")


def _make(plan: StartPlan, agreed: Collection[str], at: datetime) -> Mapping[str, FieldSpec]:
    """The fields that were made or given options, by their key in the model."""
    made: dict[str, FieldSpec] = {}
    questions = [new for new in plan.questions if new.wanted in agreed]
    if questions:
        section = segmentation_section(kind=plan.kind)
        for new in questions:
            made[new.wanted] = _create(new, plan.kind, section, at)
    for new in (new for new in plan.metrics if new.wanted in agreed):
        made[new.wanted] = _create(new, plan.kind, _sales_section(plan.kind), at)
    for more in (more for more in plan.options if more.wanted in agreed):
        create_options(field_id=more.field.id, labels=more.labels, at=at)
        made[more.wanted] = get_field_by_id(more.field.id)
    return made


def _create(new: NewField, kind: Kind, section_id: int | None, at: datetime) -> FieldSpec:
    draft = FieldDraft(
        label=new.label,
        type=new.type,
        unit=new.unit,
        section_id=section_id,
        minimum=new.minimum,
        maximum=new.maximum,
        metric=new.metric,
    )
    return create_field(kind=kind, draft=draft, options=new.options, at=at)


def _sales_section(kind: Kind) -> int | None:
    """Where metrics stand; None, which means the first section, if somebody has removed it."""
    return Section.objects.filter(kind=kind, key="sales").values_list("id", flat=True).first()


def _ids_by_name(
    segmentation_id: int, model: domain.Segmentation, before: domain.Segmentation, before_ids: Collection[int | None]
) -> list[int | None]:
    """Segments that the draft had come first, then the published ones; each is taken once."""
    published = Segment.objects.filter(segmentation=segmentation_id).order_by(
        F("retired_at").asc(nulls_last=True), "-position"
    )
    by_name: dict[str, int | None] = {fold(row.name): row.pk for row in published}
    by_name |= {fold(named.name): id_ for named, id_ in zip(before.segments, before_ids, strict=True) if id_}
    return [by_name.pop(fold(segment.name), None) for segment in model.segments]
