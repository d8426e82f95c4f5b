"""The columns that published segmentations add to the lists of companies and people: `segment` and `score` of the
primary one, which are also called `s6` and `s6score`, and `s7` and `s7score` of any other. A grouping has no column of
scores: they say nothing to people. Registered with `crm.lists` when the app starts.

Lists are sorted and filtered by the score as it is stored, on the scale of the published version. What is shown of a
frozen contact is its percent score under the version that it was scored by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldOption
from satsuma.app.crm.lists.columns import Absent, Answer, Column, Expression, Lane, Lanes, Side
from satsuma.app.crm.lists.definitions import ListDefinition
from satsuma.app.segmentation.models import Version
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
    return [column for found in published for column in _columns(found)]


def _columns(segmentation: SegmentationSpec) -> Sequence[Column]:
    segment = _segment(segmentation)
    return (segment,) if segmentation.is_grouping else (segment, _score(segmentation))


def segment_key(segmentation: SegmentationSpec) -> str:
    """What the segment column is called in addresses."""
    return "segment" if segmentation.is_primary else f"s{segmentation.id}"


def listed_segmentations(definition: ListDefinition) -> list[SegmentationSpec]:
    """Those that have columns in the list, the primary one first."""
    return [column.origin for column in definition.columns if isinstance(column.origin, SegmentationSpec)]


RESULTS = "segment_results"
"""The attribute of a list's contacts that holds their results: segmentation, segment, score and version of each."""
_FACTS = "segmentation_id, segment_id, score, version_id"
_STORED = "FROM segmentation_assignment WHERE contact_id = crm_contact.id"
RESULTS_OF_CONTACT = Expression(
    f"(SELECT json_group_array(json_array({_FACTS})) {_STORED})",
    f"(SELECT coalesce(jsonb_agg(jsonb_build_array({_FACTS})), '[]') {_STORED})",
)


class _Result(NamedTuple):
    segmentation_id: int
    segment_id: int | None
    score: int | None
    version_id: int | None


def _segment(segmentation: SegmentationSpec) -> Column:
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
        absent=ABSENT,
        drawn=_reader(segmentation, lambda result: _drawn(segmentation, result)),
        origin=segmentation,
        alias=f"s{segmentation.id}" if segmentation.is_primary else "",
        is_usual=segmentation.is_primary,
    )


def _score(segmentation: SegmentationSpec) -> Column:
    side, versions = _side(segmentation), _Versions(segmentation)
    named = _("Score: %(segmentation)s") % {"segmentation": segmentation.name}
    return Column(
        key="score" if segmentation.is_primary else f"s{segmentation.id}score",
        label=_("Score") if segmentation.is_primary else named,
        answer=Answer.PERCENT,
        sql=Expression.same(f"{side.alias}.score"),
        value=_reader(segmentation, lambda result: _percent(versions, result)),
        side=side,
        lanes=_lanes(segmentation, side, lift=0),
        bound=lambda percent: score_bound(versions.published, percent),
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
    """The index assignment_by_segment knows the order by score within each segment."""
    each = {
        str(segment.id): Lane(f"{side.alias}.segment_id = {segment.id:d}", rank * lift)
        for rank, segment in enumerate(_ranked(segmentation))
    }
    return Lanes(f"{side.alias}.score", segment_key(segmentation), each)


def _reader(segmentation: SegmentationSpec, read: Callable[[_Result | None], Any]) -> Callable[[Any], Any]:
    def found(contact: Any) -> Any:
        results = (_Result(*facts) for facts in getattr(contact, RESULTS))
        return read(next((result for result in results if result.segmentation_id == segmentation.id), None))

    return found


def _segment_option(result: _Result | None) -> str:
    if result is None:
        return NOT_SCORED
    return NOT_PROFILED if result.segment_id is None else str(result.segment_id)


def _drawn(segmentation: SegmentationSpec, result: _Result | None) -> ShownSegment | None:
    return None if result is None else ShownSegment(segmentation.by_id.get(result.segment_id or 0))


def _percent(versions: _Versions, result: _Result | None) -> float | None:
    if result is None or result.score is None:
        return None
    return versions.find(result.version_id).percent(result.score)


class _Versions:
    """The versions of a segmentation that results are of: the published one, and those of frozen contacts, which are
    read when they are met."""

    def __init__(self, segmentation: SegmentationSpec) -> None:
        assert segmentation.version is not None
        self.published = segmentation.version
        self._older: dict[int, VersionSpec] = {}

    def find(self, version_id: int | None) -> VersionSpec:
        if version_id is None:
            return self.published
        if version_id not in self._older:
            self._older[version_id] = version_spec(Version.objects.select_related("published_by").get(pk=version_id))
        return self._older[version_id]
