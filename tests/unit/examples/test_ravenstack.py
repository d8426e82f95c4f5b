"""The RavenStack example: the published figures of its data, and the sizes that its README names."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from satsuma.domain.model import Source
from satsuma.modelfile import check_file
from support.sample_tables import Table, results

HERE = Path(__file__).parents[3] / "examples" / "ravenstack"


def records(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def table(name: str) -> Table:
    return Table(HERE / name, "account_id", date_format="%d-%m-%Y")


def test_the_data_is_whole() -> None:
    accounts = list(records("ravenstack_accounts.csv"))
    subscriptions = list(records("ravenstack_subscriptions.csv"))
    assert Counter(row["plan_tier"] for row in accounts) == {"Basic": 168, "Pro": 178, "Enterprise": 154}
    assert Counter(row["churn_flag"] for row in accounts) == {"FALSE": 390, "TRUE": 110}
    assert (len(subscriptions), sum(int(row["mrr_amount"]) for row in subscriptions)) == (5000, 11_338_747)
    assert sum(1 for _ in records("ravenstack_support_tickets.csv")) == 2000


def test_the_model_has_no_problem_and_no_warning() -> None:
    findings = check_file(HERE / "model.yaml")
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []


def test_the_segments_have_the_sizes_that_the_readme_names() -> None:
    model = check_file(HERE / "model.yaml").segmentation
    assert model is not None
    counted = {
        Source.DEALS: table("ravenstack_subscriptions.csv"),
        Source.ACTIVITIES: table("ravenstack_support_tickets.csv"),
    }
    found = results(model, table("ravenstack_accounts.csv"), date(2024, 12, 31), counted)
    sizes = Counter(result.segment_name for result in found.values())
    assert sizes == {"Average": 89, "Good": 239, "Super": 145, "VIP": 27}
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    assert [name for name, size in sizes.items() if f"| {name} | {size} |" not in readme] == []
