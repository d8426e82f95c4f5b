"""Texts, lists of texts and yes/no of a column. Called by `table`."""

from __future__ import annotations

import polars as pl

from satsuma.domain.limits import MAX_TEXT_CHARACTERS
from satsuma.tables.columns import Column

YES = ("true", "yes", "y", "t", "1")
TOO_LONG, REMOVE = f"this text is longer than {MAX_TEXT_CHARACTERS:,} characters", "Remove it."
NO = ("false", "no", "n", "f", "0")


def read_texts(column: Column) -> pl.Series:
    """The column as String: NFC, without surrounding blanks; None where empty.

    Raises CellError for a NUL and for more than 10,000 characters.
    """
    texts = _nfc(column.texts())
    texts = column.refused(texts, texts.str.contains("\0", literal=True), "this text contains a NUL character", REMOVE)
    return column.refused(texts, texts.str.len_chars() > MAX_TEXT_CHARACTERS, TOO_LONG, "Shorten it.")


def _nfc(texts: pl.Series) -> pl.Series:
    ascii_only = texts.str.len_bytes().sum() == texts.str.len_chars().sum()
    return texts if ascii_only else texts.str.normalize("NFC")


def read_text_lists(column: Column, separator: str) -> pl.Series:
    """The column as List(String): cells cut at `separator`, parts trimmed, empty ones and repeats left out.

    None where nothing is left. A native list of texts is taken as it is cut. Raises CellError.
    """
    if column.cells.dtype == pl.List(pl.String):
        cut = column.cells.list.eval(pl.element().str.normalize("NFC"))
    else:
        cut = read_texts(column).str.split(separator)
    element = pl.element().str.strip_chars()
    filled = element.filter(~element.is_in(["", *column.options.empty_words]))
    parts = cut.list.eval(filled).list.unique(maintain_order=True)
    return pl.select(pl.when(parts.list.len() > 0).then(parts)).to_series().rename(column.name)


def read_yes_no(column: Column) -> pl.Series:
    """The column as Boolean: true/false, yes/no, y/n, t/f, 1/0 in any case; None where empty. Raises CellError."""
    if column.cells.dtype == pl.Boolean:
        return column.cells
    words = dict.fromkeys(YES, True) | dict.fromkeys(NO, False)
    texts = column.texts("yes or no")
    answers = texts.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    unread = answers.is_null() & texts.is_not_null()
    return column.refused(answers.rename(column.name), unread, "this is neither yes nor no", "Write yes or no.")
