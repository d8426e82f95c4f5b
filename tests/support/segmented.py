"""Published segmentations over the fields of the workspace, for tests of whatever shows or changes results.

`company_value()` asks for employees, the value of won deals and the age of the latest activity; its segments are
Average, Good, Super and VIP. `publish(model)` makes and publishes it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from satsuma.domain.model import (
    DEFAULT_BANDS,
    AgeRanges,
    Axis,
    Band,
    Kind,
    NumericRanges,
    Parameter,
    Segmentation,
)

if TYPE_CHECKING:
    from satsuma.app.segmentation.models import Assignment, Version

HUNDREDS = NumericRanges((10, 100), (0, 50, 100))


def metric_key(kind: Kind, aggregate: str, **facts: object) -> str:
    """The key of the ready-made metric of that aggregate that has these facts."""
    from satsuma.app.crm.models import Field

    rows = Field.objects.filter(kind=kind, source=Field.Source.METRIC)
    found = [row.key for row in rows if row.metric and {"aggregate": aggregate, **facts}.items() <= row.metric.items()]
    return found[0]


def a_model(
    parameters: Sequence[Parameter],
    *,
    kind: Kind = Kind.COMPANY,
    name: str = "Company value",
    bands: tuple[Band, ...] = DEFAULT_BANDS,
) -> Segmentation:
    """With the workspace's fields."""
    from satsuma.app.crm.queries.fields import fields_by_key
    from satsuma.app.segmentation.documents import with_fields

    return with_fields(
        Segmentation(name, kind, fields=(), axes=(Axis("Score", tuple(parameters), bands),)), fields_by_key(kind)
    )


def by_employees(*points: int, name: str = "Size") -> Segmentation:
    """One parameter: below 10, from 10, from 100 employees; 0, 50 and 100 points unless others are given."""
    ranges = replace(HUNDREDS, points=points) if points else HUNDREDS
    return a_model([Parameter("employees", 1, ranges)], name=name)


def company_value(name: str = "Company value") -> Segmentation:
    """Employees, worth of won deals, days since the latest activity: 0 to 100 points each, the first counts twice."""
    won = metric_key(Kind.COMPANY, "sum", of="deals", where={"state": ["won"]})
    latest = metric_key(Kind.COMPANY, "latest", of="activities")
    return a_model(
        [
            Parameter("employees", 2, HUNDREDS),
            Parameter(won, 1, NumericRanges((1000, 10_000), (0, 50, 100))),
            Parameter(latest, 1, AgeRanges((30, 90), (100, 50, 0)), no_data=0),
        ],
        name=name,
    )


def publish(model: Segmentation, at: datetime, note: str = "") -> Version:
    """A new segmentation of this model, published."""
    from satsuma.app.segmentation.services.drafts import create_segmentation
    from satsuma.app.segmentation.services.publishing import publish_now

    row = create_segmentation(model=model, by=None, at=at)
    return publish_now(segmentation_id=row.pk, draft_version=1, note=note, by=None, at=at)


def publish_again(segmentation_id: int, model: Segmentation, at: datetime) -> Version:
    """The segmentation as this model says; segments are the same ones as far as there are as many."""
    from satsuma.app.accounts.models import User
    from satsuma.app.segmentation.queries.drafts import get_draft
    from satsuma.app.segmentation.services.drafts import change_draft
    from satsuma.app.segmentation.services.publishing import publish_now

    draft = get_draft(segmentation_id)
    count = len(model.segments)
    ids = [*draft.segment_ids, *[None] * count][:count]
    by, _made = User.objects.get_or_create(
        email="publisher@example.com", defaults={"created_at": at, "role": "manager"}
    )
    version = change_draft(
        segmentation_id=segmentation_id, version=draft.version, model=model, segment_ids=ids, by=by, at=at
    )
    return publish_now(segmentation_id=segmentation_id, draft_version=version, note="", by=None, at=at)


def segment_of(contact_id: int, segmentation_id: int | None = None) -> str | None:
    """The name of the contact's segment; None if it is not profiled. Assignment.DoesNotExist without a result."""
    row = assignment_of(contact_id, segmentation_id)
    return row.segment.name if row.segment else None


def assignment_of(contact_id: int, segmentation_id: int | None = None) -> Assignment:
    """The contact's only result, or that of this segmentation."""
    from satsuma.app.segmentation.models import Assignment

    rows = Assignment.objects.select_related("segment", "computed")
    return rows.get(contact=contact_id, **({"segmentation": segmentation_id} if segmentation_id else {}))


def moves_of(contact_id: int) -> list[tuple[str | None, str | None, str, int | None, date]]:
    """The contact's moves: names of the segments before and after, cause, reference, day."""
    from satsuma.app.segmentation.models import Move

    rows = Move.objects.filter(contact=contact_id).order_by("id")
    return list(rows.values_list("before__name", "after__name", "cause", "reference", "on"))
