"""Delimited files as they come: encodings, delimiters, headers, blank records."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import InputError
from satsuma.tables import ReadOptions, Table, read_records, read_table, scan
from satsuma.tables.delimited import _read_plain
from satsuma.tables.dialect import sample_records
from satsuma.tables.header import find_header


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_recognised(read: Callable[..., Table], delimiter: str) -> None:
    table = read(f"a{delimiter}b\n1{delimiter}2\n")
    assert table.frame.to_dicts() == [{"a": "1", "b": "2"}]


def test_columns_lined_up_with_blanks_are_recognised(read: Callable[..., Table]) -> None:
    table = read(" id     day  value\n 01 20240102   1.50\n 02 20240103  12.00\n", "t.txt")
    assert table.texts("id").to_list() == ["01", "02"]
    assert table.days("day").to_list() == [date(2024, 1, 2), date(2024, 1, 3)]
    assert table.ten_thousandths("value").to_list() == [15_000, 120_000]


def test_one_column_of_words_is_one_column(read: Callable[..., Table]) -> None:
    assert read("company name\nAcme Corp\nFoo Bar\n").columns == ["company name"]


def test_semicolons_win_over_decimal_commas(read: Callable[..., Table]) -> None:
    assert read("a;b\n1,5;2,5\n3,5;4,5\n").numbers("b").to_list() == [2.5, 4.5]


def test_a_tsv_file_has_tabs_whatever_else_is_in_it(read: Callable[..., Table]) -> None:
    assert read("a,b\tc,d\n1,2\t3,4\n", "t.tsv").columns == ["a,b", "c,d"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_inside_and_between_cells(read: Callable[..., Table], end: str) -> None:
    table = read(f'a,b{end}"x{end}y",1{end}z,2{end}')
    assert table.frame.rows() == [(f"x{end}y", "1"), ("z", "2")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250", "iso8859-2"])
def test_a_named_encoding_is_used(read: Callable[..., Table], encoding: str) -> None:
    table = read("imię\nZażółć\n".encode(encoding), encoding=encoding)
    assert table.texts("imię").to_list() == ["Zażółć"]


def test_the_note_on_a_guessed_encoding_shows_a_word(read: Callable[..., Table]) -> None:
    assert read("name\nMüller\n".encode("cp1252")).notes == (
        "t.csv is not UTF-8; read as latin-1 ('Müller'). Say --encoding if that is wrong.",
    )


def test_rows_keep_their_record_numbers_across_blank_records(read: Callable[..., Table]) -> None:
    table = read("a,b\n1,2\n\n , \n,,\n3,4\n")
    assert table.frame.rows() == [("1", "2"), ("3", "4")]
    assert table.rows.to_list() == [2, 6]


def test_trailing_empty_cells_beyond_the_header_are_fine(read: Callable[..., Table]) -> None:
    assert read("a,b\n1,2,,\n3,4\n").frame.rows() == [("1", "2"), ("3", "4")]


def test_a_trailing_delimiter_in_the_header_alone_is_fine(read: Callable[..., Table]) -> None:
    assert read("a,b,\n1,2\n").frame.rows() == [("1", "2", "")]


def test_without_a_header_columns_are_numbered(read: Callable[..., Table]) -> None:
    table = read("1,2\n3,4\n", header_row=0)
    assert table.columns == ["column 1", "column 2"]
    assert table.rows.to_list() == [1, 2]


def test_a_header_row_can_be_named(read: Callable[..., Table]) -> None:
    table = read("x,y\na,b\n1,2\n", header_row=2)
    assert (table.columns, table.rows.to_list(), table.notes) == (["a", "b"], [3], ())


def test_gzip_is_read_like_the_file_inside(make_file: Callable[..., Path]) -> None:
    assert read_table(make_file(gzip.compress(b"a,b\n1,2\n"), "t.csv.gz")).frame.rows() == [("1", "2")]


def test_quotes_that_open_inside_a_bare_cell_belong_to_it(read: Callable[..., Table]) -> None:
    assert read('a,b\n5" pipe,6" pipe\n').frame.rows() == [('5" pipe', '6" pipe')]


def test_records_are_given_as_written(make_file: Callable[..., Path]) -> None:
    path = make_file('a,b\n\n"x,y", 2\n3\n')
    assert read_records(path) == [["a", "b"], [], ["x,y", "2"], ["3"]]


def test_names_are_nfc_and_trimmed(read: Callable[..., Table]) -> None:
    assert read("  e\u0301te\u0301 ,b\n1,2\n").columns == ["\u00e9t\u00e9", "b"]


def test_parquet_keeps_its_types_and_can_be_a_stream(tmp_path: Path) -> None:
    frame = pl.DataFrame({"n": [1, None], "d": [date(2024, 1, 2), None]})
    path = tmp_path / "t.parquet"
    frame.write_parquet(path)
    assert read_table(path).frame.equals(frame)
    assert scan(path).collect().equals(frame)


def test_an_unknown_column_names_the_closest(read: Callable[..., Table]) -> None:
    with pytest.raises(InputError) as caught:
        read("revenue,region\n1,2\n").numbers("revenu")
    assert (caught.value.code, caught.value.remedy) == ("column_missing", "Did you mean 'revenue'?")


def test_an_unlike_column_lists_what_there_is(read: Callable[..., Table]) -> None:
    with pytest.raises(InputError) as caught:
        read("a,b\n1,2\n").numbers("zzz")
    assert caught.value.remedy == "It has 'a', 'b'."


def test_options_that_make_no_sense_are_refused() -> None:
    for options in (
        {"delimiter": "x"},
        {"decimal": "x"},
        {"thousands": "x"},
        {"decimal": ",", "thousands": ","},
        {"encoding": "base64"},
        {"encoding": "no such"},
        {"header_row": -1},
    ):
        with pytest.raises(InputError, match="is not a"):
            ReadOptions(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", 'a,b\r\n"1,5",""\r\n\r\n', '"a","b"\n"x ""y""",2'])
def test_plain_files_are_read_the_fast_way(content: str) -> None:
    utf8 = content.encode()
    beginning = sample_records(utf8, ",")
    assert _read_plain(utf8, ",", find_header(beginning, None, "t.csv"), beginning) is not None
