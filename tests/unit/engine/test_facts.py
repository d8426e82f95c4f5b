"""From typed values to whole numbers, once, at the edge."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from satsuma.domain.errors import InputError
from satsuma.domain.metrics import Role, RowColumn
from satsuma.domain.model import Aggregate, Segmentation, Source
from satsuma.engine.facts import Contacts, Rows, contact_numbers, encode, encode_rows, records, some_of
from satsuma.engine.layout import CONTACT, ID, Layout
from support.contacts import AS_OF, contacts
from support.measuring import asking_for, of_deals, rows
from support.models import by_answer, by_group, by_range, field, plain

SECTOR = plain(
    [field("sector", "choice", options=["retail", "finance", "travel"])],
    [by_group("sector", {"retail": 5, "finance": 3})],
    {"all": None},
)
TOWN = plain([field("town", "text")], [by_group("town", {"Łódź": 5, "São Paulo": 3})], {"all": None})
BRANDS = plain([field("brands", "choices", options=["a", "b", "c"])], [by_group("brands", {"a, b": 5})], {"all": None})
WON = RowColumn(Role.TEXT, "stage")


def encoded(segmentation: Segmentation, values: pl.Series) -> pl.DataFrame:
    keys = pl.Series("key", [str(number) for number in range(len(values))], dtype=pl.String)
    return encode(Layout(segmentation), Contacts(keys, {segmentation.fields[0].key: values})).contacts.collect()


def codes(segmentation: Segmentation, values: pl.Series) -> list[int | None]:
    return encoded(segmentation, values)["f0"].to_list()


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["retail", "finance", "travel", "Retail"])])
def test_options_become_codes_unlisted_ones_zero_missing_ones_null(dtype: pl.DataType) -> None:
    values = pl.Series(["finance", "retail", "travel", "Retail", None], dtype=dtype)
    assert codes(SECTOR, values) == [2, 1, 0, 0, None]


@pytest.mark.parametrize("spelling", ["Łódź", "łódź", "ŁÓDŹ", "Ło\u0301dz\u0301", "  Łódź\t", "Łódź\u00a0"])
def test_a_word_is_found_in_any_spelling(spelling: str) -> None:
    assert codes(TOWN, pl.Series([spelling])) == [1]


def test_wide_letters_are_the_same_letters() -> None:
    assert codes(TOWN, pl.Series(["\uff33ã\uff4f Paulo"])) == [2]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_words_nobody_listed_are_zero_and_missing_ones_null(dtype: pl.DataType) -> None:
    assert codes(TOWN, pl.Series(["Berlin", None, "sao paulo", "Łódź"], dtype=dtype)) == [0, None, 0, 1]


def test_choices_become_one_column_of_yes_and_no_per_listed_option() -> None:
    values = pl.Series([["a", "x"], ["c"], ["b", "a"], None], dtype=pl.List(pl.String))
    assert encoded(BRANDS, values).to_dicts() == [
        {"id": 0, "f0": True, "f0_1": True, "f0_2": False},
        {"id": 1, "f0": True, "f0_1": False, "f0_2": False},
        {"id": 2, "f0": True, "f0_1": True, "f0_2": True},
        {"id": 3, "f0": None, "f0_1": None, "f0_2": None},
    ]


def test_numbers_days_and_answers_stay_what_they_are() -> None:
    segmentation = plain(
        [field("size"), field("vip", "yes_no")],
        [by_range("size", [1], [0, 1]), by_answer("vip", yes=1, no=0)],
        {"all": None},
    )
    values = {"size": pl.Series([0.1, None], dtype=pl.Float64), "vip": pl.Series([None, False])}
    frame = encode(Layout(segmentation), Contacts(pl.Series("key", ["a", "b"]), values)).contacts.collect()
    assert frame.rows() == [(0, 0.1, None), (1, None, False)]


@pytest.mark.parametrize(
    ("segmentation", "dtype"), [(SECTOR, pl.String), (TOWN, pl.String), (BRANDS, pl.List(pl.String))]
)
def test_a_table_without_rows_is_encoded(segmentation: Segmentation, dtype: pl.DataType) -> None:
    assert encoded(segmentation, pl.Series([], dtype=dtype)).height == 0


@pytest.mark.parametrize(
    ("segmentation", "dtype"), [(SECTOR, pl.String), (TOWN, pl.String), (BRANDS, pl.List(pl.String))]
)
def test_a_column_of_nothing_is_encoded_as_nothing(segmentation: Segmentation, dtype: pl.DataType) -> None:
    frame = encoded(segmentation, pl.Series([None, None], dtype=dtype)).drop(ID)
    assert frame.null_count().row(0) == (2,) * frame.width


def test_more_than_a_hundred_options_keep_their_codes() -> None:
    options = [f"o{number}" for number in range(300)]
    segmentation = plain([field("x", "choice")], [by_group("x", {", ".join(options): 1})], {"all": None})
    assert codes(segmentation, pl.Series([*options, "o300"])) == [*range(1, 301), 0]


LEAST, MOST = -(2**63), 2**63 - 1


@pytest.mark.parametrize(
    ("keys", "row_keys", "numbers"),
    [
        (["a", "b", "c"], ["c", "x", None, "a", "c"], [2, None, None, 0, 2]),
        ([7, 5, 9], [9, 6, None, 7, 9, 4, 10, LEAST, MOST], [2, None, None, 0, 2, *[None] * 4]),
        ([MOST, MOST - 1], [MOST, LEAST, MOST - 1, 0], [0, None, 1, None]),
        ([LEAST, MOST, 0], [MOST, LEAST, 1], [1, 0, None]),
        ([], [1], [None]),
    ],
    ids=["texts", "near each other", "at the end", "far apart", "nobody"],
)
def test_rows_get_the_number_of_their_contact(keys: list[object], row_keys: list[object], numbers: list[object]):
    dtype = pl.String if "a" in keys else pl.Int64
    found = contact_numbers(pl.Series("key", keys, dtype=dtype), pl.Series(row_keys, dtype=dtype))
    assert found.to_list() == numbers


def test_rows_of_nobody_and_of_strangers_are_left_out() -> None:
    metrics = [of_deals(Aggregate.SUM, "value")]
    deals = rows(metrics, [{"of": "b", "value": "1.5"}, {"of": "x", "value": "2"}, {"value": "3"}])
    everybody = Contacts(pl.Series("key", ["a", "b"]), {}, {Source.DEALS: deals})
    frame = encode_rows(Layout(asking_for(metrics), ("0",)), Source.DEALS, everybody)
    assert frame.to_dicts() == [{CONTACT: 1, "r0": 15_000}]


def test_texts_of_rows_get_the_codes_of_conditions_and_others_codes_of_their_own() -> None:
    metrics = [of_deals(Aggregate.DISTINCT, "stage", where=(("stage", ("won", "paid")),))]
    stages = ["WON ", "lost", None, "Paid", "Lost", "open", "won"]
    deals = rows(metrics, [{"of": "a", "stage": stage} for stage in stages])
    everybody = Contacts(pl.Series("key", ["a"]), {}, {Source.DEALS: deals})
    won, lost, none, paid, lost_too, open_, won_too = encode_rows(
        Layout(asking_for(metrics), ("0",)), Source.DEALS, everybody
    )["r0"]
    assert (won, won_too, paid, none) == (1, 1, 2, None)
    assert lost == lost_too
    assert len({won, paid, lost, open_}) == 4


def test_a_table_that_metrics_count_must_be_given() -> None:
    layout = Layout(asking_for([of_deals(Aggregate.COUNT)]), ("0",))
    with pytest.raises(InputError) as caught:
        encode(layout, Contacts(pl.Series("key", ["a"]), {}))
    assert (caught.value.code, caught.value.facts) == ("rows_missing", {"source": Source.DEALS})
    assert (
        str(caught.value) == "The segmentation counts deals, but no deals were given. Give the table with --deals FILE."
    )


def test_records_are_what_the_specification_takes() -> None:
    metric = of_deals(Aggregate.SUM, "value", day="day")
    fields = [field("brands", "choices", options=["a", "b"]), field("won", "money", metric=metric)]
    asked = [by_group("brands", {"a": 5}), by_range("won", [1], [0, 1])]
    deals = rows([metric], [{"of": "b", "value": "0.1", "day": AS_OF}, {"of": "b", "value": "0.2", "day": AS_OF}])
    values = {"brands": pl.Series([["b", "a"], None], dtype=pl.List(pl.String))}
    everybody = Contacts(pl.Series("key", ["a", "b"]), values, {Source.DEALS: deals})
    assert list(records(Layout(plain(fields, asked, {"all": None})), everybody, AS_OF)) == [
        {"brands": frozenset({"a", "b"}), "won": 0.0},
        {"brands": None, "won": 0.3},
    ]


def test_some_contacts_are_the_same_contacts_with_their_rows() -> None:
    metric = of_deals(Aggregate.COUNT, day="day", within_days=30)
    fields = [field("size"), field("won", metric=metric)]
    segmentation = plain(fields, [by_range("size", [1, 5], [0, 1, 2]), by_range("won", [1], [0, 1])], {"all": None})
    everybody = contacts(segmentation, seed=7, count=20)
    whole = list(records(Layout(segmentation), everybody, AS_OF))
    numbers = [13, 2, 19, 0]
    some = some_of(everybody, pl.Series(numbers))
    assert some.keys.to_list() == ["c13", "c2", "c19", "c0"]
    assert list(records(Layout(segmentation), some, AS_OF)) == [whole[number] for number in numbers]


def test_a_row_column_keeps_days_and_amounts() -> None:
    metric = of_deals(Aggregate.SUM, "value", day="on")
    deals = rows([metric], [{"of": "a", "value": "-0.0001", "on": date.min}, {"of": "a", "value": None, "on": None}])
    frame = encode_rows(
        Layout(asking_for([metric]), ("0",)), Source.DEALS, Contacts(pl.Series("k", ["a"]), {}, {Source.DEALS: deals})
    )
    assert frame.rows() == [(0, -1, date.min), (0, None, None)]


def test_everybodys_rows_may_be_none() -> None:
    metric = of_deals(Aggregate.COUNT)
    empty = Rows(pl.Series([], dtype=pl.String), {})
    everybody = Contacts(pl.Series("key", ["a"]), {}, {Source.DEALS: empty})
    assert list(records(Layout(asking_for([metric]), ("0",)), everybody, AS_OF)) == [{"0": 0}]
