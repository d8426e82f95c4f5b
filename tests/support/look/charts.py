"""One chart of every kind, for looking at them in a browser."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.template import engines

from satsuma.app import locale
from satsuma.report.colors import shade
from satsuma.report.curve import pareto
from satsuma.web.pages.chart_kinds import (
    Box,
    Flow,
    Line,
    Node,
    Stack,
    areas_chart,
    bars_chart,
    boxes_chart,
    curve_chart,
    flows_chart,
    shares_chart,
    stacks_chart,
)
from satsuma.web.pages.charts import Chart, Datum

HOSTILE = "=<script>alert(1)</script><img src=x onerror=alert(2)>"
SEGMENTS = (("Average", "#8a94a6", 206), ("Good", "#f59f00", 171), (HOSTILE, "#3b82d6", 154), ("VIP", "#2f9e44", 109))
TEMPLATE = """{% extends "base.html" %}{% block head %}{% include "components/chart_head.html" %}{% endblock %}
{% block content %}{% for chart in charts %}<div class="card mb-3"><div class="card-header">
<h2 class="card-title">{{ chart.title }}</h2></div><div class="card-body">
{% include "components/chart.html" with caption="A remark." %}</div></div>{% endfor %}{% endblock %}"""


def charts(request: HttpRequest) -> HttpResponse:
    context = {"title": "Charts", "charts": every_chart()}
    return HttpResponse(engines["django"].from_string(TEMPLATE).render(context, request))


def data(factor: float = 1) -> list[Datum]:
    return [
        Datum(name, n * factor, locale.number(n * factor), f"/companies/?{place}", shade(color), f"{n // 7} %")
        for place, (name, color, n) in enumerate(SEGMENTS)
    ]


def every_chart() -> list[Chart]:
    days = [date(2026, 8, 28) + timedelta(days=day) for day in range(90)]
    lines = [
        Line(name, [Datum("", n + day, locale.number(n + day), f"/deals/?{day}") for day in range(90)], shade(color))
        for name, color, n in SEGMENTS
    ]
    boxes = [
        Box(name, (0, n, 2 * n, 3 * n, 9 * n), [locale.money(n)] * 5, f"/people/?{n}", shade(color))
        for name, color, n in SEGMENTS
    ]
    giant = Box("Giant", (-50, 0, 90, 400, 2_500_000), [locale.money(n) for n in (-50, 0, 90, 400, 2_500_000)])
    nodes = [Node(f"{side}{name}", name, side, shade(color)) for side in (0, 1) for name, color, _ in SEGMENTS]
    flows = [
        Flow(f"0{before}", f"1{after}", n + 10 * place, locale.number(n), f"/people/?{place}")
        for place, (before, _, n) in enumerate(SEGMENTS)
        for after, _, _ in SEGMENTS[max(0, place - 1) : place + 2]
    ]
    return [
        bars_chart("sizes", "Customers by segment", data(), of="Segment", value="Customers"),
        shares_chart("shares", "Customers and value", [Stack("Customers", data()), Stack("Value", data(7))], of="Part"),
        stacks_chart("stacks", "Points", [Stack("VIP", data()), Stack("Good", data(-0.5))], of="Segment"),
        areas_chart("history", "Sizes over time", days, lines, of="Day"),
        curve_chart(
            "curve",
            "Customers and value",
            pareto(pl.Series([1000.0, 400.0, 200.0, *([20.0] * 17), None, -3.0])),
            customers="Customers",
            value="Value",
            summary="The top 20 % bring 80 % of the value.",
        ),
        boxes_chart("boxes", "Value by segment", boxes, of="Segment", currency="EUR"),
        boxes_chart("stretched", "Value with one giant", [*boxes, giant], of="Segment", currency="EUR"),
        flows_chart("flows", "Moves", nodes, flows, before="Before", after="After", value="Customers"),
        bars_chart("nothing", "Nothing", [], of="Segment", value="Customers"),
    ]
