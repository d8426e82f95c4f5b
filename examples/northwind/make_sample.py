"""Makes the sample data of the installation from Northwind's files: `python make_sample.py`.

Writes companies.csv and deals.csv to src/satsuma/app/crm/sample/data. What Northwind does not have is made up from what
it has, by rules that always give the same: web and e-mail addresses (under .example, which leads nowhere), numbers of
employees, answers to three questions, and which orders were lost. Days are told as days before the last order.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from unicodedata import combining, normalize
from zlib import crc32

from make_sales import HERE, read

TARGET = HERE.parent.parent / "src" / "satsuma" / "app" / "crm" / "sample" / "data"
LAST = date(1998, 5, 6)
NAMES = ("beverages", "condiments", "sweets", "dairy", "cereals", "meat", "produce", "seafood")
CATEGORIES = dict(zip("12345678", NAMES, strict=True))
COUNTRIES = {
    "Argentina": "AR", "Austria": "AT", "Belgium": "BE", "Brazil": "BR", "Canada": "CA", "Denmark": "DK",
    "Finland": "FI", "France": "FR", "Germany": "DE", "Ireland": "IE", "Italy": "IT", "Mexico": "MX", "Norway": "NO",
    "Poland": "PL", "Portugal": "PT", "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "UK": "GB", "USA": "US",
    "Venezuela": "VE",
}  # fmt: skip
INDUSTRIES = ("retail", "retail", "hospitality", "wholesale", "retail", "hospitality", "consulting")


def draw(text: str, size: int) -> int:
    """A number below `size` that looks like chance and is always the same for the same text."""
    return crc32(text.encode()) % size


def host(name: str) -> str:
    apart = normalize("NFKD", name.casefold().replace("ß", "ss").replace("ø", "o").replace("æ", "ae"))
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in apart if not combining(sign))
    return "-".join(filter(None, plain.split("-")))[:40].strip("-") + ".example"


def deals() -> list[dict[str, object]]:
    categories = {row["productID"]: CATEGORIES[row["categoryID"]] for row in read(HERE / "products.csv")}
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for line in read(HERE / "order_details.csv"):
        value = Decimal(line["unitPrice"]) * int(line["quantity"]) * (1 - Decimal(line["discount"]))
        values[line["orderID"]][categories[line["productID"]]] += value  # type: ignore[assignment]
    return [deal(order, values[order["orderID"]]) for order in read(HERE / "orders.csv")]


def deal(order: dict[str, str], values: Counter[str]) -> dict[str, object]:
    number = order["orderID"]
    opened = (LAST - date.fromisoformat(order["orderDate"][:10])).days + 3 + draw(f"open {number}", 30)
    is_open = order["shippedDate"] == "NULL"
    state = "open" if is_open else ("lost" if draw(f"lost {number}", 8) == 0 else "won")
    closed = "" if is_open else (LAST - date.fromisoformat(order["orderDate"][:10])).days
    product = values.most_common(1)[0][0]
    return {
        "number": number,
        "company": order["customerID"],
        "value": f"{Decimal(sum(values.values())):.2f}",
        "product": product,
        "state": state,
        "opened_days_ago": opened,
        "closed_days_ago": closed,
    }


def company(row: dict[str, str], bought: Decimal) -> dict[str, object]:
    key, web = row["customerID"], host(row["companyName"])
    first, *_, last = row["contactName"].split()
    known = draw(f"known {key}", 5) > 0  # one in five has not answered yet
    return {
        "key": key,
        "name": " ".join(row["companyName"].split()),
        "street": row["address"],
        "city": row["city"],
        "postal_code": row["postalCode"].replace("NULL", ""),
        "country": COUNTRIES[row["country"]],
        "phone": row["phone"],
        "website": f"www.{web}",
        "industry": INDUSTRIES[draw(f"industry {key}", len(INDUSTRIES))],
        "employees": 5 + draw(f"employees {key}", 40) + int(bought / 150),
        "autonomy": ("full", "shared", "hq")[draw(f"autonomy {key}", 3)] if known else "",
        "potential": 5 * (1 + draw(f"potential {key}", 10)) if known else "",
        "nps": min(10, 4 + draw(f"nps {key}", 8)) if draw(f"asked {key}", 3) else "",
        "person": row["contactName"],
        "job_title": row["contactTitle"],
        "email": f"{host(first).removesuffix('.example')}.{host(last).removesuffix('.example')}@{web}",
    }


def write(name: str, rows: list[dict[str, object]]) -> None:
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sales = deals()
    bought: Counter[str] = Counter()
    for sale in sales:
        bought[str(sale["company"])] += Decimal(str(sale["value"]))  # type: ignore[assignment]
    write("companies.csv", [company(row, Decimal(bought[row["customerID"]])) for row in read(HERE / "customers.csv")])
    write("deals.csv", sales)
