"""Makes sales.csv, one row per order, from orders.csv and order_details.csv: `python make_sales.py`.

An order line is worth unit price × quantity × (1 − discount). The three are decimals in the files and stay decimals
here, so every value is exact: prices have two decimals and discounts two, which makes four.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path

HERE = Path(__file__).parent
HEADER = ("order_id", "customer_id", "ordered_on", "shipped", "products", "gross_value", "net_value")
EMPTY = "NULL"


def sales_csv(folder: Path = HERE) -> str:
    """The text of sales.csv: orders in the order of orders.csv, values with four decimals."""
    lines = defaultdict(list)
    for line in read(folder / "order_details.csv"):
        lines[line["orderID"]].append(line)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(sale(order, lines[order["orderID"]]) for order in read(folder / "orders.csv"))
    return out.getvalue()


def read(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sale(order: dict[str, str], lines: Iterable[dict[str, str]]) -> tuple[object, ...]:
    """One order as a row of `HEADER`; the day without its time, which is midnight throughout."""
    gross = net = Decimal("0.0000")
    products = set()
    for line in lines:
        value = Decimal(line["unitPrice"]) * int(line["quantity"])
        gross += value
        net += value * (1 - Decimal(line["discount"]))
        products.add(line["productID"])
    shipped = "no" if order["shippedDate"] == EMPTY else "yes"
    return order["orderID"], order["customerID"], order["orderDate"][:10], shipped, len(products), gross, net


if __name__ == "__main__":
    (HERE / "sales.csv").write_text(sales_csv(), encoding="utf-8", newline="\n")
