"""The kinds of charts, each made from the things it shows. Called by the pages that have charts.

Every function takes `name` (the element's id, a word of Latin letters) and `title`; numbers come with their texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from satsuma.app import locale
from satsuma.report.colors import Shade
from satsuma.report.curve import Curve
from satsuma.web.pages.charts import Cell, Chart, ChartKind, ChartTable, Datum, Heading, shades

NO_SUMMARY = ""


def bars_chart(name: str, title: str, bars: Sequence[Datum], *, of: str, value: str) -> Chart:
    """A bar for each thing, one below the other. `of` says what the bars are (“Segment”), `value` what they measure."""
    table = ChartTable([Heading(of), Heading(value, is_number=True)], [[_label(bar), _cell(bar)] for bar in bars])
    drawing = {"bars": [bar.drawing for bar in bars]}
    return Chart(name, ChartKind.BARS, title, _told(bars), drawing, table)


@dataclass(frozen=True, slots=True)
class Stack:
    """A bar of several parts."""

    label: str
    parts: Sequence[Datum]


def shares_chart(name: str, title: str, stacks: Sequence[Stack], *, of: str) -> Chart:
    """Bars of equal length, cut into the shares of their parts, which are the same things in every bar. The parts'
    texts say the value, their notes the share."""
    return _stacked(ChartKind.SHARES, name, title, stacks, of=of)


def stacks_chart(name: str, title: str, stacks: Sequence[Stack], *, of: str) -> Chart:
    """Bars of parts that add up; what is below zero stands on the other side."""
    return _stacked(ChartKind.STACKS, name, title, stacks, of=of)


def _stacked(kind: ChartKind, name: str, title: str, stacks: Sequence[Stack], *, of: str) -> Chart:
    parts = stacks[0].parts if stacks else ()
    headings = [Heading(of), *(Heading(part.label, is_number=True) for part in parts)]
    rows = [[Cell(stack.label), *(_cell(part) for part in stack.parts)] for stack in stacks]
    drawing = {"stacks": [{"label": stack.label, "parts": [part.drawing for part in stack.parts]} for stack in stacks]}
    summary = "; ".join(f"{stack.label}: {_told(stack.parts)}" for stack in stacks)
    return Chart(name, kind, title, summary, drawing, ChartTable(headings, rows), parts)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is counted day after day. `points` belong to the days in their order; `shade` is its colour."""

    label: str
    points: Sequence[Datum]
    shade: Shade | None = None


def areas_chart(
    name: str, title: str, days: Sequence[date], lines: Sequence[Line], *, of: str, stacked: bool = True
) -> Chart:
    """Sizes over time: areas on top of each other, the first lowest, or lines. `of` is what the days are called
    (“Day”). At most a few hundred days: each point has its text."""
    headings = [Heading(of), *(Heading(line.label, is_number=True) for line in lines)]
    rows = [
        [Cell(locale.day(day), day.isoformat()), *(_cell(line.points[place]) for line in lines)]
        for place, day in enumerate(days)
    ]
    drawing = {
        "days": [{"label": locale.day(day), "short": locale.short_day(day)} for day in days],
        "lines": [_line(line) for line in lines],
        "stacked": stacked,
    }
    legend = [Datum(line.label, 0, "", shade=line.shade) for line in lines]
    table = ChartTable(headings, rows if lines else [])
    return Chart(name, ChartKind.AREAS, title, _last_told(days, lines), drawing, table, legend)


def _line(line: Line) -> dict[str, object]:
    points = [{"value": point.value, "text": point.text, "url": point.url} for point in line.points]
    return {"label": line.label, "points": points, **shades(line.shade)}


def _last_told(days: Sequence[date], lines: Sequence[Line]) -> str:
    if not days:
        return NO_SUMMARY
    return f"{locale.day(days[-1])}: " + ", ".join(f"{line.label} {line.points[-1].text}" for line in lines)


def curve_chart(name: str, title: str, curve: Curve | None, *, customers: str, value: str, summary: str) -> Chart:
    """The Pareto curve with its top part marked: axes called `customers` and `value`, both from 0 to 100 %. None, as of
    nobody with a value, gives an empty chart."""
    points = curve.points if curve else ()
    tenths = sorted(
        {min(points[1:], key=lambda point: abs(point[0] - tenth / 10)) for tenth in range(1, 11)} if points else ()
    )
    rows = [[Cell(locale.percent(x, decimals=1), x), Cell(locale.percent(y, decimals=1), y)] for x, y in tenths]
    mark = (curve.top[0] / curve.customers, curve.top[1]) if curve else (0.0, 0.0)
    drawing = {
        "points": [[x, y, f"{locale.percent(x, decimals=1)} → {locale.percent(y, decimals=1)}"] for x, y in points],
        "mark": [*mark, locale.percent(mark[1], decimals=1)],
        "ticks": [locale.percent(fifth / 5) for fifth in range(6)],
        "across": customers,
        "up": value,
    }
    table = ChartTable([Heading(customers, is_number=True), Heading(value, is_number=True)], rows)
    return Chart(name, ChartKind.CURVE, title, summary, drawing, table)


@dataclass(frozen=True, slots=True)
class Box:
    """How values spread: smallest, lower quartile, median, upper quartile, largest; None where nobody has a value.
    `texts` are the same five."""

    label: str
    five: tuple[float, float, float, float, float] | None
    texts: Sequence[str] = ()
    url: str = ""
    shade: Shade | None = None


STRETCH_BEYOND = 8
"""Where the largest value is so many times those of the boxes, the axis goes by powers of ten: else none is seen."""


def boxes_chart(name: str, title: str, boxes: Sequence[Box], *, of: str, currency: str = "") -> Chart:
    """A box from quartile to quartile for each thing, with whiskers to the ends. `currency` is for the axis, which is
    stretched where few values are much larger than all others: `is_stretched`."""
    names = five_names()
    headings = [Heading(of), *(Heading(name, is_number=True) for name in names)]
    known = [box for box in boxes if box.five is not None]
    rows = [[Cell(box.label, url=box.url), *map(Cell, box.texts, box.five or ())] for box in known]
    drawing = {
        "boxes": [
            {"label": box.label, "five": box.five, "texts": list(box.texts), "url": box.url, **shades(box.shade)}
            for box in known
        ],
        "names": names,
        "currency": currency,
        "stretched": is_stretched(boxes),
    }
    summary = "; ".join(f"{box.label}: {names[2]} {box.texts[2]}" for box in known)
    return Chart(name, ChartKind.BOXES, title, summary, drawing, ChartTable(headings, rows))


def is_stretched(boxes: Sequence[Box]) -> bool:
    """Whether the axis goes by powers of ten; then a remark should say so."""
    fives = [box.five for box in boxes if box.five is not None]
    widest = max((abs(value) for five in fives for value in (five[0], five[4])), default=0.0)
    inside = max((abs(value) for five in fives for value in (five[1], five[3])), default=0.0)
    return 0 < STRETCH_BEYOND * inside < widest


def five_names() -> list[str]:
    """What the five numbers of a box are called."""
    return [_("Smallest"), _("Lower quartile"), _("Median"), _("Upper quartile"), _("Largest")]


@dataclass(frozen=True, slots=True)
class Node:
    """An end of flows. `key` tells it from others, `side` is 0 for where flows come from and 1 for where they go."""

    key: str
    label: str
    side: int
    shade: Shade | None = None
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from one node to another."""

    source: str
    target: str
    value: float
    text: str
    url: str = ""


def flows_chart(
    name: str, title: str, nodes: Sequence[Node], flows: Sequence[Flow], *, before: str, after: str, value: str
) -> Chart:
    """Bands from the left to the right, as wide as their value, each a link. Headings of the table: `before`, `after`,
    `value`."""
    by_key = {node.key: node for node in nodes}
    headings = [Heading(before), Heading(after), Heading(value, is_number=True)]
    rows = [
        [Cell(by_key[flow.source].label), Cell(by_key[flow.target].label), Cell(flow.text, flow.value, flow.url)]
        for flow in flows
    ]
    used = {flow.source for flow in flows} | {flow.target for flow in flows}
    drawing = {
        "nodes": [
            {
                "key": node.key,
                "label": node.label,
                "side": node.side,
                "text": node.text,
                "url": node.url,
                **shades(node.shade),
            }
            for node in nodes
            if node.key in used
        ],
        "flows": [
            {"source": flow.source, "target": flow.target, "value": flow.value, "text": flow.text, "url": flow.url}
            for flow in flows
        ],
    }
    summary = "; ".join(f"{by_key[flow.source].label} → {by_key[flow.target].label}: {flow.text}" for flow in flows)
    return Chart(name, ChartKind.FLOWS, title, summary, drawing, ChartTable(headings, rows))


def _label(datum: Datum) -> Cell:
    return Cell(datum.label)


def _cell(datum: Datum) -> Cell:
    return Cell(datum.text, datum.value, datum.url)


def _told(data: Sequence[Datum]) -> str:
    return ", ".join(f"{datum.label} {datum.text}" for datum in data)
