"""Numbers in any spelling that has one meaning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import copysign
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import CellError, InputError
from satsuma.tables import Table, read_table

Read = Callable[..., Table]


def column(cells: list[str]) -> str:
    return "id|n\n" + "".join(f"x|{cell}\n" for cell in cells)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (
            ["1", "-2.5", "+3", ".5", "5.", "", "1e3", "3E+3", "-2.00E-02"],
            [1, -2.5, 3, 0.5, 5, None, 1000, 3000, -0.02],
        ),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1,234.5", "12"], [1234.5, 12]),
        (["1.234,5", "12"], [1234.5, 12]),
        (["1 234,5", "1\u00a0000", "2\u202f000,1"], [1234.5, 1000, 2000.1]),
        (["1'234.5", "1\u2019000"], [1234.5, 1000]),
        (["1.234.567"], [1234567]),
        (["1,234,567"], [1234567]),
        (["0.125", "0.250"], [0.125, 0.25]),
        (["0,125"], [0.125]),
        (["1000000000000000", "-999999999999999"], [1e15, -999999999999999.0]),
        (["0.00000000000000012345678901234500"], [1.23456789012345e-16]),
    ],
)
def test_numbers_are_read_as_they_are_written(read: Read, cells: list[str], numbers: list[float | None]) -> None:
    assert read(column(cells)).numbers("n").to_list() == numbers


@pytest.mark.parametrize("text", ["1.234", "1,234", "-12.345"])
def test_three_digits_behind_one_sign_may_mean_two_things(read: Read, text: str) -> None:
    with pytest.raises(InputError) as caught:
        read(column(["7", text])).numbers("n")
    assert (caught.value.code, caught.value.facts["text"]) == ("number_format_ambiguous", text)


@pytest.mark.parametrize(
    ("options", "number"),
    [({"decimal": "."}, 1.234), ({"decimal": ","}, 1234), ({"thousands": "."}, 1234), ({"thousands": ","}, 1.234)],
)
def test_an_option_settles_it(read: Read, options: dict[str, str], number: float) -> None:
    assert read(column(["1.234"]), **options).numbers("n").to_list() == [number]


def test_a_named_sign_refuses_the_other_one(read: Read) -> None:
    with pytest.raises(CellError) as caught:
        read(column(["1.5", "1,5"]), decimal=".").numbers("n")
    assert caught.value.facts["row"] == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("NaN", "not a finite number"),
        ("-INF", "not a finite number"),
        ("1e400", "beyond 1,000,000,000,000,000"),
        ("1000000000000001", "beyond 1,000,000,000,000,000"),
        ("95%", "percent sign"),
        ("$4.00", "currency sign"),
        ("4,00 €", "currency sign"),
        ("abc", "not a number"),
        ("1_000", "not a number"),
        ("0x10", "not a number"),
        ("１２", "not a number"),
        ("--1", "not a number"),
        ("1,23,456", "not a number"),
        ("0.1234567890123456", "16 significant digits"),
        ("1e-310", "too close to zero"),
        ("1e-400", "too close to zero"),
    ],
)
def test_what_is_no_number_is_refused_with_its_place(read: Read, text: str, says: str) -> None:
    with pytest.raises(CellError, match=says) as caught:
        read(column(["1", "", text])).numbers("n")
    facts = caught.value.facts
    assert (facts["file"], facts["row"], facts["column"], facts["text"]) == ("t.csv", 4, "n", text)


def test_minus_zero_is_zero(read: Read) -> None:
    assert copysign(1, read(column(["-0"])).numbers("n")[0]) == 1


def test_words_that_mean_empty_are_empty(read: Read) -> None:
    table = read(column(["NULL", " n/a ", "1"]), empty_words=("NULL", "n/a"))
    assert table.numbers("n").to_list() == [None, None, 1]


def test_an_empty_column_has_no_numbers(read: Read) -> None:
    numbers = read(column(["", " "])).numbers("n")
    assert (numbers.dtype, numbers.to_list()) == (pl.Float64, [None, None])


def test_whole_numbers_may_have_a_point_but_no_fraction(read: Read) -> None:
    assert read(column(["7", "7.0", ""])).whole_numbers("n").to_list() == [7, 7, None]
    with pytest.raises(CellError, match="not a whole number"):
        read(column(["7.5"])).whole_numbers("n")


def native(tmp_path: Path, series: pl.Series) -> Table:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"n": series}).write_parquet(path)
    return read_table(path)


def test_native_numbers_are_taken_as_they_are(tmp_path: Path) -> None:
    assert native(tmp_path, pl.Series([0.1 + 0.2, None])).numbers("n").to_list() == [0.1 + 0.2, None]
    assert native(tmp_path, pl.Series([1, 2], dtype=pl.UInt8)).numbers("n").to_list() == [1, 2]
    assert native(tmp_path, pl.Series(["1.250"]).cast(pl.Decimal(10, 3))).numbers("n").to_list() == [1.25]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.1e15])
def test_native_numbers_have_the_same_limits(tmp_path: Path, number: float) -> None:
    with pytest.raises(CellError) as caught:
        native(tmp_path, pl.Series([1.0, number])).numbers("n")
    assert caught.value.facts["row"] == 2


@pytest.mark.parametrize("series", [pl.Series([date(2024, 1, 1)]), pl.Series([True]), pl.Series([["x"]])])
def test_other_native_types_are_no_numbers(tmp_path: Path, series: pl.Series) -> None:
    with pytest.raises(InputError) as caught:
        native(tmp_path, series).numbers("n")
    assert caught.value.code == "column_kind"


@pytest.mark.parametrize(
    ("text", "ten_thousandths"),
    [
        ("1265793.0395", 12_657_930_395),
        ("-0.0001", -1),
        ("-.5", -5_000),
        ("+7", 70_000),
        ("0.10000", 1_000),
        ("99999999999.9999", 999_999_999_999_999),
        ("123456789012.125", None),
        ("123456789012.12", 1_234_567_890_121_200),
        ("1.5e3", 15_000_000),
        ("900000000000000", 9_000_000_000_000_000_000),
        ("", "empty"),
    ],
)
def test_money_is_exact_to_the_last_digit(read: Read, text: str, ten_thousandths: object) -> None:
    stated = {None: [1_234_567_890_121_250], "empty": [None]}.get(ten_thousandths, [ten_thousandths])  # type: ignore[call-overload]
    assert read(column([text]), decimal=".").ten_thousandths("n").to_list() == stated


@pytest.mark.parametrize("text", ["0.00001", "1.5e-5", "1.23456"])
def test_money_has_four_decimals_at_most(read: Read, text: str) -> None:
    with pytest.raises(CellError, match="more than 4 decimals"):
        read(column(["1", text])).ten_thousandths("n")


def test_money_whose_sum_could_overflow_is_refused(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(column(["500000000000000", "-500000000000000"])).ten_thousandths("n")
    assert caught.value.code == "sum_too_large"


@pytest.mark.parametrize(
    ("number", "ten_thousandths"),
    [(0.1 + 0.2, 3_000), (1.005, 10_050), (-2.5, -25_000), (12345678901.1234, 123_456_789_011_234), (8e14, 8 * 10**18)],
)
def test_doubles_are_money_within_rounding(tmp_path: Path, number: float, ten_thousandths: int) -> None:
    assert native(tmp_path, pl.Series([number, None])).ten_thousandths("n").to_list() == [ten_thousandths, None]


@pytest.mark.parametrize("number", [0.00001, 1 / 3, 123456789012.3456])
def test_doubles_that_are_finer_are_no_money(tmp_path: Path, number: float) -> None:
    with pytest.raises(CellError, match="more than 4 decimals"):
        native(tmp_path, pl.Series([number])).ten_thousandths("n")


def test_native_whole_and_decimal_numbers_are_money(tmp_path: Path) -> None:
    assert native(tmp_path, pl.Series([3, None])).ten_thousandths("n").to_list() == [30_000, None]
    decimals = pl.Series(["1.250", "1.001"]).cast(pl.Decimal(10, 3))
    assert native(tmp_path, decimals).ten_thousandths("n").to_list() == [12_500, 10_010]
