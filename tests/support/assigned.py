"""Segmentations with any results one likes, written straight into the tables, for tests of lists."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Assignment, Segment, Segmentation, Version

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
NAMES = ("Average", "Good", "Super", "VIP", "Gone")
LOWEST, HIGHEST = -50, 150


def make_segmentation(*, kind: str = "company", name: str = "Value", is_primary: bool = True) -> Segmentation:
    """Published: scores from -50 to 150, the segments Average, Good, Super, VIP, and Gone, which is retired."""
    row = Segmentation.objects.create(
        kind=kind, name=name, name_folded=name.casefold(), is_primary=is_primary, created_at=NOW
    )
    ids = [
        Segment.objects.create(
            segmentation=row, name=each, position=place, retired_at=NOW if each == "Gone" else None
        ).pk
        for place, each in enumerate(NAMES)
    ]
    row.published = Version.objects.create(
        segmentation=row,
        number=1,
        document="{}",
        segment_ids=ids[:4],
        lowest=LOWEST,
        highest=HIGHEST,
        asked=10,
        published_at=NOW,
    )
    row.save()
    return row


def assign(row: Segmentation, contacts: Sequence[Contact], *, seed: int = 1) -> None:
    """Results by chance: some contacts objected, some have none; those in the bin have none either. Scores repeat."""
    chance, ids = random.Random(seed), list(row.segments.order_by("position").values_list("id", flat=True))
    made = []
    for contact in contacts:
        place = chance.choice([0, 1, 1, 2, 3, 4, None, "unscored"])
        if place == "unscored" or Contact.objects.filter(pk=contact.pk, binned_at=None).count() == 0:
            continue
        segment = None if place is None else ids[int(place)]
        score = None if place is None else chance.choice([-50, 0, 3, 4, 100, 150])
        made.append(
            Assignment(
                segmentation=row,
                contact=contact,
                segment_id=segment,
                computed_id=segment,
                score=score,
                present=None if score is None else 5,
                assigned_at=NOW,
            )
        )
    Assignment.objects.bulk_create(made)


def segment_ids(row: Segmentation) -> dict[str, int]:
    return dict(row.segments.values_list("name", "id"))
