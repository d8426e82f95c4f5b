"""What a chart says besides its picture: the table, the file, the sentence; and the picture's numbers."""

from __future__ import annotations

from datetime import date

import polars as pl

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
)
from satsuma.web.pages.charts import Cell, Datum


def test_a_chart_says_the_same_in_the_picture_the_table_and_the_file() -> None:
    green = shade("#2f9e44")
    vip = Datum("VIP", 1234, "1,234", "/companies/?segment=4", green, "12%")
    chart = bars_chart("sizes", "Sizes", [vip, Datum("Good", 0.5, "0.5")], of="Segment", value="Customers")
    assert chart.data == {
        "title": "Sizes",
        "bars": [
            {
                "label": "VIP",
                "value": 1234,
                "text": "1,234",
                "url": "/companies/?segment=4",
                "note": "12%",
                "light": green.light,
                "dark": green.dark,
            },
            {"label": "Good", "value": 0.5, "text": "0.5"},
        ],
        "legend": [],
        "csv": "Segment,Customers\nVIP,1234.0\nGood,0.5\n",
    }
    assert chart.table.rows == [
        [Cell("VIP"), Cell("1,234", 1234, "/companies/?segment=4")],
        [Cell("Good"), Cell("0.5", 0.5)],
    ]
    assert chart.summary == "VIP 1,234, Good 0.5"
    assert bars_chart("none", "None", [], of="Segment", value="Customers").is_empty


def test_no_file_of_a_chart_can_act_as_a_formula_or_lose_a_column() -> None:
    parts = [Datum(name, count, str(count)) for name, count in (("=cmd()", 1), ("Good", 2), ("Good", 3))]
    chart = shares_chart("parts", "Parts", [Stack("@sum(A1)", parts)], of="Part")
    assert chart.table.csv() == "Part,'=cmd(),Good,Good (2)\n'@sum(A1),1,2,3\n"


def test_days_are_days_in_files() -> None:
    days = [date(2026, 1, 31), date(2026, 2, 1)]
    line = Line("VIP", [Datum("", 1, "1"), Datum("", 2, "2", "/companies/?on=2026-02-01")])
    chart = areas_chart("sizes", "Sizes over time", days, [line], of="Day")
    assert chart.table.csv() == "Day,VIP\n2026-01-31,1\n2026-02-01,2\n"
    assert chart.drawing["days"] == [
        {"label": "Jan 31, 2026", "short": "Jan 31"},
        {"label": "Feb 1, 2026", "short": "Feb 1"},
    ]
    assert chart.summary == "Feb 1, 2026: VIP 2"


def test_a_curve_is_told_by_its_tenths() -> None:
    chart = curve_chart("c", "Curve", pareto(pl.Series([60.0, 40.0])), customers="Customers", value="Value", summary="")
    assert chart.table.csv() == "Customers,Value\n0.5,0.6\n1.0,1.0\n"
    assert [cell.text for cell in chart.table.rows[0]] == ["50.0%", "60.0%"]
    assert chart.drawing["mark"] == [0.5, 0.6, "60.0%"]
    assert curve_chart("c", "Curve", None, customers="Customers", value="Value", summary="").is_empty


def test_boxes_leave_out_what_nobody_has_a_value_for() -> None:
    boxes = [Box("VIP", (1, 2, 3, 4, 5), ["1", "2", "3", "4", "5"]), Box("Good", None)]
    chart = boxes_chart("b", "Boxes", boxes, of="Segment")
    assert [row[0].text for row in chart.table.rows] == ["VIP"]
    assert chart.summary == "VIP: Median 3"


def test_flows_name_both_ends() -> None:
    nodes = [Node("0a", "Good", 0), Node("1a", "Good", 1), Node("1b", "VIP", 1), Node("0z", "Unused", 0)]
    chart = flows_chart(
        "f", "Moves", nodes, [Flow("0a", "1b", 3, "3", "/x")], before="Before", after="After", value="Customers"
    )
    assert chart.table.csv() == "Before,After,Customers\nGood,VIP,3\n"
    assert [node["key"] for node in chart.drawing["nodes"]] == ["0a", "1b"]
