"""What is written is read again, and the fast way to read gives what the careful way gives."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from satsuma.domain.errors import InputError
from satsuma.tables import ReadOptions, delimited, read_table, write_table
from satsuma.tables.dialect import sample_records
from satsuma.tables.formulas import RUNS
from satsuma.tables.header import find_header
from satsuma.tables.records import iterate_records

KINDS = st.sampled_from(["csv", "tsv", "csv.gz", "xlsx", "parquet", "jsonl"])
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n\t\",;|'= "), max_size=12)
NUMBERS = st.integers(-(10**15), 10**15).flatmap(
    lambda digits: st.integers(0, 15).map(lambda decimals: float(f"{digits}e-{decimals}"))
)
DAYS = st.dates()
ROWS = st.lists(st.tuples(st.none() | TEXTS, st.none() | NUMBERS, st.none() | DAYS), min_size=1, max_size=8)


def tidy(text: str | None) -> str | None:
    """As a reader sees it: NFC, trimmed, empty is nothing."""
    return (unicodedata.normalize("NFC", pl.Series([text]).str.strip_chars()[0]) or None) if text else None


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, kind=KINDS)
def test_what_is_written_is_read_again(rows: list[tuple[str | None, float | None, date | None]], kind: str) -> None:
    texts, numbers, days = (list(column) for column in zip(*rows, strict=True))
    frame = pl.DataFrame(
        {"row": range(len(rows)), "text": texts, "number": numbers, "day": days},
        schema={"row": pl.Int64, "text": pl.String, "number": pl.Float64, "day": pl.Date},
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{kind}"
        write_table(frame, path)
        table = read_table(path, ReadOptions(encoding="utf-8", decimal=".", date_format="yyyy-mm-dd"))
        runs = frame["text"].str.contains(RUNS).fill_null(value=False).to_list()
        guarded = kind.startswith(("csv", "tsv"))
        assert table.numbers("number").to_list() == numbers
        assert table.days("day").to_list() == days
        assert table.texts("text").to_list() == [
            tidy(f"'{text}" if guarded and run else text) for text, run in zip(texts, runs, strict=True)
        ]


RAW_CELLS = st.text(st.sampled_from('ab01 ""\n\r,;éß\x1f'), max_size=5)


@settings(max_examples=400, deadline=None)
@given(
    records=st.lists(st.lists(RAW_CELLS, min_size=1, max_size=3), min_size=1, max_size=5),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, None]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_the_fast_way_gives_what_the_careful_way_gives(records: list[list[str]], quoting: int | None, end: str) -> None:
    utf8 = _written(records, quoting, end).encode()
    try:
        beginning = sample_records(utf8, ",")
        header = find_header(beginning, 1, "t.csv")
        careful = delimited._read_carefully(utf8, ",", header, "t.csv")
    except InputError:
        careful = None
    if careful is None:
        return
    plain = delimited._read_plain(utf8, ",", header, beginning)
    if plain is not None:
        assert plain.frame.rows() == careful.frame.rows()
        assert plain.rows.to_list() == careful.rows.to_list()


@settings(max_examples=200, deadline=None)
@given(records=st.lists(st.lists(RAW_CELLS, min_size=2, max_size=3), min_size=2, max_size=5))
def test_the_fast_way_never_takes_a_file_that_the_careful_way_refuses(records: list[list[str]]) -> None:
    utf8 = "\n".join(",".join(record) for record in records).encode()
    beginning = sample_records(utf8, ",")
    try:
        header = find_header(beginning, 1, "t.csv")
    except InputError:
        return
    if delimited._read_plain(utf8, ",", header, beginning) is not None:
        delimited._read_carefully(utf8, ",", header, "t.csv")


@given(records=st.lists(st.lists(st.text(st.sampled_from('ab "\n,é'), min_size=1), min_size=2, max_size=3), max_size=5))
def test_records_are_what_a_writer_wrote(records: list[list[str]]) -> None:
    utf8 = _written(records, csv.QUOTE_ALL, "\n").encode()
    assert list(iterate_records(utf8, ",", "t.csv")) == records


def _written(records: list[list[str]], quoting: int | None, end: str) -> str:
    if quoting is None:
        return end.join(",".join(record) for record in records)
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator=end).writerows(records)  # type: ignore[arg-type]
    return text.getvalue()
