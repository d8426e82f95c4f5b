"""What the page of analysis shows: segments in figures, each with the list behind it. The rows are the dashboard's too.

Made by `views.analysis`; the questions are in `analysis_questions`, the pictures in `analysis_charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis import Analysis, Figures, SegmentFigures
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, SegmentSpec
from satsuma.domain.metrics import PER_UNIT
from satsuma.web.pages.analysis_charts import AnalysisCharts, analysis_charts
from satsuma.web.pages.analysis_links import ListLinks
from satsuma.web.pages.analysis_questions import Question, list_questions
from satsuma.web.pages.segmentation_tabs import Tab

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in the reader's language, and the list behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """A segment in figures; `segment` is None for everybody together."""

    segment: SegmentSpec | None
    customers: Number
    share: str
    won: Number
    won_share: str
    average: Number
    open: Number
    coverage: str
    reachable: str
    unreachable: Number | None


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """An enabled parameter: the mean of relevance × points in each segment, highest first, and how far segments are
    apart. `missing` are those without data for it."""

    title: str
    axis: str
    relevance: str
    points: Sequence[str]
    spread: str
    missing: Number | None


@dataclass(frozen=True, slots=True)
class AnalysisPage:
    """The page. Rows and `segments` stand highest first. `headline` is the one sentence to remember, "" if there is
    none."""

    title: str
    segmentation: SegmentationSpec
    tabs: Sequence[Tab]
    as_of: date
    scored_at: datetime | None
    headline: str
    rows: Sequence[FiguresRow]
    total: FiguresRow
    not_profiled: Number | None
    questions: Sequence[Question]
    segments: Sequence[SegmentSpec]
    parameters: Sequence[ParameterRow]
    charts: AnalysisCharts


def analysis_page(analysis: Analysis, links: ListLinks, tabs: Sequence[Tab]) -> AnalysisPage:
    segmentation = analysis.segmentation
    return AnalysisPage(
        title=segmentation.name,
        segmentation=segmentation,
        tabs=tabs,
        as_of=analysis.as_of,
        scored_at=segmentation.scored_at,
        headline=headline(analysis),
        rows=figures_rows(analysis, links),
        total=total_row(analysis, links),
        not_profiled=_counted(analysis.not_profiled, links.not_profiled()),
        questions=list_questions(analysis, links),
        segments=[row.segment for row in reversed(analysis.segments)],
        parameters=_parameter_rows(analysis, links),
        charts=analysis_charts(analysis, links),
    )


def figures_rows(analysis: Analysis, links: ListLinks) -> list[FiguresRow]:
    """One per segment, highest first; retired ones stand last."""
    present = [row for row in analysis.segments if not row.segment.retired]
    retired = [row for row in analysis.segments if row.segment.retired]
    return [_row(row, links) for row in (*reversed(present), *retired)]


def total_row(analysis: Analysis, links: ListLinks) -> FiguresRow:
    ids = [row.segment.id for row in analysis.segments]
    whole = 1.0 if analysis.total.customers else 0.0
    return _figures_row(None, analysis.total, links, ids, whole, 1.0 if analysis.total.won_e4 > 0 else None)


def _row(row: SegmentFigures, links: ListLinks) -> FiguresRow:
    return _figures_row(row.segment, row.figures, links, [row.segment.id], row.share, row.won_share)


def _figures_row(
    segment: SegmentSpec | None,
    figures: Figures,
    links: ListLinks,
    ids: Sequence[int],
    share: float,
    won_share: float | None,
) -> FiguresRow:
    count = figures.customers
    average = NOTHING if figures.average_e4 is None else amount(figures.average_e4)
    return FiguresRow(
        segment=segment,
        customers=Number(locale.number(count), links.members(*ids)),
        share=locale.percent(share, decimals=1),
        won=Number(amount(figures.won_e4), links.by_won(*ids)),
        won_share=percent_text(won_share),
        average=Number(average, links.by_won(*ids) if count else ""),
        open=Number(amount(figures.open_e4), links.with_open(*ids)),
        coverage=percent_text(figures.coverage),
        reachable=percent_text(figures.reachable / count if count else None),
        unreachable=_counted(count - figures.reachable, links.unreachable(*ids)),
    )


def amount(e4: int) -> str:
    """Ten-thousandths as lists show them: to the cent."""
    return locale.money_to_cent(Decimal(e4) / PER_UNIT)


def percent_text(share: float | None) -> str:
    """With one decimal; a dash where there is none."""
    return NOTHING if share is None else locale.percent(share, decimals=1)


def _counted(count: int, url: str) -> Number | None:
    return Number(locale.number(count), url) if count else None


def headline(analysis: Analysis) -> str:
    """What the highest segment with anybody in it is and brings."""
    present = [row for row in analysis.segments if row.figures.customers and not row.segment.retired]
    if len(present) < 2:
        return ""
    best = present[-1]
    said = {"segment": best.segment.name, "share": locale.percent(best.share)}
    if best.won_share is None:
        return _("%(segment)s is %(share)s of customers.") % said
    said["won"] = locale.percent(best.won_share)
    return _("%(segment)s is %(share)s of customers and brings %(won)s of what was won.") % said


def _parameter_rows(analysis: Analysis, links: ListLinks) -> list[ParameterRow]:
    """Those first that keep segments apart the most."""
    several = len({each.axis for each in analysis.parameters}) > 1
    ids = [row.segment.id for row in analysis.segments]
    rows = []
    for number, each in enumerate(analysis.parameters):
        means = [row.points[number] for row in analysis.segments if row.figures.customers]
        spread = max(means) - min(means) if means else 0.0
        shown = ParameterRow(
            title=each.title,
            axis=each.axis if several else "",
            relevance=locale.number(each.relevance),
            points=[_mean(row, number) for row in reversed(analysis.segments)],
            spread=locale.number(spread, decimals=1),
            missing=_counted(each.missing, links.without(each.field, *ids)),
        )
        rows.append((spread, shown))
    return [shown for _spread, shown in sorted(rows, key=lambda row: -row[0])]


def _mean(row: SegmentFigures, number: int) -> str:
    return locale.number(row.points[number], decimals=1) if row.figures.customers else NOTHING
