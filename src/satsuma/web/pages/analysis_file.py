"""A segmentation's figures as a file: one line per segment, numbers as numbers; of a grouping without points. Made by
`views.analysis`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from satsuma.app.locale import WORKSPACE_CURRENCY
from satsuma.app.segmentation.queries.analysis import Analysis, SegmentFigures
from satsuma.domain.metrics import PER_UNIT
from satsuma.web.pages.chart_kinds import five_names


def figures_headings(analysis: Analysis) -> list[str]:
    currency = WORKSPACE_CURRENCY.get()
    money = [_("Won"), _("Won on average"), _("Open deals"), *(_("Won: %s") % name.lower() for name in five_names())]
    groups = analysis.segmentation.is_grouping
    points = [] if groups else [_("Points: %s") % each.title for each in analysis.parameters]
    return [
        _("Segment"),
        _("Customers"),
        _("Share"),
        _("Have bought"),
        _("Can be reached"),
        _("Coverage"),
        *(f"{name} ({currency})" for name in money),
        *points,
    ]


def figures_lines(analysis: Analysis) -> Iterator[list[object]]:
    """Highest first. Shares and coverage from 0 to 1."""
    has_points = not analysis.segmentation.is_grouping
    return (_line(row, has_points=has_points) for row in reversed(analysis.segments))


def _line(row: SegmentFigures, *, has_points: bool) -> list[object]:
    figures = row.figures
    amounts = (figures.won_e4, figures.average_e4, figures.open_e4)
    return [
        row.segment.name,
        figures.customers,
        row.share,
        figures.buyers,
        figures.reachable,
        figures.coverage,
        *(None if amount is None else Decimal(amount) / PER_UNIT for amount in amounts),
        *(figures.five or (None,) * 5),
        *(points if figures.customers else None for points in (row.points if has_points else ())),
    ]
