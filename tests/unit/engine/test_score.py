"""Everybody's scores: in the order of the contacts, and in the words and numbers that people read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satsuma.domain.model import Scale, Segmentation
from satsuma.domain.scoring import percent_tenths
from satsuma.domain.scoring import score as score_by_specification
from satsuma.engine.backends import polars_session
from satsuma.engine.facts import Contacts, Facts, contact_encoding, encode, records
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import Scores, percent, score
from support.contacts import AS_OF, contacts
from support.models import axis, by_answer, by_range, field, plain, with_rules
from support.segmentations import segmentations

SIZE = plain([field("size")], [by_range("size", [10, 100], [0, 3, 5], relevance=2)], {"low": None, "high": 6})
OFF = plain([field("size")], [by_range("size", [10], [0, 3], enabled=False)], {"low": None, "high": 6})
EMPTY = Contacts(pl.Series("key", [], dtype=pl.String), {"size": pl.Series([], dtype=pl.Float64)})
TWO_AXES = with_rules(
    [field("size"), field("vip", "yes_no")],
    [
        axis("Fit", [by_range("size", [10], [0, 4])], {"poor": None, "good": 4}),
        axis("Love", [by_answer("vip", yes=5, no=1, relevance=2)], {"cold": None, "warm": 5}),
    ],
    ["Low", "High"],
    [("High", {"Fit": ["good"], "Love": ["warm"]}), ("Low", {})],
)


def scored(segmentation: Segmentation, everybody: Contacts, *, with_points: bool = False) -> pl.DataFrame:
    frame = score(encode(Layout(segmentation), everybody), AS_OF, with_points=with_points)
    return Scores(segmentation, frame).table(everybody.keys, with_points=with_points)


@pytest.mark.parametrize("segmentation", [SIZE, OFF], ids=["conditions", "literals only"])
def test_contacts_come_back_in_the_order_of_their_numbers_from_a_scan(
    segmentation: Segmentation, tmp_path: Path
) -> None:
    """Polars computes row groups in parallel, and may hand them out as they are done."""
    path, count = tmp_path / "contacts.parquet", 50_000
    pl.DataFrame({ID: pl.int_range(count, eager=True), "f0": pl.int_range(count, eager=True) % 150}).cast(
        {"f0": pl.Float64}
    ).write_parquet(path, row_group_size=500)
    layout = Layout(segmentation, ("size",))
    scan = pl.scan_parquet(path).select(ID, *contact_encoding(layout))
    frame = score(Facts(layout, scan), AS_OF, session=polars_session())
    assert frame[ID].to_list() == list(range(count))
    if segmentation is SIZE:
        size = pl.Series(range(count)) % 150
        expected = pl.select(pl.when(size < 10).then(0).when(size < 100).then(6).otherwise(10)).to_series()
        assert frame["score_0"].to_list() == expected.to_list()


def test_a_table_of_results() -> None:
    everybody = Contacts(pl.Series("account", ["a", "b", "c"]), {"size": pl.Series([5.0, 10.0, None])})
    assert scored(SIZE, everybody, with_points=True).to_dicts() == [
        {"account": "a", "score": 0, "percent": 0.0, "segment": "low", "coverage": 1.0, "points: size": 0},
        {"account": "b", "score": 6, "percent": 60.0, "segment": "high", "coverage": 1.0, "points: size": 6},
        {"account": "c", "score": 0, "percent": 0.0, "segment": "low", "coverage": 0.0, "points: size": 0},
    ]


def test_a_table_of_several_axes() -> None:
    everybody = Contacts(
        pl.Series("account", ["a", "b"]), {"size": pl.Series([10.0, None]), "vip": pl.Series([True, False])}
    )
    assert scored(TWO_AXES, everybody, with_points=True).to_dicts() == [
        {
            "account": "a", "score": 14, "percent": 100.0, "segment": "High", "coverage": 1.0,
            "Fit score": 4, "Fit band": "good", "Love score": 10, "Love band": "warm",
            "Fit points: size": 4, "Love points: vip": 10,
        },
        {
            "account": "b", "score": 2, "percent": 14.3, "segment": "Low", "coverage": 2 / 3,
            "Fit score": 0, "Fit band": "poor", "Love score": 2, "Love band": "cold",
            "Fit points: size": 0, "Love points: vip": 2,
        },
    ]  # fmt: skip


def test_nobody_gets_a_table_of_the_same_columns() -> None:
    somebody = scored(SIZE, Contacts(pl.Series("key", ["a"]), {"size": pl.Series([1.0])}), with_points=True)
    nobody = scored(SIZE, EMPTY, with_points=True)
    assert (nobody.height, nobody.schema) == (0, somebody.schema)


def test_with_everything_off_the_score_is_zero_and_nothing_is_missing() -> None:
    everybody = Contacts(pl.Series("key", ["a", "b"]), {"size": pl.Series([1.0, None])})
    assert scored(OFF, everybody).rows() == [("a", 0, 0.0, "low", 1.0), ("b", 0, 0.0, "low", 1.0)]


@settings(max_examples=30, deadline=None)
@given(segmentation=segmentations(), seed=st.integers(0, 2**32), count=st.integers(0, 20))
def test_every_result_reads_as_the_specification_says(segmentation: Segmentation, seed: int, count: int) -> None:
    everybody = contacts(segmentation, seed, count)
    table = scored(segmentation, everybody, with_points=True)
    results = [
        score_by_specification(segmentation, record, AS_OF)
        for record in records(Layout(segmentation), everybody, AS_OF)
    ]
    expected = [
        (key, result.total.score, result.total.percent, result.segment_name, result.coverage)
        for key, result in zip(everybody.keys, results, strict=True)
    ]
    assert table.select("key", "score", "percent", "segment", "coverage").rows() == expected
    asked = len(list(segmentation.parameters))
    assert [sum(row[len(row) - asked :]) for row in table.rows()] == table["score"].to_list()


@pytest.mark.parametrize(
    ("lowest", "highest"),
    [(0, 1), (0, 3), (-7, 0), (0, 1000), (-333, 334), (0, 1999), (5, 5), (-4_000_000, 4_000_000), (0, 3_999_999)],
)
def test_the_percent_column_is_the_percent_of_the_domain_for_every_score(lowest: int, highest: int) -> None:
    """2,000 times the largest score does not fit 32 bits."""
    step = max((highest - lowest) // 9_973, 1)
    scores = [*range(lowest, highest + 1, step), highest]
    frame = pl.DataFrame({"score": pl.Series(scores, dtype=pl.Int32)})
    found = frame.select(pl.col("score"), percent(pl.col("score"), lowest, highest).alias("percent"))["percent"]
    assert found.to_list() == [percent_tenths(each, lowest, highest) / 10 for each in scores]


def test_a_percent_edge_decides_on_whole_scores() -> None:
    asked = [by_range("size", range(1, 7), range(7))]
    segmentation = plain([field("size")], asked, {"low": None, "high": 33.34}, scale=Scale.PERCENT)
    everybody = Contacts(pl.Series("key", list("abc")), {"size": pl.Series([1.0, 2.0, 3.0])})
    assert scored(segmentation, everybody).select("percent", "segment").rows() == [
        (16.7, "low"),
        (33.3, "low"),
        (50.0, "high"),
    ]
