"""What a column is taken for: a field type, or a key, and its typed values. Called by `profile`.

One rule after the other; the first that has an opinion wins. What can be read in two ways is text with a remark,
never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from satsuma.domain.errors import SatsumaError
from satsuma.domain.model import FieldType
from satsuma.engine.profile.column_words import (
    RATINGS,
    says,
    says_class,
    says_contact_detail,
    says_id,
    says_money,
    says_numbered,
)
from satsuma.tables import CellKind, ColumnGuess, Table, recognise

MAX_CHOICES = 30
"""More different texts are free text, not options."""
MAX_OPTION_CHARACTERS = 100
SEPARATORS = (";", "|", ",")
LEAST_SEPARATED = 0.2
"""Share of the filled cells that must hold a separator before a column is a list of options."""
MOSTLY = 0.8
LEAST_FLAGS = 20
"""Rows of nothing but 0 and 1 that are believed to be yes and no: fewer may be small counts."""
MEANS_EMPTY = ("null", "n/a", "na", "#n/a", "nan", "none", "-", "--", "?")
"""Cells that often mean empty. They are never taken so without being told, and never made an option."""
FULL_RATING, SHORT_RATING = (0, 10), (1, 5)
EMAIL, URL, PHONE = r"^\S+@\S+\.\S+$", r"^(https?://|www\.)", r"^\+?[0-9 ()./-]{7,}$"
PLAIN_NUMBER = r"^[+-]?[0-9][0-9 .,']*$"


@dataclass(frozen=True, slots=True)
class Taken:
    """The type, the values typed as `engine.facts.CONTACT_TYPES` says (the cells' texts for choices), and what else the
    field needs."""

    type: FieldType
    values: pl.Series
    is_key: bool = False
    remarks: tuple[str, ...] = ()
    limits: tuple[int, int] | None = None
    separator: str | None = None
    parts: pl.Series | None = None


@dataclass(frozen=True)
class Cells:
    """A column under examination."""

    table: Table
    name: str
    guess: ColumnGuess

    @cached_property
    def texts(self) -> pl.Series:
        """The filled cells."""
        return self.table.texts(self.name).drop_nulls()

    @cached_property
    def distinct(self) -> int:
        return self.texts.n_unique()

    @property
    def is_unique(self) -> bool:
        """Every row has a value, and another one."""
        return self.distinct == self.table.height > 1

    @property
    def is_number(self) -> bool:
        return CellKind.NUMBER in self.guess.kinds and not self.guess.leading_zeros

    @property
    def is_whole(self) -> bool:
        return self.is_number and CellKind.WHOLE in self.guess.kinds

    def share(self, pattern: str) -> float:
        """The share of filled cells that look like this."""
        return float(self.texts.str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]

    def as_text(self, *remarks: str) -> Taken:
        return Taken(FieldType.TEXT, self.table.texts(self.name), remarks=remarks)

    def as_key(self) -> Taken:
        return Taken(FieldType.TEXT, self.table.texts(self.name), is_key=True)

    def as_choices(self, separator: str | None, parts: pl.Series) -> Taken:
        cells = self.table.frame[self.name]
        shown = self.table.texts(self.name) if separator is not None else cells.cast(pl.List(pl.String)).list.join(";")
        return Taken(FieldType.CHOICES, shown, separator=separator, parts=parts)


def take(table: Table, column: str) -> Taken:
    """What the column is taken for. Raises InputError only for an unknown column."""
    cells = Cells(table, column, recognise(table, column))
    return next(taken for rule in RULES if (taken := rule(cells)) is not None)


def _list(cells: Cells) -> Taken | None:
    """A native list of texts, as Parquet and JSON lines can hold."""
    if cells.table.frame[cells.name].dtype != pl.List(pl.String):
        return None
    parts = cells.table.text_lists(cells.name, ";").explode(empty_as_null=True).drop_nulls()
    is_few = 0 < parts.n_unique() <= MAX_CHOICES and not parts.str.contains(";", literal=True).any()
    return cells.as_choices(None, parts) if is_few and _are_short(parts) else None


def _unreadable(cells: Cells) -> Taken | None:
    if cells.guess.kinds:
        return None
    nothing = pl.Series(cells.name, [None] * cells.table.height, dtype=pl.String)
    if cells.guess.filled == 0:
        return Taken(FieldType.TEXT, nothing, remarks=("It is empty.",))
    try:
        cells.table.texts(cells.name)
    except SatsumaError as error:
        return Taken(FieldType.TEXT, nothing, remarks=(str(error),))
    return cells.as_text()


def _doubtful(cells: Cells) -> Taken | None:
    if not cells.guess.doubts or cells.is_number or CellKind.DATE in cells.guess.kinds:
        return None
    return cells.as_text(*cells.guess.doubts)


def _yes_no(cells: Cells) -> Taken | None:
    if CellKind.YES_NO not in cells.guess.kinds:
        return None
    if cells.is_number and (cells.distinct < 2 or len(cells.texts) < LEAST_FLAGS):
        return None
    return Taken(FieldType.YES_NO, cells.table.yes_no(cells.name))


def _contact_detail(cells: Cells) -> Taken | None:
    by_value = not cells.is_number and max(cells.share(EMAIL), cells.share(URL)) >= MOSTLY
    looks_like_phone = cells.guess.kinds == (CellKind.TEXT,) and cells.share(PHONE) >= MOSTLY
    if not (by_value or looks_like_phone or says_contact_detail(cells.name)):
        return None
    if cells.is_unique and cells.share(EMAIL) >= MOSTLY:
        return cells.as_key()
    return cells.as_text("A contact detail.")


def _day(cells: Cells) -> Taken | None:
    if CellKind.DATE not in cells.guess.kinds:
        return None
    days = cells.table.days(cells.name)
    if CellKind.WHOLE in cells.guess.kinds and not _is_calendar(cells, days):
        return None
    return Taken(FieldType.DATE, days)


def _is_calendar(cells: Cells, days: pl.Series) -> bool:
    """Whether whole numbers such as 20240131 are days."""
    return not says_id(cells.name) and not says_money(cells.name) and bool(days.dt.year().is_between(1900, 2100).all())


def _number(cells: Cells) -> Taken | None:
    """Numbers that count or measure something; ids and codes are left to the rules for text."""
    if not cells.is_number or says_id(cells.name):
        return None
    if cells.is_whole and cells.is_unique and says_numbered(cells.name):
        return None
    if cells.is_whole and says_class(cells.name) and _is_choice(cells):
        return None
    numbers = cells.table.numbers(cells.name)
    if cells.is_whole and (limits := _rating_limits(cells.name, numbers)) is not None:
        return Taken(FieldType.RATING, cells.table.whole_numbers(cells.name), limits=limits)
    is_money = CellKind.MONEY in cells.guess.kinds and says_money(cells.name)
    return Taken(FieldType.MONEY if is_money else FieldType.NUMBER, numbers)


def _rating_limits(name: str, numbers: pl.Series) -> tuple[int, int] | None:
    if not says(name, RATINGS):
        return None
    limits = SHORT_RATING if not says(name, ("nps",)) and numbers.is_between(*SHORT_RATING).all() else FULL_RATING
    return limits if numbers.is_between(*limits).all() else None


def _several_choices(cells: Cells) -> Taken | None:
    """Cells that combine few different parts, more combinations than parts."""
    for separator in SEPARATORS:
        if float(cells.texts.str.contains(separator, literal=True).mean() or 0) < LEAST_SEPARATED:  # type: ignore[arg-type]
            continue
        parts = cells.table.text_lists(cells.name, separator).explode(empty_as_null=True).drop_nulls()
        if parts.n_unique() <= min(MAX_CHOICES, cells.distinct - 1) and _are_short(parts):
            return cells.as_choices(separator, parts)
    return None


def _are_short(texts: pl.Series) -> bool:
    longest = texts.str.len_chars().max()
    return isinstance(longest, int) and longest <= MAX_OPTION_CHARACTERS


def _key(cells: Cells) -> Taken | None:
    return cells.as_key() if cells.is_unique and _are_short(cells.texts) else None


def _is_choice(cells: Cells) -> bool:
    return cells.distinct <= MAX_CHOICES and 2 * cells.distinct <= len(cells.texts) and _are_short(cells.texts)


def _choice(cells: Cells) -> Taken | None:
    if not _is_choice(cells):
        return None
    return Taken(FieldType.CHOICE, cells.table.texts(cells.name), parts=cells.texts, remarks=tuple(_hints(cells)))


def _free_text(cells: Cells) -> Taken | None:
    return cells.as_text(*_hints(cells))


def _hints(cells: Cells) -> Iterator[str]:
    """What may have kept the column from being more than text."""
    meant = cells.texts.filter(cells.texts.str.to_lowercase().is_in(MEANS_EMPTY))
    for word in meant.unique(maintain_order=True):
        yield f"{(meant == word).sum():,} cells say {word!r}. If that means empty, add --empty {word!r}."
    if (
        not meant.len()
        and not cells.guess.leading_zeros
        and not cells.is_number
        and cells.share(PLAIN_NUMBER) >= MOSTLY
    ):
        try:
            cells.table.numbers(cells.name)
        except SatsumaError as error:
            yield f"It would be a number, but for {error}"


RULES: tuple[Callable[[Cells], Taken | None], ...] = (
    _list,
    _unreadable,
    _doubtful,
    _yes_no,
    _contact_detail,
    _day,
    _number,
    _several_choices,
    _key,
    _choice,
    _free_text,
)
