"""Ten deals per company become eight metrics, against a grouping written by hand in Polars and in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import duckdb
import polars as pl

from benchmarks.data import DEALS_PER_COMPANY, Options, deals
from benchmarks.model import AS_OF
from benchmarks.timing import OURS, Line, assert_same, compared, race
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import (
    Aggregate,
    Axis,
    Band,
    Field,
    FieldType,
    Kind,
    Metric,
    NumericRanges,
    Parameter,
    Segmentation,
    Source,
)
from satsuma.engine.facts import Contacts, Rows, encode
from satsuma.engine.layout import ID, Layout
from satsuma.engine.metrics import MetricCompiler

MOST_COMPANIES = 1_000_000
BY_HAND, BY_HAND_PREPARED, SQL = "Polars group_by by hand", "Polars, columns first", "DuckDB GROUP BY"
WON = (("stage", ("won",)),)
YEAR = 365


def _metric(aggregate: Aggregate, column: str | None = None, **rest: Any) -> Metric:
    return Metric(Source.DEALS, aggregate, column, **{"where": WON, **rest})


METRICS = {
    "won_deals": _metric(Aggregate.COUNT),
    "won_amount": _metric(Aggregate.SUM, "amount"),
    "mean_won": _metric(Aggregate.MEAN, "amount"),
    "won_in_a_year": _metric(Aggregate.SUM, "amount", day="closed_on", within_days=YEAR),
    "latest_won": _metric(Aggregate.LATEST, "closed_on"),
    "earliest": _metric(Aggregate.EARLIEST, "closed_on", where=()),
    "products": _metric(Aggregate.DISTINCT, "product", where=()),
    "share_won": _metric(Aggregate.SHARE),
}


def lines(options: Options) -> Iterator[Line]:
    companies = min(options.rows, MOST_COMPANIES)
    frame = deals(companies, options.seed)
    contenders: dict[str, Callable[[], pl.DataFrame]] = {
        OURS: _satsuma(frame, companies),
        BY_HAND: lambda: _by_hand(frame, companies).collect(engine="streaming"),
        BY_HAND_PREPARED: lambda: _by_hand_prepared(frame, companies).collect(engine="streaming"),
        SQL: _sql(frame, companies),
    }
    expected = contenders[OURS]().sort(ID)
    for name, run in contenders.items():
        assert_same(run().sort(ID), expected, name, but_for_last_bit=name in (BY_HAND, BY_HAND_PREPARED))
    best = race(contenders, 5)
    yield from compared("8 metrics from deals", companies * DEALS_PER_COMPANY, best, {BY_HAND: 1.25})


def _satsuma(frame: pl.DataFrame, companies: int) -> Callable[[], pl.DataFrame]:
    layout = Layout(_segmentation())
    columns = {
        RowColumn(Role.TEXT, "stage"): frame["stage"],
        RowColumn(Role.TEXT, "product"): frame["product"],
        RowColumn(Role.AMOUNT, "amount"): frame["amount"],
        RowColumn(Role.DAY, "closed_on"): frame["closed_on"],
    }
    keys = pl.int_range(companies, eager=True, dtype=pl.Int64)
    facts = encode(layout, Contacts(keys, {}, {Source.DEALS: Rows(frame["company"], columns)}))
    names = {layout.column(key): key for key in METRICS}

    def run() -> pl.DataFrame:
        measured: pl.LazyFrame = MetricCompiler(layout, AS_OF, pl).measured(facts.contacts, facts.rows)
        return measured.select(ID, *names).rename(names).collect(engine="streaming")

    return run


def _segmentation() -> Segmentation:
    """Asks for every metric; what they earn does not matter here."""
    dates = (Aggregate.LATEST, Aggregate.EARLIEST)
    fields = tuple(
        Field(key, FieldType.DATE if metric.aggregate in dates else FieldType.NUMBER, metric=metric)
        for key, metric in METRICS.items()
    )
    parameters = tuple(Parameter(key, 1, NumericRanges((1,), (0, 1))) for key in METRICS)
    return Segmentation("Metrics", Kind.COMPANY, fields, (Axis("Score", parameters, (Band("Low"), Band("High", 1))),))


def _by_hand(frame: pl.DataFrame, companies: int) -> pl.LazyFrame:
    """Conditions inside the grouping, as the documentation of Polars shows them."""
    won, day, amount = pl.col("stage") == "won", pl.col("closed_on"), pl.col("amount")
    in_a_year = won & (day <= AS_OF) & (day > AS_OF - timedelta(days=YEAR))
    grouped = (
        frame.lazy()
        .group_by("company")
        .agg(
            won_deals=won.sum(),
            won_amount=amount.filter(won).sum(),
            valued=amount.filter(won).count(),
            won_in_a_year=amount.filter(in_a_year).sum(),
            latest_won=day.filter(won).max(),
            earliest=day.min(),
            products=pl.col("product").drop_nulls().n_unique(),
            deals=pl.len(),
        )
    )
    return _finished(grouped, companies)


def _by_hand_prepared(frame: pl.DataFrame, companies: int) -> pl.LazyFrame:
    """Conditions before the grouping, so that only plain columns are aggregated."""
    won, day, amount = pl.col("stage") == "won", pl.col("closed_on"), pl.col("amount")
    in_a_year = won & (day <= AS_OF) & (day > AS_OF - timedelta(days=YEAR))
    own = frame.lazy().select(
        "company",
        won=won,
        amount=pl.when(won).then(amount),
        recent=pl.when(in_a_year).then(amount),
        won_on=pl.when(won).then(day),
        day=day,
    )
    grouped = own.group_by("company").agg(
        won_deals=pl.col("won").sum(),
        won_amount=pl.col("amount").sum(),
        valued=pl.col("amount").count(),
        won_in_a_year=pl.col("recent").sum(),
        latest_won=pl.col("won_on").max(),
        earliest=pl.col("day").min(),
        deals=pl.len(),
    )
    products = (
        frame.lazy().select("company", "product").drop_nulls().unique().group_by("company").agg(products=pl.len())
    )
    return _finished(grouped.join(products, on="company", how="left"), companies)


def _finished(grouped: pl.LazyFrame, companies: int) -> pl.LazyFrame:
    everybody = pl.LazyFrame({"company": pl.int_range(companies, eager=True)})
    joined = everybody.join(grouped, on="company", how="left")
    return joined.select(
        pl.col("company").alias(ID),
        pl.col("won_deals").fill_null(0),
        pl.col("won_amount").fill_null(0) / PER_UNIT,
        pl.when(pl.col("valued") > 0)
        .then(pl.col("won_amount") / (pl.col("valued").cast(pl.Int64) * PER_UNIT))
        .alias("mean_won"),
        pl.col("won_in_a_year").fill_null(0) / PER_UNIT,
        "latest_won",
        "earliest",
        pl.col("products").fill_null(0),
        (pl.col("won_deals") / pl.col("deals")).alias("share_won"),
    )


def _sql(frame: pl.DataFrame, companies: int) -> Callable[[], pl.DataFrame]:
    connection = duckdb.connect()
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE deals AS SELECT * FROM given")
    query = f"""
        SELECT range AS {ID}, coalesce(won_deals, 0) AS won_deals,
               coalesce(won_amount, 0)::DOUBLE / {PER_UNIT} AS won_amount,
               CASE WHEN valued > 0 THEN won_amount::DOUBLE / (valued * {PER_UNIT}) END AS mean_won,
               coalesce(won_in_a_year, 0)::DOUBLE / {PER_UNIT} AS won_in_a_year, latest_won, earliest,
               coalesce(products, 0) AS products, won_deals / deals AS share_won
        FROM range({companies}) LEFT JOIN (
            SELECT company, count(*) FILTER (stage = 'won') AS won_deals,
                   sum(amount) FILTER (stage = 'won') AS won_amount, count(amount) FILTER (stage = 'won') AS valued,
                   sum(amount) FILTER (stage = 'won' AND closed_on <= DATE '{AS_OF}'
                                       AND closed_on > DATE '{AS_OF - timedelta(days=YEAR)}') AS won_in_a_year,
                   max(closed_on) FILTER (stage = 'won') AS latest_won, min(closed_on) AS earliest,
                   count(DISTINCT product) AS products, count(*) AS deals
            FROM deals GROUP BY company
        ) ON range = company"""

    def run() -> pl.DataFrame:
        found = pl.from_arrow(connection.sql(query).to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found

    return run
