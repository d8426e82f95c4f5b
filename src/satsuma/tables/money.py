"""Money as whole ten-thousandths, so that sums are exact. Called by `table`."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.domain.limits import MONEY_DECIMALS
from satsuma.tables.columns import Column
from satsuma.tables.limits import MAX_SUM
from satsuma.tables.numbers import read_numbers, read_plain_numbers, read_plain_texts

SCALE = 10**MONEY_DECIMALS
ROUNDING = 2.0**-50
"""How far, as a share of itself, a computed double may be from the decimal it stands for: a few roundings."""
MOST_EXACT = 2.0**50 / SCALE
"""Up to this size a double tells all numbers of four decimals apart, with `ROUNDING` to spare."""
_TOO_FINE = f"this has more than {MONEY_DECIMALS} decimals"
_ROUND = f"Round it to {MONEY_DECIMALS} decimals."


def read_ten_thousandths(column: Column) -> pl.Series:
    """The column times 10,000 as Int64, exactly; None where empty.

    Text is read digit by digit; a native double counts as the number of four decimals it is nearest to, if it is
    within rounding of it. Raises CellError (also for more than four decimals), InputError `sum_too_large`.
    """
    dtype = column.cells.dtype
    if dtype.is_float() or dtype.is_integer():
        values = read_numbers(column)
        refuse_large_sum(column, values)
        return _from_doubles(column, values) if dtype.is_float() else _scaled(column.cells)
    plain = read_plain_texts(column)
    values = read_plain_numbers(column, plain)
    plain = plain.set(values.is_null(), None)  # what was refused as a number
    refuse_large_sum(column, values)
    return _from_texts(column, _without_exponents(plain))


def refuse_large_sum(column: Column, values: pl.Series) -> None:
    if float(values.abs().sum()) <= MAX_SUM:
        return
    raise InputError(
        "sum_too_large",
        f"{column.file}, column {column.name!r}: its numbers add up to more than {MAX_SUM:,}.",
        remedy="Use a larger unit, thousands for instance.",
        file=column.file,
        column=column.name,
        limit=MAX_SUM,
    )


def _from_doubles(column: Column, values: pl.Series) -> pl.Series:
    whole = values == values.floor()
    scaled: pl.Series = (values * SCALE).round()
    near = ((values - scaled / SCALE).abs() <= values.abs() * ROUNDING) & (values.abs() <= MOST_EXACT)
    exact = scaled.cast(pl.Int64).zip_with(~whole.fill_null(value=False), _scaled(values.floor()))
    return column.refused(exact, ~(whole | near), _TOO_FINE, _ROUND)


def _scaled(whole: pl.Series) -> pl.Series:
    scaled: pl.Series = whole.cast(pl.Int64, strict=False) * SCALE
    return scaled


def _from_texts(column: Column, plain: pl.Series) -> pl.Series:
    whole = plain.str.extract(r"^[+]?(-?[0-9]*)")
    decimals = plain.str.extract(r"\.([0-9]*)$").fill_null("").str.strip_chars_end("0")
    digits: pl.Series = whole + decimals.str.pad_end(MONEY_DECIMALS, "0")
    finer = (decimals.str.len_bytes() > MONEY_DECIMALS) & plain.is_not_null()
    return column.refused(digits, finer, _TOO_FINE, _ROUND).cast(pl.Int64).rename(column.name)


def _without_exponents(plain: pl.Series) -> pl.Series:
    odd = plain.str.contains("[eE]").fill_null(value=False)
    if not odd.any():
        return plain
    written_out = [format(Decimal(text), "f") for text in plain.filter(odd)]
    return plain.scatter(odd.arg_true(), written_out)
