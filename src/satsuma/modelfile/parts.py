"""The structure of the file as Pydantic models: which keys there are and what type each has. Read by `structure`,
turned into domain values by `building`, published by `schema`.

Only structure is checked here. Limits and everything that takes more than one value stand in `domain.checks`; the
limits are repeated in the published schema, so that an editor can show them.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from satsuma.domain import limits
from satsuma.domain.model import Aggregate, Combine, FieldType, Kind, Scale, Source

VERSION = 1
"""The version of the format, the value of the key `satsuma`."""

T = TypeVar("T")


def _given(value: object) -> object:
    if value is None:
        raise PydanticCustomError("value_empty", "no value")
    return value


def _word(value: object) -> object:
    """A text, or what is surely meant as one: 5, -3, true, false."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("number_type", "a number")
    return value


def _options(value: object) -> object:
    """A list of keys as a mapping of keys to labels that are the keys themselves."""
    if not isinstance(value, list):
        return value
    keys = [_word(item) for item in value]
    for index, key in enumerate(keys):
        if not isinstance(key, str):
            raise PydanticCustomError("option_type", "a text", {"number": index + 1})
        if key in keys[:index]:
            raise PydanticCustomError("option_twice", "twice", {"option": key})
    return dict(zip(keys, keys, strict=True))


Maybe = Annotated[T | None, BeforeValidator(_given)]
"""May be left out; may not be given without a value."""
Word = Annotated[str, BeforeValidator(_word), WithJsonSchema({"type": ["string", "integer", "boolean"]})]
Name = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": limits.MAX_NAME_CHARACTERS})]
Number = Annotated[int | float, BeforeValidator(_number), WithJsonSchema({"type": "number"})]
Points = Annotated[int, Field(json_schema_extra={"minimum": limits.MIN_POINTS, "maximum": limits.MAX_POINTS})]
Color = Annotated[str, Field(json_schema_extra={"pattern": "^#[0-9a-fA-F]{6}$"})]
Options = Annotated[
    dict[str, Name],
    BeforeValidator(_options),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": ["string", "integer", "boolean"]}, "uniqueItems": True},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class MetricPart(Part):
    """How a field is computed from the rows that belong to a contact."""

    of: Annotated[Source, Field(strict=False, description="The rows that are counted.")]
    aggregate: Annotated[Aggregate, Field(strict=False, description="What is made of them.")]
    column: Annotated[Maybe[str], Field(description="What is aggregated; not for count and share.")] = None
    where: Annotated[
        dict[str, Annotated[list[Word], Field(json_schema_extra={"minItems": 1})]],
        Field(description="Column to list of values; all columns must hold."),
    ] = {}
    day: Annotated[Maybe[str], Field(description="The date column that places a row in time.")] = None
    within_days: Annotated[
        Maybe[int],
        Field(
            description="Only rows less than that many days before the scoring day.",
            json_schema_extra={"minimum": 1, "maximum": limits.MAX_AGE_DAYS},
        ),
    ] = None


class FieldPart(Part):
    """One typed fact about a contact."""

    type: Annotated[FieldType, Field(strict=False)]
    label: Annotated[Maybe[Name], Field(description="What people see; made from the key if left out.")] = None
    unit: Maybe[Name] = None
    column: Annotated[Maybe[str], Field(description="Its column in a table; the key if left out.")] = None
    options: Annotated[
        Maybe[Options], Field(description="For choice and choices: a list of keys, or keys with labels.")
    ] = None
    separator: Annotated[Maybe[str], Field(description="For choices: what parts the options in a cell.")] = None
    min: Annotated[Maybe[int], Field(description="For rating: the smallest value.")] = None
    max: Annotated[Maybe[int], Field(description="For rating: the largest value.")] = None
    metric: Maybe[MetricPart] = None


class RangesPart(Part):
    """Cut points and the points of the ranges between them: one more points than cuts."""

    cuts: Annotated[list[Number], Field(json_schema_extra={"maxItems": limits.MAX_RANGES - 1})]
    points: Annotated[list[Points], Field(json_schema_extra={"minItems": 1, "maxItems": limits.MAX_RANGES})]


class AgesPart(Part):
    """Like ranges, in whole days before the scoring day."""

    cuts: Annotated[list[int], Field(json_schema_extra={"maxItems": limits.MAX_RANGES - 1})]
    points: Annotated[list[Points], Field(json_schema_extra={"minItems": 1, "maxItems": limits.MAX_RANGES})]


class GroupPart(Part):
    """Options or words that earn the same points."""

    values: Annotated[list[Word], Field(json_schema_extra={"minItems": 1, "maxItems": limits.MAX_GROUP_VALUES})]
    points: Points


class ParameterPart(Part):
    """One question asked of every contact. Exactly one of `ranges`, `ages`, `groups`, or `yes` and `no`."""

    field: Annotated[str, Field(description="The key of a field.")]
    relevance: Annotated[
        int, Field(json_schema_extra={"minimum": limits.MIN_RELEVANCE, "maximum": limits.MAX_RELEVANCE})
    ]
    ranges: Annotated[Maybe[RangesPart], Field(description="For number, money and rating.")] = None
    ages: Annotated[Maybe[AgesPart], Field(description="For date.")] = None
    groups: Annotated[
        Maybe[list[GroupPart]],
        Field(
            description="For choice, choices and text.",
            json_schema_extra={"minItems": 1, "maxItems": limits.MAX_RANGES},
        ),
    ] = None
    anything_else: Annotated[Maybe[Points], Field(description="With groups: points of all other values.")] = None
    combine: Annotated[
        Maybe[Annotated[Combine, Field(strict=False)]],
        Field(description="With groups of choices: points of the best group hit, or their sum."),
    ] = None
    yes: Annotated[Maybe[Points], Field(description="For yes_no.")] = None
    no: Annotated[Maybe[Points], Field(description="For yes_no.")] = None
    no_data: Annotated[Points, Field(description="Points where the value is missing.")] = 0
    enabled: bool = True

    @model_validator(mode="after")
    def _one_kind_of_ranges(self) -> Self:
        kinds = {
            "ranges": self.ranges is not None,
            "ages": self.ages is not None,
            "groups": self.groups is not None,
            "yes and no": self.yes is not None or self.no is not None,
        }
        given = [kind for kind, is_given in kinds.items() if is_given]
        if not given:
            raise _shape("key_missing", "The points are missing. Add one of ranges, ages, groups, or yes and no.")
        if len(given) > 1:
            raise _shape("keys_not_together", f"Of {', '.join(given)} only one can be given. Keep one.")
        if (self.yes is None) != (self.no is None):
            raise _shape("key_missing", "Of yes and no, one is missing. Give the points of both.")
        if self.groups is None and (self.anything_else is not None or self.combine is not None):
            raise _shape("keys_not_together", "anything_else and combine go with groups only. Remove them.")
        return self


def _shape(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(code, "{sentence}", {"sentence": message})


class BandPart(Part):
    """Part of the score scale, up to the next one."""

    name: Name
    from_: Annotated[
        Maybe[Number], Field(alias="from", description="Its lower edge; the first has none, all others have one.")
    ] = None
    color: Maybe[Color] = None
    description: Maybe[str] = None


class BandsPart(Part):
    """The bands of an axis, lowest first."""

    scale: Annotated[Scale, Field(strict=False, description="What the edges are given in.")] = Scale.PERCENT
    segments: Annotated[
        list[BandPart], Field(json_schema_extra={"minItems": limits.MIN_SEGMENTS, "maxItems": limits.MAX_SEGMENTS})
    ]


ParameterParts = Annotated[
    list[ParameterPart], Field(json_schema_extra={"minItems": 1, "maxItems": limits.MAX_PARAMETERS})
]


class AxisPart(Part):
    """Parameters whose weighted points add up to one score, and the bands of that score."""

    name: Name
    parameters: ParameterParts
    bands: BandsPart


class SegmentPart(Part):
    name: Name
    color: Maybe[Color] = None
    description: Maybe[str] = None


class RulePart(Part):
    """For some axes, the bands they may be in, and the segment this gives. The first rule that fits wins."""

    segment: str
    when: Annotated[
        dict[str, Annotated[list[Word], Field(json_schema_extra={"minItems": 1})]],
        Field(description="Axis to list of its bands; left out in the last rule: everybody else."),
    ] = {}


class FilePart(Part):
    """A segmentation: one axis (`parameters` and `bands`), or two to four (`axes`, `segments` and `rules`)."""

    satsuma: Annotated[Literal[1], Field(description="The version of this format.")]
    name: Name
    kind: Annotated[Kind, Field(strict=False, description="What is placed in segments.")]
    description: Maybe[str] = None
    fields: Annotated[dict[str, FieldPart], Field(description="What the parameters ask for, by key.")]
    parameters: Maybe[ParameterParts] = None
    bands: Maybe[BandsPart] = None
    axes: Annotated[
        Maybe[list[AxisPart]],
        Field(json_schema_extra={"minItems": limits.MIN_AXES_WITH_RULES, "maxItems": limits.MAX_AXES}),
    ] = None
    segments: Annotated[
        Maybe[list[SegmentPart]],
        Field(
            description="Lowest first.",
            json_schema_extra={"minItems": limits.MIN_SEGMENTS, "maxItems": limits.MAX_SEGMENTS},
        ),
    ] = None
    rules: Annotated[
        Maybe[list[RulePart]],
        Field(
            description="The first that fits wins; the last has no `when`.",
            json_schema_extra={"minItems": 1, "maxItems": limits.MAX_RULES},
        ),
    ] = None
