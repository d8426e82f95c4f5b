"""Workbooks: sheets, types, error cells."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from satsuma.domain.errors import CellError, InputError
from satsuma.tables import ReadOptions, read_table


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A table that starts at B3, with an error cell in row 5 and blank rows before the last."""
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("A & B")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(2, 1, ["id", "value", "day", "mixed", ""])
        for row in range(3, 6):
            sheet.write_row(row, 1, [1000 + row, row / 2])
            sheet.write_datetime(row, 3, datetime(2024, 1, row), day)
        sheet.write_formula(4, 2, "=1/0", value="#DIV/0!")
        sheet.write_column(3, 4, [1.5, "x", True])
        sheet.write_string(9, 1, "last")
        sheet.write_string(9, 5, "unnamed")
        book.add_worksheet("empty")
    return path


def test_rows_are_the_sheets_own(workbook: Path) -> None:
    table = read_table(workbook)
    assert table.columns == ["id", "value", "day", "mixed", "column 5"]
    assert table.rows.to_list() == [4, 5, 6, 10]
    assert table.texts("id").to_list() == ["1003", "1004", "1005", "last"]


def test_an_error_of_the_spreadsheet_is_refused_where_it_is_used(workbook: Path) -> None:
    table = read_table(workbook)
    with pytest.raises(CellError) as caught:
        table.numbers("value")
    facts = caught.value.facts
    assert (facts["row"], facts["column"], facts["text"]) == (5, "value", "#DIV/0!")


def test_a_mixed_column_is_text(workbook: Path) -> None:
    assert read_table(workbook).texts("mixed").to_list() == ["1.5", "x", "true", None]


def test_a_row_with_nothing_but_an_error_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["n", 1])
        sheet.write_formula(2, 0, "=NA()", value="#N/A")
    with pytest.raises(CellError) as caught:
        read_table(path).numbers("n")
    assert caught.value.facts["row"] == 3


def test_a_sheet_that_is_not_there_lists_the_others(workbook: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(workbook, ReadOptions(sheet="C"))
    assert (caught.value.code, caught.value.remedy) == ("sheet_missing", "It has 'A & B', 'empty'.")


def test_an_empty_sheet_is_an_empty_file(workbook: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(workbook, ReadOptions(sheet="empty"))
    assert caught.value.code == "file_empty"


def test_without_a_header_columns_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet().write_row(0, 0, [1, "x"])
    table = read_table(path, ReadOptions(header_row=0))
    assert (table.columns, table.rows.to_list()) == (["column 1", "column 2"], [1])
    assert table.numbers("column 1").to_list() == [1]


def test_a_workbook_that_unpacks_to_too_much(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satsuma.tables.workbooks.MAX_FILE_BYTES", 1000)
    with pytest.raises(InputError) as caught:
        read_table(workbook)
    assert caught.value.code == "file_too_large"
