"""Makes cards of parameters: which text stands in which control, which problem beside it, how many customers fall in.
Called by `pages.drafts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.segmentation.problem_wording import problem_text
from satsuma.domain.errors import Problem
from satsuma.domain.folding import fold
from satsuma.domain.interval import intervals
from satsuma.domain.limits import MAX_SEGMENTS
from satsuma.domain.model import AgeRanges, Axis, Field, FieldType, Groups, NumericRanges, Parameter, YesNo
from satsuma.domain.whole import whole_limits
from satsuma.web.forms.draft_cards import MOST_TICKED, fits, has_whole_ends, to_text, tokens_of, words_text
from satsuma.web.forms.draft_cells import Slips, number_text
from satsuma.web.pages.draft_cards import (
    AT_PARAMETER,
    Card,
    Cell,
    OptionChoice,
    Row,
    relevance_word,
    type_label,
    unit_of,
)
from satsuma.web.pages.draft_groupings import SegmentChoice

MOST_CONTROLS = 900
"""With more controls on one page than this, cards come folded; each is unfolded when somebody wants to edit it."""
AT_LINE = re.compile(r"\.groups\[(\d+)\]\.(values|points)|\.(?:ranges|ages)\.(points|cuts)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What cards are made of besides the axis. `customers` are those of each line, by parameter, as the preview counts
    them; `words` are metrics in words, by id."""

    fields: Mapping[str, FieldSpec]
    words: Mapping[int, str]
    customers: Sequence[Sequence[int] | None] = ()
    problems: Sequence[Problem] = ()
    slips: Slips = field(default_factory=dict)
    opened: str = ""
    segments: Sequence[SegmentChoice] = ()
    given: Sequence[int] = ()
    """In a grouping, its segments, lowest first, and the number of that which each line of the parameter gives."""


def cards(axis: Axis, number: int, facts: CardFacts) -> list[Card]:
    """A card for each parameter of the axis, in order."""
    by_parameter: dict[int, list[tuple[str, str]]] = {}
    for problem in facts.problems:
        found = AT_PARAMETER.fullmatch(problem.place)
        if found and int(found["axis"] or 0) == number:
            by_parameter.setdefault(int(found["number"]), []).append((found["rest"], problem_text(problem)))
    folds = (
        sum(_controls(parameter, facts.fields.get(parameter.field)) for parameter in axis.parameters) > MOST_CONTROLS
    )
    tokens = tokens_of(axis.parameters)
    last = len(tokens) - 1
    made = []
    for index, (token, parameter) in enumerate(zip(tokens, axis.parameters, strict=True)):
        counts = facts.customers[index] if index < len(facts.customers) else None
        builder = _Builder(token, parameter, facts, dict(by_parameter.get(index, ())), counts)
        slipped = any(name.startswith(f"{token}.") for name in facts.slips)
        folded = folds and token != facts.opened and not slipped
        made.append(builder.card(index, folded=folded, is_last=index == last))
    return made


def _controls(parameter: Parameter, spec: FieldSpec | None) -> int:
    ranges = parameter.ranges
    match ranges:
        case Groups():
            if not spec or not spec.type.has_options:
                return 2 * len(ranges.groups)
            if len(spec.options) > MOST_TICKED:
                return sum(2 + len(group.values) for group in ranges.groups)
            return len(ranges.groups) * (len(spec.options) + 1)
        case YesNo():
            return 3
        case _:
            return 3 * len(ranges.points)


class _Builder:
    """One card. `at` holds the sentences of problems by the place inside of the parameter."""

    def __init__(
        self,
        token: str,
        parameter: Parameter,
        facts: CardFacts,
        at: dict[str, str],
        counts: Sequence[int] | None,
    ) -> None:
        self.token, self.parameter, self.facts, self.at = token, parameter, facts, at
        self.spec = facts.fields.get(parameter.field)
        self.field: Field | None = self.spec.domain_field() if self.spec else None
        self.counts = counts
        self.beside = {name: self.at.pop(place) for place, name in self._cell_places(at) if place in self.at}

    def card(self, index: int, *, folded: bool, is_last: bool) -> Card:
        parameter, field = self.parameter, self.field
        is_whole = field is not None and fits(field, parameter)
        ranges = parameter.ranges
        shown = is_whole and not folded
        word = relevance_word(parameter.relevance)
        return Card(
            token=self.token,
            number=index + 1,
            title=self.spec.label if self.spec else parameter.field,
            subtitle=self._subtitle(),
            type_label=type_label(self.spec) if self.spec else _("No longer there"),
            enabled=parameter.enabled,
            shape=self._shape() if is_whole else "broken",
            unit=unit_of(self.spec) if self.spec else "",
            whole_ends=field is not None
            and isinstance(ranges, NumericRanges | AgeRanges)
            and has_whole_ends(field, ranges),
            relevance=self._cell("relevance", number_text(parameter.relevance)),
            relevance_word=_("%(word)s · %(relevance)s") % {"word": word, "relevance": parameter.relevance},
            rows=self._rows() if shown else (),
            rest=self._rest() if shown else (),
            problems=tuple(dict.fromkeys(self.at.values())),
            sums=isinstance(ranges, Groups) and ranges.combine.value == "sum",
            has_choices=field is not None and field.type is FieldType.CHOICES,
            folded=is_whole and folded,
            is_first=index == 0,
            is_last=is_last,
            lines=1
            if isinstance(ranges, YesNo)
            else len(ranges.groups if isinstance(ranges, Groups) else ranges.points),
            segments=self.facts.segments[::-1],
            may_add_segment=len(self.facts.segments) < MAX_SEGMENTS,
        )

    def _cell_places(self, at: dict[str, str]) -> Iterable[tuple[str, str]]:
        """Which control each place is about."""
        for place in list(at):
            found = AT_LINE.fullmatch(place)
            if found and found[1]:
                yield place, f"{found[2]}.{found[1]}"
            elif found:
                yield place, f"points.{found[4]}" if found[3] == "points" else f"from.{int(found[4]) + 1}"
            elif place in (".ranges.cuts", ".ages.cuts"):
                yield place, f"from.{self._first_falling() + 1}"
        whole = {".anything_else": "else", ".no_data": "missing", ".yes": "yes", ".no": "no", ".relevance": "relevance"}
        yield from whole.items()

    def _first_falling(self) -> int:
        ranges = self.parameter.ranges
        cuts = ranges.cuts if isinstance(ranges, NumericRanges | AgeRanges) else ()
        return next((place for place in range(1, len(cuts)) if cuts[place] <= cuts[place - 1]), 0)

    def _subtitle(self) -> str:
        if self.spec is None:
            return ""
        return self.facts.words.get(self.spec.id, "") or self.spec.help

    def _shape(self) -> str:
        match self.parameter.ranges:
            case NumericRanges():
                return "numbers"
            case AgeRanges():
                return "days"
            case YesNo():
                return "yes_no"
            case _:
                return "words" if self.field and self.field.type is FieldType.TEXT else "options"

    def _cell(self, what: str, text: str) -> Cell:
        name = f"{self.token}.{what}"
        if slip := self.facts.slips.get(name):
            return Cell(name, slip.text, slip.sentence)
        return Cell(name, text, self.beside.get(what, ""))

    def _rows(self) -> list[Row]:
        ranges = self.parameter.ranges
        match ranges:
            case NumericRanges() | AgeRanges():
                return self._ranges(ranges)
            case Groups():
                return [self._group(ranges, row) for row in range(len(ranges.groups))]
            case YesNo():
                return [
                    self._counted(Row(0, self._cell("yes", number_text(ranges.yes)), label=_("Yes")), 0),
                    self._counted(Row(1, self._cell("no", number_text(ranges.no)), label=_("No")), 1),
                ]

    def _ranges(self, ranges: NumericRanges | AgeRanges) -> list[Row]:
        assert self.field is not None
        whole = has_whole_ends(self.field, ranges)
        low, high = whole_limits(self.field) if whole and isinstance(ranges, NumericRanges) else (None, None)
        made = []
        every = intervals(ranges.cuts)
        points = [*ranges.points, *[0] * len(every)]
        for row, interval in enumerate(every):
            begin = None if interval.lower is None else self._cell(f"from.{row}", number_text(interval.lower))
            end = None if interval.upper is None else self._cell(f"to.{row}", to_text(interval.upper, whole_ends=whole))
            line = Row(
                row,
                self._cell(f"points.{row}", number_text(points[row])),
                begin=begin,
                end=end,
                lower=number_text(low) if begin is None and low is not None else "",
                upper=number_text(high) if end is None and high is not None else "",
            )
            made.append(self._counted(line, row))
        return made

    def _group(self, ranges: Groups, row: int) -> Row:
        assert self.field is not None
        held, points = ranges.groups[row].values, self._cell(f"points.{row}", number_text(ranges.groups[row].points))
        if self.field.type is FieldType.TEXT:
            picker = self._cell(f"values.{row}", words_text(held))
            return self._counted(Row(row, points, picker=picker), row)
        picker = self._cell(f"values.{row}", "")
        elsewhere = {key for other, group in enumerate(ranges.groups) if other != row for key in group.values}
        choices = self._choices(set(held), elsewhere)
        adder = None
        if self._has_many_options():
            choices = [choice for choice in choices if choice.is_chosen]
            adder = self._cell(f"add.{row}", "")
        chosen = ", ".join(self.field.option_label(key) for key in held)
        return self._counted(Row(row, points, picker=picker, choices=choices, adder=adder, chosen=chosen), row)

    def _has_many_options(self) -> bool:
        return self.spec is not None and len(self.spec.options) > MOST_TICKED

    def _choices(self, held: set[str], elsewhere: set[str]) -> list[OptionChoice]:
        assert self.spec is not None
        known = [
            OptionChoice(option.key, option.label, option.key in held, option.key in elsewhere)
            for option in self.spec.options
            if not option.retired or option.key in held
        ]
        gone = sorted(held - {option.key for option in self.spec.options}, key=fold)
        return [*known, *(OptionChoice(key, key, is_chosen=True) for key in gone)]

    def _rest(self) -> list[Row]:
        ranges, made = self.parameter.ranges, []
        if isinstance(ranges, Groups):
            cell = self._cell("else", number_text(ranges.anything_else))
            made.append(self._counted(Row(0, cell, label=_("Anything else"), kind="else"), len(ranges.groups)))
        cell = self._cell("missing", number_text(self.parameter.no_data))
        made.append(self._counted(Row(0, cell, label=_("No data"), kind="missing"), -1))
        return made

    def _counted(self, row: Row, line: int) -> Row:
        """The row with what its line gives and who falls in."""
        if self.facts.segments:
            control = Cell(f"{self.token}.segment.{row.number if row.kind == 'range' else row.kind}", "")
            row = replace(row, gives=control, given=self.facts.segments[self.facts.given[line]])
        if self.counts is None:
            return row
        customers = self.counts[line]
        width = round(100 * customers / max(*self.counts, 1))
        return replace(row, customers=customers, width=width)
