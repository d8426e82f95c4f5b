"""A table's columns as typed values of fields and metrics. Called by `cli`, and by `app.crm.imports`."""

from __future__ import annotations

import polars as pl

from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_DIGITS, MONEY_DECIMALS
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import Field, FieldType
from satsuma.tables.table import Table

ROUNDING = 2.0**-50
"""How far, relatively, a double may be off the decimal that it stands for: a few last bits of arithmetic."""
NO_MORE_DECIMALS = 10 ** (MAX_DIGITS - MONEY_DECIMALS)
"""From here on, 15 digits leave no place for more decimals than money has, and doubles are too coarse to multiply."""


def typed_values(table: Table, asked: Field) -> pl.Series:
    """The field's values for every row of the table, as `engine.facts.CONTACT_TYPES` says."""
    column = asked.column or asked.key
    match asked.type:
        case FieldType.NUMBER:
            return table.numbers(column)
        case FieldType.MONEY:
            return _as_money(table, column, table.numbers(column))
        case FieldType.RATING:
            return _within_limits(table, asked, table.whole_numbers(column))
        case FieldType.YES_NO:
            return table.yes_no(column)
        case FieldType.DATE:
            return table.days(column)
        case FieldType.CHOICE:
            texts = table.texts(column)
            return texts.replace_strict(option_keys(asked, texts), return_dtype=pl.String)
        case FieldType.CHOICES:
            lists = table.text_lists(column, asked.separator)
            return _option_lists(lists, option_keys(asked, lists.explode()))
        case FieldType.TEXT:
            return table.texts(column)


def _as_money(table: Table, column: str, amounts: pl.Series) -> pl.Series:
    """The amounts as the doubles nearest to their four decimals: computed ones can be a last bit off."""
    # Divided by a column: by one number, Polars multiplies with its reciprocal, which is off by the last bit.
    rounded = (amounts * PER_UNIT).round() / pl.repeat(PER_UNIT, len(amounts), dtype=pl.Float64, eager=True)
    has_place = amounts.abs() < NO_MORE_DECIMALS
    finer = has_place & ((rounded - amounts).abs() > amounts.abs() * ROUNDING)
    kept = rounded.zip_with(has_place, amounts)
    message = f"money has at most {MONEY_DECIMALS} decimals"
    return table.column(column).refused(kept, finer, message, "Round it, or make the field a number.")


def _option_lists(lists: pl.Series, keys: dict[str | None, str | None]) -> pl.Series:
    """The lists with each text replaced by its key, by way of one long column: inside of lists Polars looks up one list
    at a time, a hundred times slower."""
    row, text = pl.col("row"), pl.col("text")
    long = pl.DataFrame({"text": lists}).with_row_index("row").explode("text")
    again = (
        long.with_columns(text.replace_strict(keys, return_dtype=pl.String))
        .group_by(row, maintain_order=True)
        .agg(text)
    )
    return again.select(pl.when(lists.is_not_null()).then(text)).to_series().alias(lists.name)


def option_keys(asked: Field, texts: pl.Series) -> dict[str | None, str | None]:
    """What each text means, once: a text that is an option's key or label, compared folded, means its key; any other
    stays what it is, an option nobody listed. Where several are alike when folded, the one written just so is meant,
    else the first. Null is null."""
    known: dict[str, str] = {}
    for option in asked.options:
        known.setdefault(fold(option.key), option.key)
    for option in asked.options:
        known.setdefault(fold(option.label), option.key)
    exact = {option.label: option.key for option in asked.options} | {
        option.key: option.key for option in asked.options
    }
    unique = texts.unique().drop_nulls()
    return {None: None} | {text: exact.get(text) or known.get(fold(text), text) for text in unique}


def _within_limits(table: Table, asked: Field, ratings: pl.Series) -> pl.Series:
    outside = (ratings < asked.minimum) | (ratings > asked.maximum)
    message = f"the rating is not from {asked.minimum} to {asked.maximum}"
    remedy = "Correct the cell, or the rating's min and max in the model."
    return table.column(asked.column or asked.key).refused(ratings, outside, message, remedy)


def typed_row_column(table: Table, column: RowColumn) -> pl.Series:
    """A counted table's column in one role, as `engine.facts.ROW_TYPES` says."""
    match column.role:
        case Role.TEXT:
            return table.texts(column.column)
        case Role.AMOUNT:
            return table.ten_thousandths(column.column)
        case Role.DAY:
            return table.days(column.column)
