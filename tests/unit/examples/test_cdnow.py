"""The CDNOW example: metrics give the published summary of the sample, and the model sorts the sample."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from satsuma.domain.metrics import PER_UNIT, Role, Row, RowColumn, measure
from satsuma.domain.model import Aggregate, Metric, Number, Source
from satsuma.domain.scoring import score
from satsuma.modelfile import check_file

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "cdnow"
HERE = ROOT / "examples" / "cdnow"
END_OF_SUMMARY = date(1997, 9, 30)
END_OF_DATA = date(1998, 6, 30)

Purchases = dict[int, list[Row]]

DAYS = Metric(Source.DEALS, Aggregate.DISTINCT, "date", day="date")
FIRST = Metric(Source.DEALS, Aggregate.EARLIEST, "date", day="date")
LAST = Metric(Source.DEALS, Aggregate.LATEST, "date", day="date")
SPENT = Metric(Source.DEALS, Aggregate.SUM, "dollar_value", day="date")


@pytest.fixture(scope="module")
def purchases() -> Purchases:
    """The purchases of every buyer by the number in the sample."""
    found: Purchases = {}
    with (DATA / "CDNOW_sample.txt").open(encoding="ascii") as file:
        for _, buyer, day, _, dollars in map(str.split, file):
            found.setdefault(int(buyer), []).append(
                {
                    RowColumn(Role.TEXT, "date"): day,
                    RowColumn(Role.DAY, "date"): datetime.strptime(day, "%Y%m%d").date(),
                    RowColumn(Role.AMOUNT, "dollar_value"): int(Decimal(dollars) * PER_UNIT),
                }
            )
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """One buyer in the published table: days bought on after the first, weeks, mean value of such a day."""

    repeats: int
    weeks_to_last: float
    weeks_to_end: float
    mean_value: float


def published() -> Iterator[tuple[int, Summary]]:
    with (DATA / "cdnow_customers_summary_with_transactions.csv").open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            yield (
                int(row["ID"]),
                Summary(int(row["x"]), float(row["t_x"]), float(row["T"]), float(row["zbar"])),
            )


def computed(rows: list[Row]) -> Summary:
    days = number(measure(DAYS, rows, END_OF_SUMMARY))
    first, last = measure(FIRST, rows, END_OF_SUMMARY), measure(LAST, rows, END_OF_SUMMARY)
    assert isinstance(first, date)
    assert isinstance(last, date)
    later = number(measure(SPENT, rows, END_OF_SUMMARY)) - number(measure(SPENT, rows, first))
    repeats = int(days) - 1
    weeks_to_last, weeks_to_end = (last - first).days / 7, (END_OF_SUMMARY - first).days / 7
    return Summary(repeats, weeks_to_last, weeks_to_end, later / repeats if repeats else 0.0)


def number(value: Number | date | None) -> Number:
    assert isinstance(value, int | float)
    return value


def test_metrics_give_the_published_summary(purchases: Purchases) -> None:
    """The table is rounded to two decimals, so half a hundredth (and a trifle of floats) is allowed."""
    summary = dict(published())
    assert summary.keys() == purchases.keys()
    differing = [buyer for buyer, expected in summary.items() if not alike(computed(purchases[buyer]), expected)]
    assert differing == []


def alike(one: Summary, other: Summary) -> bool:
    pairs = [
        (one.weeks_to_last, other.weeks_to_last),
        (one.weeks_to_end, other.weeks_to_end),
        (one.mean_value, other.mean_value),
    ]
    return one.repeats == other.repeats and all(abs(left - right) <= 0.005001 for left, right in pairs)


def test_the_model_has_no_problem_and_no_warning() -> None:
    findings = check_file(HERE / "model.yaml")
    assert [str(remark) for remark in (*findings.problems, *findings.warnings)] == []


def test_the_model_sorts_the_sample(purchases: Purchases) -> None:
    model = check_file(HERE / "model.yaml").segmentation
    assert model is not None
    sizes: Counter[str] = Counter()
    spent = Decimal(0)
    for rows in purchases.values():
        record = {field.key: measure(field.metric, rows, END_OF_DATA) for field in model.fields if field.metric}
        sizes[score(model, record, END_OF_DATA).segment_name] += 1
        spent += Decimal(str(record["spent"]))
    assert spent == Decimal("244091.94")
    assert sizes == {
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
