"""Days of a column: which format they are written in, and their values. Called by `table` and `guessing`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from satsuma.domain.errors import InputError
from satsuma.tables.columns import Column

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTH_PATTERN = "(?i:" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTH_NAMES) + r")\.?"
FIRST_TWO_DIGIT_YEAR = 1969
"""Years of two digits are 1969 to 2068, as POSIX has it."""
TOKENS = {
    "%Y": "(?P<year>[0-9]{4})",
    "%y": "(?P<year>[0-9]{2})",
    "%m": "(?P<month>[0-9]{1,2})",
    "%d": "(?P<day>[0-9]{1,2})",
    "%b": f"(?P<month>{MONTH_PATTERN})",
    "%B": f"(?P<month>{MONTH_PATTERN})",
}
SPELLED = (("yyyy", "%Y"), ("yy", "%y"), ("mmm", "%b"), ("mm", "%m"), ("dd", "%d"), ("m", "%m"), ("d", "%d"))
"""How people write a format, longest first."""
TIME_OF_DAY = (
    r"(?:\s*T\s*|\s+)[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
    r"\s*(?i:[ap]\.?m\.?)?\s*(?i:z|utc|[+-][0-9]{2}:?[0-9]{2})?$"
)


@dataclass(frozen=True, slots=True)
class DayFormat:
    """A way to write a day, in strptime's words: %Y %y %m %d %b %B and what stands between them."""

    text: str

    def pattern(self) -> str:
        parts = re.split(r"(%[YymdbB])", self.text)
        glued = not re.search(r"%[md][^%]", self.text) and "%m" in self.text
        return "^" + "".join(_part_pattern(part, glued=glued) for part in parts) + "$"

    def read(self, texts: pl.Series) -> pl.Series:
        """The days; None where a text is empty, is written otherwise, or names a day that does not exist."""
        if self == ISO and (texts.is_null() | texts.str.contains(ISO_PATTERN)).all():
            return _iso_days(texts)
        parts = texts.str.extract_groups(self.pattern()).struct
        year, month, day = parts.field("year"), parts.field("month"), parts.field("day")
        if "%y" in self.text:
            year = _full_years(year)
        if "%b" in self.text or "%B" in self.text:
            month = _month_numbers(month)
        return _iso_days(year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2))


def _iso_days(texts: pl.Series) -> pl.Series:
    """Days from yyyy-mm-dd; None for one that does not exist, and for the year 0, which no calendar has."""
    year_0 = texts.str.starts_with("0000").fill_null(value=False)
    return texts.set(year_0, None).str.to_date("%Y-%m-%d", strict=False)


def _part_pattern(part: str, *, glued: bool) -> str:
    if part in TOKENS:
        return TOKENS[part].replace("{1,2}", "{2}") if glued else TOKENS[part]
    return re.escape(part)


def _full_years(two_digits: pl.Series) -> pl.Series:
    years = two_digits.cast(pl.Int32)
    early = (years < FIRST_TWO_DIGIT_YEAR % 100).fill_null(value=False)
    return (years + 2000).zip_with(early, years + 1900).cast(pl.String)


def _month_numbers(names: pl.Series) -> pl.Series:
    numbers = {name[:3]: str(number) for number, name in enumerate(MONTH_NAMES, start=1)}
    return names.str.to_lowercase().str.slice(0, 3).replace_strict(numbers, default=None, return_dtype=pl.String)


ISO = DayFormat("%Y-%m-%d")
ISO_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
FORMATS = (
    ISO,
    *map(DayFormat, ("%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d.%m.%y")),
    *map(DayFormat, ("%d-%m-%Y", "%m-%d-%Y", "%d-%m-%y", "%m-%d-%y")),
    *map(DayFormat, ("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y")),
    *map(DayFormat, ("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%b %d %Y")),
)
"""What is recognised. Left out, because nobody can tell them: years of two digits in front, months before a point."""


def parse_format(text: str) -> DayFormat:
    """A format as people write it: "%d.%m.%Y" or "dd.mm.yyyy"; a time of day in it is left out.

    Raises InputError `option_invalid`.
    """
    code = text if "%" in text else _from_spelled(text)
    code = re.split(r"[ T,]*%[HIMST]", code)[0]
    tokens = re.findall(r"%.", code)
    kinds = sorted(token[1].lower().replace("b", "m") for token in tokens)
    if kinds != ["d", "m", "y"] or any(token not in TOKENS for token in tokens):
        raise InputError(
            "option_invalid",
            f"{text!r} is not a date format.",
            remedy="Write it like dd.mm.yyyy or %d.%m.%Y, with day, month and year once each.",
            option="date format",
            value=text,
        )
    return DayFormat(code)


def _from_spelled(text: str) -> str:
    lowered = re.split(r"[ t,]*h{1,2}[:.]", text.lower())[0]
    return re.sub("yyyy|yy|mmmm?|mm|dd|m|d", lambda found: dict(SPELLED)[found.group().replace("mmmm", "mmm")], lowered)


def read_days(column: Column) -> pl.Series:
    """The column as Date, a time of day dropped (as written, in its own zone); None where empty.

    Raises CellError, InputError `date_format_ambiguous`.
    """
    if column.cells.dtype.is_temporal():
        return _native_days(column)
    if column.cells.dtype == pl.Boolean:
        raise column.refusal_of_kind("days")
    texts = _without_time(column.texts("days"))
    days = recognise_format(column, texts).read(texts).rename(column.name)
    return column.refused(days, days.is_null() & texts.is_not_null(), "this is not a day", _remedy(texts, days))


def recognise_day_format(column: Column) -> str | None:
    """The format a column's texts are written in, "%d.%m.%Y"; None if its cells are native days."""
    if column.cells.dtype.is_temporal():
        return None
    return recognise_format(column, _without_time(column.texts("days"))).text


def _native_days(column: Column) -> pl.Series:
    if column.cells.dtype not in (pl.Date, pl.Datetime):
        raise column.refusal_of_kind("days")
    days = column.cells.dt.date() if column.cells.dtype == pl.Datetime else column.cells
    return column.refused(days, ~days.dt.year().is_between(1, 9999), "this year is not between 1 and 9999")


def _without_time(texts: pl.Series) -> pl.Series:
    if not texts.str.contains(":", literal=True).any():
        return texts
    return texts.str.replace(TIME_OF_DAY, "")


def recognise_format(column: Column, texts: pl.Series) -> DayFormat:
    """The format the options name, or the one that fits all texts, or else the one that fits most.

    Raises InputError `date_format_ambiguous` if two fit and do not give the same days.
    """
    if column.options.date_format is not None:
        return parse_format(column.options.date_format)
    different = texts.drop_nulls().unique(maintain_order=True)
    if ISO.read(different).null_count() == 0:
        return ISO
    days = {candidate: candidate.read(different) for candidate in FORMATS}
    fitting = [candidate for candidate, values in days.items() if values.null_count() == 0]
    if not fitting:
        return min(FORMATS, key=lambda candidate: days[candidate].null_count())
    first, *others = fitting
    for other in others:
        _refuse_other_days(column, different, (first, days[first]), (other, days[other]))
    return first


def _refuse_other_days(
    column: Column, texts: pl.Series, first: tuple[DayFormat, pl.Series], other: tuple[DayFormat, pl.Series]
) -> None:
    differing = first[1] != other[1]
    if not differing.any():
        return
    place = int(differing.arg_true()[0])
    raise InputError(
        "date_format_ambiguous",
        f"{column.file}, column {column.name!r}: {texts[place]!r} may mean {first[1][place]} or {other[1][place]}.",
        remedy=f"Say which with --date-format, {first[0].text} or {other[0].text}.",
        file=column.file,
        column=column.name,
        text=texts[place],
        formats=[first[0].text, other[0].text],
    )


def _remedy(texts: pl.Series, days: pl.Series) -> str:
    if days.null_count() == texts.len() and texts.str.contains(r"^[0-9]{5}(?:\.[0-9]+)?$").any():
        return "If this is a spreadsheet's day number, format the column as a date there."
    return "Correct the cell or empty it, or say how days are written with --date-format."
