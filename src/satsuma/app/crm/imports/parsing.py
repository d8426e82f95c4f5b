"""Reads files: what they look like, and their columns in the types that a mapping asks for. Runs in the child; without
Django, so that it starts quickly and takes little memory.
"""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from satsuma.app.crm.imports.wanted import AMOUNT, Wanted
from satsuma.domain.errors import InputError, SatsumaError
from satsuma.domain.model import Field, FieldType
from satsuma.engine.profile import ColumnProfile, profile_column
from satsuma.tables import ReadOptions, Table, read_table, recognise
from satsuma.tables.dialect import recognise_delimiter, sample_records
from satsuma.tables.encoding import decode, example_word
from satsuma.tables.header import find_header
from satsuma.tables.reading import DELIMITED, JSON_LINES, PARQUET, TABBED, WORKBOOKS, file_kind
from satsuma.tables.refusals import Refusals
from satsuma.tables.values import typed_values
from satsuma.tables.workbooks import sheet_names

PROFILED_ROWS = 20_000
"""Rows that types are recognised from: enough to tell, few enough to be quick."""
SHOWN_ROWS = 10
SHOWN_CHARACTERS = 200
MOST_OPTIONS = 200
EMAIL = r"^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$"
INDEX, BAD = "row", "bad"
"""The columns of what `read` writes, besides one for each target."""


class LimitPassedError(Exception):
    """The file is beyond the limit of this name."""


def describe(path: Path, options: ReadOptions, limits: Mapping[str, int]) -> dict[str, Any]:
    """What was recognised: how the file is written, its columns with their likely types, and the first rows."""
    refuse_beyond(path, limits)
    kind = file_kind(path)
    options, written = _recognised_options(path, kind, options)
    table = _read(path, options, limits)
    sample = replace(table, frame=table.frame.head(PROFILED_ROWS), rows=table.rows.head(PROFILED_ROWS))
    guesses = {column: recognise(sample, column) for column in table.columns}
    profiles = [profile_column(sample, column) for column in table.columns]
    spelling = next((guess.spelling for guess in guesses.values() if guess.spelling and guess.spelling.thousands), None)
    spelling = spelling or next((guess.spelling for guess in guesses.values() if guess.spelling), None)
    return {
        **written,
        "kind": kind,
        "rows": table.height,
        "decimal": options.decimal or (spelling.decimal if spelling else None),
        "thousands": options.thousands or (spelling.thousands if spelling else None),
        "date_format": options.date_format
        or next((guess.date_format for guess in guesses.values() if guess.date_format), None),
        "columns": [_described(profile, sample, guesses[profile.name].doubts) for profile in profiles],
        "records": _records(table),
    }


def read(
    path: Path, options: ReadOptions, wanted: Sequence[Wanted], limits: Mapping[str, int], out: Path
) -> dict[str, Any]:
    """Writes the wanted columns, typed, to `out` as Arrow: the record's number, whether the row has a cell that cannot
    be read, and a column for each target. Gives how many rows, and what is wrong with which cells and columns."""
    refuse_beyond(path, limits)
    table, refusals = _read(path, options, limits).gathering(limits["kept_errors"])
    columns, faults = {}, []
    for column in wanted:
        try:
            columns[column.target] = _typed(table, column)
        except SatsumaError as error:
            faults.append({"column": column.column, **error_facts(error)})
    frame = pl.DataFrame([table.rows.alias(INDEX), refusals.marks.alias(BAD)])
    frame = frame.with_columns(values.alias(target) for target, values in columns.items())
    frame.write_ipc(out)
    return {"rows": table.height, "faults": faults, "counts": refusals.counts, "refusals": _kept(refusals)}


def refuse_beyond(path: Path, limits: Mapping[str, int]) -> None:
    """Raises LimitPassedError for what can be told before anything is unpacked."""
    kind = file_kind(path)
    if path.stat().st_size > limits["file_bytes"]:
        raise LimitPassedError("file_bytes")
    if path.suffix == ".gz":
        _refuse_large_text(path, limits["unpacked_bytes"])
    elif kind in WORKBOOKS:
        _refuse_large_archive(path, limits["unpacked_bytes"])
    elif kind in PARQUET:
        _refuse_large_parquet(path, limits)


def _refuse_large_text(path: Path, most: int) -> None:
    found = 0
    try:
        with gzip.open(path) as stream:
            while part := stream.read(1024**2):
                found += len(part)
                if found > most:
                    raise LimitPassedError("unpacked_bytes")
    except (OSError, EOFError):
        return  # reading it says what is wrong


def _refuse_large_archive(path: Path, most: int) -> None:
    """The sizes that the archive states, and then what really comes out of the parts that will be read."""
    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > most:
                raise LimitPassedError("unpacked_bytes")
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return


def _refuse_large_parquet(path: Path, limits: Mapping[str, int]) -> None:
    try:
        scanned = pl.scan_parquet(path)
        if len(scanned.collect_schema()) > limits["columns"]:
            raise LimitPassedError("columns")
        if scanned.select(pl.len()).collect().item() > limits["rows"]:
            raise LimitPassedError("rows")
    except pl.exceptions.PolarsError:
        return


def _read(path: Path, options: ReadOptions, limits: Mapping[str, int]) -> Table:
    table = read_table(path, options)
    if len(table.columns) > limits["columns"]:
        raise LimitPassedError("columns")
    if table.height > limits["rows"]:
        raise LimitPassedError("rows")
    return table


def _recognised_options(path: Path, kind: str, options: ReadOptions) -> tuple[ReadOptions, dict[str, Any]]:
    """The options with what the file itself says, so that it is not recognised twice."""
    if kind in WORKBOOKS:
        sheets = sheet_names(path, path.name)
        return options, {"sheets": sheets, "sheet": options.sheet or (sheets[0] if sheets else None)}
    if kind in PARQUET:
        return options, {}
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        try:
            data = stream.read()
        except (OSError, EOFError) as error:
            raise InputError(
                "file_broken", f"{path.name} is damaged.", remedy="Get it again.", file=path.name
            ) from error
    decoded = decode(data, options.encoding, path.name)
    written: dict[str, Any] = {
        "encoding": decoded.encoding,
        "example": example_word(decoded.utf8) if decoded.guessed else "",
    }
    if kind in JSON_LINES:
        return options, written
    delimiter = options.delimiter or ("\t" if kind in TABBED else recognise_delimiter(decoded.utf8))
    assert kind in DELIMITED
    header = find_header(sample_records(decoded.utf8, delimiter), options.header_row, path.name)
    written |= {"delimiter": delimiter, "header_row": header.records}
    return replace(options, encoding=decoded.encoding, delimiter=delimiter), written


def _described(profile: ColumnProfile, table: Table, doubts: Sequence[str]) -> dict[str, Any]:
    texts = _texts(table, profile.name)
    values = texts.drop_nulls().unique(maintain_order=True).head(MOST_OPTIONS)
    return {
        "name": profile.name,
        "type": profile.type.value,
        "is_key": profile.is_key,
        "filled": profile.filled,
        "distinct": profile.distinct,
        "is_email": bool(len(values)) and bool(values.str.contains(EMAIL).all()),
        "values": [text[:SHOWN_CHARACTERS] for text in values],
        "limits": list(profile.limits) if profile.limits else None,
        "separator": profile.separator,
        "doubts": list(doubts),
    }


def _records(table: Table) -> list[dict[str, Any]]:
    head = replace(table, frame=table.frame.head(SHOWN_ROWS), rows=table.rows.head(SHOWN_ROWS))
    columns = [[(text or "")[:SHOWN_CHARACTERS] for text in _texts(head, name)] for name in head.columns]
    return [{"row": row, "cells": list(cells)} for row, *cells in zip(head.rows, *columns, strict=True)]


def _texts(table: Table, column: str) -> pl.Series:
    """The cells as text, whatever they are: for showing only."""
    try:
        return table.column(column).texts()
    except SatsumaError:
        return pl.Series(column, [None if cell is None else str(cell) for cell in table.frame[column]], dtype=pl.String)


def _typed(table: Table, wanted: Wanted) -> pl.Series:
    if wanted.replace:
        table = replace(table, frame=_replaced(table, wanted.column, wanted.replace))
    if wanted.type == AMOUNT:
        return table.ten_thousandths(wanted.column)
    type_ = FieldType(wanted.type)
    if type_ is FieldType.CHOICE:  # options are matched where they are known
        type_ = FieldType.TEXT
    if type_ is FieldType.CHOICES:
        return table.text_lists(wanted.column, wanted.separator)
    field = Field(wanted.column, type_, minimum=wanted.minimum, maximum=wanted.maximum)
    values = typed_values(table, field)
    return _checked_text(table, wanted, values) if type_ is FieldType.TEXT else values


def _replaced(table: Table, column: str, replacements: Mapping[str, str]) -> pl.DataFrame:
    """The cells with other texts in the place of those that somebody said how to read."""
    texts = table.column(column).texts()
    return table.frame.with_columns(texts.replace(dict(replacements)).alias(column))


def _checked_text(table: Table, wanted: Wanted, texts: pl.Series) -> pl.Series:
    column = table.column(wanted.column)
    if wanted.longest:
        message = f"this text is longer than {wanted.longest} characters"
        texts = column.refused(texts, texts.str.len_chars() > wanted.longest, message, "Shorten it.")
    if wanted.is_email:
        wrong = ~texts.str.contains(EMAIL)
        texts = column.refused(texts, wrong, "this is not an e-mail address", "Correct the cell or empty it.")
    return texts


def _kept(refusals: Refusals) -> list[list[Any]]:
    return [[kept.row, kept.column, kept.text, kept.message, kept.remedy] for kept in refusals.kept]


def error_facts(error: SatsumaError) -> dict[str, Any]:
    facts = {name: fact for name, fact in error.facts.items() if isinstance(fact, str | int | list | tuple)}
    return {"code": error.code, "message": error.message, "remedy": error.remedy, "facts": facts}
