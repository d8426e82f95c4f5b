"""Reads of drafts. Called by the wizard's pages, previews and services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.segmentation.documents import draft_document, read_draft, read_version
from satsuma.app.segmentation.models import Draft, DraftStep, Version
from satsuma.domain import model as domain
from satsuma.domain.model import Kind


@dataclass(frozen=True)
class DraftSpec:
    """A draft as it is shown. `model` may break rules; `segment_ids` says for each of its segments, lowest first, which
    `Segment` it is, None for a new one. `fields` are the workspace's, retired ones too, by key. `version` must be given
    back with a change. `differs` is whether publishing it would make a new version that says something else."""

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


def _spec(draft: Draft) -> DraftSpec:
    step = DraftStep.objects.get(draft=draft, number=draft.step)
    numbers = set(DraftStep.objects.filter(draft=draft).values_list("number", flat=True))
    fields = {field.key: field for field in list_fields(Kind(draft.segmentation.kind), retired=True)}
    return DraftSpec(
        segmentation_id=draft.segmentation_id,
        version=draft.version,
        model=read_draft(step.document, fields),
        segment_ids=tuple(step.segment_ids),
        fields=fields,
        updated_by=str(draft.updated_by) if draft.updated_by else "",
        updated_at=draft.updated_at,
        can_undo=draft.step - 1 in numbers,
        can_redo=draft.step + 1 in numbers,
        differs=_differs(step, draft.segmentation.published),
    )


def _differs(step: DraftStep, published: Version | None) -> bool:
    if published is None or step.segment_ids != published.segment_ids:
        return True
    return step.document != draft_document(read_version(published.document))
