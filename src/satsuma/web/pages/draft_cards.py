"""The parameters of a draft as cards: what stands in each control, what is said beside it, how many customers fall in.
Made by `draft_card_making`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_symbol
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.locale import WORKSPACE_CURRENCY, active_locale
from satsuma.domain.model import (
    Aggregate,
    FieldType,
)
from satsuma.web.forms.fields import TYPES
from satsuma.web.pages.draft_groupings import SegmentChoice

RELEVANCE_WORDS: Sequence[str | Promise] = (
    gettext_lazy("Very low"),
    gettext_lazy("Low"),
    gettext_lazy("Medium"),
    gettext_lazy("High"),
    gettext_lazy("Very high"),
)
AT_PARAMETER = re.compile(r"(?:axes\[(?P<axis>\d+)\]\.)?parameters\[(?P<number>\d+)\](?P<rest>.*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A control: its name, what stands in it, what is wrong with it."""

    name: str
    text: str
    problem: str = ""

    @property
    def id(self) -> str:
        return f"w-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class OptionChoice:
    """An option in a group's picker. `elsewhere` names one that another group of the card holds."""

    key: str
    label: str
    is_chosen: bool
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A range with its points. `begin` and `end` are None where there is no limit to type: `lower` and `upper` say
    what stands there instead."""

    number: int
    points: Cell
    begin: Cell | None = None
    end: Cell | None = None
    lower: str = ""
    upper: str = ""
    label: str = ""
    picker: Cell | None = None
    choices: Sequence[OptionChoice] = ()
    adder: Cell | None = None
    chosen: str = ""
    customers: int | None = None
    width: int = 0
    kind: str = "range"
    gives: Cell | None = None
    given: SegmentChoice | None = None
    """In a grouping, the control in the place of the points, and the segment that is chosen there."""

    @property
    def cells(self) -> Sequence[Cell]:
        return [cell for cell in (self.begin, self.end, self.picker, self.adder, self.points) if cell is not None]


@dataclass(frozen=True, slots=True)
class Card:
    """A parameter. `shape` says how its lines are laid out: numbers, days, options, words, yes_no; broken for one whose
    field is gone. A folded card has no lines."""

    token: str
    number: int
    title: str
    subtitle: str
    type_label: str
    enabled: bool
    shape: str
    unit: str
    whole_ends: bool
    relevance: Cell
    relevance_word: str
    rows: Sequence[Row] = ()
    rest: Sequence[Row] = ()
    problems: Sequence[str] = ()
    sums: bool = False
    has_choices: bool = False
    folded: bool = False
    is_first: bool = False
    is_last: bool = False
    lines: int = 0
    segments: Sequence[SegmentChoice] = ()
    """In a grouping, what each line can give, highest first."""
    may_add_segment: bool = False
    option_names: Sequence[str] = ()
    """What can be added to a group by its name, where there are too many options to list them in each."""

    @property
    def heading_id(self) -> str:
        return f"card-{self.token}-title"


def relevance_word(relevance: int) -> str:
    """1–2 very low … 9–10 very high."""
    return str(RELEVANCE_WORDS[min(max((relevance - 1) // 2, 0), 4)])


def type_label(spec: FieldSpec) -> str:
    """ "Number · pcs", "One of a list"."""
    unit = unit_of(spec)
    name = _("Age in days") if spec.type is FieldType.DATE else str(TYPES[spec.type])
    return f"{name} · {unit}" if unit and spec.type is not FieldType.DATE else name


def unit_of(spec: FieldSpec) -> str:
    """What stands behind the field's numbers: the currency's sign, the unit, days."""
    if spec.type is FieldType.MONEY:
        return str(get_currency_symbol(WORKSPACE_CURRENCY.get(), locale=active_locale()))
    if spec.type is FieldType.DATE:
        return _("days")
    if spec.metric is not None and spec.metric.aggregate is Aggregate.SHARE:
        return ""
    return spec.unit
