"""Scoring Parquet files larger than memory, block after block, to Parquet. Called by `score`.

Each block goes the same way as a whole table: typed, checked, encoded, scored. Memory holds one block, and eight bytes
per contact to find repeated keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from satsuma.cli.inputs import read_options
from satsuma.cli.keys import first_column_note, key_column, repeated_key, result_name, unique_keys
from satsuma.cli.options import TableOptions
from satsuma.domain.model import Segmentation
from satsuma.engine.backends import Session
from satsuma.engine.facts import Contacts, encode
from satsuma.engine.layout import Layout
from satsuma.engine.score import Scores, score
from satsuma.tables.atomic import written_whole
from satsuma.tables.reading import PARQUET, scan
from satsuma.tables.table import Table
from satsuma.tables.values import typed_values

BLOCK_ROWS = 2_000_000
"""Contacts of one block: with 20 columns about half a gigabyte."""


def can_score_in_blocks(segmentation: Segmentation, options: TableOptions, output: Path | None) -> bool:
    """Whether the contacts are a large Parquet file, the result becomes one, and nothing has to be counted."""
    files = (options.contacts, output)
    if Layout(segmentation).sources or any(path is None or path.suffix.lower() not in PARQUET for path in files):
        return False
    assert options.contacts is not None
    return _height(scan(options.contacts)) > BLOCK_ROWS


@dataclass(frozen=True, slots=True)
class BlockScorer:
    """Scores one Parquet file into another. Each block opens a session of its own, so that no block's tables stay in
    the engine. `done` is told the share of the contacts that have been scored, 0 to 1."""

    segmentation: Segmentation
    options: TableOptions
    as_of: date
    open_session: Callable[[], AbstractContextManager[Session]]
    done: Callable[[float], None]

    def write(self, source: Path, output: Path, *, with_points: bool) -> int:
        """Writes the scores; how many. InputError and CellError as for a whole table: then nothing is written."""
        with TemporaryDirectory(prefix=".satsuma-", dir=output.resolve().parent) as folder:
            hashes = []
            for number, (table, share) in enumerate(self._blocks(source)):
                keys = unique_keys(table, self.options)
                hashes.append(keys.hash())
                scored = self._scored(table, keys, with_points=with_points)
                scored.write_parquet(Path(folder) / f"{number:06}.parquet")
                self.done(share)
            _refuse_repeated_keys(source, self.options, pl.concat(hashes))
            with written_whole(output) as beside:
                pl.scan_parquet(Path(folder) / "*.parquet").sink_parquet(beside)
        return sum(map(len, hashes))

    def notes(self, source: Path) -> list[str]:
        """What is worth saying about the file."""
        first = scan(source).collect_schema().names()[0]
        return [] if self.options.key else [first_column_note(first)]

    def _blocks(self, source: Path) -> Iterator[tuple[Table, float]]:
        asked = [field.column or field.key for field in Layout(self.segmentation).asked]
        lazy = scan(source)
        height = _height(lazy)
        present = lazy.collect_schema().names()
        wanted = [name for name in present if name in {*asked, key_column(present, self.options)}]
        for first in range(0, height, BLOCK_ROWS):
            frame = lazy.select(wanted).slice(first, BLOCK_ROWS).collect()
            rows = pl.int_range(first + 1, first + frame.height + 1, dtype=pl.Int64, eager=True)
            yield Table(source.name, frame, rows, read_options(self.options)), (first + frame.height) / height

    def _scored(self, table: Table, keys: pl.Series, *, with_points: bool) -> pl.DataFrame:
        layout = Layout(self.segmentation)
        contacts = Contacts(keys, {field.key: typed_values(table, field) for field in layout.asked})
        with self.open_session() as session:
            frame = score(encode(layout, contacts), self.as_of, session=session, with_points=with_points)
        named = keys.alias(result_name(self.segmentation, keys.name))
        return Scores(self.segmentation, frame).table(named, with_points=with_points)


def _height(lazy: pl.LazyFrame) -> int:
    height: int = lazy.select(pl.len()).collect().item()
    return height


def _refuse_repeated_keys(source: Path, options: TableOptions, hashes: pl.Series) -> None:
    """Equal hashes are looked at again: two different keys can share one."""
    repeated = hashes.filter(hashes.is_duplicated()).unique()
    if not len(repeated):
        return
    lazy = scan(source)
    column = key_column(lazy.collect_schema().names(), options)
    rows = lazy.select(column).with_row_index("row", offset=1).collect(engine="streaming")
    table = Table(source.name, rows.select(column), rows["row"], read_options(options))
    keys = table.texts(column)
    again = keys.filter(keys.is_duplicated())
    if len(again):
        raise repeated_key(table, column, keys, again[0])
