"""What is written reads back the same, carries no formula, and is whole."""

from __future__ import annotations

import gzip
import os
import stat
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import InputError
from satsuma.tables import ReadOptions, read_records, read_table, write_table, write_text, written_whole
from satsuma.tables.writing import csv_text

FRAME = pl.DataFrame(
    {
        "row": [1, 2, 3, 4],
        "id": ["001", 'Ä "q" , ; \t|', "two\nlines", None],
        "score": [1, -20, 0, None],
        "percent": [0.1, 62.5, 100.0, None],
        "on": [date(2024, 2, 29), date(1900, 1, 1), date(9999, 12, 31), None],
        "yes": [True, False, True, None],
        "list": [["a", "b"], ["c"], ["d"], None],
    },
)
KINDS = ("csv", "tsv", "xlsx", "parquet", "jsonl", "ndjson", "csv.gz", "tsv.gz", "jsonl.gz")
ATTACKS = (
    *("=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\ufeff=1", "\u00a0=1", "\u200b=1", "\x01=1"),
    *("＝1", "＋1", "－1", "＠x", " ＝1", "\tx", "\rx"),
)
HARMLESS = ("a=1", "1-2", "x@y.z", "'=1", "", "1+1")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_again(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    write_table(FRAME, path)
    table = read_table(path)
    assert table.columns == FRAME.columns
    assert table.texts("id").to_list() == FRAME["id"].to_list()
    assert table.whole_numbers("score").to_list() == FRAME["score"].to_list()
    assert table.numbers("percent").to_list() == FRAME["percent"].to_list()
    assert table.days("on").to_list() == FRAME["on"].to_list()
    assert table.yes_no("yes").to_list() == FRAME["yes"].to_list()
    assert table.text_lists("list", ";").to_list() == FRAME["list"].to_list()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "json" not in kind])
def test_a_table_without_rows_keeps_its_columns(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    write_table(FRAME.clear(), path)
    table = read_table(path)
    assert (table.columns, table.height) == (FRAME.columns, 0)


def test_csv_is_plain(tmp_path: Path) -> None:
    write_table(FRAME.select("score", "percent", "on", "yes", "list"), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == (
        "score,percent,on,yes,list\n"
        "1,0.1,2024-02-29,true,a;b\n"
        "-20,62.5,1900-01-01,false,c\n"
        "0,100.0,9999-12-31,true,d\n"
        ",,,,\n"
    )


def test_numbers_of_a_workbook_are_numbers(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "t.xlsx")
    types = read_table(tmp_path / "t.xlsx").frame.schema
    assert (types["score"], types["percent"], types["yes"]) == (pl.Float64, pl.Float64, pl.Boolean)


@pytest.mark.parametrize("kind", ["csv", "tsv", "csv.gz"])
def test_no_text_or_name_is_a_formula(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    write_table(pl.DataFrame({"=id": [*ATTACKS, *HARMLESS], "n": -1}), path)
    header, *records = read_records(path, ReadOptions(encoding="utf-8"))
    assert header == ["'=id", "n"]
    assert [record[0] for record in records] == [*("'" + text for text in ATTACKS), *HARMLESS]
    assert {record[1] for record in records} == {"-1"}


def test_no_text_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    import zipfile

    path = tmp_path / "t.xlsx"
    write_table(pl.DataFrame({"=id": ["=1+1", "https://x.y", "{=1}"]}), path)
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in sheet
    assert "hyperlink" not in sheet
    assert read_table(path).texts("=id").to_list() == ["=1+1", "https://x.y", "{=1}"]


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
def test_kinds_that_no_spreadsheet_opens_are_written_as_they_are(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    write_table(pl.DataFrame({"=id": ["=1"]}), path)
    assert read_table(path).frame.to_dicts() == [{"=id": "=1"}]


def test_what_a_workbook_cannot_hold_as_a_number_is_text(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(pl.DataFrame({"a": [2**60, 1], "b": [float("inf"), 1.0]}), path)
    assert read_table(path).texts("a").to_list() == [str(2**60), "1"]
    assert read_table(path).texts("b").to_list() == ["inf", "1"]


def test_a_workbook_keeps_the_time_of_day(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_table(pl.DataFrame({"at": [datetime(2024, 1, 2, 3, 4, 5)]}), path)
    assert read_table(path).texts("at").to_list() == ["2024-01-02 03:04:05"]


def test_a_text_too_long_for_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_table(pl.DataFrame({"a": ["x" * 32_768]}), tmp_path / "t.xlsx")
    assert caught.value.code == "workbook_too_large"
    assert list(tmp_path.iterdir()) == []


def test_too_many_rows_for_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_table(pl.DataFrame({"a": pl.zeros(1_048_576, dtype=pl.Int8, eager=True)}), tmp_path / "t.xlsx")
    assert caught.value.code == "workbook_too_large"


def test_equal_tables_give_equal_archives(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        write_table(FRAME, tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


@pytest.mark.parametrize("name", ["t.txt", "t.psv", "t.docx", "t", "t.xlsm", "t.parquet.gz"])
def test_a_kind_that_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        write_table(FRAME, tmp_path / name)
    assert caught.value.code == "file_kind_unknown"
    assert list(tmp_path.iterdir()) == []


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "r.html", "é\n=1\r\n")
    assert (tmp_path / "r.html").read_bytes() == "é\n=1\r\n".encode()


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), written_whole(path) as beside:
        beside.write_text(f"half{1 // 0}")
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "xlsx", "jsonl"])
def test_a_table_that_cannot_be_written_leaves_the_old_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"t.{kind}"
    path.write_text("old")
    frame = pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(BaseException):  # noqa: B017, PT011
        write_table(pl.DataFrame({"a": ["x" * 32_768]}) if kind == "xlsx" else frame, path)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_text() == "old"


def test_a_full_disk_is_an_error_with_a_remedy() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(InputError) as caught:
        write_text(Path("/dev/full"), "x")
    assert caught.value.code == "output_unwritable"


def test_a_missing_folder_and_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "d.csv").mkdir()
    for path in (tmp_path / "no" / "t.csv", tmp_path / "d.csv"):
        with pytest.raises(InputError) as caught:
            write_table(FRAME, path)
        assert caught.value.code == "output_unwritable"


def test_a_link_and_the_mode_of_a_file_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_text(tmp_path / "t.txt", "x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "t.txt").stat().st_mode) == 0o644


def test_gz_holds_the_same_text(tmp_path: Path) -> None:
    write_table(FRAME, tmp_path / "t.csv")
    write_table(FRAME, tmp_path / "t.csv.gz")
    assert gzip.decompress((tmp_path / "t.csv.gz").read_bytes()) == (tmp_path / "t.csv").read_bytes()


def test_csv_for_the_terminal_is_as_harmless(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["=1", "x"]})
    write_table(frame, tmp_path / "t.csv")
    assert csv_text(frame) == (tmp_path / "t.csv").read_text() == "a\n'=1\nx\n"
