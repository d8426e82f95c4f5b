"""Reads of drafts. Called by the wizard's pages, previews and services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.segmentation.documents import draft_document, find_version, read_draft, read_version
from satsuma.app.segmentation.models import Draft, DraftStep, Version
from satsuma.domain import model as domain
from satsuma.domain.model import Kind


@dataclass(frozen=True)
class DraftSpec:
    """A draft as it is shown. `model` may break rules; `segment_ids` says for each of its segments, lowest first, which
    `Segment` it is, None for a new one. `fields` are the workspace's, retired ones too, by key. `version` must be given
    back with a change. `differs` is whether publishing it would make a new version that says something else. A draft is
    called as the segmentation is: renaming is no change of the draft."""

    segmentation_id: int
    version: int
    model: domain.Segmentation
    segment_ids: tuple[int | None, ...]
    fields: dict[str, FieldSpec]
    updated_by: str
    updated_at: datetime
    can_undo: bool
    can_redo: bool
    differs: bool


def get_draft(segmentation_id: int) -> DraftSpec:
    """The draft: every segmentation has one. Five queries. Raises NotFoundError."""
    drafts = Draft.objects.select_related("segmentation__published", "updated_by")
    if (draft := drafts.filter(segmentation=segmentation_id).first()) is None:
        raise NotFoundError(_("This draft is no longer there."), segmentation_id=segmentation_id)
    return _spec(draft)


def list_changed_drafts(segmentation_ids: Iterable[int]) -> frozenset[int]:
    """The segmentations whose draft differs from the published version, or that have none yet. Two queries, and two for
    the fields of each kind."""
    drafts = Draft.objects.filter(segmentation__in=list(segmentation_ids)).select_related("segmentation__published")
    of_draft = {draft.pk: draft for draft in drafts}
    shown = DraftStep.objects.filter(draft__in=of_draft, number=F("draft__step"))
    found = {step.draft_id: step for step in shown}
    fields = {kind: _fields(kind) for kind in {draft.segmentation.kind for draft in of_draft.values()}}
    return frozenset(
        draft.segmentation_id
        for id_, draft in of_draft.items()
        if _differs(found[id_], draft.segmentation.published, fields[draft.segmentation.kind])
    )


def _spec(draft: Draft) -> DraftSpec:
    step = DraftStep.objects.get(draft=draft, number=draft.step)
    numbers = set(DraftStep.objects.filter(draft=draft).values_list("number", flat=True))
    fields = _fields(draft.segmentation.kind)
    return DraftSpec(
        segmentation_id=draft.segmentation_id,
        version=draft.version,
        model=replace(read_draft(step.document, fields), name=draft.segmentation.name),
        segment_ids=tuple(step.segment_ids),
        fields=fields,
        updated_by=str(draft.updated_by) if draft.updated_by else "",
        updated_at=draft.updated_at,
        can_undo=draft.step - 1 in numbers,
        can_redo=draft.step + 1 in numbers,
        differs=_differs(step, draft.segmentation.published, fields),
    )


def _fields(kind: str) -> dict[str, FieldSpec]:
    return {field.key: field for field in list_fields(Kind(kind), retired=True)}


def _differs(step: DraftStep, published: Version | None, fields: Mapping[str, FieldSpec]) -> bool:
    """Also if a field is another fact by now: a metric that is computed differently."""
    if published is None or step.segment_ids != published.segment_ids:
        return True
    model = find_version(published.document)
    if model is None or step.document != draft_document(replace(model, name=read_version(step.document).name)):
        return True
    return any(_fact(field) != _fact(fields[field.key]) for field in model.fields if field.key in fields)


def _fact(field: domain.Field | FieldSpec) -> tuple[object, ...]:
    """What is asked, whatever it and its answers are called."""
    return field.type, field.minimum, field.maximum, field.metric
