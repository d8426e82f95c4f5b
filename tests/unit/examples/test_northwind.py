"""The Northwind example: sales.csv is what its script makes, its totals are exact, its README tells the truth."""

from __future__ import annotations

import csv
import runpy
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from satsuma.domain.metrics import measure
from satsuma.domain.model import Aggregate, Metric, Source
from satsuma.modelfile import check_file
from support.sample_tables import Table, results, rows_by_contact

HERE = Path(__file__).parents[3] / "examples" / "northwind"
AS_OF = date(1998, 5, 6)
SALES = Table(HERE / "sales.csv", "customer_id")


@pytest.fixture(scope="module")
def sales() -> list[dict[str, str]]:
    with SALES.path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_sales_are_what_the_script_makes() -> None:
    make = runpy.run_path(str(HERE / "make_sales.py"))
    assert SALES.path.read_text(encoding="utf-8") == make["sales_csv"]()


def test_the_totals_are_exact(sales: list[dict[str, str]]) -> None:
    assert sum(Decimal(row["net_value"]) for row in sales) == Decimal("1265793.0395")
    assert sum(Decimal(row["gross_value"]) for row in sales) == Decimal("1354458.59")
    assert Counter(row["shipped"] for row in sales) == {"yes": 809, "no": 21}


def test_a_metric_over_all_orders_gives_the_exact_total() -> None:
    total = Metric(Source.DEALS, Aggregate.SUM, "net_value")
    rows = [row for own in rows_by_contact([total], Source.DEALS, SALES).values() for row in own]
    assert measure(total, rows, AS_OF) == 1265793.0395


def test_two_customers_never_ordered(sales: list[dict[str, str]]) -> None:
    customers = {row["customerID"] for row in Table(HERE / "customers.csv", "customerID").read()}
    assert customers - {row["customer_id"] for row in sales} == {"PARIS", "FISSA"}


def test_the_model_has_no_problem_and_no_warning() -> None:
    findings = check_file(HERE / "model.yaml")
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []


def test_the_segments_have_the_sizes_that_the_readme_names() -> None:
    model = check_file(HERE / "model.yaml").segmentation
    assert model is not None
    customers = Table(HERE / "customers.csv", "customerID", empty="NULL")
    found = results(model, customers, AS_OF, {Source.DEALS: SALES})
    sizes = Counter(result.segment_name for result in found.values())
    assert sizes == {"Average": 28, "Good": 30, "Super": 25, "VIP": 8}
    assert found["PARIS"].segment_name == found["FISSA"].segment_name == "Average"
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name, size in sizes.items() if f"| {name} | {size} |" not in readme] == []
