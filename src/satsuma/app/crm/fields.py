"""A field as everything reads it: the settings' row, its options and its names, in one frozen value.

Made by `queries.fields`; taken by values, forms, lists, facts and imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from satsuma.app.crm.models import Field
from satsuma.domain import model as domain
from satsuma.domain.model import FieldType, Kind, Metric

Source = Field.Source


@dataclass(frozen=True, slots=True)
class FieldOption:
    """One answer: its key, and its label in the reader's language. Retired ones are shown, but no longer offered."""

    key: str
    label: str
    retired: bool = False


@dataclass(frozen=True)
class FieldSpec:
    """One typed fact about contacts of a kind. `key` is generated; `label` is never empty."""

    id: int
    kind: Kind
    key: str
    source: Field.Source
    type: FieldType
    label: str
    help: str = ""
    unit: str = ""
    section_id: int | None = None
    position: int = 0
    required: bool = False
    on_form: bool = True
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[FieldOption, ...] = ()
    metric: Metric | None = None
    retired: bool = False

    @property
    def is_column(self) -> bool:
        """Whether the value stands in a column of the contact, rather than in its `values` or `metrics`."""
        return self.source == Source.BUILT_IN

    @property
    def is_typed_in(self) -> bool:
        """Whether people enter it: metrics are computed."""
        return self.source != Source.METRIC

    @cached_property
    def option_labels(self) -> Mapping[str, str]:
        return {option.key: option.label for option in self.options}

    def domain_field(self) -> domain.Field:
        """The field as segmentations know it."""
        return domain.Field(
            key=self.key,
            type=self.type,
            label=self.label,
            unit=self.unit or None,
            options=tuple(domain.Option(option.key, option.label) for option in self.options),
            minimum=self.minimum,
            maximum=self.maximum,
            metric=self.metric,
        )
