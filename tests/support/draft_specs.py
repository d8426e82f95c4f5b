"""Drafts as the wizard's forms take them, made from plain segmentations, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

from satsuma.app.crm.fields import FieldOption, FieldSpec, Source
from satsuma.app.segmentation.documents import with_fields
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.domain.model import Field, Kind, Segmentation


def spec_of(field: Field, kind: Kind) -> FieldSpec:
    """The workspace's field of that kind."""
    return FieldSpec(
        id=0,
        kind=kind,
        key=field.key,
        source=Source.METRIC if field.metric else Source.CUSTOM,
        type=field.type,
        label=field.title,
        unit=field.unit or "",
        minimum=field.minimum,
        maximum=field.maximum,
        options=tuple(FieldOption(option.key, option.label) for option in field.options),
        metric=field.metric,
    )


def draft_of(model: Segmentation) -> DraftSpec:
    """A draft that nobody has published."""
    fields = {field.key: spec_of(field, model.kind) for field in model.fields}
    return DraftSpec(
        segmentation_id=1,
        version=1,
        model=with_fields(model, fields),
        segment_ids=tuple([None] * len(model.segments)),
        fields=fields,
        updated_by="",
        updated_at=datetime(2026, 11, 26, tzinfo=UTC),
        can_undo=False,
        can_redo=False,
        differs=True,
    )
