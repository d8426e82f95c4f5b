"""What the pages of versions show: what each changed, two of them side by side, and bringing one back. Made by
`views.versions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.differences import list_differences
from satsuma.app.segmentation.queries.drafts import DraftSpec
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, VersionSpec
from satsuma.domain.model import Segmentation
from satsuma.web.pages.segmentation_tabs import Tab

SHOWN = 8
"""How many differences a version shows before the others fold."""
DRAFT = "draft"
"""Stands for the draft among the numbers of versions."""


@dataclass(frozen=True, slots=True)
class Differences:
    """Sentences; `more` are folded."""

    shown: Sequence[str]
    more: Sequence[str] = ()

    @classmethod
    def of(cls, sentences: Sequence[str]) -> Differences:
        """A few more are shown at once: a fold for two is none."""
        most = SHOWN if len(sentences) > SHOWN + 2 else len(sentences)
        return cls(sentences[:most], sentences[most:])

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version, and what it changed. `is_first`: there was none before it."""

    version: VersionSpec
    differences: Differences
    is_first: bool
    is_published: bool


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """All versions, the newest first; `older_url` leads on, "" at the end."""

    title: str
    spec: SegmentationSpec
    tabs: Sequence[Tab]
    rows: Sequence[VersionRow]
    older_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A version, or the draft, to be compared."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """What is different between two versions, or a version and the draft."""

    title: str
    spec: SegmentationSpec
    tabs: Sequence[Tab]
    choices: Sequence[Choice]
    before: str
    after: str
    differences: Differences


@dataclass(frozen=True, slots=True)
class RestorePage:
    """An old version that is to be published again: what changes by it, and what it asks for that is gone."""

    title: str
    spec: SegmentationSpec
    version: VersionSpec
    differences: Differences
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a model and which segments its segments are."""

    model: Segmentation
    segment_ids: Sequence[int | None]


def side(found: VersionSpec | DraftSpec) -> Side:
    return Side(found.model, found.segment_ids)


def compared(before: Side, after: Side, *, folds: bool = True) -> Differences:
    found = list_differences(before.model, after.model, ids=(before.segment_ids, after.segment_ids))
    return Differences.of(found) if folds else Differences(found)


def version_rows(versions: Sequence[VersionSpec], spec: SegmentationSpec, *, most: int) -> list[VersionRow]:
    """At most so many; `versions` holds one more, if there is one, to compare the last with."""
    published = spec.version.number if spec.version else None
    before: dict[int, VersionSpec] = {newer.number: older for newer, older in pairwise(versions)}
    return [
        VersionRow(
            version,
            compared(side(before[version.number]), side(version)) if version.number in before else Differences(()),
            is_first=version.number not in before,
            is_published=version.number == published,
        )
        for version in versions[:most]
    ]


def choices(versions: Sequence[VersionSpec], *, with_draft: bool) -> list[Choice]:
    """The draft first, then the newest version."""
    numbered = [Choice(str(version.number), _label(version)) for version in versions]
    return [*([Choice(DRAFT, _("The draft"))] if with_draft else []), *numbered]


def missing_fields(version: VersionSpec, known: Sequence[str]) -> list[str]:
    """What the version asks for and nobody can answer any more, because the field was deleted."""
    return [field.title for field in version.model.fields if field.key not in known]


def _label(version: VersionSpec) -> str:
    return _("Version %(number)s, %(day)s") % {
        "number": locale.number(version.number),
        "day": locale.day(version.published_at),
    }
