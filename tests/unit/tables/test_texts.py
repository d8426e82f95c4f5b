"""Texts, lists of texts, yes and no."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from satsuma.domain.errors import CellError
from satsuma.tables import Table, read_table

Read = Callable[..., Table]


def table_of(read: Read, cells: list[str], **options: object) -> Table:
    return read("id|t\n" + "".join(f"x|{cell}\n" for cell in cells), **options)


def test_texts_are_trimmed_and_nfc(read: Read) -> None:
    texts = table_of(read, ["  a b ", "e\u0301", "\u00a0x\u2003", "", " "]).texts("t")
    assert texts.to_list() == ["a b", "\u00e9", "x", None, None]


def test_texts_keep_case_zeros_and_signs(read: Read) -> None:
    assert table_of(read, ["007", "Éa", "1.50", "=x"]).texts("t").to_list() == ["007", "Éa", "1.50", "=x"]


def test_exactly_ten_thousand_characters_are_fine(read: Read) -> None:
    assert table_of(read, ["é" * 10_000]).texts("t").str.len_chars().to_list() == [10_000]


def test_a_nul_in_json_is_refused_where_it_is_used(read: Read) -> None:
    with pytest.raises(CellError, match="NUL"):
        read('{"a": "x\\u0000"}\n', "t.jsonl").texts("a")


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([1001.0, 1.5, None], ["1001", "1.5", None]),
        ([1, 2], ["1", "2"]),
        ([True, None], ["true", None]),
        ([date(2024, 1, 2)], ["2024-01-02"]),
        ([datetime(2024, 1, 2)], ["2024-01-02"]),
        ([datetime(2024, 1, 2, 3, 4, 5)], ["2024-01-02 03:04:05"]),
    ],
)
def test_native_values_as_text(tmp_path: Path, values: list[object], texts: list[str | None]) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"t": values}).write_parquet(path)
    assert read_table(path).texts("t").to_list() == texts


def test_categories_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"t": pl.Series(["a", "b"]).cast(pl.Categorical)}).write_parquet(path)
    assert read_table(path).texts("t").to_list() == ["a", "b"]


def test_lists_are_cut_trimmed_and_without_repeats(read: Read) -> None:
    lists = table_of(read, ["b; a ;b", ";;", "", "x", "NULL;y"], empty_words=("NULL",)).text_lists("t", ";")
    assert lists.to_list() == [["b", "a"], None, None, ["x"], ["y"]]
    assert lists.dtype == pl.List(pl.String)


def test_yes_and_no_in_all_their_words(read: Read) -> None:
    cells = ["true", "FALSE", "Yes", "no", "y", "N", "1", "0", "t", "F", ""]
    assert table_of(read, cells).yes_no("t").to_list() == [True, False] * 5 + [None]


@pytest.mark.parametrize("text", ["maybe", "2", "yes!"])
def test_anything_else_is_neither_yes_nor_no(read: Read, text: str) -> None:
    with pytest.raises(CellError, match="neither yes nor no") as caught:
        table_of(read, ["yes", text]).yes_no("t")
    assert caught.value.facts["row"] == 3


def test_native_yes_and_no(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"b": [True, None], "i": [1, 0], "f": [1.0, 0.0]}).write_parquet(path)
    table = read_table(path)
    assert [table.yes_no(name).to_list() for name in "bif"] == [[True, None], [True, False], [True, False]]
