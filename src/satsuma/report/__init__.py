"""One self-contained HTML page about a scored table: no script, no network, aggregates only. Called by `cli`."""

from satsuma.report.curve import Curve, pareto
from satsuma.report.customers import Customer
from satsuma.report.page import render_report

__all__ = ["Curve", "Customer", "pareto", "render_report"]
