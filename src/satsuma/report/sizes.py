"""The segments' sizes as rows of bars, highest first, and the one sentence about the highest. Called by `page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from satsuma.domain.interval import intervals
from satsuma.domain.model import Segmentation
from satsuma.engine.preview import Preview, SegmentSize
from satsuma.report.texts import amount, band_text, cut, percent


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A segment: its number, lowest 0; what it reaches from and to on the score (one axis only); bars in percent of
    the longest bar. `value` and its share are None without a value field."""

    segment: int
    name: str
    scores: str | None
    description: str | None
    customers: str
    share: str
    bar: float
    value: str | None
    value_share: str
    value_bar: float
    coverage: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """All segments, highest first, and everybody together."""

    rows: tuple[SizeRow, ...]
    customers: str
    value: str | None
    coverage: str


def list_sizes(segmentation: Segmentation, preview: Preview) -> Sizes:
    """Bars of customers and of value have the same scale, so that both can be compared."""
    longest = max((max(size.share, _share(preview, size) or 0.0) for size in preview.segments), default=0.0)
    rows = [_row(segmentation, preview, number, longest or 1.0) for number in reversed(range(len(preview.segments)))]
    total = total_value(preview)
    coverage = percent(preview.coverage) if preview.customers else percent(None)
    return Sizes(tuple(rows), f"{preview.customers:,}", None if total is None else amount(total), coverage)


def _row(segmentation: Segmentation, preview: Preview, number: int, longest: float) -> SizeRow:
    size, value_share = preview.segments[number], _share(preview, preview.segments[number])
    description = segmentation.segments[number].description
    return SizeRow(
        segment=number,
        name=size.name,
        scores=_scores(segmentation, number),
        description=cut(description) if description else None,
        customers=f"{size.customers:,}",
        share=percent(size.share),
        bar=bar(size.share, longest),
        value=None if size.value is None else amount(size.value),
        value_share=percent(value_share),
        value_bar=bar(value_share or 0.0, longest),
        coverage=percent(size.coverage if size.customers else None),
    )


def _scores(segmentation: Segmentation, number: int) -> str | None:
    if segmentation.has_rules:
        return None
    axis = segmentation.axes[0]
    edges = [band.edge for band in axis.bands[1:] if band.edge is not None]
    return band_text(axis, intervals(edges)[number])


def bar(share: float, longest: float) -> float:
    """A bar's length in percent of the longest."""
    return round(100 * min(max(share / longest, 0.0), 1.0), 2) if longest else 0.0


def total_value(preview: Preview) -> float | None:
    """What all customers are worth together; None without a value field."""
    values = [size.value for size in preview.segments]
    return sum(value or 0.0 for value in values) if any(value is not None for value in values) else None


def _share(preview: Preview, size: SegmentSize) -> float | None:
    """The segment's share of all value; None where there is no positive value to share."""
    total = total_value(preview)
    return size.value / total if size.value is not None and total is not None and total > 0 else None


def headlines(preview: Preview) -> Iterator[tuple[str, str]]:
    """The highest segment's name, and what to say of it; nothing if nobody is in it."""
    if len(preview.segments) < 2 or not preview.segments[-1].customers:
        return
    highest = preview.segments[-1]
    share = _share(preview, highest)
    brings = "" if share is None else f" and brings {percent(share)} of the value"
    yield highest.name, f"is {percent(highest.share)} of customers{brings}."
