"""Reads of segmentations, their segments and versions. Called by pages, lists, previews and services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import gettext as _

from satsuma.app.crm.errors import NotFoundError
from satsuma.app.segmentation import models
from satsuma.app.segmentation.documents import read_version
from satsuma.app.segmentation.wording import Direction
from satsuma.domain import model as domain
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Kind
from satsuma.domain.scoring import ScoreOnScale
from satsuma.report.colors import palette_color


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """A segment as everything shows it. `color` is `#rrggbb`, the palette's where it has none of its own; a `retired`
    one is in no segment of the published version, but kept results or past moves name it."""

    id: int
    name: str
    color: str
    description: str = ""
    retired: bool = False


@dataclass(frozen=True)
class VersionSpec:
    """A published version. `segment_ids` stand lowest first; `lowest`, `highest` and `asked` turn stored scores into
    percent and coverage."""

    id: int
    number: int
    document: str
    segment_ids: tuple[int, ...]
    lowest: int
    highest: int
    asked: int
    note: str
    restores: int | None
    published_by: str
    published_at: datetime

    @cached_property
    def model(self) -> domain.Segmentation:
        return read_version(self.document)

    @cached_property
    def is_grouping(self) -> bool:
        """Whether ranges name the segments directly: scores then say nothing to people. A version that can no longer be
        read is none, so that it stops no list."""
        try:
            return is_grouping(self.model)
        except Exception:
            return False

    def percent(self, score: int) -> float:
        """The percent score, one decimal, rounded half up; for showing only."""
        return ScoreOnScale(score, self.lowest, self.highest).percent

    def coverage(self, present: int) -> float:
        """The share of relevance, 0 to 1, whose value was present."""
        return present / self.asked if self.asked else 1.0


@dataclass(frozen=True)
class SegmentationSpec:
    """A segmentation. `version` is the published one, whose results are stored; None before the first. `segments` are
    the present ones, lowest first, then those that are retired. Since `stale_since`, if it is set, some results may be
    old: scoring after a save has failed."""

    id: int
    kind: Kind
    name: str
    is_primary: bool
    version: VersionSpec | None
    segments: tuple[SegmentSpec, ...]
    scored_on: date | None
    scored_at: datetime | None
    archived: bool = False
    stale_since: datetime | None = None

    @property
    def is_published(self) -> bool:
        return self.version is not None

    @property
    def is_grouping(self) -> bool:
        """Whether it is one in its published version."""
        return self.version is not None and self.version.is_grouping

    @cached_property
    def present_segments(self) -> tuple[SegmentSpec, ...]:
        return tuple(segment for segment in self.segments if not segment.retired)

    @cached_property
    def places(self) -> dict[int, int]:
        """The place of each present segment by its id, 0 for the lowest."""
        return {segment.id: place for place, segment in enumerate(self.present_segments)}

    def direction(self, before: int | None, after: int | None) -> Direction:
        """Which way it is from one segment, by id, to another, in the order of the published version."""
        if before is None or after is None:
            return Direction.NEW if before is None else Direction.GONE
        if before not in self.places or after not in self.places:
            return Direction.CHANGED
        return Direction.UP if self.places[after] > self.places[before] else Direction.DOWN

    @cached_property
    def by_id(self) -> dict[int, SegmentSpec]:
        return {segment.id: segment for segment in self.segments}


def list_segmentations(kind: Kind | None = None, *, archived: bool = False) -> tuple[SegmentationSpec, ...]:
    """Those in use, of a kind or of both: primary first, then by name; with `archived` those out of use instead. Two
    queries."""
    rows = models.Segmentation.objects.filter(archived_at__isnull=not archived)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return _specs(rows.select_related("published__published_by").order_by("kind", "-is_primary", "name_folded"))


def list_published(kind: Kind | None = None) -> tuple[SegmentationSpec, ...]:
    """Those in use that have results. Two queries."""
    return tuple(found for found in list_segmentations(kind) if found.is_published)


def get_segmentation(segmentation_id: int) -> SegmentationSpec:
    """In use or not. Two queries. Raises NotFoundError."""
    rows = models.Segmentation.objects.filter(id=segmentation_id).select_related("published__published_by")
    if not (found := _specs(rows)):
        raise NotFoundError(_("This segmentation is no longer there."), segmentation_id=segmentation_id)
    return found[0]


def version_spec(row: models.Version) -> VersionSpec:
    """The version's row as everything reads it; its author should be loaded with it."""
    return VersionSpec(
        id=row.pk,
        number=row.number,
        document=row.document,
        segment_ids=tuple(row.segment_ids),
        lowest=row.lowest,
        highest=row.highest,
        asked=row.asked,
        note=row.note,
        restores=row.restores,
        published_by=str(row.published_by) if row.published_by else "",
        published_at=row.published_at,
    )


def _specs(rows: Iterable[models.Segmentation]) -> tuple[SegmentationSpec, ...]:
    found = list(rows)
    segments: dict[int, list[models.Segment]] = {row.pk: [] for row in found}
    for segment in models.Segment.objects.filter(segmentation__in=segments).order_by("position", "id"):
        segments[segment.segmentation_id].append(segment)
    return tuple(_spec(row, segments[row.pk]) for row in found)


def _spec(row: models.Segmentation, segments: Sequence[models.Segment]) -> SegmentationSpec:
    present = [segment for segment in segments if segment.retired_at is None]
    retired = [segment for segment in segments if segment.retired_at is not None]
    return SegmentationSpec(
        id=row.pk,
        kind=Kind(row.kind),
        name=row.name,
        is_primary=row.is_primary,
        version=version_spec(row.published) if row.published else None,
        segments=tuple(
            SegmentSpec(
                segment.pk,
                segment.name,
                segment.color or palette_color(place / (len(present) - 1) if 1 < len(present) > place else 0.0),
                segment.description,
                segment.retired_at is not None,
            )
            for place, segment in enumerate([*present, *retired])
        ),
        scored_on=row.scored_on,
        scored_at=row.scored_at,
        archived=row.archived_at is not None,
        stale_since=row.stale_since,
    )
