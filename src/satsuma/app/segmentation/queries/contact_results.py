"""A contact's results in every segmentation in use, and what people decided about it. Called by profiles and the pages
about one contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from satsuma.app.crm.models import Contact
from satsuma.app.segmentation.models import Assignment, Exemption, Pin
from satsuma.app.segmentation.queries.contact_moves import MoveSpec, find_last_moves
from satsuma.app.segmentation.queries.segmentations import (
    SegmentationSpec,
    SegmentSpec,
    VersionSpec,
    list_published,
    version_spec,
)
from satsuma.domain.model import Kind


@dataclass(frozen=True, slots=True)
class PinSpec:
    """What somebody decided instead of the score, until the day `expires_on` has begun."""

    segment: SegmentSpec
    reason: str
    author: str
    created_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class ExemptionSpec:
    """Why a contact is not scored."""

    reason: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ContactResult:
    """What one segmentation says of a contact.

    `assigned_at` is None for a contact that is not scored; then all else is None too, but for `version`, the published
    one. `segment` is the one that counts, `computed` what the score gives; both None: not profiled. `version` is the
    one that produced the result. `last_move` is the latest change of segment, None if there was none.
    """

    segmentation: SegmentationSpec
    version: VersionSpec
    segment: SegmentSpec | None = None
    computed: SegmentSpec | None = None
    score: int | None = None
    present: int | None = None
    assigned_at: datetime | None = None
    pin: PinSpec | None = None
    last_move: MoveSpec | None = None

    @property
    def is_scored(self) -> bool:
        return self.assigned_at is not None

    @property
    def percent(self) -> float | None:
        """The percent score, 0 to 100 with one decimal; None without a score."""
        return None if self.score is None else self.version.percent(self.score)

    @property
    def share(self) -> float | None:
        """The percent score as a share, 0 to 1, for whatever shows shares."""
        return None if self.percent is None else self.percent / 100

    @property
    def coverage(self) -> float | None:
        """The share of relevance, 0 to 1, whose value was present; None without a score."""
        return None if self.present is None else self.version.coverage(self.present)


@dataclass(frozen=True, slots=True)
class ContactResults:
    """All results of a contact, the primary segmentation's first, and why it is not scored, if it is not."""

    contact_id: int
    results: tuple[ContactResult, ...]
    objection: ExemptionSpec | None = None
    frozen: ExemptionSpec | None = None

    @property
    def primary(self) -> ContactResult | None:
        """The primary segmentation's; the first one's, if the primary one has none. None without any."""
        return next(iter(self.results), None)

    def find(self, segmentation_id: int) -> ContactResult | None:
        """The segmentation's, None if it is not in use for this kind of contact."""
        return next((result for result in self.results if result.segmentation.id == segmentation_id), None)


def find_contact_results(contact: Contact, as_of: date) -> ContactResults:
    """Two queries where nothing is published, else six, whatever the number of segmentations. Pins that do not count on
    that day, since they have ended or their segment is retired, are left out."""
    if not (published := list_published(Kind(contact.kind))):
        return ContactResults(contact.pk, ())
    rows = Assignment.objects.filter(contact=contact.pk).select_related("version__published_by")
    assignments = {row.segmentation_id: row for row in rows}
    pinned = Pin.objects.filter(contact=contact.pk, expires_on__gt=as_of, segment__retired_at__isnull=True)
    pins = {row.segmentation_id: row for row in pinned.select_related("author")}
    moves = find_last_moves(contact.pk, published)
    exemptions = {
        row.kind: ExemptionSpec(row.reason, str(row.author or ""), row.created_at)
        for row in Exemption.objects.filter(contact=contact.pk).select_related("author")
    }
    return ContactResults(
        contact_id=contact.pk,
        results=tuple(
            _result(found, assignments.get(found.id), pins.get(found.id), moves.get(found.id)) for found in published
        ),
        objection=exemptions.get(Exemption.Kind.OBJECTION),
        frozen=exemptions.get(Exemption.Kind.FROZEN),
    )


def _result(
    segmentation: SegmentationSpec, row: Assignment | None, pin: Pin | None, last_move: MoveSpec | None
) -> ContactResult:
    assert segmentation.version is not None
    by_id = segmentation.by_id
    kept = (
        None
        if pin is None
        else PinSpec(by_id[pin.segment_id], pin.reason, str(pin.author or ""), pin.created_at, pin.expires_on)
    )
    if row is None:
        return ContactResult(segmentation, segmentation.version, pin=kept, last_move=last_move)
    return ContactResult(
        segmentation=segmentation,
        version=version_spec(row.version) if row.version else segmentation.version,
        segment=None if row.segment_id is None else by_id[row.segment_id],
        computed=None if row.computed_id is None else by_id[row.computed_id],
        score=row.score,
        present=row.present,
        assigned_at=row.assigned_at,
        pin=kept,
        last_move=last_move,
    )
