"""One parameter as the wizard asks for it, both ways: the texts of its controls, and the parameter that they say.

Controls are named after the parameter's *token* and their row: `m1.from.2`, `m1.to.2`, `m1.points.2`. A cut stands on
the page twice, as the end of one range and the beginning of the next; either can be changed. Called by `drafts` and by
`pages.draft_cards`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from satsuma.app.crm.values import ValueRefusedError, checked_text
from satsuma.domain.folding import fold
from satsuma.domain.limits import MAX_RELEVANCE, MAX_TEXT_CHARACTERS, MIN_RELEVANCE
from satsuma.domain.model import (
    AgeRanges,
    Combine,
    Field,
    FieldType,
    Group,
    Groups,
    Number,
    NumericRanges,
    Parameter,
    YesNo,
)
from satsuma.domain.whole import holds_whole_numbers
from satsuma.web.forms.draft_cells import Slip, Slips, number_text, read_cell, read_number, read_whole

MOST_ROWS = 1_000
"""Rows that a form is read for: imported drafts may have more than are allowed."""
MOST_TICKED = 40
"""With more options than this, a group does not list all of them to be ticked: others are added by their names."""
PLAIN_TOKEN = re.compile(r"[a-z][a-z0-9_]{0,39}")


def tokens_of(parameters: Sequence[Parameter]) -> list[str]:
    """What names each parameter on the page: its field's key; a number where that does not name one alone."""
    seen: set[str] = set()
    tokens = []
    for index, parameter in enumerate(parameters):
        plain = PLAIN_TOKEN.fullmatch(parameter.field) is not None and parameter.field not in seen
        seen.add(parameter.field)
        tokens.append(parameter.field if plain else f"-{index}")
    return tokens


def has_whole_ends(field: Field, ranges: NumericRanges | AgeRanges) -> bool:
    """Whether both ends of a range are read as inside of it: days, and numbers that are whole."""
    if isinstance(ranges, AgeRanges):
        return True
    return holds_whole_numbers(field) and all(cut == int(cut) for cut in ranges.cuts)


def to_text(cut: Number, *, whole_ends: bool) -> str:
    """The cut as the end of the range below it."""
    return number_text(int(cut) - 1 if whole_ends else cut)


def fits(field: Field | None, parameter: Parameter) -> bool:
    """Whether the parameter's ranges are of the kind that its field takes: others cannot be edited, only removed."""
    if field is None:
        return False
    match parameter.ranges:
        case NumericRanges():
            return field.type.is_numeric
        case AgeRanges():
            return field.type is FieldType.DATE
        case YesNo():
            return field.type is FieldType.YES_NO
        case Groups():
            return field.type.has_options or field.type is FieldType.TEXT


def read_card(post: QueryDict, token: str, before: Parameter, field: Field | None, slips: Slips) -> Parameter:
    """The parameter as the card says. What the form does not hold, as of a folded card, stays as it was."""
    if f"{token}.head" in post:
        before = replace(before, enabled=f"{token}.on" in post)
    if field is None or not fits(field, before):
        return before
    relevance = read_cell(
        post, f"{token}.relevance", number_text(before.relevance), before.relevance, _relevance, slips
    )
    card = _Card(post, token, field, slips)
    count = card.rows()
    if count is None:
        return replace(before, relevance=relevance)
    no_data = card.points("missing", before.no_data)
    ranges = before.ranges
    match ranges:
        case NumericRanges():
            cuts = card.cuts(ranges, count)
            return replace(
                before,
                relevance=relevance,
                no_data=no_data,
                ranges=NumericRanges(tuple(cuts), card.every_points(ranges.points, count)),
            )
        case AgeRanges():
            days = tuple(int(cut) for cut in card.cuts(ranges, count))
            return replace(
                before,
                relevance=relevance,
                no_data=no_data,
                ranges=AgeRanges(days, card.every_points(ranges.points, count)),
            )
        case YesNo():
            yes, no = card.points("yes", ranges.yes), card.points("no", ranges.no)
            return replace(before, relevance=relevance, no_data=no_data, ranges=YesNo(yes, no))
        case Groups():
            return replace(before, relevance=relevance, no_data=no_data, ranges=card.groups(ranges, count))


class _Card:
    """The controls of one card."""

    def __init__(self, post: QueryDict, token: str, field: Field, slips: Slips) -> None:
        self.post, self.token, self.field, self.slips = post, token, field, slips

    def rows(self) -> int | None:
        text = self.post.get(f"{self.token}.rows", "")
        return (
            min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 6 and text != "0" else None
        )

    def points(self, what: str, before: int) -> int:
        return read_cell(self.post, f"{self.token}.{what}", number_text(before), before, read_whole, self.slips)

    def every_points(self, before: Sequence[int], count: int) -> tuple[int, ...]:
        padded = [*before[:count], *[0] * (count - len(before))]
        return tuple(self.points(f"points.{row}", points) for row, points in enumerate(padded))

    def cuts(self, ranges: NumericRanges | AgeRanges, count: int) -> list[Number]:
        whole = has_whole_ends(self.field, ranges)
        found: list[Number] = []
        for row in range(count - 1):
            before = ranges.cuts[row] if row < len(ranges.cuts) else None
            found.append(self._cut(row, before, whole_ends=whole))
        return found

    def _cut(self, row: int, before: Number | None, *, whole_ends: bool) -> Number:
        """A cut from its two faces: the one that was changed says it."""
        end, begin = f"{self.token}.to.{row}", f"{self.token}.from.{row + 1}"
        read_end: Callable[[str], Number] = (lambda text: read_whole(text) + 1) if whole_ends else read_number
        read_begin: Callable[[str], Number] = read_whole if whole_ends else read_number
        kept: Number = 0 if before is None else before
        shown_end = "" if before is None else to_text(before, whole_ends=whole_ends)
        shown_begin = "" if before is None else number_text(before)
        by_end = read_cell(self.post, end, shown_end, kept, read_end, self.slips)
        by_begin = read_cell(self.post, begin, shown_begin, kept, read_begin, self.slips)
        if by_begin in (kept, by_end) or begin in self.slips:
            return by_end
        if by_end == kept:
            return by_begin
        sentence = _("The range before ends at %(end)s. Enter where both meet in one of the two.")
        self.slips[begin] = Slip(self.post.get(begin, ""), sentence % {"end": self.post.get(end, "")})
        return by_end

    def groups(self, before: Groups, count: int) -> Groups:
        points = self.every_points([group.points for group in before.groups], count)
        old = [group.values for group in before.groups[:count]]
        old += [()] * (count - len(old))
        values = self._words(old) if self.field.type is FieldType.TEXT else self._options(old)
        combine = self.post.get(f"{self.token}.combine", before.combine.value)
        return Groups(
            tuple(Group(held, earned) for held, earned in zip(values, points, strict=True)),
            self.points("else", before.anything_else),
            Combine(combine) if combine in list(Combine) else before.combine,
        )

    def _options(self, before: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The options of each group; one that was newly chosen for a group leaves the one it was in."""
        known = [option.key for option in self.field.options]
        chosen = [
            {*self.post.getlist(f"{self.token}.values.{row}"), *self._named_option(row)} for row in range(len(before))
        ]
        added = [chosen[row] - set(before[row]) for row in range(len(before))]
        result = []
        for row, old in enumerate(before):
            moved: set[str] = set().union(*(added[other] for other in range(len(before)) if other != row))
            kept = [key for key in old if key in chosen[row] and key not in moved]
            result.append((*kept, *(key for key in known if key in added[row] and key not in kept)))
        return result

    def _named_option(self, row: int) -> list[str]:
        """The option whose name was typed, to be added to the group; none for an empty control."""
        name = f"{self.token}.add.{row}"
        text = self.post.get(name, "")
        if not text.strip():
            return []
        wanted = fold(text)
        found = next((option.key for option in self.field.options if fold(option.label) == wanted), None)
        if found is None:
            self.slips[name] = Slip(text, _("There is no such option. Choose one of the list."))
            return []
        return [found]

    def _words(self, before: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        return [self._row_words(row, old) for row, old in enumerate(before)]

    def _row_words(self, row: int, before: tuple[str, ...]) -> tuple[str, ...]:
        name = f"{self.token}.values.{row}"
        text = self.post.get(name)
        if text is None or split_words(text) == split_words(words_text(before)):
            return before
        try:
            return tuple(split_words(checked_text(text, MAX_TEXT_CHARACTERS * 10)))
        except ValueRefusedError as error:
            self.slips[name] = Slip(text, str(error))
            return before


def words_text(words: Sequence[str]) -> str:
    """Words of a group as they stand in the form: one in each line."""
    return "\n".join(words)


def split_words(text: str) -> list[str]:
    """One word for each line that holds something, each once, however it is written."""
    words: dict[str, str] = {}
    for line in text.splitlines():
        word = unicodedata.normalize("NFC", line).strip()
        if word:
            words.setdefault(fold(word), word)
    return list(words.values())


def _relevance(text: str) -> int:
    relevance = read_whole(text)
    if not MIN_RELEVANCE <= relevance <= MAX_RELEVANCE:
        raise ValueRefusedError(
            _("Enter a whole number from %(least)d to %(most)d.") % {"least": MIN_RELEVANCE, "most": MAX_RELEVANCE}
        )
    return relevance
