"""Drafts of the segmentation in `analysed_workspace`, and what people decide about its companies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Exemption, Segment
from satsuma.app.segmentation.previews.drafts import list_moving, preview_draft
from satsuma.app.segmentation.previews.numbers import DraftPreview
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.domain.model import Band, Kind, Parameter, Segmentation
from support.models import axis, with_rules
from support.segmented import HUNDREDS

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LATER = NOW + timedelta(hours=1)
OBJECTION, FROZEN = Exemption.Kind.OBJECTION, Exemption.Kind.FROZEN


@dataclass(frozen=True)
class Drafted:
    """A draft of a segmentation, with the segments it keeps by place."""

    segmentation: SegmentationSpec
    model: Segmentation
    segment_ids: tuple[int | None, ...]

    def preview(self) -> DraftPreview:
        return preview_draft(
            self.model, segmentation_id=self.segmentation.id, segment_ids=self.segment_ids, as_of=TODAY
        )

    def moving(self, before_id: int | None, after: int) -> list[int]:
        return list_moving(
            self.model,
            segmentation_id=self.segmentation.id,
            segment_ids=self.segment_ids,
            as_of=TODAY,
            before_id=before_id,
            after=after,
        )


def drafted(segmentation: SegmentationSpec, model: Segmentation) -> Drafted:
    count = len(model.segments)
    ids = [*get_draft(segmentation.id).segment_ids, *[None] * count][:count]
    return Drafted(segmentation, model, tuple(ids))


def company(name: str) -> Contact:
    return Contact.objects.get(name=name, kind=Kind.COMPANY)


def segment(segmentation: SegmentationSpec, name: str) -> int:
    return Segment.objects.get(segmentation=segmentation.id, name=name).pk


def decide(published: SegmentationSpec) -> None:
    """Pins, an objection, frozen ones; of the frozen ones one is pinned as well, and one has objected."""
    for name, into in (("Company 00", "VIP"), ("Company 05", "Average"), ("Company 06", "VIP")):
        pin(published, name, into)
    for name, kind in (
        ("Company 01", OBJECTION),
        ("Company 02", FROZEN),
        ("Company 06", FROZEN),
        ("Company 07", FROZEN),
    ):
        set_exemption(contact_id=company(name).pk, kind=kind, reason="", by=None, at=NOW)
    set_exemption(contact_id=company("Company 07").pk, kind=OBJECTION, reason="", by=None, at=NOW)


def pin(published: SegmentationSpec, name: str, into: str) -> None:
    pin_contact(
        segmentation_id=published.id,
        contact_id=company(name).pk,
        segment_id=segment(published, into),
        reason="Board",
        expires_on=TODAY + timedelta(days=9),
        by=None,
        at=NOW,
    )


def of_three(model: Segmentation, *edges: float) -> Segmentation:
    bands = (Band("Low"), Band("Middle", edges[0]), Band("Top", edges[1]))
    return replace(model, axes=(replace(model.axes[0], bands=bands),))


def of_five(model: Segmentation) -> Segmentation:
    (only,) = model.axes
    return replace(model, axes=(replace(only, bands=(*only.bands, Band("Best", 95))),))


def two_axes(model: Segmentation) -> Segmentation:
    found = with_rules(
        list(model.fields),
        [
            axis("Size", [Parameter("employees", 1, HUNDREDS)], {"small": None, "large": 50}),
            axis("Worth", list(model.axes[0].parameters[1:]), {"poor": None, "rich": 40}),
        ],
        ["Low", "Middle", "High"],
        [("High", {"Size": ["large"], "Worth": ["rich"]}), ("Middle", {"Worth": ["rich"]}), ("Low", {})],
    )
    return replace(found, name=model.name)
