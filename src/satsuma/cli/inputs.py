"""From files to typed contacts: reads the tables that a segmentation asks for, once, and checks keys. Called by the
commands that work on data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from unicodedata import normalize

import polars as pl

from satsuma.cli.options import TableOptions
from satsuma.domain.errors import InputError
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_DIGITS, MONEY_DECIMALS
from satsuma.domain.metrics import PER_UNIT, Role, RowColumn
from satsuma.domain.model import Field, FieldType, Segmentation, Source
from satsuma.engine.facts import Contacts, Rows
from satsuma.engine.layout import Layout
from satsuma.tables.formulas import HARMLESS, defused
from satsuma.tables.options import ReadOptions
from satsuma.tables.reading import read_table
from satsuma.tables.table import Table

PERSON = "person"
RESULT_COLUMNS = frozenset({"score", "percent", "segment", "coverage"})
ROUNDING = 2.0**-50
"""How far, relatively, a double may be off the decimal that it stands for: a few last bits of arithmetic."""
NO_MORE_DECIMALS = 10 ** (MAX_DIGITS - MONEY_DECIMALS)
"""From here on, 15 digits leave no place for more decimals than money has, and doubles are too coarse to multiply."""
CLOSE_AMONG = 100_000
"""Keys that are looked through for one that looks like a mistyped one: a second or so."""


@dataclass(slots=True)
class Inputs:
    """Everything read for one command: typed contacts, and remarks worth saying about the files."""

    contacts: Contacts
    source: str
    notes: list[str] = field(default_factory=list)

    def number_of(self, key: str) -> int:
        """The number of the contact with that key. Raises InputError, naming the closest keys."""
        wanted = normalize("NFC", key).strip()
        found = (self.contacts.keys == wanted).arg_true()
        if len(found):
            return int(found[0])
        close = get_close_matches(wanted, self.contacts.keys.head(CLOSE_AMONG).to_list(), n=3)
        raise InputError(
            "contact_unknown",
            f"{self.source} has no {self.contacts.keys.name} {key!r}.",
            remedy=f"Did you mean {' or '.join(map(repr, close))}?" if close else "Check the key, and --key.",
            closest=close,
        )


def read_inputs(segmentation: Segmentation, options: TableOptions, *, also: tuple[str, ...] = ()) -> Inputs:
    """The contacts with every field that the segmentation asks for, and `also` these fields. Raises InputError or
    CellError for what cannot be read, a missing column, an empty or repeated key."""
    reader = _Reader(options, Layout(segmentation, also))
    return reader.read()


def value_field(segmentation: Segmentation, key: str | None) -> str | None:
    """The field to add up: the one that is asked for, or the first money field that a parameter asks for. Raises
    InputError for a key that is no number or money field of the segmentation."""
    numeric = [f.key for f in segmentation.fields if f.type in (FieldType.MONEY, FieldType.NUMBER)]
    if key is None:
        asked = {parameter.field for _, parameter in segmentation.parameters}
        return next((f.key for f in segmentation.fields if f.type is FieldType.MONEY and f.key in asked), None)
    if key not in numeric:
        raise InputError(
            "value_unknown",
            f"The segmentation has no number or money field {key!r} to add up.",
            remedy=f"Choose one of {', '.join(numeric)}." if numeric else "Add one to the model's fields.",
        )
    return key


def read_current(path: Path, inputs: Inputs) -> pl.Series:
    """Each contact's segment in earlier results that `satsuma score` wrote; null for contacts that are not in them."""
    table = read_table(path, ReadOptions())
    earlier = pl.DataFrame({"key": table.texts(inputs.contacts.keys.name), "segment": table.texts("segment")})
    known = earlier.with_columns(_as_meant(pl.all())).drop_nulls("key").unique("key", keep="first", maintain_order=True)
    everybody = pl.DataFrame({"key": inputs.contacts.keys})
    return everybody.join(known, on="key", how="left", maintain_order="left")["segment"]


def _as_meant(texts: pl.Expr) -> pl.Expr:
    """Texts without the apostrophe that made them harmless for spreadsheets when they were written."""
    bare = texts.str.strip_prefix(HARMLESS)
    return pl.when(defused(bare) == texts).then(bare).otherwise(texts)


def read_options(options: TableOptions) -> ReadOptions:
    return ReadOptions(
        encoding=options.encoding,
        delimiter={"tab": "\t", "\\t": "\t"}.get(options.delimiter or "", options.delimiter),
        decimal=options.decimal,
        thousands=options.thousands,
        date_format=options.date_format,
        sheet=options.sheet,
        header_row=options.header_row,
        empty_words=tuple(options.empty or ()),
    )


class _Reader:
    """Reads each table once and remembers what is worth saying."""

    def __init__(self, options: TableOptions, layout: Layout) -> None:
        self.options = options
        self.layout = layout
        self.notes: list[str] = []
        self.tables = {source: self._table(path) for source, path in self._paths() if path}

    def _paths(self) -> Iterator[tuple[Source, Path | None]]:
        yield Source.DEALS, self.options.deals
        yield Source.ACTIVITIES, self.options.activities
        yield Source.PEOPLE, self.options.people

    def _table(self, path: Path) -> Table:
        table = read_table(path, read_options(self.options))
        self.notes += table.notes
        return table

    def read(self) -> Inputs:
        if self.options.contacts is None:
            key, keys, values = self._contacts_from_rows()
        else:
            table = self._table(self.options.contacts)
            key, keys = self._keys(table)
            asked = [field for field in self.layout.asked if not field.metric]
            values = {field.key: typed_values(table, field) for field in asked}
        rows = {source: self._rows(source, key, keys) for source in self.layout.sources}
        source = self.options.contacts or next(path for _, path in self._paths() if path)
        return Inputs(Contacts(keys, values, rows), source.name, self.notes)

    def _keys(self, table: Table) -> tuple[str, pl.Series]:
        keys = unique_keys(table, self.options)
        if self.options.key is None:
            self.notes.append(f"The contacts' key is the first column, {keys.name!r}; --key names another.")
        return keys.name, keys.alias(result_name(self.layout.segmentation, keys.name))

    def _contacts_from_rows(self) -> tuple[str, pl.Series, dict[str, pl.Series]]:
        """Without a table of contacts they are those that the counted rows name, in the order of their first row."""
        plain = [field.title for field in self.layout.asked if not field.metric]
        if plain or not self.tables:
            wanted = f"The segmentation asks for {', '.join(plain)}." if plain else "No table was given."
            raise InputError("contacts_missing", wanted, remedy="Give the table of contacts after the model.")
        found = [self._row_keys(source, None).drop_nulls() for source in self.tables]
        key = self.options.key or self.options.deals_key or "key"
        return key, pl.concat(found).unique(maintain_order=True).alias(key), {}

    def _rows(self, source: Source, key: str, keys: pl.Series) -> Rows:
        if source not in self.tables:
            raise InputError(
                "rows_missing",
                f"The segmentation counts {source}, but no {source} were given.",
                remedy=f"Give the table with --{source} FILE.",
            )
        table = self.tables[source]
        contact_keys = self._row_keys(source, key)
        self._note_strangers(source, contact_keys, keys)
        columns = {column: typed_row_column(table, column) for column in self.layout.row_columns(source)}
        return Rows(contact_keys, columns)

    def _row_keys(self, source: Source, key: str | None) -> pl.Series:
        """For each row the key of its contact: its own, or that of the company its person belongs to."""
        table = self.tables[source]
        column = getattr(self.options, f"{source}_key") or self.options.key or key
        person = self.options.person_key
        through_person = source is not Source.PEOPLE and person in table.columns and Source.PEOPLE in self.tables
        if column is None or (column not in table.columns and not through_person):
            named = f" {column!r}" if column else ""
            raise InputError(
                "key_missing",
                f"{table.name} has no column{named} that says whose row it is.",
                remedy=f"Name the column with --{source}-key; there are {', '.join(table.columns)}.",
            )
        own = table.texts(column) if column in table.columns else pl.Series([None] * table.height, dtype=pl.String)
        return own.fill_null(self._company_of(table.texts(str(person)), key)) if through_person else own

    def _company_of(self, persons: pl.Series, key: str | None) -> pl.Series:
        people = self.tables[Source.PEOPLE]
        known = pl.DataFrame(
            {PERSON: people.texts(str(self.options.person_key)), "company": self._row_keys(Source.PEOPLE, key)}
        )
        known = known.drop_nulls().unique(PERSON, keep="first", maintain_order=True)
        return pl.DataFrame({PERSON: persons}).join(known, on=PERSON, how="left", maintain_order="left")["company"]

    def _note_strangers(self, source: Source, contact_keys: pl.Series, keys: pl.Series) -> None:
        nameless = contact_keys.null_count()
        strangers = contact_keys.drop_nulls().filter(~contact_keys.drop_nulls().is_in(keys.implode()))
        if nameless:
            self.notes.append(f"{nameless:,} of {len(contact_keys):,} {source} name no contact and count for nobody.")
        if len(strangers):
            names = ", ".join(repr(name) for name in strangers.unique(maintain_order=True).head(3))
            self.notes.append(f"{len(strangers):,} {source} name contacts that are not in the table, such as {names}.")


def result_name(segmentation: Segmentation, key: str) -> str:
    """What the key's column is called among results: its own name, unless results have a column of that name."""
    taken = {f"{axis.name} {part}" for axis in segmentation.axes for part in ("score", "band")}
    return f"{key} (key)" if key in RESULT_COLUMNS | taken or "points: " in key else key


def key_column(columns: list[str], options: TableOptions) -> str:
    """The column of the contacts' key: the one that is named, or the first."""
    return options.key or columns[0]


def unique_keys(table: Table, options: TableOptions) -> pl.Series:
    """The contacts' keys, named like their column. Raises InputError for an empty or a repeated one."""
    column = key_column(table.columns, options)
    keys = table.texts(column).alias(column)
    if keys.null_count():
        raise InputError(
            "key_empty",
            f"{table.name}, row {table.rows[keys.is_null().arg_true()[0]]}: the key {column!r} is empty.",
            remedy="Every contact needs its own key; --key names the column.",
        )
    if (repeated := keys.filter(keys.is_duplicated())).len():
        raise repeated_key(table, column, keys, repeated[0])
    return keys


def repeated_key(table: Table, column: str, keys: pl.Series, key: str) -> InputError:
    """The error that names the first two rows with the key."""
    first, second, *_ = (table.rows[place] for place in (keys == key).arg_true())
    return InputError(
        "key_repeated",
        f"{table.name}: rows {first} and {second} have the same key {key!r} in column {column!r}.",
        remedy="Every contact needs its own key; remove one row or name another column with --key.",
        rows=(first, second),
        key=key,
    )


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
    if finer.any():
        raise table.column(column).refusal(
            finer.arg_true()[0], f"money has at most {MONEY_DECIMALS} decimals", "Round it, or make the field a number."
        )
    return rounded.zip_with(has_place, amounts)


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
    if outside.any():
        place = outside.arg_true()[0]
        limits = f"{asked.minimum} to {asked.maximum}"
        raise table.column(asked.column or asked.key).refusal(
            place, f"the rating is not from {limits}", "Correct the cell, or the rating's min and max in the model."
        )
    return ratings


def typed_row_column(table: Table, column: RowColumn) -> pl.Series:
    """A counted table's column in one role, as `engine.facts.ROW_TYPES` says."""
    match column.role:
        case Role.TEXT:
            return table.texts(column.column)
        case Role.AMOUNT:
            return table.ten_thousandths(column.column)
        case Role.DAY:
            return table.days(column.column)
