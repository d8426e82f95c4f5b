"""The main job on real files, as the READMEs beside them say, with figures that their publishers or READMEs name."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from support.command import done

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CDNOW = ROOT / "tests" / "data" / "cdnow" / "CDNOW_sample.txt"
SHARED = Path(os.environ.get("SATSUMA_SHARED_DATA") or ROOT.parent / "shared" / "data")
MAVEN = SHARED / "b2b_crm_maven"

RAVENSTACK = (
    "model.yaml", "ravenstack_accounts.csv", "--deals", "ravenstack_subscriptions.csv",
    "--activities", "ravenstack_support_tickets.csv", "--date-format", "dd-mm-yyyy", "--as-of", "2024-12-31",
)  # fmt: skip
NORTHWIND = (
    "model.yaml", "customers.csv", "--key", "customerID", "--deals", "sales.csv", "--deals-key", "customer_id",
    "--empty", "NULL", "--as-of", "1998-05-06",
)  # fmt: skip
MAVEN_TABLES = (
    EXAMPLES / "maven" / "model.yaml", MAVEN / "accounts.csv", "--key", "account",
    "--deals", MAVEN / "sales_pipeline.csv", "--as-of", "2017-12-31",
)  # fmt: skip
needs_maven = pytest.mark.skipif(
    not MAVEN.exists(), reason="the data is not there; SATSUMA_SHARED_DATA names its folder"
)


def sizes(*arguments: object, folder: Path | None = None) -> dict[str, tuple[int, float]]:
    """Customers and value of every segment that has any, from the preview."""
    segments = done("preview", *arguments, "--json", folder=folder).json["segments"]
    return {each["name"]: (each["customers"], each["value"]) for each in segments if each["customers"]}


def segments(path: Path) -> Counter[str]:
    return Counter(pl.read_csv(path)["segment"].to_list())


def test_ravenstack(tmp_path: Path) -> None:
    folder = EXAMPLES / "ravenstack"
    expected = {
        "Average": (89, 594_334.0),
        "Good": (239, 3_630_459.0),
        "Super": (145, 4_470_245.0),
        "VIP": (27, 1_464_570.0),
    }
    assert sizes(*RAVENSTACK, "--value", "mrr", folder=folder) == expected
    done("score", *RAVENSTACK, "-o", tmp_path / "scored.csv", "--report", tmp_path / "report.html", folder=folder)
    assert segments(tmp_path / "scored.csv") == {name: size for name, (size, _) in expected.items()}
    found = done("explain", *RAVENSTACK, "--id", "A-9badbd", "--json", folder=folder).json
    (row,) = pl.read_csv(tmp_path / "scored.csv").filter(pl.col("account_id") == "A-9badbd").to_dicts()
    assert {key: found[key] for key in ("score", "percent", "segment", "coverage")} | {"account_id": "A-9badbd"} == row
    assert sum(reason["contribution"] for reason in found["reasons"]) == found["score"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "VIP" in page
    assert "https://" not in page.replace("https://www.w3.org", "")


def test_ravenstack_is_the_same_on_every_engine() -> None:
    engines = ("--engine", "polars-in-memory", "--engine", "duckdb", "--engine", "sqlite")
    found = done("verify", *RAVENSTACK, *engines, "--json", folder=EXAMPLES / "ravenstack").json
    assert [(each["engine"], each["contacts"], each["equal"]) for each in found] == [
        ("specification", 500, True),
        ("polars-in-memory", 500, True),
        ("duckdb", 500, True),
        ("sqlite", 500, True),
    ]


def test_northwind(tmp_path: Path) -> None:
    folder = EXAMPLES / "northwind"
    found = sizes(*NORTHWIND, "--value", "sales_year", folder=folder)
    assert {name: (size, round(value, 2)) for name, (size, value) in found.items()} == {
        "Average": (28, 42_210.45),
        "Good": (30, 140_491.68),
        "Super": (25, 304_483.22),
        "VIP": (8, 369_699.88),
    }
    assert sum(value for _, value in sizes(*NORTHWIND, "--value", "sales_before", folder=folder).values()) == (
        pytest.approx(1_265_793.0395, abs=1e-9)
    )
    done("score", *NORTHWIND, "-o", tmp_path / "scored.csv", folder=folder)
    assert segments(tmp_path / "scored.csv") == {"Average": 28, "Good": 30, "Super": 25, "VIP": 8}


def test_northwinds_customers_without_orders_have_no_latest_one() -> None:
    found = done("explain", *NORTHWIND, "--id", "PARIS", "--json", folder=EXAMPLES / "northwind").json
    assert (found["segment"], found["missing"]) == ("Average", ["last_order", "mean_order", "breadth"])
    values = {reason["field"]: reason["value"] for reason in found["reasons"]}
    assert (values["sales_year"], values["orders_year"], values["last_order"]) == (0.0, 0.0, None)


RFM = (EXAMPLES / "cdnow" / "model.yaml").read_text(encoding="utf-8")
IN_SAMPLE = {"column: date": "column: column 3", "day: date": "day: column 3", "dollar_value": "column 5"}
PURCHASES = (
    "model.yaml", "--deals", CDNOW, "--deals-key", "column 2", "--header-row", "0", "--delimiter", "blanks",
    "--date-format", "yyyymmdd", "--as-of", "1998-06-30",
)  # fmt: skip


@pytest.fixture
def rfm(tmp_path: Path) -> Path:
    """A folder with the RFM model, for a file without a header."""
    text = RFM
    for old, new in IN_SAMPLE.items():
        text = text.replace(old, new)
    (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_buyers_of_cds_from_their_purchases_alone(rfm: Path) -> None:
    found = sizes(*PURCHASES, "--value", "spent", folder=rfm)
    assert {name: count for name, (count, _) in found.items()} == {
        "Lost": 1281,
        "Hibernating": 101,
        "Can't lose them": 28,
        "At risk": 306,
        "About to sleep": 38,
        "Need attention": 109,
        "Potential loyalists": 163,
        "Loyal": 98,
        "Champions": 233,
    }
    assert round(sum(value for _, value in found.values()), 4) == 244_091.94
    scored = done("score", *PURCHASES, "--json", folder=rfm).json
    assert (len(scored), scored[0]["column 2"], scored[0]["segment"]) == (2357, "0001", _segment(rfm, "0001"))
    assert Counter(row["segment"] for row in scored) == {name: count for name, (count, _) in found.items()}


def _segment(rfm: Path, key: str) -> Any:
    return done("explain", *PURCHASES, "--id", key, "--json", folder=rfm).json["segment"]


def test_buyers_of_cds_are_the_same_on_every_engine(rfm: Path) -> None:
    found = done("verify", *PURCHASES, "--engine", "duckdb", "--json", folder=rfm).json
    assert [(each["engine"], each["contacts"], each["equal"]) for each in found] == [
        ("specification", 2357, True),
        ("duckdb", 2357, True),
    ]


@pytest.mark.skipif(not (SHARED / "b2c_cdnow").exists(), reason="the data is not there")
def test_all_buyers_of_cds(rfm: Path) -> None:
    """The file has a header whose names are parted by blanks like its cells."""
    (rfm / "model.yaml").write_text(RFM, encoding="utf-8")
    master = SHARED / "b2c_cdnow" / "CDNOW_master.txt.gz"
    options = ("--deals-key", "customer_id", "--delimiter", "blanks", "--date-format", "yyyymmdd")
    found = sizes("model.yaml", "--deals", master, *options, "--as-of", "1998-06-30", "--value", "spent", folder=rfm)
    assert sum(count for count, _ in found.values()) == 23_570
    assert round(sum(value for _, value in found.values()), 4) == 2_500_315.63
    assert (found["Champions"][0], found["Lost"][0]) == (2559, 12_706)


@needs_maven
def test_maven(tmp_path: Path) -> None:
    assert sizes(*MAVEN_TABLES, "--value", "won_value") == {
        "Average": (34, 2_788_681.0),
        "Good": (26, 3_007_365.0),
        "Super": (21, 3_227_080.0),
        "VIP": (4, 982_408.0),
    }
    done("score", *MAVEN_TABLES, "-o", tmp_path / "scored.xlsx")
    assert Counter(pl.read_excel(tmp_path / "scored.xlsx")["segment"].to_list()) == {
        "Average": 34,
        "Good": 26,
        "Super": 21,
        "VIP": 4,
    }
    noted = done("score", *MAVEN_TABLES, "-o", tmp_path / "scored.csv").err
    assert noted == "Note: 1,425 of 8,800 deals name no contact and count for nobody.\n"


WON_EVER = """\
satsuma: 1
name: Won
kind: company
fields:
  won: {type: money, metric: {of: deals, aggregate: sum, column: close_value, where: {deal_stage: [won]}}}
  deals: {type: number, metric: {of: deals, aggregate: count}}
  lost: {type: number, metric: {of: deals, aggregate: count, where: {deal_stage: [Lost]}}}
parameters:
  - {field: won, relevance: 1, ranges: {cuts: [341455], points: [0, 1]}}
  - {field: deals, relevance: 1, ranges: {cuts: [1], points: [0, 0]}}
  - {field: lost, relevance: 1, ranges: {cuts: [1], points: [0, 0]}}
bands: {scale: points, segments: [{name: others}, {name: largest, from: 1}]}
"""


@needs_maven
def test_mavens_known_figures(tmp_path: Path) -> None:
    """Won value 10,005,534 in all; the largest account is Kan-code with 341,455 in 115 won deals."""
    (tmp_path / "model.yaml").write_text(WON_EVER, encoding="utf-8")
    tables = (tmp_path / "model.yaml", *MAVEN_TABLES[1:])
    found = sizes(*tables, "--value", "won")
    assert found == {"others": (84, 10_005_534.0 - 341_455.0), "largest": (1, 341_455.0)}
    assert sum(value for _, value in sizes(*tables, "--value", "lost").values()) == 2473
    assert sum(value for _, value in sizes(*tables, "--value", "deals").values()) == 8800 - 1425
    scored = done("score", *tables, "--json").json
    assert [row["account"] for row in scored if row["segment"] == "largest"] == ["Kan-code"]


@needs_maven
def test_maven_is_the_same_on_every_engine() -> None:
    engines = ("--engine", "duckdb", "--engine", "sqlite")
    found = done("verify", *MAVEN_TABLES, *engines, "--json").json
    assert [(each["engine"], each["contacts"], each["equal"]) for each in found] == [
        ("specification", 85, True),
        ("duckdb", 85, True),
        ("sqlite", 85, True),
    ]


def test_the_demo_names_files_that_are_there() -> None:
    demo = (EXAMPLES / "demo").read_text(encoding="utf-8")
    names = [name for name in RAVENSTACK if name.endswith((".csv", ".yaml"))]
    assert [name for name in names if name not in demo or not (EXAMPLES / "ravenstack" / name).exists()] == []
