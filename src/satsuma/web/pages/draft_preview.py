"""The live preview beside the wizard's steps, as it is shown. Made by `draft_answers` and by the last step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_compact_currency
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satsuma.app import locale
from satsuma.app.locale import WORKSPACE_CURRENCY, active_locale
from satsuma.app.segmentation.previews.numbers import DraftPreview, Finding, FindingKind, Numbers
from satsuma.app.segmentation.problem_wording import problem_text
from satsuma.domain.errors import Problem
from satsuma.domain.grouping import is_grouping
from satsuma.domain.model import Scale, Segmentation
from satsuma.domain.scoring import lines
from satsuma.report.colors import shade
from satsuma.web.forms.draft_cells import number_text
from satsuma.web.forms.draft_segments import shown_color
from satsuma.web.pages.draft_cards import AT_PARAMETER
from satsuma.web.pages.draft_histogram import Histogram, histogram
from satsuma.web.pages.draft_live import live_cells
from satsuma.web.pages.drafts import find_address

MOST_WARNINGS = 6
BAR = 320.0
GAP = 2.0
CONCENTRATED = 1.5
"""A segment is worth a sentence if its share of the value is so many times its share of the customers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A segment in the preview's table. `fill` is readable on light and on dark ground; `width` is how large it is, of
    100 for the largest."""

    number: int
    name: str
    fill: str
    score: str
    customers: int
    share: str
    value: str
    width: int


@dataclass(frozen=True, slots=True)
class Part:
    """A segment's part of a bar."""

    number: int
    x: float
    width: float
    fill: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """The segment that brings most for its size."""

    name: str
    share: str
    value_share: str


@dataclass(frozen=True, slots=True)
class Panel:
    """The preview. Without `lines` there are no numbers: the draft has problems, or there is nobody. Of a grouping
    there is nothing about scores. `has_scores`: there is a single axis, and every segment is a part of its score."""

    customers: int
    not_profiled: int
    is_grouping: bool = False
    has_value: bool = False
    has_scores: bool = False
    histograms: Sequence[Histogram] = ()
    lines: Sequence[Line] = ()
    up: int = 0
    down: int = 0
    stay: int = 0
    new: int = 0
    changed: int = 0
    who_url: str = ""
    customer_bar: Sequence[Part] = ()
    value_bar: Sequence[Part] = ()
    sentence: Sentence | None = None
    warnings: Sequence[str] = ()
    problems: int = 0
    asks_nothing: bool = False
    live: Mapping[str, Any] | None = None

    @property
    def had_results(self) -> bool:
        """Whether anybody is in a segment today."""
        return bool(self.up or self.down or self.stay or self.changed)

    @property
    def problems_text(self) -> str:
        return ngettext(
            "There is %(count)d problem. Mend what is marked, and the numbers come back.",
            "There are %(count)d problems. Mend what is marked, and the numbers come back.",
            self.problems,
        ) % {"count": self.problems}


def preview_panel(
    segmentation_id: int, model: Segmentation, preview: DraftPreview, *, axis: int | None = None
) -> Panel:
    """What is shown of the preview; of several axes, the histogram of `axis`, or of all of them."""
    base = Panel(
        preview.customers,
        preview.not_profiled,
        problems=len(preview.problems),
        asks_nothing=not any(each.parameters for each in model.axes),
    )
    numbers = preview.numbers
    if numbers is None or not preview.customers:
        return base
    groups = is_grouping(model)
    shown = [] if groups else range(len(model.axes)) if axis is None else [axis]
    fills = segment_fills(model)
    moving = numbers.moving
    return Panel(
        customers=base.customers,
        not_profiled=base.not_profiled,
        is_grouping=groups,
        has_value=numbers.value > 0,
        has_scores=not groups and not model.has_rules,
        histograms=[histogram(n, model.axes[n], numbers.axes[n], _band_fills(model, n, fills)) for n in shown],
        lines=_lines(model, numbers, fills),
        up=moving.up,
        down=moving.down,
        stay=moving.stay,
        new=moving.new,
        changed=moving.changed,
        who_url=find_address("draft_publish", segmentation_id),
        customer_bar=_parts([found.customers for found in numbers.segments], fills),
        value_bar=_parts([found.value for found in numbers.segments], fills) if numbers.value > 0 else (),
        sentence=_sentence(numbers),
        warnings=_warnings(model, preview, numbers),
        live=None if groups else _live(model, numbers, fills),
    )


def segment_fills(model: Segmentation) -> list[str]:
    """The segments' colours, lowest first, for both grounds."""
    segments = model.segments
    return [_fill(shown_color(found.color, number, len(segments))) for number, found in enumerate(segments)]


def _fill(color: str) -> str:
    shades = shade(color)
    return f"light-dark({shades.light}, {shades.dark})"


def _band_fills(model: Segmentation, number: int, fills: Sequence[str]) -> Sequence[str]:
    """Bands of several axes have no colour of their own: they go from grey to green."""
    if not model.has_rules:
        return fills
    count = len(model.axes[number].bands)
    return [_fill(shown_color(None, place, count)) for place in range(count)]


def _lines(model: Segmentation, numbers: Numbers, fills: Sequence[str]) -> list[Line]:
    most = max(1, *(segment.customers for segment in numbers.segments))
    found = [
        Line(
            number,
            segment.name,
            fills[number],
            "" if model.has_rules else _score_text(model, numbers, number),
            segment.customers,
            locale.percent(segment.share),
            short_money(segment.value),
            round(100 * segment.customers / most),
        )
        for number, segment in enumerate(numbers.segments)
    ]
    return found[::-1]


def _score_text(model: Segmentation, numbers: Numbers, number: int) -> str:
    axis, span = model.axes[0], numbers.axes[0]
    low, high = (0, 100) if axis.scale is Scale.PERCENT else (span.lowest, span.highest)
    begin = axis.bands[number].edge if number else low
    end = axis.bands[number + 1].edge if number + 1 < len(axis.bands) else high
    return f"{number_text(begin or 0)}–{number_text(end or 0)}"


def short_money(value: float) -> str:
    """Money for a narrow column: "€7.3M"."""
    return format_compact_currency(
        value, WORKSPACE_CURRENCY.get(), locale=active_locale(), fraction_digits=1 if abs(value) >= 1000 else 0
    )


def _parts(amounts: Sequence[float], fills: Sequence[str]) -> list[Part]:
    """From the highest segment on the left to the lowest."""
    whole = sum(max(amount, 0) for amount in amounts)
    parts, x = [], 0.0
    for number in reversed(range(len(amounts))):
        width = BAR * max(amounts[number], 0) / whole if whole else 0.0
        if width:
            parts.append(Part(number, round(x, 2), round(max(width - GAP, 0.5), 2), fills[number]))
            x += width
    return parts


def _sentence(numbers: Numbers) -> Sentence | None:
    """About the segment that brings most, one that brings clearly more than its size if there is one; None where no
    segment brings more."""
    worth = [found for found in numbers.segments if found.value_share > found.share > 0]
    concentrated = [found for found in worth if found.value_share >= CONCENTRATED * found.share]
    best = max(concentrated or worth, key=lambda found: found.value_share, default=None)
    return Sentence(best.name, locale.percent(best.share), locale.percent(best.value_share)) if best else None


def _warnings(model: Segmentation, preview: DraftPreview, numbers: Numbers) -> list[str]:
    said = [_named(model, warning) for warning in preview.warnings]
    said += [text for finding in preview.findings if (text := _finding_text(model, finding, numbers))]
    return list(dict.fromkeys(said))[:MOST_WARNINGS]


def _named(model: Segmentation, warning: Problem) -> str:
    """The sentence with the parameter that it is about."""
    found = AT_PARAMETER.fullmatch(warning.place)
    if found is None:
        return problem_text(warning, model)
    parameter = model.axes[int(found["axis"] or 0)].parameters[int(found["number"])]
    return f"{model.field(parameter.field).title}: {problem_text(warning, model)}"


def _finding_text(model: Segmentation, finding: Finding, numbers: Numbers) -> str:
    if finding.kind is FindingKind.ONE_LINE:
        if finding.axis is None or finding.parameter is None:
            return ""
        parameter = model.axes[finding.axis].parameters[finding.parameter]
        name = model.field(parameter.field).title
        if finding.line == len(lines(parameter)) - 1:
            return _("Nobody has data for “%(name)s”.") % {"name": name}
        return _("All customers hit the same line of “%(name)s”.") % {"name": name}
    if finding.segment is None:
        return ""
    name = numbers.segments[finding.segment].name
    if finding.kind is FindingKind.EMPTY_SEGMENT:
        return _("Nobody would be in “%(name)s”.") % {"name": name}
    return _("Everybody would be in “%(name)s”.") % {"name": name}


def _live(model: Segmentation, numbers: Numbers, fills: Sequence[str]) -> dict[str, Any] | None:
    """What the page's script needs to follow a moved threshold without asking."""
    if (cells := live_cells(model, numbers)) is None:
        return None
    return {
        **cells,
        "bands": [_band_fills(model, number, fills) for number in range(len(model.axes))],
        "names": [found.name for found in numbers.segments],
        "fills": fills,
        "currency": WORKSPACE_CURRENCY.get(),
        "bar": BAR,
        "gap": GAP,
    }
