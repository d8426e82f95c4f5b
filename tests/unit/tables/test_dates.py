"""Days are recognised when there is one way to read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import CellError, InputError
from satsuma.tables import Table, read_table
from satsuma.tables.dates import parse_format

Read = Callable[..., Table]
DAY = date(2024, 1, 31)


def days(read: Read, cells: list[str], **options: str) -> list[date | None]:
    table = read("id|d\n" + "".join(f"x|{cell}\n" for cell in cells), **options)
    return table.days("d").to_list()


@pytest.mark.parametrize(
    "text",
    [
        *("2024-01-31", "20240131", "2024/01/31", "2024.1.31", "31.01.2024", "31.1.2024", "31.01.24"),
        *("31-01-2024", "01-31-2024", "31/01/2024", "1/31/2024", "31/01/24", "01/31/24"),
        *("31 January 2024", "31 jan 2024", "31-Jan-2024", "31-JAN-24", "January 31, 2024", "Jan 31 2024"),
        *("2024-01-31 23:59", "2024-01-31T23:59:59.999Z", "2024-01-31T00:00:00+02:00", "1/31/2024 11:59:59 PM"),
        "31.01.2024 12:00:00",
    ],
)
def test_each_way_to_write_a_day_is_recognised(read: Read, text: str) -> None:
    assert days(read, [text, "", text]) == [DAY, None, DAY]


def test_one_cell_after_the_twelfth_settles_the_others(read: Read) -> None:
    assert days(read, ["01-02-2024", "31-01-2024"]) == [date(2024, 2, 1), DAY]
    assert days(read, ["01-02-2024", "01-31-2024"]) == [date(2024, 1, 2), DAY]


def test_days_that_mean_the_same_either_way_are_no_doubt(read: Read) -> None:
    assert days(read, ["05/05/2024"]) == [date(2024, 5, 5)]


@pytest.mark.parametrize("text", ["01-02-2024", "01/02/24"])
def test_days_that_may_be_months_are_asked_about(read: Read, text: str) -> None:
    with pytest.raises(InputError) as caught:
        days(read, ["05-05-2024".replace("-", text[2]) if len(text) > 8 else "05/05/24", text])
    assert (caught.value.code, caught.value.facts["text"]) == ("date_format_ambiguous", text)
    assert "--date-format" in caught.value.remedy


@pytest.mark.parametrize("date_format", ["%d-%m-%Y", "dd-mm-yyyy", "DD-MM-YYYY", "d-m-yyyy", "dd-mm-yyyy hh:mm"])
def test_a_named_format_settles_it(read: Read, date_format: str) -> None:
    assert days(read, ["01-02-2024"], date_format=date_format) == [date(2024, 2, 1)]


def test_a_named_format_refuses_all_others(read: Read) -> None:
    with pytest.raises(CellError) as caught:
        days(read, ["01-02-2024", "2024-01-31"], date_format="dd-mm-yyyy")
    assert (caught.value.facts["row"], caught.value.facts["text"]) == (3, "2024-01-31")


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        ("dd.mm.yyyy", "%d.%m.%Y"),
        ("yyyymmdd", "%Y%m%d"),
        ("m/d/yy", "%m/%d/%y"),
        ("dd-mmm-yyyy", "%d-%b-%Y"),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d"),
        ("%d%m%Y", "%d%m%Y"),
    ],
)
def test_formats_as_people_spell_them(spelled: str, code: str) -> None:
    assert parse_format(spelled).text == code


@pytest.mark.parametrize("spelled", ["", "dd.mm", "%d.%m.%q", "yyyy-yyyy-dd", "hello", "%H:%M"])
def test_what_is_no_format_is_refused(spelled: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_format(spelled)
    assert caught.value.code == "option_invalid"


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2023-02-29", "0000-01-01", "2024-13-01", "yesterday", "45293", "2024-01"]
)
def test_what_is_no_day_is_refused_with_its_place(read: Read, text: str) -> None:
    with pytest.raises(CellError) as caught:
        days(read, ["2024-01-31", text])
    facts = caught.value.facts
    assert (facts["row"], facts["column"], facts["text"]) == (3, "d", text)


def test_a_spreadsheets_day_number_is_explained(read: Read) -> None:
    with pytest.raises(CellError) as caught:
        days(read, ["45293"])
    assert "format the column as a date" in caught.value.remedy


def test_leap_days_and_the_ends_of_the_calendar(read: Read) -> None:
    cells = ["2024-02-29", "0001-01-01", "9999-12-31"]
    assert days(read, cells) == [date(2024, 2, 29), date.min, date.max]


def test_years_of_two_digits_run_from_1969_to_2068(read: Read) -> None:
    cells = ["31.12.68", "01.01.69", "31.12.99", "01.01.00"]
    assert days(read, cells) == [date(2068, 12, 31), date(1969, 1, 1), date(1999, 12, 31), date(2000, 1, 1)]


def native(tmp_path: Path, series: pl.Series) -> pl.Series:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"d": series}).write_parquet(path)
    return read_table(path).days("d")


def test_native_days_and_instants(tmp_path: Path) -> None:
    late = datetime(2024, 1, 31, 23, 30)
    assert native(tmp_path, pl.Series([DAY, None])).to_list() == [DAY, None]
    assert native(tmp_path, pl.Series([late])).to_list() == [DAY]
    in_warsaw = pl.Series([late]).dt.replace_time_zone("Europe/Warsaw")
    assert native(tmp_path, in_warsaw).to_list() == [DAY]
    assert native(tmp_path, pl.Series([20240131])).to_list() == [DAY]


@pytest.mark.parametrize("series", [pl.Series([True]), pl.Series([datetime(2024, 1, 1).time()]), pl.Series([["x"]])])
def test_other_native_types_are_no_days(tmp_path: Path, series: pl.Series) -> None:
    with pytest.raises(InputError) as caught:
        native(tmp_path, series)
    assert caught.value.code == "column_kind"
