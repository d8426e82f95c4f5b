"""Metrics through the engine: who counts, which days count, and sums to the last ten-thousandth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import Aggregate, Metric, Source
from satsuma.engine.backends import Session, open_session
from satsuma.engine.facts import Rows
from satsuma.tables import ReadOptions, read_table
from support.measuring import measured, of_deals, rows
from support.models import AS_OF, days_ago

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
CDNOW = ROOT / "tests" / "data" / "cdnow"
EVERY_AGGREGATE = [
    of_deals(Aggregate.COUNT),
    of_deals(Aggregate.SUM, "value"),
    of_deals(Aggregate.DISTINCT, "product"),
    of_deals(Aggregate.MEAN, "value"),
    of_deals(Aggregate.MIN, "value"),
    of_deals(Aggregate.MAX, "value"),
    of_deals(Aggregate.SHARE, where=(("stage", ("won",)),)),
    of_deals(Aggregate.LATEST, "day"),
    of_deals(Aggregate.EARLIEST, "day"),
]


@pytest.fixture(params=["polars", "polars-in-memory", "duckdb", "sqlite"], scope="module")
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with open_session(request.param) as opened:
        yield opened


def deals_of(metrics: list[Metric], *records: dict[str, Any]) -> dict[Source, Rows]:
    return {Source.DEALS: rows(metrics, records)}


def one(metric: Metric, *records: dict[str, Any], session: Session | None = None) -> Any:
    """The metric of the contact "a", to whom all records belong, on the scoring day."""
    own = [{"of": "a"} | record for record in records]
    ((value,),) = measured([metric], ["a"], deals_of([metric], *own), AS_OF, session)
    return value


def test_without_rows_counts_and_sums_are_zero_and_the_others_no_data(session: Session) -> None:
    deals = deals_of(EVERY_AGGREGATE, {"of": "b", "value": "2", "product": "x", "stage": "won", "day": AS_OF})
    nobody, somebody = measured(EVERY_AGGREGATE, ["a", "b"], deals, AS_OF, session)
    assert nobody == (0, 0, 0, None, None, None, None, None, None)
    assert somebody == (1, 2, 1, 2, 2, 2, 1, AS_OF, AS_OF)


def test_without_any_rows_at_all(session: Session) -> None:
    (found,) = measured(EVERY_AGGREGATE, ["a"], deals_of(EVERY_AGGREGATE), AS_OF, session)
    assert found == (0, 0, 0, None, None, None, None, None, None)


def test_rows_of_nobody_and_of_strangers_count_for_nobody(session: Session) -> None:
    metrics = EVERY_AGGREGATE[:3]
    other = {"value": "5", "product": "x"}
    assert measured(metrics, ["a"], deals_of(metrics, {"of": None, **other}, {"of": "z", **other}), AS_OF, session) == [
        (0, 0, 0)
    ]


def test_empty_cells_are_rows_but_no_values(session: Session) -> None:
    deals = deals_of(EVERY_AGGREGATE, {"of": "a"}, {"of": "a"})
    (found,) = measured(EVERY_AGGREGATE, ["a"], deals, AS_OF, session)
    assert found == (2, 0, 0, None, None, None, 0, None, None)


@pytest.mark.parametrize(("age_days", "counts"), [(-1, 0), (0, 1), (1, 1), (29, 1), (30, 0), (31, 0)])
def test_a_window_begins_after_its_first_day_and_ends_with_the_scoring_day(age_days: int, counts: int) -> None:
    metric = of_deals(Aggregate.COUNT, day="day", within_days=30)
    assert one(metric, {"day": days_ago(age_days)}) == counts


def test_a_window_of_one_day_is_the_scoring_day() -> None:
    metric = of_deals(Aggregate.COUNT, day="day", within_days=1)
    assert one(metric, {"day": AS_OF}, {"day": days_ago(1)}, {"day": days_ago(-1)}) == 1


def test_a_window_longer_than_the_calendar_holds_everything_up_to_the_scoring_day(session: Session) -> None:
    metric = of_deals(Aggregate.COUNT, day="day", within_days=1_000_000)
    days = [date.min, AS_OF, date.max, AS_OF + timedelta(days=1)]
    assert one(metric, *({"day": day} for day in days), session=session) == 2


def test_rows_after_the_scoring_day_count_when_no_day_is_named() -> None:
    assert one(of_deals(Aggregate.LATEST, "closes"), {"closes": days_ago(-400)}) == days_ago(-400)
    assert one(of_deals(Aggregate.LATEST, "closes", day="closes"), {"closes": days_ago(-400)}) is None


def test_rows_without_a_day_count_when_no_day_is_named() -> None:
    assert one(of_deals(Aggregate.COUNT), {"day": None}) == 1
    assert one(of_deals(Aggregate.COUNT, day="day"), {"day": None}) == 0


def test_all_conditions_must_hold_in_any_spelling(session: Session) -> None:
    metric = of_deals(Aggregate.COUNT, where=(("stage", ("won", "Paid")), ("product", ("Straße",))))
    met = [("WON", "strasse"), (" paid ", "STRASSE")]
    other = [("won", None), (None, "Straße"), ("lost", "Straße"), ("won", "x")]
    assert one(metric, *({"stage": s, "product": p} for s, p in met + other), session=session) == 2


def test_a_share_is_of_the_rows_in_the_window() -> None:
    metric = of_deals(Aggregate.SHARE, where=(("stage", ("won",)),), day="day", within_days=10)
    records = [("won", 1), ("lost", 2), (None, 3), ("won", 11), ("won", -1)]
    assert one(metric, *({"stage": stage, "day": days_ago(age)} for stage, age in records)) == 1 / 3


def test_different_texts_are_different_after_folding(session: Session) -> None:
    products = ["Alfa", "ALFA", " alfa", "Beta", None, "Béta", "Be\u0301ta"]
    assert one(of_deals(Aggregate.DISTINCT, "product"), *({"product": p} for p in products), session=session) == 3


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        (["0.1", "0.2"], 0.3),
        (["0.1"] * 10, 1.0),
        (["1000000000000", "0.0001", "-1000000000000"], 0.0001),
        (["0.0001"] * 3, 0.0003),
        (["-0.1", "0.1"], 0.0),
        (["899999999999.9999"], 899999999999.9999),
        (["0.7"], 0.7),
        (["1.2345"], 1.2345),
    ],
    ids=str,
)
def test_sums_are_exact(amounts: list[str], total: float, session: Session) -> None:
    records = [{"value": amount} for amount in amounts]
    assert one(of_deals(Aggregate.SUM, "value"), *records, session=session) == total


@pytest.mark.parametrize("amounts", [["0.1", "0.2", "0.3"], ["1", "2", "4"], ["0.0001", "0.0002"]], ids=str)
def test_means_are_divided_once(amounts: list[str], session: Session) -> None:
    units = sum(int(Decimal(amount) * PER_UNIT) for amount in amounts)
    expected = float(units) / (len(amounts) * PER_UNIT)
    assert one(of_deals(Aggregate.MEAN, "value"), *({"value": a} for a in amounts), session=session) == expected


@pytest.mark.parametrize("count", [1, 2, 500])
def test_each_of_few_and_many_contacts_has_the_double_nearest_to_its_sum(count: int, session: Session) -> None:
    metrics = [of_deals(aggregate, "value") for aggregate in (Aggregate.SUM, Aggregate.MAX, Aggregate.MEAN)]
    units = [7 * number + 12_345 for number in range(count)]
    records = [{"of": str(number), "value": Decimal(unit) / PER_UNIT} for number, unit in enumerate(units)]
    keys = [str(number) for number in range(count)]
    expected = [(unit / PER_UNIT,) * 3 for unit in units]
    assert measured(metrics, keys, deals_of(metrics, *records), AS_OF, session) == expected


@pytest.mark.parametrize("count", [1, 2, 50])
def test_shares_are_the_nearest_doubles(count: int, session: Session) -> None:
    metric = of_deals(Aggregate.SHARE, where=(("stage", ("won",)),))
    keys = [str(number) for number in range(count)]
    of_all = [{"of": key, "stage": "lost"} for key in keys for _ in range(48)]
    won = [{"of": key, "stage": "won"} for key in keys]
    assert measured([metric], keys, deals_of([metric], *of_all, *won), AS_OF, session) == [(1 / 49,)] * count


def test_deals_activities_and_people_are_counted_apart(session: Session) -> None:
    metrics = [Metric(source, Aggregate.COUNT) for source in Source]
    counted = {
        source: rows(metrics, [{"of": "a"}] * (number + 1), source) for number, source in enumerate(reversed(Source))
    }
    assert measured(metrics, ["a", "b"], counted, AS_OF, session) == [(3, 2, 1), (0, 0, 0)]


# Published figures


def of_file(metrics: list[Metric], path: Path, key: str, options: ReadOptions | None = None) -> Rows:
    """A file's rows as the command line reads them."""
    table = read_table(path, options)
    read = {Role.TEXT: table.texts, Role.AMOUNT: table.ten_thousandths, Role.DAY: table.days}
    columns = {RowColumn(role, name) for metric in metrics for role, name in _asked(metric)}
    return Rows(table.texts(key), {column: read[column.role](column.column) for column in columns})


def _asked(metric: Metric) -> Iterator[tuple[Role, str]]:
    if metric.column is not None:
        role = Role.TEXT if metric.aggregate is Aggregate.DISTINCT else Role.AMOUNT
        yield (Role.DAY if metric.aggregate.gives_date else role), metric.column
    if metric.day is not None:
        yield Role.DAY, metric.day


def everybodys(found: Rows) -> Rows:
    """The same rows, all of one contact."""
    return Rows(pl.Series(["all"] * len(found.contact_keys)), found.columns)


def test_northwinds_totals_are_exact(session: Session) -> None:
    metrics = [of_deals(Aggregate.SUM, "net_value"), of_deals(Aggregate.SUM, "gross_value"), of_deals(Aggregate.COUNT)]
    sales = of_file(metrics, EXAMPLES / "northwind" / "sales.csv", "customer_id")
    total = measured(metrics, ["all"], {Source.DEALS: everybodys(sales)}, AS_OF, session)
    assert total == [(1_265_793.0395, 1_354_458.59, 830)]


def test_northwinds_customers_add_up_to_the_total(session: Session) -> None:
    metrics = [of_deals(Aggregate.SUM, "net_value")]
    sales = of_file(metrics, EXAMPLES / "northwind" / "sales.csv", "customer_id")
    keys = sales.contact_keys.unique().sort().to_list()
    found = measured(metrics, keys, {Source.DEALS: sales}, AS_OF, session)
    assert len(found) == 89
    assert sum(Decimal(repr(value)) for (value,) in found) == Decimal("1265793.0395")


def test_ravenstacks_monthly_revenue_adds_up() -> None:
    metrics = [of_deals(Aggregate.SUM, "mrr_amount")]
    path = EXAMPLES / "ravenstack" / "ravenstack_subscriptions.csv"
    subscriptions = of_file(metrics, path, "account_id")
    keys = read_table(EXAMPLES / "ravenstack" / "ravenstack_accounts.csv").texts("account_id").to_list()
    assert sum(value for (value,) in measured(metrics, keys, {Source.DEALS: subscriptions}, AS_OF)) == 11_338_747


BUYER, DAY, DOLLARS = "column 2", "column 3", "column 5"
END = date(1997, 9, 30)


@pytest.fixture(scope="module")
def cdnow() -> tuple[list[str], Rows]:
    """Every buyer of the sample, and the purchases."""
    metrics = [of_deals(Aggregate.SUM, DOLLARS, day=DAY), of_deals(Aggregate.DISTINCT, DAY)]
    options = ReadOptions(delimiter="blanks", header_row=0, date_format="yyyymmdd")
    purchases = of_file(metrics, CDNOW / "CDNOW_sample.txt", BUYER, options)
    return purchases.contact_keys.unique(maintain_order=True).to_list(), purchases


def test_cdnows_published_summary(cdnow: tuple[list[str], Rows]) -> None:
    """Days bought on after the first, weeks from first to last and to the end; two decimals are published."""
    keys, purchases = cdnow
    metrics = [
        of_deals(Aggregate.DISTINCT, DAY, day=DAY),
        of_deals(Aggregate.EARLIEST, DAY, day=DAY),
        of_deals(Aggregate.LATEST, DAY, day=DAY),
    ]
    found = {
        int(key): (days - 1, (last - first).days / 7, (END - first).days / 7)
        for key, (days, first, last) in zip(keys, measured(metrics, keys, {Source.DEALS: purchases}, END), strict=True)
    }
    published = read_table(CDNOW / "cdnow_customers_summary_with_transactions.csv").frame
    expected = {int(row["ID"]): (float(row["x"]), float(row["t_x"]), float(row["T"])) for row in published.to_dicts()}
    assert found.keys() == expected.keys()
    assert [key for key, own in found.items() if own != pytest.approx(expected[key], abs=0.005001)] == []


def test_cdnows_published_mean_of_later_purchases(cdnow: tuple[list[str], Rows]) -> None:
    """What was spent until the end less what was spent on the first day, by the days bought on after the first."""
    keys, purchases = cdnow
    counted = {Source.DEALS: purchases}
    spent = [of_deals(Aggregate.SUM, DOLLARS, day=DAY)]
    days = [of_deals(Aggregate.DISTINCT, DAY, day=DAY), of_deals(Aggregate.EARLIEST, DAY, day=DAY)]
    total = [value for (value,) in measured(spent, keys, counted, END)]
    repeats, first = zip(*measured(days, keys, counted, END), strict=True)
    at_first = {
        day: {key: value for key, (value,) in zip(keys, measured(spent, keys, counted, day), strict=True)}
        for day in set(first)
    }
    means = {
        int(key): (total[place] - at_first[first[place]][key]) / (repeats[place] - 1) if repeats[place] > 1 else 0.0
        for place, key in enumerate(keys)
    }
    published = read_table(CDNOW / "cdnow_customers_summary_with_transactions.csv").frame
    expected = {int(row["ID"]): float(row["zbar"]) for row in published.to_dicts()}
    assert [key for key, mean in means.items() if abs(mean - expected[key]) > 0.005001] == []
