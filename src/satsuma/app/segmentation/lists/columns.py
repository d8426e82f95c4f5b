"""The columns that published segmentations add to the lists of companies and people: `segment` and `score` of the
primary one, which are also called `s6` and `s6score`, and `s7` and `s7score` of any other. Registered with
`crm.lists` when the app starts.

Lists are sorted and filtered by the score as it is stored, on the scale of the published version. What is shown of a
frozen contact is its percent score under the version that it was scored by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldOption
from satsuma.app.crm.lists.columns import Absent, Answer, Column, Expression, Lane, Lanes, Side
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.segmentation.models import Assignment
from satsuma.app.segmentation.queries.segmentations import (
    SegmentationSpec,
    SegmentSpec,
    VersionSpec,
    list_published,
    version_spec,
)
from satsuma.domain.model import Kind

NOT_PROFILED, NOT_SCORED = "none", "unscored"
"""Options beside the segments' ids: has objected to profiling; has no result."""
ABSENT = Absent(no_value=NOT_PROFILED, no_row=NOT_SCORED)
LIFT = 2**32
"""More than any two scores are apart: lists sorted by segment are sorted by score within it."""


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """What a list draws of a contact's segment; None is not profiled."""

    segment: SegmentSpec | None


def segment_columns(kind: Kind) -> Sequence[Column]:
    """The columns for the lists of this kind, those of the primary segmentation first. Two queries."""
    published = list_published(kind)
    results = _Results(published)
    return [column for found in published for column in (_segment(found, results), _score(found, results))]


def segment_key(segmentation: SegmentationSpec) -> str:
    """What the segment column is called in addresses."""
    return "segment" if segmentation.is_primary else f"s{segmentation.id}"


def listed_segmentations(definition: ListDefinition) -> list[SegmentationSpec]:
    """Those that have columns in the list, the primary one first."""
    return [column.origin for column in definition.columns if isinstance(column.origin, SegmentationSpec)]


class _Results:
    """Loads the results of contacts for lists: into each, by segmentation. One query for all columns."""

    def __init__(self, published: Sequence[SegmentationSpec]) -> None:
        self._ids = [found.id for found in published]

    def load(self, contacts: Sequence[Any]) -> None:
        by_id = {contact.pk: contact for contact in contacts}
        for contact in contacts:
            contact.results = {}
        rows = Assignment.objects.filter(contact__in=by_id, segmentation__in=self._ids)
        for row in rows.select_related("version__published_by"):
            by_id[row.contact_id].results[row.segmentation_id] = row


def _segment(segmentation: SegmentationSpec, results: _Results) -> Column:
    side = _side(segmentation)
    return Column(
        key=segment_key(segmentation),
        label=_("Segment") if segmentation.is_primary else segmentation.name,
        answer=Answer.CHOICE,
        sql=Expression.same(f"{side.alias}.segment_id"),
        value=_reader(segmentation, _segment_option),
        options=segment_options(segmentation),
        side=side,
        place=Expression.same(_place(segmentation, side)),
        lanes=_lanes(segmentation, side, lift=LIFT),
        attach=results.load,
        absent=ABSENT,
        drawn=_reader(segmentation, lambda row: _drawn(segmentation, row)),
        origin=segmentation,
        alias=f"s{segmentation.id}" if segmentation.is_primary else "",
        is_usual=segmentation.is_primary,
    )


def _score(segmentation: SegmentationSpec, results: _Results) -> Column:
    side, version = _side(segmentation), segmentation.version
    assert version is not None
    named = _("Score: %(segmentation)s") % {"segmentation": segmentation.name}
    return Column(
        key="score" if segmentation.is_primary else f"s{segmentation.id}score",
        label=_("Score") if segmentation.is_primary else named,
        answer=Answer.PERCENT,
        sql=Expression.same(f"{side.alias}.score"),
        value=_reader(segmentation, lambda row: _percent(version, row)),
        side=side,
        lanes=_lanes(segmentation, side, lift=0),
        attach=results.load,
        bound=lambda percent: score_bound(version, percent),
        alias=f"s{segmentation.id}score" if segmentation.is_primary else "",
        is_usual=segmentation.is_primary,
    )


def segment_options(segmentation: SegmentationSpec) -> tuple[FieldOption, ...]:
    """What the list can be filtered by: segments, highest first, retired ones behind them, and those without one."""
    present = [FieldOption(str(segment.id), segment.name) for segment in reversed(segmentation.present_segments)]
    retired = [
        FieldOption(str(segment.id), _("%(name)s (retired)") % {"name": segment.name}, retired=True)
        for segment in segmentation.segments
        if segment.retired
    ]
    without = [FieldOption(NOT_PROFILED, _("not profiled")), FieldOption(NOT_SCORED, _("not scored"))]
    return (*present, *retired, *without)


def score_bound(version: VersionSpec, percent: float) -> Fraction:
    """The score with this percent score, exactly: scores are compared with it, never rounded percents."""
    exact, span = Fraction(str(percent)), version.highest - version.lowest
    if span == 0:  # every score is 0 percent
        return Fraction(version.lowest + (exact > 0) - (exact < 0))
    return version.lowest + exact * span / 100


def _side(segmentation: SegmentationSpec) -> Side:
    alias = f"a{segmentation.id:d}"
    return Side("segmentation_assignment", alias, "contact_id", f"{alias}.segmentation_id = {segmentation.id:d}")


def _ranked(segmentation: SegmentationSpec) -> list[SegmentSpec]:
    """As they are sorted: lowest first, and before them those that are retired."""
    return [*(segment for segment in segmentation.segments if segment.retired), *segmentation.present_segments]


def _place(segmentation: SegmentationSpec, side: Side) -> str:
    ranks = " ".join(f"WHEN {segment.id:d} THEN {rank}" for rank, segment in enumerate(_ranked(segmentation)))
    return f"(CASE {side.alias}.segment_id {ranks} END * {LIFT} + {side.alias}.score)"


def _lanes(segmentation: SegmentationSpec, side: Side, *, lift: int) -> Lanes:
    """The index assignment_by_segment knows the order within each segment, assignment_by_score that of all by score."""
    each = {
        str(segment.id): Lane(f"{side.alias}.segment_id = {segment.id:d}", rank * lift)
        for rank, segment in enumerate(_ranked(segmentation))
    }
    return Lanes(f"{side.alias}.score", segment_key(segmentation), each, whole=None if lift else Lane("TRUE"))


def _reader(segmentation: SegmentationSpec, read: Callable[[Assignment | None], Any]) -> Callable[[Any], Any]:
    return lambda contact: read(contact.results.get(segmentation.id))


def _segment_option(row: Assignment | None) -> str:
    if row is None:
        return NOT_SCORED
    return NOT_PROFILED if row.segment_id is None else str(row.segment_id)


def _drawn(segmentation: SegmentationSpec, row: Assignment | None) -> ShownSegment | None:
    return None if row is None else ShownSegment(segmentation.by_id.get(row.segment_id or 0))


def _percent(version: VersionSpec, row: Assignment | None) -> float | None:
    if row is None or row.score is None:
        return None
    scored_by = version_spec(row.version) if row.version else version
    return scored_by.percent(row.score)
