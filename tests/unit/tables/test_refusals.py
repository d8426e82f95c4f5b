"""A table gathers all of its wrong cells, where it is asked to, and reads them as empty."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import CellError
from satsuma.domain.model import Field, FieldType
from satsuma.tables import ReadOptions, Table, read_table
from satsuma.tables.refusals import Refusal
from satsuma.tables.values import typed_values


def table(*cells: object, dtype: type[pl.DataType] = pl.String) -> Table:
    frame = pl.DataFrame({"c": pl.Series(cells, dtype=dtype)})
    return Table("t.csv", frame, pl.int_range(2, 2 + len(cells), dtype=pl.Int64, eager=True), ReadOptions())


CASES = {
    "numbers": (
        ("1", "x", "5%", "€7", "nan", "2.5"),
        FieldType.NUMBER,
        [1.0, None, None, None, None, 2.5],
        [
            (3, "this is not a number"),
            (4, "this number has a percent sign"),
            (5, "this number has a currency sign"),
            (6, "this is not a finite number"),
        ],
    ),
    "large and long numbers": (
        ("9000000000000000", "1.23456789012345678", "1e-301", "3"),
        FieldType.NUMBER,
        [None, None, None, 3.0],
        [
            (2, "this is beyond 1,000,000,000,000,000"),
            (3, "this has 18 significant digits"),
            (4, "this is too close to zero to be kept"),
        ],
    ),
    "money": (
        ("1.5", "1.23456", "7"),
        FieldType.MONEY,
        [1.5, None, 7.0],
        [(3, "money has at most 4 decimals")],
    ),
    "ratings": (
        ("7", "11", "2.5", "-1"),
        FieldType.RATING,
        [7, None, None, None],
        [
            (4, "this is not a whole number"),
            (3, "the rating is not from 0 to 10"),
            (5, "the rating is not from 0 to 10"),
        ],
    ),
    "days": (
        ("2024-02-29", "2023-02-29", "soon"),
        FieldType.DATE,
        [date(2024, 2, 29), None, None],
        [(3, "this is not a day"), (4, "this is not a day")],
    ),
    "answers": (
        ("yes", "maybe", "0"),
        FieldType.YES_NO,
        [True, None, False],
        [(3, "this is neither yes nor no")],
    ),
    "texts": (
        ("a", "b\0", "c" * 10_001),
        FieldType.TEXT,
        ["a", None, None],
        [(3, "this text contains a NUL character"), (4, "this text is longer than 10,000 characters")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_wrong_cell_is_gathered_and_the_others_are_read(case: str) -> None:
    cells, type_, values, wrong = CASES[case]
    gathering, refusals = table(*cells).gathering(most=10)
    limits = {"minimum": 0, "maximum": 10} if type_ is FieldType.RATING else {}
    read = typed_values(gathering, Field("c", type_, **limits))
    assert read.to_list() == values
    assert [(refusal.row, refusal.message) for refusal in refusals.kept] == wrong
    assert refusals.counts == {"c": len(wrong)}
    assert refusals.marks.to_list() == [value is None for value in values]


def test_exact_amounts_are_gathered_too() -> None:
    gathering, refusals = table("1.5", "1.23456", "x", "9e99").gathering(most=10)
    assert gathering.ten_thousandths("c").to_list() == [15000, None, None, None]
    assert sorted(refusal.row for refusal in refusals.kept) == [3, 4, 5]


def test_only_so_many_of_a_column_are_kept_but_all_are_counted() -> None:
    gathering, refusals = table(*["x"] * 50).gathering(most=3)
    gathering.numbers("c")
    assert (len(refusals.kept), refusals.counts, refusals.marks.sum()) == (3, {"c": 50}, 50)


def test_a_refusal_shows_the_cell_and_what_to_do() -> None:
    gathering, refusals = table(" 5% ").gathering(most=3)
    gathering.numbers("c")
    remedy = "Remove the sign from the cells; the field's unit can say it."
    assert refusals.kept == [Refusal(2, "c", "5%", "this number has a percent sign", remedy)]


def test_every_error_of_a_spreadsheet_is_gathered_once(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "errors.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["n", "m"])
        for row, value in enumerate([1, "#N/A", 3, "#DIV/0!"], start=1):
            sheet.write_number(row, 1, row)
            if isinstance(value, str):
                sheet.write_formula(row, 0, "=NA()", value=value)
            else:
                sheet.write_number(row, 0, value)
    gathering, refusals = read_table(path).gathering(most=10)
    assert gathering.numbers("n").to_list() == [1.0, None, 3.0, None]
    gathering.column("n")
    assert [(refusal.row, refusal.text) for refusal in refusals.kept] == [(3, "#N/A"), (5, "#DIV/0!")]


def test_without_gathering_the_first_wrong_cell_raises() -> None:
    with pytest.raises(CellError, match="row 3, column 'c': this is not a number"):
        table("1", "x", "y").numbers("c")
