"""Generated companies and deals. The same seed gives the same rows, in memory and in Parquet, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.model import AS_OF, CHOICES, DATES, NUMBERS, OPTIONS, VALUE, YES_NO

BLOCK = 1_000_000
"""Companies drawn at a time, each block from a seed of its own."""
ROW_GROUP = 250_000
MISSING = 0.1
DAYS = (-20, 900)
"""From the newest to the oldest day, in days before the scoring day; some are still ahead."""
DEALS_PER_COMPANY = 10
STAGES, PRODUCTS = ("open", "won", "lost"), tuple(f"product_{number}" for number in range(50))

Chance = np.random.Generator
Array = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    rows: int
    seed: int
    folder: Path
    keep: bool


def companies(rows: int, seed: int) -> pl.DataFrame:
    """`id`, and the typed columns of the model with 20 parameters; choices as Enum."""
    return pl.concat(_blocks(rows, seed)).rechunk()


def write_companies(folder: Path, rows: int, seed: int) -> None:
    """The same companies as Parquet files of a million rows, choices as text, as a CRM's export would have them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, block in enumerate(_blocks(rows, seed)):
        texts = block.with_columns(pl.col(CHOICES).cast(pl.String))
        texts.write_parquet(folder / f"part-{number:04}.parquet", compression="zstd", row_group_size=ROW_GROUP)


def _blocks(rows: int, seed: int) -> Iterator[pl.DataFrame]:
    for number, first in enumerate(range(0, rows, BLOCK)):
        yield _block(np.random.default_rng([seed, number]), first, min(BLOCK, rows - first))


def _block(chance: Chance, first: int, rows: int) -> pl.DataFrame:
    """A block is drawn whole and cut, so that a smaller table is the beginning of a larger one."""
    drawn = {key: _sometimes(chance, _amounts(chance, 5)) for key in NUMBERS}
    drawn |= {key: _sometimes(chance, _texts(chance, OPTIONS, BLOCK)) for key in CHOICES}
    drawn |= {key: _sometimes(chance, _days(chance, BLOCK)) for key in DATES}
    drawn[YES_NO] = _sometimes(chance, pl.Series(chance.random(BLOCK) < 0.5))
    drawn[VALUE] = _sometimes(chance, _amounts(chance, 9))
    ids = pl.int_range(first, first + BLOCK, eager=True, dtype=pl.Int64)
    return pl.DataFrame({"id": ids, **drawn}).head(rows)


def _sometimes(chance: Chance, values: pl.Series) -> pl.Series:
    """The values with a tenth missing."""
    present = pl.Series(chance.random(len(values), dtype=np.float32) >= MISSING)
    return pl.select(pl.when(present).then(values)).to_series()


def _amounts(chance: Chance, size: float) -> pl.Series:
    return pl.Series(np.round(chance.lognormal(size, 1, BLOCK), 2))


def _texts(chance: Chance, texts: tuple[str, ...], rows: int) -> pl.Series:
    codes = pl.Series(chance.integers(0, len(texts), rows, dtype=np.uint8))
    return pl.Series(texts, dtype=pl.Enum(texts)).gather(codes)


def _days(chance: Chance, rows: int) -> pl.Series:
    ages = chance.integers(*DAYS, rows, dtype=np.int32)
    return pl.Series((np.datetime64(AS_OF) - ages).astype("datetime64[D]"))


def deals(companies: int, seed: int) -> pl.DataFrame:
    """Ten deals per company on average, in no order: `company` (the company's id), `stage`, `product`, `amount` in
    whole ten-thousandths, `closed_on`."""
    chance = np.random.default_rng([seed, 0, 1])
    rows = companies * DEALS_PER_COMPANY
    amounts: Array = np.round(chance.lognormal(8, 1, rows), 2) * 10_000
    return pl.DataFrame(
        {
            "company": chance.integers(0, companies, rows),
            "stage": _texts(chance, STAGES, rows),
            "product": _sometimes(chance, _texts(chance, PRODUCTS, rows)),
            "amount": _sometimes(chance, pl.Series(amounts).round().cast(pl.Int64)),
            "closed_on": _sometimes(chance, _days(chance, rows)),
        }
    )
