"""Verification finds an engine that is wrong, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from satsuma.engine.backends import polars_session
from satsuma.engine.backends.polars import PolarsSession
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import score
from satsuma.engine.verify import SHOWN_DIFFERENCES, Difference, Verification, verify_engine, verify_specification
from support.contacts import AS_OF
from support.models import by_range, field, plain

SIZE = plain([field("size")], [by_range("size", [10, 100], [0, 3, 5])], {"low": None, "high": 3})
EVERYBODY = Contacts(
    pl.Series("key", [f"customer {number}" for number in range(5)]),
    {"size": pl.Series([5.0, 10.0, 100.0, None, 9.0])},
)
REFERENCE = score(encode(Layout(SIZE), EVERYBODY), AS_OF)


class WrongSession(PolarsSession):
    """An engine that computes with Polars and then changes its results."""

    wrong: Callable[[pl.DataFrame], pl.DataFrame]

    @property
    def name(self) -> str:
        return "wrong"

    def collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        return self.wrong(frame.collect())


def engine_that(wrong: Callable[[pl.DataFrame], pl.DataFrame]) -> WrongSession:
    return type("Wrong", (WrongSession,), {"wrong": staticmethod(wrong)})("in-memory")


def verified(wrong: Callable[[pl.DataFrame], pl.DataFrame]) -> Verification:
    return verify_engine(SIZE, EVERYBODY, AS_OF, engine_that(wrong), REFERENCE)


def changed(column: str, value: pl.Expr, number: int) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.with_columns(pl.when(pl.col(ID) == number).then(value).otherwise(column).alias(column))


def test_equal_engines_are_equal() -> None:
    assert verify_engine(SIZE, EVERYBODY, AS_OF, polars_session(), REFERENCE) == Verification("polars", 5, 0, ())


def test_the_order_of_rows_makes_no_difference() -> None:
    assert verified(lambda frame: frame.reverse()) == Verification("wrong", 5, 0, ())


@pytest.mark.parametrize(("column", "expected"), [("score_0", 3), ("band_0", 1), ("segment", 1), ("present", 1)])
def test_one_number_too_large_is_found_with_key_and_column(column: str, expected: int) -> None:
    difference = Difference("customer 1", column, expected, expected + 1)
    assert verified(changed(column, pl.col(column) + 1, 1)) == Verification("wrong", 5, 1, (difference,))


def test_a_number_that_is_missing_is_found() -> None:
    found = verified(changed("score_0", pl.lit(None), 2))
    assert found == Verification("wrong", 5, 1, (Difference("customer 2", "score_0", 5, None),))


def test_a_contact_that_is_missing_is_found() -> None:
    found = verified(lambda frame: frame.filter(pl.col(ID) != 3))
    assert (found.equal, found.different) == (False, 1)


def test_a_contact_that_comes_twice_is_found() -> None:
    found = verified(lambda frame: pl.concat([frame, frame.head(1)]))
    assert (found.equal, found.different) == (False, 1)


def test_a_contact_that_stands_in_for_another_is_found() -> None:
    """Contacts 0, 3 and 4 have the same score: what they earn does not tell."""
    found = verified(changed(ID, pl.lit(3), 4))
    assert (found.equal, found.different) == (False, 1)


def test_every_difference_is_counted_and_the_first_are_shown() -> None:
    many = Contacts(pl.Series("key", [str(number) for number in range(100)]), {"size": pl.Series([10.0] * 100)})
    reference = score(encode(Layout(SIZE), many), AS_OF)
    session = engine_that(lambda frame: frame.with_columns(pl.col("score_0") + 1))
    found = verify_engine(SIZE, many, AS_OF, session, reference)
    assert (found.different, len(found.examples)) == (100, SHOWN_DIFFERENCES)
    assert found.examples[-1] == Difference(str(SHOWN_DIFFERENCES - 1), "score_0", 3, 4)


def test_the_specification_finds_where_the_reference_is_wrong() -> None:
    wrong = changed("segment", pl.lit(0), 2)(REFERENCE)
    found = verify_specification(SIZE, EVERYBODY, AS_OF, wrong, at_most=5)
    assert found == Verification("specification", 5, 1, (Difference("customer 2", "segment", 1, 0),))


def test_the_specification_is_asked_for_contacts_spread_over_all() -> None:
    wrong = changed("segment", pl.lit(0), 2)(REFERENCE)
    assert verify_specification(SIZE, EVERYBODY, AS_OF, wrong, at_most=2).examples == (
        Difference("customer 2", "segment", 1, 0),
    )
    assert verify_specification(SIZE, EVERYBODY, AS_OF, wrong, at_most=1) == Verification("specification", 1, 0, ())


def test_nobody_is_equal_to_nobody() -> None:
    nobody = Contacts(pl.Series("key", [], dtype=pl.String), {"size": pl.Series([], dtype=pl.Float64)})
    reference = score(encode(Layout(SIZE), nobody), AS_OF)
    assert verify_specification(SIZE, nobody, AS_OF, reference, at_most=10).equal
    assert verify_engine(SIZE, nobody, AS_OF, polars_session(), reference).equal
