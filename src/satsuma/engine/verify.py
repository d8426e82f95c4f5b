"""Two engines, equal or a list of differences. Called by `satsuma verify`.

The reference is Polars for everybody, and the specification itself for contacts spread evenly over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from satsuma.domain.model import Segmentation
from satsuma.domain.scoring import Result
from satsuma.domain.scoring import score as score_by_specification
from satsuma.engine.backends import Session
from satsuma.engine.compiler import PRESENT, SEGMENT, band_column, score_column
from satsuma.engine.facts import Contacts, encode, records, some_of
from satsuma.engine.layout import ID, Layout
from satsuma.engine.score import score

SHOWN_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of one contact on which two engines disagree."""

    key: str
    column: str
    expected: int | None
    found: int | None


@dataclass(frozen=True, slots=True)
class Verification:
    """How many contacts were compared, how many cells differ (or contacts are missing or too many: then they are what
    is counted, and there are no examples), and the first of those cells."""

    engine: str
    contacts: int
    different: int
    examples: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        return self.different == 0


def verify_engine(
    segmentation: Segmentation, contacts: Contacts, as_of: date, session: Session, reference: pl.DataFrame
) -> Verification:
    """The session's results for everybody against `reference`, which is what `score` gave on Polars."""
    found = score(encode(Layout(segmentation), contacts), as_of, session=session)
    return _compare(session.name, contacts.keys, reference, found)


def verify_specification(
    segmentation: Segmentation, contacts: Contacts, as_of: date, reference: pl.DataFrame, *, at_most: int
) -> Verification:
    """`reference` against `domain.scoring`, one contact at a time, for `at_most` contacts spread evenly."""
    count = len(contacts)
    taken = min(count, at_most)
    numbers = pl.Series([place * count // taken for place in range(taken)], dtype=pl.Int64)
    some = some_of(contacts, numbers)
    found = reference[numbers].with_columns(pl.int_range(pl.len()).alias(ID))
    every = records(Layout(segmentation), some, as_of)
    rows = [_row(number, score_by_specification(segmentation, record, as_of)) for number, record in enumerate(every)]
    expected = pl.DataFrame(rows, schema=dict.fromkeys(found.columns, pl.Int64))
    return _compare("specification", some.keys, expected, found)


def _row(number: int, result: Result) -> dict[str, int]:
    row = {ID: number, SEGMENT: result.segment, PRESENT: result.present}
    for place, axis in enumerate(result.axes):
        row |= {score_column(place): axis.score, band_column(place): axis.band}
    return row


def _compare(engine: str, keys: pl.Series, expected: pl.DataFrame, found: pl.DataFrame) -> Verification:
    if not expected[ID].equals(found[ID]):
        strangers = len(set(expected[ID]) ^ set(found[ID]))
        return Verification(engine, len(keys), max(strangers, abs(expected.height - found.height)), ())
    columns = [column for column in expected.columns if column != ID]
    different = sum(int(expected[column].ne_missing(found[column]).sum()) for column in columns)
    examples = tuple(_differences(keys, expected, found, columns)) if different else ()
    return Verification(engine, len(keys), different, examples[:SHOWN_DIFFERENCES])


def _differences(
    keys: pl.Series, expected: pl.DataFrame, found: pl.DataFrame, columns: list[str]
) -> Iterator[Difference]:
    for column in columns:
        for number in expected[column].ne_missing(found[column]).arg_true().head(SHOWN_DIFFERENCES).to_list():
            yield Difference(str(keys[number]), column, expected[column][number], found[column][number])
