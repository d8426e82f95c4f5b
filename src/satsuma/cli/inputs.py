"""From files to typed contacts: reads the tables that a segmentation asks for, once, and checks keys. Called by the
commands that work on data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from unicodedata import normalize

import polars as pl

from satsuma.cli.keys import first_column_note, result_name, unique_keys
from satsuma.cli.options import TableOptions
from satsuma.domain.errors import InputError
from satsuma.domain.model import FieldType, Segmentation, Source
from satsuma.engine.facts import Contacts, Rows, rows_missing
from satsuma.engine.layout import Layout
from satsuma.tables.formulas import HARMLESS, defused
from satsuma.tables.options import ReadOptions
from satsuma.tables.reading import read_table
from satsuma.tables.table import Table
from satsuma.tables.values import typed_row_column, typed_values

PERSON = "person"
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
            self.notes.append(first_column_note(keys.name))
        return keys.name, keys.alias(result_name(self.layout.segmentation, keys.name))

    def _contacts_from_rows(self) -> tuple[str, pl.Series, dict[str, pl.Series]]:
        """Without a table of contacts they are those that the counted rows name, in the order of their first row."""
        plain = [field.title for field in self.layout.asked if not field.metric]
        if plain or not self.tables:
            wanted = f"The segmentation asks for {', '.join(plain)}." if plain else "No table was given."
            raise InputError("contacts_missing", wanted, remedy="Give the table of contacts after the model.")
        found = [self._row_keys(source, None).drop_nulls() for source in self.tables]
        key = self.options.key or self.options.deals_key or "key"
        keys = pl.concat(found).unique(maintain_order=True)
        return key, keys.alias(result_name(self.layout.segmentation, key)), {}

    def _rows(self, source: Source, key: str, keys: pl.Series) -> Rows:
        if source not in self.tables:
            raise rows_missing(source)
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
