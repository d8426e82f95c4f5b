"""What a segmentation is: plain frozen values, nothing computed. Built by `modelfile`, read by everything else.

A draft may break rules (`checks.find_problems` says which); the other modules of `domain` take one without problems.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Number = int | float
"""A finite decimal of at most 15 significant digits, |x| <= 1e15: a double holds each of them apart."""

Value = int | float | bool | str | date | frozenset[str] | None
"""One field's value of one contact. None is *no data*. Numbers are int or float; a choice is its option's key (or any
other text: an option nobody listed); choices are a non-empty frozenset of such texts."""

Record = Mapping[str, Value]
"""The values of one contact by field key; a key that is left out is *no data*."""


class Kind(StrEnum):
    COMPANY = "company"
    PERSON = "person"


class FieldType(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    RATING = "rating"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    DATE = "date"
    TEXT = "text"

    @property
    def is_numeric(self) -> bool:
        return self in (FieldType.NUMBER, FieldType.MONEY, FieldType.RATING)

    @property
    def has_options(self) -> bool:
        return self in (FieldType.CHOICE, FieldType.CHOICES)


class Source(StrEnum):
    """The table a metric counts."""

    DEALS = "deals"
    ACTIVITIES = "activities"
    PEOPLE = "people"


class Aggregate(StrEnum):
    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    LATEST = "latest"
    EARLIEST = "earliest"
    DISTINCT = "distinct"
    SHARE = "share"

    @property
    def needs_column(self) -> bool:
        return self not in (Aggregate.COUNT, Aggregate.SHARE)

    @property
    def gives_date(self) -> bool:
        return self in (Aggregate.LATEST, Aggregate.EARLIEST)


class Combine(StrEnum):
    """What a `choices` parameter does when several groups are hit."""

    BEST = "best"
    SUM = "sum"


class Scale(StrEnum):
    """What band edges are given in."""

    PERCENT = "percent"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Metric:
    """How a field is computed from the rows that belong to a contact. See the glossary, *metric*."""

    of: Source
    aggregate: Aggregate
    column: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    day: str | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One typed fact. `column` names it in a table (the key if None); `minimum` and `maximum` are a rating's limits."""

    key: str
    type: FieldType
    label: str | None = None
    unit: str | None = None
    column: str | None = None
    options: tuple[Option, ...] = ()
    separator: str = ";"
    minimum: int | None = None
    maximum: int | None = None
    metric: Metric | None = None

    @property
    def title(self) -> str:
        """What people see: the label, or the key with blanks for underscores."""
        return self.label or self.key.replace("_", " ").capitalize()

    def option_label(self, key: str) -> str:
        return next((option.label for option in self.options if option.key == key), key)


@dataclass(frozen=True, slots=True)
class NumericRanges:
    """`cuts` [100, 500] mean below 100, from 100 to under 500, from 500: one more points than cuts."""

    cuts: tuple[Number, ...]
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AgeRanges:
    """Like `NumericRanges`, over whole days before the scoring day; days ahead are negative ages."""

    cuts: tuple[int, ...]
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Option keys, or words of a text field, that earn the same points."""

    values: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Groups:
    """Disjoint groups; what is in none of them earns `anything_else`. `combine` matters for choices only."""

    groups: tuple[Group, ...]
    anything_else: int = 0
    combine: Combine = Combine.BEST


@dataclass(frozen=True, slots=True)
class YesNo:
    yes: int
    no: int


Ranges = NumericRanges | AgeRanges | Groups | YesNo


@dataclass(frozen=True, slots=True)
class Parameter:
    """One question asked of every contact."""

    field: str
    relevance: int
    ranges: Ranges
    no_data: int = 0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Band:
    """Part of an axis' score scale from `edge` up to the next band's. The lowest band has no edge."""

    name: str
    edge: Number | None = None
    color: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """Parameters whose weighted points add up to one score, and the bands of that score, lowest first."""

    name: str
    parameters: tuple[Parameter, ...]
    bands: tuple[Band, ...]
    scale: Scale = Scale.PERCENT

    @property
    def enabled_parameters(self) -> tuple[Parameter, ...]:
        return tuple(parameter for parameter in self.parameters if parameter.enabled)


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    color: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A box over the axes: for each axis named in `when`, the bands it allows. An empty `when` fits everybody."""

    segment: str
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A model that places every contact of one kind in exactly one segment.

    With one axis, its bands are the segments, and `own_segments` and `rules` are empty. With two to four axes,
    `own_segments` lists the segments from lowest to highest and the first rule that fits gives one.
    """

    name: str
    kind: Kind
    fields: tuple[Field, ...]
    axes: tuple[Axis, ...]
    own_segments: tuple[Segment, ...] = ()
    rules: tuple[Rule, ...] = ()
    description: str | None = None

    @property
    def has_rules(self) -> bool:
        return len(self.axes) > 1

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All segments, lowest first."""
        if self.has_rules:
            return self.own_segments
        return tuple(Segment(band.name, band.color, band.description) for band in self.axes[0].bands)

    @property
    def parameters(self) -> Iterator[tuple[Axis, Parameter]]:
        """Every enabled parameter with its axis, in order."""
        return ((axis, parameter) for axis in self.axes for parameter in axis.enabled_parameters)

    def field(self, key: str) -> Field:
        """The field of that key. KeyError if there is none: `checks` has seen to it that there is."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)


DEFAULT_BANDS = (Band("Average"), Band("Good", 40), Band("Super", 60), Band("VIP", 80))
"""The bands of a new segmentation, in percent."""
