"""The pictures of the page of analysis and the dashboard, out of a segmentation's figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis import Analysis, SegmentFigures
from satsuma.report.colors import Shade, shade
from satsuma.report.curve import Curve
from satsuma.web.pages.analysis_links import ListLinks
from satsuma.web.pages.chart_kinds import Box, Stack, boxes_chart, curve_chart, shares_chart, stacks_chart
from satsuma.web.pages.charts import Chart, Datum

PALETTE = ("#3b82d6", "#e8590c", "#2a9d4a", "#9c36b5", "#159a94", "#c2255c", "#b08900", "#5c7cfa")
"""Of parameters, which have no colours of their own."""
REST = "#8a94a6"


@dataclass(frozen=True, slots=True)
class AnalysisCharts:
    shares: Chart
    curve: Chart
    points: Chart
    boxes: Chart
    boxes_remark: str


def analysis_charts(analysis: Analysis, links: ListLinks) -> AnalysisCharts:
    return AnalysisCharts(
        shares=customers_and_value(analysis, links),
        curve=pareto_chart(analysis),
        points=_points(analysis, links),
        boxes=(boxes := _boxes(analysis, links)),
        boxes_remark=_("Each line of the axis is ten times the one before.") if boxes.drawing["stretched"] else "",
    )


def customers_and_value(analysis: Analysis, links: ListLinks) -> Chart:
    """Everybody, and all that was won, cut into segments; highest first."""
    rows = [row for row in reversed(analysis.segments) if row.figures.customers]
    customers = [
        _part(
            row, row.figures.customers, locale.number(row.figures.customers), row.share, links.members(row.segment.id)
        )
        for row in rows
    ]
    won = [
        _part(
            row,
            row.figures.won_e4 / 10_000,
            locale.money_to_cent(row.figures.won_e4 / 10_000),
            share,
            links.by_won(row.segment.id),
        )
        for row in rows
        if (share := row.won_share) is not None
    ]
    stacks = [Stack(_("Customers"), customers)] if customers else []
    if won:
        stacks.append(Stack(_("Won"), won))
    return shares_chart("shares", _("Customers and value by segment"), stacks, of=_("Of all"))


def _part(row: SegmentFigures, value: float, text: str, share: float, url: str) -> Datum:
    return Datum(row.segment.name, value, text, url, shade(row.segment.color), locale.percent(share))


def pareto_chart(analysis: Analysis) -> Chart:
    return curve_chart(
        "curve",
        _("Who brings the value"),
        analysis.curve,
        customers=_("Customers, the most valuable first"),
        value=_("Of what was won"),
        summary=top_sentence(analysis.curve),
    )


def top_sentence(curve: Curve | None) -> str:
    """“The top 20% of customers bring 67.8% of what was won.”"""
    if curve is None:
        return ""
    top, share = curve.top
    said = {"top": locale.percent(top / curve.customers), "share": locale.percent(share, decimals=1)}
    return _("The top %(top)s of customers bring %(share)s of what was won.") % said


def _points(analysis: Analysis, links: ListLinks) -> Chart:
    """The mean score of each segment, cut into what parameters contribute; beyond some, small ones are put together."""
    rows = [row for row in reversed(analysis.segments) if row.figures.customers]
    weight = [sum(abs(row.points[number]) for row in rows) for number in range(len(analysis.parameters))]
    shown = sorted(range(len(weight)), key=lambda number: (-weight[number], number))[: len(PALETTE)]
    colours = {number: shade(PALETTE[place]) for place, number in enumerate(sorted(shown))}
    stacks = [Stack(row.segment.name, _contributions(analysis, row, colours, links)) for row in rows]
    return stacks_chart("points", _("What parameters contribute"), stacks, of=_("Segment"))


def _contributions(analysis: Analysis, row: SegmentFigures, colours: dict[int, Shade], links: ListLinks) -> list[Datum]:
    url = links.members(row.segment.id)
    parts = [
        Datum(analysis.parameters[number].title, row.points[number], _mean(row.points[number]), url, colour)
        for number, colour in colours.items()
    ]
    if len(analysis.parameters) > len(colours):
        rest = sum(points for number, points in enumerate(row.points) if number not in colours)
        parts.append(Datum(_("All others"), rest, _mean(rest), url, shade(REST)))
    return parts


def _mean(points: float) -> str:
    return locale.number(points, decimals=1)


def _boxes(analysis: Analysis, links: ListLinks) -> Chart:
    boxes = [
        Box(
            row.segment.name,
            row.figures.five,
            [locale.money_to_cent(value) for value in row.figures.five or ()],
            links.by_won(row.segment.id),
            shade(row.segment.color),
        )
        for row in reversed(analysis.segments)
    ]
    currency = locale.WORKSPACE_CURRENCY.get()
    return boxes_chart("boxes", _("Won per customer"), boxes, of=_("Segment"), currency=currency)
