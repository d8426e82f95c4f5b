"""The four questions of a good segment, answered with figures. Shown by the page of analysis.

Is it known who belongs to it, can its worth be told, is it large and valuable enough, can it be reached? The limits are
rules of thumb: beyond them a segment is worth a look, not wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.segmentation.queries.analysis import Analysis, ParameterFigures, SegmentFigures
from satsuma.app.segmentation.queries.segmentations import SegmentSpec
from satsuma.web.pages.analysis_links import ListLinks

LEAST_COVERAGE = 0.5
LEAST_REACHABLE = 0.8
LEAST_SHARE = 0.02
"""Of customers or of what was won: below it in both, a segment hardly pays to be treated in a way of its own."""
LARGEST_SHARE = 0.9
"""Where nearly everybody is in one segment, it tells nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a segment, or about all (None), and the list behind it."""

    segment: SegmentSpec | None
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`answer` is a sentence with figures; `is_good` if there is nothing to look at. `findings` are the figures behind,
    `doubts` what is worth a look."""

    title: str
    meaning: str
    answer: str
    is_good: bool
    doubts: Sequence[Finding]
    findings: Sequence[Finding]


def list_questions(analysis: Analysis, links: ListLinks) -> list[Question]:
    """Nothing if nobody is in a segment."""
    if not analysis.total.customers:
        return []
    return [
        _identifiable(analysis, links),
        _measurable(analysis, links),
        _large(analysis, links),
        _reachable(analysis, links),
    ]


def _identifiable(analysis: Analysis, links: ListLinks) -> Question:
    doubts = [
        Finding(
            row.segment,
            _("rests on %(share)s of the answers asked for") % {"share": _percent(row.figures.coverage or 0.0)},
            links.members(row.segment.id),
        )
        for row in _filled(analysis)
        if (row.figures.coverage or 0.0) < LEAST_COVERAGE
    ]
    answer = _("On average %(share)s of the answers asked for are known.")
    return Question(
        _("Identifiable"),
        _("Do we know who belongs to it?"),
        answer % {"share": _percent(analysis.total.coverage or 0.0)},
        not doubts,
        doubts,
        _missing(analysis, links),
    )


def _missing(analysis: Analysis, links: ListLinks) -> list[Finding]:
    """The three parameters with the most gaps."""
    ids = [row.segment.id for row in analysis.segments]
    gaps: dict[str, ParameterFigures] = {each.field: each for each in analysis.parameters if each.missing}
    worst = sorted(gaps.values(), key=lambda each: -each.missing)[:3]
    return [
        Finding(
            None,
            _("%(parameter)s: no data for %(share)s")
            % {"parameter": each.title, "share": _percent(each.missing / analysis.total.customers)},
            links.without(each.field, *ids),
        )
        for each in worst
    ]


def _measurable(analysis: Analysis, links: ListLinks) -> Question:
    total = analysis.total
    doubts = [
        Finding(row.segment, _("has no won deal yet"), links.members(row.segment.id))
        for row in _filled(analysis)
        if not row.figures.buyers
    ]
    said = {"share": _percent(total.buyers / total.customers), "won": locale.money_to_cent(total.won_e4 / 10_000)}
    findings = _by_segment(
        analysis,
        lambda row: _("%(share)s have bought") % {"share": _percent(row.figures.buyers / row.figures.customers)},
        lambda row: links.buyers(row.segment.id),
    )
    return Question(
        _("Measurable"),
        _("Can we tell its size and worth?"),
        _("%(share)s of customers have bought, together for %(won)s.") % said,
        not doubts,
        doubts,
        findings,
    )


def _large(analysis: Analysis, links: ListLinks) -> Question:
    doubts = [
        Finding(row.segment, text, links.members(row.segment.id))
        for row in reversed(analysis.segments)
        if (text := _size_doubt(row)) and not row.segment.retired
    ]
    findings = _by_segment(analysis, _size_text, lambda row: links.by_won(row.segment.id))
    filled = [row for row in _filled(analysis) if not row.segment.retired]
    smallest = min(row.share for row in filled or _filled(analysis))
    answer = _("The smallest segment is %(share)s of customers.") % {"share": _percent(smallest)}
    return Question(
        _("Large and valuable enough"),
        _("Does it pay to treat it in a way of its own?"),
        answer,
        not doubts,
        doubts,
        findings,
    )


def _size_doubt(row: SegmentFigures) -> str:
    if not row.figures.customers:
        return _("has nobody in it")
    if row.share > LARGEST_SHARE:
        return _("is %(share)s of customers: it tells little") % {"share": _percent(row.share)}
    if row.share < LEAST_SHARE and (row.won_share or 0.0) < LEAST_SHARE:
        return _("is small, and brings little")
    return ""


def _size_text(row: SegmentFigures) -> str:
    if row.won_share is None:
        return _("%(share)s of customers") % {"share": _percent(row.share)}
    return _("%(share)s of customers, %(won)s of what was won") % {
        "share": _percent(row.share),
        "won": _percent(row.won_share),
    }


def _reachable(analysis: Analysis, links: ListLinks) -> Question:
    doubts = [
        Finding(row.segment, _without_text(row), links.unreachable(row.segment.id))
        for row in _filled(analysis)
        if row.figures.reachable < LEAST_REACHABLE * row.figures.customers
    ]
    total = analysis.total
    findings = _by_segment(
        analysis,
        lambda row: _("%(share)s can be reached") % {"share": _percent(row.figures.reachable / row.figures.customers)},
        lambda row: links.members(row.segment.id),
    )
    answer = _("%(share)s have an e-mail or a phone number.")
    return Question(
        _("Reachable"),
        _("Can we speak to it?"),
        answer % {"share": _percent(total.reachable / total.customers)},
        not doubts,
        doubts,
        findings,
    )


def _without_text(row: SegmentFigures) -> str:
    count = row.figures.customers - row.figures.reachable
    text = ngettext("%(count)s without e-mail and phone", "%(count)s without e-mail and phone", count)
    return text % {"count": locale.number(count)}


def _by_segment(
    analysis: Analysis, text: Callable[[SegmentFigures], str], url: Callable[[SegmentFigures], str]
) -> list[Finding]:
    return [Finding(row.segment, text(row), url(row)) for row in _filled(analysis)]


def _filled(analysis: Analysis) -> list[SegmentFigures]:
    """Those with anybody in them, highest first."""
    return [row for row in reversed(analysis.segments) if row.figures.customers]


def _percent(share: float) -> str:
    return locale.percent(share, decimals=0 if share in (0.0, 1.0) else 1)
