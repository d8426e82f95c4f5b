"""The facts table: typed values as they come from files or storage, encoded for the engines, once, at the edge.

Typed values in (one Polars column per field and role, see `CONTACT_TYPES` and `ROW_TYPES`), whole numbers, days and
yes/no out: after `encode`, no engine compares text or adds doubles. Called by `cli` and by everything that scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.domain.folding import fold
from satsuma.domain.metrics import Role, Row, RowColumn, measure
from satsuma.domain.model import Field, FieldType, Record, Source, Value
from satsuma.engine.layout import CONTACT, ID, UNLISTED, Layout

CONTACT_TYPES: Mapping[FieldType, pl.DataType] = {
    FieldType.NUMBER: pl.Float64(),
    FieldType.MONEY: pl.Float64(),
    FieldType.RATING: pl.Int64(),
    FieldType.CHOICE: pl.String(),
    FieldType.CHOICES: pl.List(pl.String()),
    FieldType.YES_NO: pl.Boolean(),
    FieldType.DATE: pl.Date(),
    FieldType.TEXT: pl.String(),
}
"""The Polars type of a field's values. Choice and text may also come as Enum or Categorical."""

DENSE = 4
"""Keys that are whole numbers, and at most so many times as far apart as they are many, as ids of a database are, are
looked up in a table."""

ROW_TYPES: Mapping[Role, pl.DataType] = {Role.TEXT: pl.String(), Role.AMOUNT: pl.Int64(), Role.DAY: pl.Date()}
"""The Polars type of a counted table's column, by role. Amounts are whole ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The deals, activities or people of all contacts: for each row the key of its contact (null: nobody's), and the
    columns that metrics read."""

    contact_keys: pl.Series
    columns: Mapping[RowColumn, pl.Series]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Typed values of all contacts: unique keys, one column per asked field that is no metric, rows by source."""

    keys: pl.Series
    values: Mapping[str, pl.Series]
    rows: Mapping[Source, Rows] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Facts:
    """Encoded facts: `contacts` has `id` and the layout's columns, `rows` have `contact` and theirs. Lazy frames may
    stand for both, so that files larger than memory can be scored."""

    layout: Layout
    contacts: pl.LazyFrame
    rows: Mapping[Source, pl.LazyFrame] = field(default_factory=dict)


def encode(layout: Layout, contacts: Contacts) -> Facts:
    """The facts of all contacts; `id` is the contact's place in `contacts.keys`. Costs one pass over each column.
    Raises InputError if a table that metrics count was not given."""
    typed = {layout.column(key): series for key, series in contacts.values.items()}
    frame = pl.LazyFrame({ID: pl.int_range(len(contacts), eager=True, dtype=pl.Int64), **typed})
    plain = frame.select(ID, *contact_encoding(layout)).collect().lazy()
    rows = {source: encode_rows(layout, source, contacts).lazy() for source in layout.sources}
    return Facts(layout, plain, rows)


def contact_encoding(layout: Layout) -> list[pl.Expr]:
    """Expressions that turn typed columns, named by the layout, into encoded ones. Elementwise: they stream."""
    return [expression for field in layout.asked if not field.metric for expression in field_encoding(layout, field)]


def field_encoding(layout: Layout, field: Field) -> list[pl.Expr]:
    """The encoded columns of one field; several for choices."""
    column = pl.col(layout.column(field.key))
    listed = layout.listed(field.key)
    if field.type is FieldType.CHOICE:
        return [_codes(column, listed)]
    if field.type is FieldType.TEXT:
        folded = column.map_batches(lambda texts: fold_codes(texts, listed), return_dtype=pl.Int32, is_elementwise=True)
        return [folded]
    if field.type is FieldType.CHOICES:
        has = [column.list.contains(text).alias(layout.option_column(field.key, code)) for text, code in listed.items()]
        return [pl.when(column.is_not_null()).then(pl.lit(value=True)).alias(layout.column(field.key)), *has]
    return [column]


def _codes(column: pl.Expr, listed: Mapping[str, int]) -> pl.Expr:
    """The code of each option: `UNLISTED` if nobody lists it, null if it is null. Polars finds them by casting to an
    Enum of the listed options, whose numbers run from 0."""
    code_type = pl.Int8 if len(listed) < 2**7 else pl.Int32
    numbers = column.cast(pl.Enum(list(listed)), strict=False).to_physical().cast(code_type)
    return pl.when(column.is_not_null()).then((numbers + 1).fill_null(UNLISTED)).alias(column.meta.output_name())


def fold_codes(texts: pl.Series, listed: Mapping[str, int]) -> pl.Series:
    """The code of each text after folding: `UNLISTED` if nobody lists it, null if it is null."""
    unique = texts.cast(pl.String).unique().drop_nulls()
    codes: dict[str | None, int | None] = {text: listed.get(fold(text), UNLISTED) for text in unique}
    return texts.cast(pl.String).replace_strict({**codes, None: None}, return_dtype=pl.Int32)


def encode_rows(layout: Layout, source: Source, contacts: Contacts) -> pl.DataFrame:
    """The counted table, encoded, without rows that belong to none of the contacts."""
    if (rows := contacts.rows.get(source)) is None:
        raise rows_missing(source)
    encoded = {
        layout.row_column(source, column): _encode_row_column(layout, source, column, rows.columns[column])
        for column in layout.row_columns(source)
    }
    return pl.DataFrame({CONTACT: contact_numbers(contacts.keys, rows.contact_keys), **encoded}).drop_nulls(CONTACT)


def rows_missing(source: Source) -> InputError:
    """The error for a table that metrics count and nobody gave."""
    return InputError(
        "rows_missing",
        f"The segmentation counts {source}, but no {source} were given.",
        remedy=f"Give the table with --{source} FILE.",
        source=source,
    )


def _encode_row_column(layout: Layout, source: Source, column: RowColumn, values: pl.Series) -> pl.Series:
    """Texts become codes that keep different texts apart; the listed ones get the layout's codes."""
    if column.role is not Role.TEXT:
        return values
    unique = values.cast(pl.String).unique().drop_nulls().sort()
    codes = dict(layout.conditions(source, column))
    for text in unique:
        codes.setdefault(fold(text), len(codes) + 1)
    by_text: dict[str | None, int | None] = {text: codes[fold(text)] for text in unique}
    return values.cast(pl.String).replace_strict({**by_text, None: None}, return_dtype=pl.Int32)


def contact_numbers(keys: pl.Series, row_keys: pl.Series) -> pl.Series:
    """For each row, its contact's place in `keys`; null where the row names no contact, or one that is not there."""
    if len(keys) and keys.dtype == row_keys.dtype == pl.Int64 and _span(keys) <= DENSE * len(keys):
        return _looked_up(keys, row_keys)
    places = pl.DataFrame({"key": keys, CONTACT: pl.int_range(len(keys), eager=True, dtype=pl.Int64)})
    return pl.DataFrame({"key": row_keys}).join(places, on="key", how="left", maintain_order="left")[CONTACT]


def _looked_up(keys: pl.Series, row_keys: pl.Series) -> pl.Series:
    """By a table of all numbers from the least key to the greatest: a tenth of the time of a join."""
    least, span = keys.min(), _span(keys)
    places = pl.repeat(None, span, dtype=pl.Int64, eager=True)
    places = places.scatter(keys - least, pl.int_range(len(keys), eager=True, dtype=pl.Int64))
    asked = row_keys - least
    return places.gather(asked.set(~asked.is_between(0, span - 1), None)).alias(CONTACT)


def _span(keys: pl.Series) -> int:
    return int(keys.max()) - int(keys.min()) + 1  # type: ignore[arg-type]


def records(layout: Layout, contacts: Contacts, as_of: date) -> Iterator[Record]:
    """The same contacts one by one, with their metrics measured, as the specification takes them. Slow: about 100,000
    a second."""
    columns = {field.key: contacts.values[field.key].to_list() for field in layout.asked if not field.metric}
    rows = {source: rows_by_contact(layout, source, contacts) for source in layout.sources}
    for number in range(len(contacts)):
        plain = {key: _domain_value(values[number]) for key, values in columns.items()}
        yield plain | {
            field.key: measure(field.metric, rows[field.metric.of][number], as_of)
            for field in layout.asked
            if field.metric
        }


def rows_by_contact(layout: Layout, source: Source, contacts: Contacts) -> list[list[Row]]:
    """For each contact, in order, its rows of that source."""
    wanted = layout.row_columns(source)
    rows = contacts.rows[source]
    numbers = contact_numbers(contacts.keys, rows.contact_keys)
    own = numbers.is_not_null()
    cells = [rows.columns[column].filter(own).to_list() for column in wanted]
    found: list[list[Row]] = [[] for _ in range(len(contacts))]
    for place, number in enumerate(numbers.filter(own).to_list()):
        found[number].append({column: values[place] for column, values in zip(wanted, cells, strict=True)})
    return found


def some_of(contacts: Contacts, numbers: pl.Series) -> Contacts:
    """Only the contacts with these numbers, in that order. Their rows stay among everybody's."""
    values = {key: column.gather(numbers) for key, column in contacts.values.items()}
    return Contacts(contacts.keys.gather(numbers), values, contacts.rows)


def _domain_value(value: object) -> Value:
    if isinstance(value, list):
        return frozenset(value)
    assert value is None or isinstance(value, int | float | str | date)
    return value
