"""What the dashboard shows: one segmentation at a glance, what moved lately, and what is to be done. Made by
`views.dashboard`; moves are in `dashboard_moves`, the state of results and jobs in `dashboard_state`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis import Analysis, Figures, SegmentFigures
from satsuma.app.segmentation.queries.analysis_columns import RECENT_DAYS
from satsuma.app.segmentation.queries.history import SizesOverTime, find_first_day, list_sizes
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.report.colors import shade
from satsuma.web.pages.analysis import Number, amount, figures_rows, headline
from satsuma.web.pages.analysis_charts import customers_and_value, pareto_chart
from satsuma.web.pages.analysis_links import ListLinks
from satsuma.web.pages.chart_kinds import Line, areas_chart
from satsuma.web.pages.charts import Chart, Datum
from satsuma.web.pages.dashboard_moves import MovesGroup, list_groups
from satsuma.web.pages.dashboard_state import ResultsState
from satsuma.web.pages.dashboard_tasks import DueTasks

CHART_DAYS = 90
UP, DOWN, SAME = "up", "down", "same"


@dataclass(frozen=True, slots=True)
class Trend:
    """How a figure has changed: in words with its sign, which way, and where to look it up."""

    text: str
    way: str
    url: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A segment at a glance. `moved` is None until there were results 30 days ago; `won_trend` is what was won in these
    30 days, against the 30 before."""

    segment: SegmentSpec
    customers: Number
    share: str
    moved: Trend | None
    won: Number
    won_share: str
    won_trend: Trend
    average: Number
    open: Number


@dataclass(frozen=True, slots=True)
class Choice:
    """Another segmentation to look at."""

    label: str
    url: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """Tiles stand highest first. `sizes` is empty before the second day."""

    title: str
    segmentation: SegmentationSpec
    choices: Sequence[Choice]
    headline: str
    tiles: Sequence[Tile]
    sizes: Chart
    shares: Chart
    curve: Chart
    moves: Sequence[MovesGroup]
    tasks: DueTasks
    state: ResultsState


def dashboard_page(
    analysis: Analysis,
    links: ListLinks,
    published: Sequence[SegmentationSpec],
    *,
    tasks: DueTasks,
    state: ResultsState,
) -> DashboardPage:
    """Nine queries besides those of what is given."""
    segmentation, today = analysis.segmentation, analysis.as_of
    sizes = _sizes(segmentation, today)
    return DashboardPage(
        title=_("Dashboard"),
        segmentation=segmentation,
        choices=[_choice(each, segmentation) for each in published] if len(published) > 1 else [],
        headline=headline(analysis),
        tiles=_tiles(analysis, links, sizes),
        sizes=sizes_chart(segmentation, sizes),
        shares=customers_and_value(analysis, links),
        curve=pareto_chart(analysis),
        moves=list_groups(segmentation, today),
        tasks=tasks,
        state=state,
    )


def _choice(each: SegmentationSpec, shown: SegmentationSpec) -> Choice:
    return Choice(each.name, f"{reverse('dashboard')}?segmentation={each.id}", each.id == shown.id)


def _sizes(segmentation: SegmentationSpec, today: date) -> SizesOverTime:
    """Of the last 90 days, or since there are results."""
    first = find_first_day(segmentation.id) or today
    return list_sizes(segmentation.id, min(max(first, today - timedelta(days=CHART_DAYS)), today), today)


def _tiles(analysis: Analysis, links: ListLinks, sizes: SizesOverTime) -> list[Tile]:
    by_id = {row.segment.id: row for row in analysis.segments}
    before = _sizes_before(sizes)
    return [
        Tile(
            segment=row.segment,
            customers=row.customers,
            share=row.share,
            moved=_moved(by_id[row.segment.id], before, analysis),
            won=row.won,
            won_share=row.won_share,
            won_trend=_won_trend(by_id[row.segment.id].figures, links.recent_buyers(row.segment.id)),
            average=row.average,
            open=row.open,
        )
        for row in figures_rows(analysis, links)
        if row.segment is not None
    ]


def _sizes_before(sizes: SizesOverTime) -> Mapping[int, int] | None:
    """By segment 30 days ago; None if there were no results yet."""
    if len(sizes.days) <= RECENT_DAYS:
        return None
    return {segment: each[-1 - RECENT_DAYS] for segment, each in sizes.by_segment.items()}


def _moved(row: SegmentFigures, before: Mapping[int, int] | None, analysis: Analysis) -> Trend | None:
    if before is None:
        return None
    change = row.figures.customers - before.get(row.segment.id, 0)
    url = f"{reverse('history', args=[analysis.segmentation.id])}?{urlencode({'days': RECENT_DAYS})}"
    return Trend(_signed(locale.number(abs(change)), change), _way(change), url)


def _won_trend(figures: Figures, url: str) -> Trend:
    change = figures.won_recent_e4 - figures.won_before_e4
    return Trend(amount(figures.won_recent_e4), _way(change), url if figures.won_recent_e4 else "")


def _way(change: int) -> str:
    return UP if change > 0 else DOWN if change < 0 else SAME


def _signed(text: str, change: int) -> str:
    return f"+{text}" if change > 0 else f"−{text}" if change < 0 else f"±{text}"


def sizes_chart(segmentation: SegmentationSpec, sizes: SizesOverTime) -> Chart:
    """Each point leads to who was in the segment on that day."""

    def members(segment: SegmentSpec, day: date) -> str:
        asked = urlencode({"segment": str(segment.id), "on": day.isoformat()})
        return f"{reverse('history_members', args=[segmentation.id])}?{asked}"

    lines = [
        Line(
            segment.name,
            [
                Datum(
                    segment.name,
                    size,
                    locale.number(size),
                    members(segment, day),
                )
                for day, size in zip(sizes.days, sizes.by_segment[segment.id], strict=True)
            ],
            shade(segment.color),
        )
        for segment in segmentation.segments
        if segment.id in sizes.by_segment and len(sizes.days) > 1
    ]
    return areas_chart("sizes", _("Sizes over time"), sizes.days, lines, of=_("Day"))
