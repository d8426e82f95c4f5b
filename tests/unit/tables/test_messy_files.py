"""Every file of tests/data/messy is read as its expected.json states."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from satsuma.domain.errors import InputError
from satsuma.tables import ReadOptions, read_records, read_table
from satsuma.tables.dialect import recognise_delimiter
from satsuma.tables.encoding import decode
from satsuma.tables.header import find_header
from satsuma.tables.records import is_blank

MESSY = Path(__file__).parents[2] / "data" / "messy"
FACTS = {facts["file"]: facts for facts in json.loads((MESSY / "expected.json").read_text())["files"]}
TEXT_FILES = [file for file, facts in FACTS.items() if "delimiter" in facts]
RAGGED = {
    "countries.csv": (4, 4, 5),
    "defective-rows.csv": (2, 3, 2),
    "nbp_table_a_2024_cp1250.csv": (2, 36, 35),
}
"""Row of the first record that does not fit, cells expected and found."""


def options_for(file: str) -> ReadOptions:
    return ReadOptions(header_row=0) if FACTS[file]["header_record"] is None else ReadOptions()


def test_every_file_is_here() -> None:
    there = {path.name for path in MESSY.iterdir() if path.is_file()}
    assert there == {*FACTS, "expected.json", "NOTICE.md", ".gitattributes"}


@pytest.mark.parametrize("file", TEXT_FILES)
def test_encoding_and_delimiter_are_recognised(file: str) -> None:
    decoded = decode((MESSY / file).read_bytes(), None, file)
    assert (decoded.encoding, recognise_delimiter(decoded.utf8)) == (FACTS[file]["encoding"], FACTS[file]["delimiter"])


@pytest.mark.parametrize("file", TEXT_FILES)
def test_records_have_the_stated_number_and_lengths(file: str) -> None:
    records = read_records(MESSY / file)
    lengths = {str(length): count for length, count in Counter(map(len, records)).items()}
    assert (len(records), lengths) == (FACTS[file]["records_all"], FACTS[file]["record_lengths"])


@pytest.mark.parametrize("file", TEXT_FILES)
def test_the_header_is_found_and_what_follows_is_counted(file: str) -> None:
    facts = FACTS[file]
    records = read_records(MESSY / file)
    header = find_header(records, options_for(file).header_row, file)
    rows = [record for record in records[header.records :] if not is_blank(record)]
    first = 0 if facts["header_record"] is None else facts["header_record"] + 1
    found = (header.records, len(header.names), len(rows))
    assert found == (first, facts["columns"], facts["non_blank_records_after_header"])


@pytest.mark.parametrize("file", [file for file in TEXT_FILES if "header_first_cells" in FACTS[file]])
def test_the_header_has_the_stated_cells(file: str) -> None:
    facts = FACTS[file]
    header = [cell.strip() for cell in read_records(MESSY / file)[facts["header_record"]]]
    assert header[:4] == facts["header_first_cells"]


@pytest.mark.parametrize("file", [file for file in TEXT_FILES if file not in RAGGED])
def test_even_files_become_tables_of_the_stated_size(file: str) -> None:
    table = read_table(MESSY / file, options_for(file))
    assert (table.height, len(table.columns)) == (
        FACTS[file]["non_blank_records_after_header"],
        FACTS[file]["columns"],
    )


@pytest.mark.parametrize("file", RAGGED)
def test_ragged_files_are_refused_with_their_first_wrong_row(file: str) -> None:
    with pytest.raises(InputError) as caught:
        read_table(MESSY / file)
    facts = caught.value.facts
    assert (caught.value.code, facts["file"]) == ("row_ragged", file)
    assert (facts["row"], facts["expected"], facts["found"]) == RAGGED[file]


@pytest.mark.parametrize("file", [file for file, facts in FACTS.items() if "sheets" in facts])
def test_sheets_have_the_stated_rows_and_columns(file: str) -> None:
    found = []
    for sheet in FACTS[file]["sheets"]:
        records = read_records(MESSY / file, ReadOptions(sheet=sheet["name"]))
        found.append({"name": sheet["name"], "rows": len(records), "columns": len(records[0])})
    assert found == FACTS[file]["sheets"]


def test_the_parquet_file_has_the_stated_rows_and_columns() -> None:
    table = read_table(MESSY / "table.parquet")
    facts = FACTS["table.parquet"]
    assert (table.height, table.columns) == (facts["rows"], facts["columns"])


def test_exchange_rates_of_the_polish_bank_are_read_to_the_last_digit(tmp_path: Path) -> None:
    header, *others = read_records(MESSY / "nbp_table_a_2024_cp1250.csv")
    dated = [record for record in others if record and record[0].isdigit() and len(record[0]) == 8]
    assert len(dated) == FACTS["nbp_table_a_2024_cp1250.csv"]["dated_records"]
    path = tmp_path / "dated.csv"
    path.write_text("\n".join(";".join(record) for record in [header, *dated]))
    table = read_table(path)
    rates = dict(zip(table.days("data"), table.ten_thousandths("1EUR"), strict=True))
    assert (rates[date(2024, 1, 2)], rates[date(2024, 12, 31)]) == (43434, 42730)


def test_polish_letters_come_out_of_cp1250() -> None:
    assert read_records(MESSY / "nbp_table_a_2024_cp1250.csv")[0][35] == "pełny numer tabeli"


def test_french_hotels_have_a_decimal_comma_and_days_of_two_digit_years() -> None:
    table = read_table(MESSY / "hotels_latin1_semicolon_decimal_comma.csv", ReadOptions(date_format="dd-mm-yy"))
    assert table.numbers("Occupancy rate")[0] == 0.611553068
    assert table.days("Date")[0] == date(2013, 1, 1)
    assert table.whole_numbers("Année")[0] == 2013


def test_german_days_with_and_without_time_stand_in_one_column() -> None:
    table = read_table(MESSY / "dates_dd.mm.yyyy_semicolon.csv")
    assert table.days("Zeit [MEZ]").to_list() == [date(2013, 7, day) for day in range(9, 16)]
    assert table.columns[3] == "column 4"


def test_american_days_are_recognised_by_days_after_the_twelfth() -> None:
    assert read_table(MESSY / "ks_1033_data.csv").days("ship_date")[0] == date(2006, 5, 19)


def test_a_table_pasted_from_a_spreadsheet_starts_below_its_title() -> None:
    table = read_table(MESSY / "excel_pasting.csv", ReadOptions(thousands=","))
    assert table.numbers("2000").to_list()[:3] == [2666, 498, 3108]
    assert table.notes == ("excel_pasting.csv: row 4 is taken as the header; the rows above it are left out.",)
    assert table.rows[0] == 5


def test_one_group_of_three_digits_is_not_guessed_at() -> None:
    with pytest.raises(InputError) as caught:
        read_table(MESSY / "excel_pasting.csv").numbers("2000")
    assert caught.value.code == "number_format_ambiguous"


def test_two_groups_of_three_digits_are_thousands() -> None:
    table = read_table(MESSY / "test_locale.csv")
    assert (table.numbers("a").to_list(), table.numbers("b").to_list()) == ([1.7], [200_000_000])


def test_thousands_and_decimals_together_are_recognised() -> None:
    table = read_table(MESSY / "spanish_chars_latin1.csv")
    assert table.numbers("Gasto total 2011")[0] == 229932.5
    assert "Descripción" in table.columns


def test_leading_zeros_survive_as_text() -> None:
    assert read_table(MESSY / "leading-zeros.csv").texts("value").to_list() == ["01", "002", "00003"]
    twins = read_table(MESSY / "duplicate-headers.csv")
    assert twins.texts("id (column 5)").to_list() == ["001101", "001102"]


def test_a_name_above_several_columns_must_be_told_apart() -> None:
    table = read_table(MESSY / "duplicate-headers.csv")
    with pytest.raises(InputError) as caught:
        table.texts("id")
    assert caught.value.code == "column_ambiguous"
    assert caught.value.facts["columns"] == ["id (column 1)", "id (column 3)", "id (column 5)"]


def test_a_blank_name_is_called_by_its_place() -> None:
    assert read_table(MESSY / "blank-headers.csv").columns == ["id", "column 2", "age"]


def test_the_word_null_is_text_until_it_is_said_to_be_empty() -> None:
    path = MESSY / "null.csv"
    as_text = read_table(path, ReadOptions(header_row=0)).texts("column 2").to_list()
    empty = read_table(path, ReadOptions(header_row=0, empty_words=("null",))).numbers("column 2").to_list()
    assert as_text == ["null", "0", "null", "null", "0", "0", "null", "0", "0", "null"]
    assert empty == [None, 0, None, None, 0, 0, None, 0, 0, None]


def test_quotes_inside_cells_are_kept() -> None:
    texts = read_table(MESSY / "escaping.csv").texts("Test").to_list()
    assert texts == ["Test line 1", 'Test " line 2', 'Test \\ line 3"']


def test_blanks_before_a_quoted_cell_are_skipped() -> None:
    table = read_table(MESSY / "complex.csv")
    assert table.columns == ["date", "another date", "temperature", "place"]
    assert table.numbers("temperature").to_list() == [0, -1, 6_000_000]
    assert table.days("another date").to_list() == [date(2011, 10, 24), date(2012, 10, 24), None]


@pytest.mark.parametrize("row", range(2, 12))
def test_odd_numbers_are_refused_one_by_one(row: int, tmp_path: Path) -> None:
    header, *records = read_records(MESSY / "number-test.csv")
    text = records[row - 2][0]
    path = tmp_path / "one.csv"
    path.write_text(f"{header[0]}\n{text}\n")
    refused = {"NaN", "INF", "-INF", "95%", "$4.00 "}
    if text in refused:
        with pytest.raises(InputError):
            read_table(path).numbers("number")
    else:
        assert read_table(path).numbers("number").to_list() == [float(text)]


def test_a_sheet_is_chosen_by_name_or_the_first_with_a_note() -> None:
    path = MESSY / "sheets_three.xlsx"
    first, third = read_table(path), read_table(path, ReadOptions(sheet="Sheet3"))
    assert (first.texts("name").to_list(), third.texts("name").to_list()) == (["london"], ["rome"])
    assert len(first.notes) == 1
    assert third.notes == ()


def test_cells_of_a_workbook_keep_their_types() -> None:
    table = read_table(MESSY / "csvkit_test.xlsx")
    assert table.days("date").to_list()[:3] == [date(1971, 1, 1), date(1948, 1, 1), date(1920, 1, 1)]
    assert table.yes_no("boolean").to_list()[:3] == [True, True, False]
    assert table.whole_numbers("integer").to_list()[:3] == [40, 63, 164]
    assert table.texts("integer").to_list()[:3] == ["40", "63", "164"]
    assert table.ten_thousandths("float").to_list()[:3] == [10_000, 12_700, 418_000_000_100]
