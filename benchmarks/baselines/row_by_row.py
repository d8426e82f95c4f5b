"""Re-scoring as most programs would: an instance of a model for each contact, its deals, its result."""

from __future__ import annotations

from datetime import date, datetime


def rescore_row_by_row(segmentation_id: int, count: int, as_of: date, at: datetime) -> None:
    """The first `count` companies, in one transaction."""
    from django.db import transaction

    from satsuma.app.crm.models import Contact, Deal
    from satsuma.app.crm.queries.fields import fields_by_key
    from satsuma.app.crm.values import values_of
    from satsuma.app.segmentation.models import Assignment, Move
    from satsuma.app.segmentation.queries.segmentations import get_segmentation
    from satsuma.domain.model import Kind
    from satsuma.domain.scoring import score

    version = get_segmentation(segmentation_id).version
    assert version is not None
    fields = {key: field for key, field in fields_by_key(Kind.COMPANY).items() if field.is_typed_in}
    with transaction.atomic():
        for contact in Contact.objects.filter(kind="company").order_by("id")[:count]:
            deals = list(Deal.objects.filter(company=contact, state="won", binned_at=None, closed_on__lte=as_of))
            metrics = {
                "m1": sum(deal.worth_e4 or 0 for deal in deals) / 10_000,
                "m2": len(deals),
                "m3": max((deal.closed_on for deal in deals if deal.closed_on), default=None),
            }
            result = score(version.model, {**values_of(fields, contact), **metrics}, as_of)
            segment, held = version.segment_ids[result.segment], Assignment.objects.get(
                contact=contact, segmentation=segmentation_id
            )  # fmt: skip
            if held.segment_id != segment:
                Move.objects.create(
                    segmentation_id=segmentation_id,
                    contact=contact,
                    before_id=held.segment_id,
                    after_id=segment,
                    before_score=held.score,
                    after_score=result.total.score,
                    version_id=version.id,
                    cause="request",
                    at=at,
                    on=as_of,
                    changed=0,
                )
            if (held.segment_id, held.score, held.present) != (segment, result.total.score, result.present):
                held.segment_id = held.computed_id = segment
                held.score, held.present, held.assigned_at = result.total.score, result.present, at
                held.save()
