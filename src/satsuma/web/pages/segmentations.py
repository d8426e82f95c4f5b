"""What the list of segmentations shows, and the page that asks before one is deleted. Made by `views.segmentations`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app.segmentation.queries.overviews import Holdings, Overview, Size
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.app.segmentation.scheme_wording import WordedScheme
from satsuma.domain.model import Kind
from satsuma.web.pages.analysis_links import ListLinks

WIDTH = 1000
"""How wide a bar of sizes is drawn, in units of its own."""


@dataclass(frozen=True, slots=True)
class KindTab:
    """One kind of contact."""

    label: str
    url: str
    is_active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A segment in the bar and beside it; `start` and `width` are drawn, `url` is the list of its members."""

    segment: SegmentSpec
    customers: int
    share: float
    start: int
    width: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A segmentation. `url` leads to its analysis, or to its draft before it is published."""

    overview: Overview
    url: str
    parts: Sequence[Part]
    not_profiled_url: str

    @property
    def spec(self) -> SegmentationSpec:
        return self.overview.segmentation


@dataclass(frozen=True, slots=True)
class SegmentationsPage:
    """The list. Without any row, it is the first time: `schemes` to start from are shown then."""

    title: str
    kind: Kind
    tabs: Sequence[KindTab]
    rows: Sequence[Row]
    archived: Sequence[Row]
    schemes: Sequence[WordedScheme]

    @property
    def is_first_time(self) -> bool:
        return not self.rows and not self.archived

    @property
    def of_companies(self) -> bool:
        return self.kind is Kind.COMPANY


@dataclass(frozen=True, slots=True)
class DeletionPage:
    """What would be lost with a segmentation."""

    spec: SegmentationSpec
    holdings: Holdings


def kind_label(kind: Kind) -> str:
    return _("Companies") if kind is Kind.COMPANY else _("People")


def list_url(kind: Kind) -> str:
    """The list of the kind."""
    return f"{reverse('segmentations')}?{urlencode({'kind': kind})}"


def kind_tabs(active: Kind, address: str) -> list[KindTab]:
    return [KindTab(kind_label(kind), f"{address}?{urlencode({'kind': kind})}", kind is active) for kind in Kind]


def row(overview: Overview, *, may_manage: bool) -> Row:
    links = ListLinks(overview.segmentation, {})
    return Row(overview, _url(overview.segmentation, may_manage=may_manage), _parts(overview, links), _objectors(links))


def _objectors(links: ListLinks) -> str:
    return links.not_profiled() if links.segmentation.is_published else ""


def _url(spec: SegmentationSpec, *, may_manage: bool) -> str:
    """ "" for a draft that the reader may not see."""
    if spec.is_published:
        return reverse("segmentation", args=[spec.id])
    return reverse("draft_parameters", args=[spec.id]) if may_manage else ""


def _parts(overview: Overview, links: ListLinks) -> list[Part]:
    """From the highest segment to the lowest; retired ones, that still have somebody, come last."""
    present = [size for size in overview.sizes if not size.segment.retired][::-1]
    sizes = [*present, *(size for size in overview.sizes if size.segment.retired)]
    total, start, found = overview.customers, 0, []
    for size, width in zip(sizes, widths([size.customers for size in sizes]), strict=True):
        share = size.customers / total if total else 0.0
        found.append(Part(size.segment, size.customers, share, start, width, _members(size, links)))
        start += width
    return found


def _members(size: Size, links: ListLinks) -> str:
    return links.members(size.segment.id) if size.customers else ""


def widths(counts: Sequence[int], *, whole: int = WIDTH) -> list[int]:
    """How wide each is drawn: together the whole, and nobody who is there is invisible."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    ends = [round(whole * sum(counts[: place + 1]) / total) for place in range(len(counts))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
