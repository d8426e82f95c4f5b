"""The Pareto curve as shapes, its sentence, and the same as a table. Called by `page`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from satsuma.report import chart
from satsuma.report.chart import Label
from satsuma.report.curve import TOP_PARTS, Curve
from satsuma.report.texts import customers_text, percent

TICKS_AT = chart.FLOOR + 23
TOP_SHARE = 1 / TOP_PARTS


@dataclass(frozen=True, slots=True)
class CurveRow:
    """The most valuable customers, as a share of all, and their share of the value."""

    customers: str
    value: str


@dataclass(frozen=True, slots=True)
class CurveChart:
    """What the picture shows: the line and the area below it as points of a polygon; the top fifth marked."""

    sentence: str
    remark: str | None
    line: str
    area: str
    mark: tuple[float, float]
    mark_label: Label
    x_ticks: tuple[Label, ...]
    y_ticks: tuple[Label, ...]
    rows: tuple[CurveRow, ...]


def draw_curve(curve: Curve) -> CurveChart:
    """The curve, most valuable customers first."""
    line = " ".join(f"{chart.across(x)},{chart.up(y)}" for x, y in curve.points)
    top, share = curve.top
    x, y = chart.across(top / curve.customers), chart.up(share)
    tenths = range(0, 101, 20)
    return CurveChart(
        sentence=sentence(curve),
        remark=_remark(curve),
        line=line,
        area=f"{line} {chart.across(1)},{chart.FLOOR} {chart.across(0)},{chart.FLOOR}",
        mark=(x, y),
        mark_label=Label(_beside(x), min(y + 24, chart.FLOOR - 8), percent(share)),
        x_ticks=tuple(Label(chart.across(each / 100), TICKS_AT, f"{each} %") for each in tenths),
        y_ticks=tuple(Label(chart.LEFT - 8, chart.up(each / 100), f"{each} %") for each in tenths),
        rows=tuple(_rows(curve)),
    )


def _beside(x: float) -> float:
    """Where a label of up to seven letters begins: right of the mark, or left of it near the picture's edge."""
    room = chart.text_width("100.0 %", chart.NARROW_FONT)
    return x + 12 if x + 12 + room <= chart.WIDTH else round(x - 12 - room, 2)


def sentence(curve: Curve) -> str:
    """`The top 20 % of customers bring 67.8 % of the value.`; a fifth that does not come out is named by its count."""
    top, share = curve.top
    part = top / curve.customers
    if round(part, 3) == TOP_SHARE:
        return f"The top 20 % of customers bring {percent(share)} of the value."
    bring = "bring" if top > 1 else "brings"
    return (
        f"The top {top:,} of {customers_text(curve.customers)} ({percent(part)}) {bring} {percent(share)} of the value."
    )


def _remark(curve: Curve) -> str | None:
    if not curve.below_zero:
        return None
    if curve.below_zero == 1:
        return "1 customer has a value below zero and counts as 0 here."
    return f"{customers_text(curve.below_zero)} have a value below zero and count as 0 here."


def _rows(curve: Curve) -> Iterator[CurveRow]:
    """The points nearest to every tenth of the customers."""
    nearest = (min(curve.points[1:], key=lambda point: abs(point[0] - tenth / 10)) for tenth in range(1, 11))
    for x, y in dict.fromkeys(nearest):
        yield CurveRow(percent(x), percent(y))
