"""What cannot be read is refused with a code, the file, and the row where there is one; never with a traceback."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from satsuma.domain.errors import CellError, InputError
from satsuma.tables import ReadOptions, read_table, scan


def refusal(path: Path, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        read_table(path, ReadOptions(**options))  # type: ignore[arg-type]
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("content", ["", "\n\n", " \r\n", ",,\n,,\n", "\ufeff"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_an_empty_file(make_file: Callable[..., Path], content: str, name: str) -> None:
    if name == "t.jsonl" and "," in content:
        pytest.skip("not empty as JSON lines")
    assert refusal(make_file(content, name)).code == "file_empty"


@pytest.mark.parametrize(
    ("content", "row", "expected", "found"),
    [
        ("a,b\n1,2\n3\n", 3, 2, 1),
        ("a,b\n1,2,3\n", 2, 2, 3),
        ("a,b\n\n1,2\n1\n", 4, 2, 1),
        ('a,b\n"x\ny",1\n1,2,3\n', 3, 2, 3),
    ],
)
def test_a_ragged_row(make_file: Callable[..., Path], content: str, row: int, expected: int, found: int) -> None:
    error = refusal(make_file(content))
    assert (error.code, error.facts["row"], error.facts["expected"], error.facts["found"]) == (
        "row_ragged",
        row,
        expected,
        found,
    )


def test_the_message_of_a_ragged_row(make_file: Callable[..., Path]) -> None:
    assert str(refusal(make_file("a,b\n1\n"))) == (
        "t.csv, row 2: 1 cell where the header has 2. "
        "Correct the row; quote cells that contain the delimiter; or say --delimiter or --header-row."
    )


def test_a_nul_is_refused_with_its_row(make_file: Callable[..., Path]) -> None:
    error = refusal(make_file('a,b\n"x\ny",1\n3,\0\n'))
    assert (error.code, error.facts["row"]) == ("nul_character", 3)


def test_utf_16_without_a_mark_is_told_apart(make_file: Callable[..., Path]) -> None:
    error = refusal(make_file("a,b\n1,2\n".encode("utf-16-le")))
    assert error.code == "nul_character"
    assert "utf-16-le" in error.remedy
    assert read_table(make_file("a,b\n1,2\n".encode("utf-16-le")), ReadOptions(encoding="utf-16-le")).height == 1


def test_a_quote_that_is_never_closed(make_file: Callable[..., Path]) -> None:
    error = refusal(make_file('a,b\n1,2\n"3,4\n5,6\n'))
    assert (error.code, error.facts["row"]) == ("quote_open", 3)


@pytest.mark.parametrize("quote", ['"', ""])
def test_a_cell_of_50_mb_is_refused_quickly(make_file: Callable[..., Path], quote: str) -> None:
    path = make_file(b"a,b\n1,2\n3," + quote.encode() + b"x" * 50_000_000 + quote.encode() + b"\n")
    start = time.monotonic()
    error = refusal(path)
    assert (error.code, error.facts["row"]) == ("cell_too_long", 3)
    assert time.monotonic() - start < 10


def test_a_text_that_is_too_long_is_refused_where_it_is_used(make_file: Callable[..., Path]) -> None:
    table = read_table(make_file("a,b\n1," + "x" * 10_001 + "\n"))
    assert table.texts("a").to_list() == ["1"]
    with pytest.raises(CellError, match="longer than 10,000 characters") as caught:
        table.texts("b")
    assert caught.value.facts["row"] == 2


def test_too_many_columns(make_file: Callable[..., Path]) -> None:
    assert refusal(make_file(",".join(["x"] * 16_385) + "\n")).code == "columns_too_many"


def test_bytes_that_are_not_in_the_named_encoding(make_file: Callable[..., Path]) -> None:
    error = refusal(make_file(b"a\nb\n\xff\n"), encoding="utf-8")
    assert (error.code, error.message) == ("encoding_unreadable", "t.csv, line 3: this is not utf-8.")


def test_bytes_that_are_no_text(make_file: Callable[..., Path]) -> None:
    assert refusal(make_file(bytes(range(1, 256)) * 40)).code in {"encoding_unknown", "row_ragged", "quote_open"}


def test_a_header_row_that_is_not_there(make_file: Callable[..., Path]) -> None:
    assert refusal(make_file("a,b\n1,2\n"), header_row=5).code == "header_missing"
    assert refusal(make_file("a,b\n\n1,2\n"), header_row=2).code == "header_missing"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.csv").code == "file_missing"
    assert refusal(tmp_path / "no.xlsx").code == "file_missing"
    assert refusal(tmp_path / "no.parquet").code == "file_missing"


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.parquet", "t.jsonl"])
def test_a_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert refusal(tmp_path / name).code == "file_is_folder"


@pytest.mark.parametrize("name", ["t.docx", "t", "t.json", "t.parquet.gz", "t.csv.zip"])
def test_a_kind_that_is_not_known(make_file: Callable[..., Path], name: str) -> None:
    assert refusal(make_file("a\n", name)).code == "file_kind_unknown"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(make_file: Callable[..., Path]) -> None:
    path = make_file("a\n1\n")
    path.chmod(0)
    assert refusal(path).code == "file_unreadable"


CUT_SHORT = gzip.compress(b"a,b\n" * 1000, mtime=0)[:-12]


@pytest.mark.parametrize("content", [b"no gzip", CUT_SHORT, b""], ids=["not gzip", "cut short", "empty"])
def test_a_broken_gzip_file(make_file: Callable[..., Path], content: bytes) -> None:
    assert refusal(make_file(content, "t.csv.gz")).code in {"file_broken", "file_empty"}


def test_gzip_that_is_cut_short_is_broken_not_short(make_file: Callable[..., Path]) -> None:
    assert refusal(make_file(CUT_SHORT, "t.csv.gz")).code == "file_broken"


@pytest.mark.parametrize("name", ["t.xlsx", "t.parquet"])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04nonsense", b"PAR1nonsensePAR1"])
def test_a_broken_binary_file(make_file: Callable[..., Path], name: str, content: bytes) -> None:
    assert refusal(make_file(content, name)).code == "file_broken"


def test_a_workbook_called_csv(make_file: Callable[..., Path]) -> None:
    assert refusal(make_file(b"PK\x03\x04...")).code == "file_kind_wrong"


def test_only_parquet_is_a_stream(make_file: Callable[..., Path]) -> None:
    with pytest.raises(InputError) as caught:
        scan(make_file("a\n1\n"))
    assert caught.value.code == "file_kind_unknown"


def test_what_a_gzip_file_unpacks_to_is_limited(
    make_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satsuma.tables.reading.MAX_FILE_BYTES", 1000)
    assert refusal(make_file(gzip.compress(b"a\n" * 1000), "t.csv.gz")).code == "file_too_large"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": Infinity}', "Infinity is not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' occurs twice"),
        ("[1]", "it is not an object"),
        ("{", "Expecting property name"),
        ("[" * 200_000, "it is nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "Exceeds the limit"),
    ],
)
def test_json_that_is_not_strict(make_file: Callable[..., Path], line: str, reason: str) -> None:
    error = refusal(make_file('{"a": 1}\n' + line + "\n", "t.jsonl"))
    assert (error.code, error.facts["row"]) == ("json_broken", 2)
    assert reason in error.message


@pytest.mark.parametrize("text", ['{"a": "\\ud800"}', '{"\\udc00": 1}', '{"a": ["\\ud800"]}'])
def test_half_a_surrogate_pair(make_file: Callable[..., Path], text: str) -> None:
    error = refusal(make_file('{"a": "x"}\n' + text + "\n", "t.jsonl"))
    assert (error.code, error.facts["row"]) == ("cell_unreadable", 2)
    str(error).encode()


def test_a_whole_surrogate_pair_is_a_character(make_file: Callable[..., Path]) -> None:
    assert read_table(make_file('{"a": "\\ud83c\\udf4a"}\n', "t.jsonl")).texts("a").to_list() == ["🍊"]


@pytest.mark.parametrize("number", ["1e400", "1e16", "-2000000000000000", "123456789012345678901234"])
def test_json_numbers_beyond_the_limit_are_refused_where_they_are_used(
    make_file: Callable[..., Path], number: str
) -> None:
    table = read_table(make_file(f'{{"a": 1}}\n{{"a": {number}}}\n', "t.jsonl"))
    with pytest.raises(CellError) as caught:
        table.numbers("a")
    assert caught.value.facts["row"] == 2
