"""A Parquet file scored block after block gives what it gives as a whole, and the same errors."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from satsuma.cli import blocks
from satsuma.cli.blocks import BlockScorer, can_score_in_blocks
from satsuma.cli.inputs import read_inputs
from satsuma.cli.options import TableOptions
from satsuma.domain.errors import CellError, InputError
from satsuma.engine.backends import open_session
from satsuma.engine.facts import encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import Scores, score
from satsuma.modelfile import parse_segmentation

AS_OF = date(2026, 11, 21)
MODEL = parse_segmentation("""
satsuma: 1
name: Size
kind: company
fields:
  employees: {type: number}
  sector: {type: choice, options: [retail, finance]}
parameters:
  - {field: employees, relevance: 2, ranges: {cuts: [10, 100], points: [0, 5, 10]}}
  - {field: sector, relevance: 1, groups: [{values: [retail], points: 4}], anything_else: 1}
bands: {segments: [{name: Low}, {name: High, from: 50}]}
""")


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ROWS", 7)


def companies(folder: Path, **changed: list[object]) -> Path:
    columns: dict[str, list[object]] = {
        "name": [f"company {number}" for number in range(30)],
        "employees": [None if number % 5 == 0 else float(number * 7) for number in range(30)],
        "sector": [["Retail", "finance", None, "other"][number % 4] for number in range(30)],
    }
    path = folder / "companies.parquet"
    pl.DataFrame(columns | changed).write_parquet(path, row_group_size=4)
    return path


def in_blocks(source: Path, output: Path, engine: str = "polars") -> tuple[int, list[float]]:
    shares: list[float] = []
    scorer = BlockScorer(MODEL, TableOptions(contacts=source), AS_OF, lambda: open_session(engine), shares.append)
    return scorer.write(source, output, with_points=True), shares


@pytest.mark.parametrize("engine", ["polars", "duckdb", "sqlite"])
def test_blocks_give_what_the_whole_table_gives(tmp_path: Path, engine: str) -> None:
    source, output = companies(tmp_path), tmp_path / "scored.parquet"
    rows, shares = in_blocks(source, output, engine)
    everybody = read_inputs(MODEL, TableOptions(contacts=source)).contacts
    whole = Scores(MODEL, score(encode(Layout(MODEL), everybody), AS_OF, with_points=True))
    assert_frame_equal(pl.read_parquet(output), whole.table(everybody.keys, with_points=True))
    assert rows == 30
    assert shares == [7 / 30, 14 / 30, 21 / 30, 28 / 30, 1.0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["companies.parquet", "scored.parquet"]


def test_a_key_repeated_in_another_block_is_refused_with_both_rows(tmp_path: Path) -> None:
    names = [f"company {number}" for number in range(30)]
    names[25] = names[2]
    source = companies(tmp_path, name=list(names))
    with pytest.raises(InputError) as caught:
        in_blocks(source, tmp_path / "scored.parquet")
    assert caught.value.facts["rows"] == (3, 26)
    assert [path.name for path in tmp_path.iterdir()] == ["companies.parquet"]


def test_a_bad_cell_is_named_by_its_row_in_the_file(tmp_path: Path) -> None:
    employees: list[object] = [1.0] * 30
    employees[23] = float("nan")
    with pytest.raises(CellError) as caught:
        in_blocks(companies(tmp_path, employees=employees), tmp_path / "scored.parquet")
    assert (caught.value.facts["row"], caught.value.facts["column"]) == (24, "employees")
    assert [path.name for path in tmp_path.iterdir()] == ["companies.parquet"]


def test_only_large_parquet_files_without_metrics_go_in_blocks(tmp_path: Path) -> None:
    source = companies(tmp_path)
    output = tmp_path / "scored.parquet"
    assert can_score_in_blocks(MODEL, TableOptions(contacts=source), output)
    assert not can_score_in_blocks(MODEL, TableOptions(contacts=source), tmp_path / "scored.csv")
    assert not can_score_in_blocks(MODEL, TableOptions(contacts=tmp_path / "companies.csv"), output)
