"""Numbers of a column: which signs it is written with, and its values as doubles. Called by `table` and `money`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.domain.limits import MAX_DIGITS, MAX_NUMBER
from satsuma.tables.columns import Column
from satsuma.tables.options import ReadOptions

SEPARATORS = {".": r"\.", ",": ",", " ": r"[ \x{00A0}\x{2009}\x{202F}]", "'": r"['\x{2019}]"}
"""How a decimal or thousands sign may look: no-break and thin blanks, and the curly apostrophe of Swiss files."""
SMALLEST_SIZE = 1e-300
"""Below it a double loses digits, then the number itself."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The signs numbers are written with."""

    decimal: str = "."
    thousands: str | None = None

    def pattern(self) -> str:
        """What a number looks like. Thousands come in groups of three, all of them or none; no exponent then."""
        point = SEPARATORS[self.decimal]
        if self.thousands is None:
            return rf"^[+-]?(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]{{1,4}})?$"
        comma = SEPARATORS[self.thousands]
        return rf"^[+-]?(?:(?:[1-9][0-9]{{0,2}}(?:{comma}[0-9]{{3}})+|[0-9]+)(?:{point}[0-9]*)?|{point}[0-9]+)$"

    def agrees_with(self, options: ReadOptions) -> bool:
        """Whether the options allow it. A thousands sign that they name need not occur."""
        thousands_agree = options.thousands is None or self.thousands in (None, options.thousands)
        return options.decimal in (None, self.decimal) and self.decimal != options.thousands and thousands_agree

    def is_worth_trying(self, occurring: set[str]) -> bool:
        """Whether it can read anything that plain numbers cannot, given the signs that occur."""
        return self == PLAIN or (self.thousands or self.decimal) in occurring

    def misfits(self, texts: pl.Series) -> pl.Series:
        return ~texts.str.contains(self.pattern())

    def plain(self, texts: pl.Series) -> pl.Series:
        """Texts that fit, with a point and without thousands signs."""
        if self.thousands is not None:
            texts = texts.str.replace_all(SEPARATORS[self.thousands], "")
        return texts if self.decimal == "." else texts.str.replace(self.decimal, ".", literal=True)


PLAIN = Spelling()
SPELLINGS = (PLAIN, Spelling(","), *(Spelling(".", sign) for sign in ", '"), *(Spelling(",", sign) for sign in ". '"))


def read_numbers(column: Column) -> pl.Series:
    """The column as Float64: finite, |x| <= 1e15, at most 15 significant digits as written; None where empty.

    A native double (Parquet, XLSX, JSON) is taken as it is. Raises CellError, InputError `number_format_ambiguous`.
    """
    if column.cells.dtype.is_numeric():
        return within_range(column, column.cells.cast(pl.Float64))
    return read_plain_numbers(column, read_plain_texts(column))


def read_plain_numbers(column: Column, plain: pl.Series) -> pl.Series:
    """What `read_plain_texts` gave, as Float64. Raises CellError."""
    values = within_range(column, plain.cast(pl.Float64))
    return _without_lost_digits(column, plain, values)


def read_whole_numbers(column: Column) -> pl.Series:
    """The column as Int64: numbers without a fraction ("7", "7.0"). Raises as `read_numbers`."""
    values = read_numbers(column)
    fractional = values != values.floor()
    whole = column.refused(values, fractional, "this is not a whole number", "Correct the cell or empty it.")
    return whole.cast(pl.Int64)


def read_plain_texts(column: Column) -> pl.Series:
    """The column's numbers as text with a decimal point, without thousands signs; None where empty.

    Raises CellError, InputError `number_format_ambiguous`.
    """
    if column.cells.dtype == pl.Boolean or column.cells.dtype.is_temporal():
        raise column.refusal_of_kind("numbers")
    texts = column.texts("numbers")
    spelling = recognise_spelling(column, texts) if column.cells.dtype == pl.String else PLAIN
    fitting = column.refused_each(texts, spelling.misfits(texts), lambda place: _what_is_wrong(texts[place]))
    return spelling.plain(fitting)


def within_range(column: Column, values: pl.Series) -> pl.Series:
    """The values, -0 made 0. Raises CellError for NaN, infinities and numbers beyond the limit."""
    values = column.refused(values, values.is_nan(), "this is not a number", _LEAVE_EMPTY)
    values = column.refused(values, values.abs() > MAX_NUMBER, f"this is beyond {MAX_NUMBER:,}", "Use a larger unit.")
    return values.set(values == 0.0, 0.0).rename(column.name)


def recognise_spelling(column: Column, texts: pl.Series) -> Spelling:
    """The spelling that fits every text, or else the one that fits most.

    Raises InputError `number_format_ambiguous` if two fit and do not mean the same ("1,234" in every cell).
    """
    candidates = _possible_spellings(column, texts)
    misfits = {spelling: int(spelling.misfits(texts).sum() or 0) for spelling in candidates}
    fitting = [spelling for spelling, count in misfits.items() if count == 0]
    if not fitting:
        return min(candidates, key=misfits.__getitem__)
    first, *others = fitting
    for other in others:
        _refuse_other_meaning(column, texts, first, other)
    return first


def _possible_spellings(column: Column, texts: pl.Series) -> list[Spelling]:
    """The spellings the options allow, without those that read nothing more here than plain numbers do."""
    occurring = {sign for sign, look in SEPARATORS.items() if texts.str.contains(look).any()}
    allowed = [spelling for spelling in SPELLINGS if spelling.agrees_with(column.options)]
    return [spelling for spelling in allowed if spelling.is_worth_trying(occurring)] or allowed[:1]


def _refuse_other_meaning(column: Column, texts: pl.Series, first: Spelling, other: Spelling) -> None:
    differing = first.plain(texts).cast(pl.Float64) != other.plain(texts).cast(pl.Float64)
    if not differing.any():
        return
    text = texts.filter(differing.fill_null(value=False))[0]
    meanings = [spelling.plain(pl.Series([text]))[0] for spelling in (first, other)]
    raise InputError(
        "number_format_ambiguous",
        f"{column.file}, column {column.name!r}: {text!r} may mean {meanings[0]} or {meanings[1]}.",
        remedy="Say which sign parts the decimals with --decimal, or the thousands with --thousands.",
        file=column.file,
        column=column.name,
        text=text,
    )


def _without_lost_digits(column: Column, plain: pl.Series, values: pl.Series) -> pl.Series:
    """Only long texts and those with an exponent can lose something, so only they are looked at one by one."""
    suspects = (plain.str.len_bytes() > MAX_DIGITS) | plain.str.contains("[eE]")
    reasons = {}
    for place in suspects.fill_null(value=False).arg_true():
        if values[place] is None:  # refused for another reason
            continue
        digits = significant_digits(plain[place])
        if digits > MAX_DIGITS:
            reasons[place] = (f"this has {digits} significant digits", f"Round it to {MAX_DIGITS}.")
        elif digits and abs(values[place]) < SMALLEST_SIZE:
            reasons[place] = ("this is too close to zero to be kept", "Write 0.")
    wrong = pl.repeat(value=False, n=len(values), dtype=pl.Boolean, eager=True).scatter(list(reasons), values=True)
    return column.refused_each(values, wrong, reasons.__getitem__) if reasons else values


def significant_digits(plain: str) -> int:
    mantissa = plain.lower().partition("e")[0].lstrip("+-")
    return len(mantissa.replace(".", "").strip("0"))


_LEAVE_EMPTY = "Leave the cell empty if the number is not known."


def _what_is_wrong(text: str) -> tuple[str, str]:
    """What to say of a text that is no number, and what to do about it."""
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return "this is not a finite number", _LEAVE_EMPTY
    if "%" in text:
        return "this number has a percent sign", "Remove the sign from the cells; the field's unit can say it."
    if any(unicodedata.category(character) == "Sc" for character in text):
        return "this number has a currency sign", "Remove the sign from the cells; the field's unit can say it."
    return "this is not a number", "Correct the cell or empty it; a word that means empty is named with --empty."
