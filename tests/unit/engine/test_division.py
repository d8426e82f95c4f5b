"""Polars divides by a single number by multiplying with its reciprocal. What we divide is the nearest double all the
same: many contacts at once, because a column of one is divided properly."""

from __future__ import annotations

import random

import polars as pl
import pytest

from satsuma.domain.metrics import PER_UNIT
from satsuma.domain.model import Aggregate, FieldType
from satsuma.domain.scoring import percent_tenths
from satsuma.engine.score import Scores, percent
from support.measuring import measured, of_deals, rows
from support.models import AS_OF, by_answer, field, plain

MANY = 300


@pytest.mark.parametrize("aggregate", [Aggregate.SUM, Aggregate.MEAN, Aggregate.MIN, Aggregate.MAX])
def test_amounts_are_the_doubles_nearest_to_their_decimals(aggregate: Aggregate) -> None:
    chance = random.Random(1)
    amounts = [chance.randrange(10**12) for _ in range(MANY)]
    metric = of_deals(aggregate, "value")
    keys = [f"c{number}" for number in range(MANY)]
    deals = rows([metric], [{"of": key, "value": f"{amount}e-4"} for key, amount in zip(keys, amounts, strict=True)])
    found = measured([metric], keys, {metric.of: deals}, AS_OF)
    assert [value for (value,) in found] == [amount / PER_UNIT for amount in amounts]


def test_percent_scores_have_one_decimal_and_no_dust() -> None:
    scores = range(1001)
    found = pl.DataFrame({"score": scores}).select(percent(pl.col("score"), 0, 1000)).to_series().to_list()
    assert found == [percent_tenths(score, 0, 1000) / 10 for score in scores]


def test_coverage_is_the_nearest_double() -> None:
    asked = [(f"field {number}", relevance) for number, relevance in enumerate([10, 10, 10, 7])]
    fields = [field(key, FieldType.YES_NO) for key, _ in asked]
    parameters = [by_answer(key, yes=1, no=0, relevance=relevance) for key, relevance in asked]
    model = plain(fields, parameters, {"low": None, "high": 1})
    frame = pl.DataFrame({"present": range(38)})
    assert Scores(model, frame).coverage.to_list() == [present / 37 for present in range(38)]
