"""How a segmentation's facts lie in a table: generated column names and whole-number codes for listed texts.

Made from the segmentation alone, so that everything that builds or reads facts agrees. No user text becomes a column
name. Used by `facts`, `compiler`, `metrics` and `preview`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from satsuma.domain.folding import fold
from satsuma.domain.metrics import Role, RowColumn, row_columns
from satsuma.domain.model import Field, FieldType, Groups, Segmentation, Source

ID = "id"
"""The contact's number in the table of contacts; results come back with it, because engines do not keep row order."""
CONTACT = "contact"
"""In the tables of deals, activities and people: the number of the contact that a row belongs to."""
UNLISTED = 0
"""Code of a text that no group and no condition names. Missing is null."""


@dataclass(frozen=True)
class Layout:
    """Columns and codes of one segmentation's facts. `also` names fields that are wanted besides those that enabled
    parameters ask for, such as the value that a preview adds up."""

    segmentation: Segmentation
    also: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> tuple[Field, ...]:
        """The fields that enabled parameters ask for, and those wanted besides, each once, in the segmentation's
        order."""
        keys = {parameter.field for _, parameter in self.segmentation.parameters} | set(self.also)
        return tuple(field for field in self.segmentation.fields if field.key in keys)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {field.key: number for number, field in enumerate(self.segmentation.fields)}

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.key: field for field in self.segmentation.fields}

    def column(self, field_key: str) -> str:
        """The column that holds the field."""
        return f"f{self._numbers[field_key]}"

    def option_column(self, field_key: str, code: int) -> str:
        """For choices: the yes/no column that says whether the contact has the listed option of that code."""
        return f"f{self._numbers[field_key]}_{code}"

    def listed(self, field_key: str) -> dict[str, int]:
        """Code by text, from 1, of everything that the parameters' groups list for the field. Words of a text field
        are folded. Texts of one group stand together, so that a group is one range of codes."""
        return self._listed[field_key]

    @cached_property
    def _listed(self) -> dict[str, dict[str, int]]:
        codes: dict[str, dict[str, int]] = {field.key: {} for field in self.asked}
        for _, parameter in self.segmentation.parameters:
            if not isinstance(parameter.ranges, Groups):
                continue
            own = codes[parameter.field]
            is_text = self.fields[parameter.field].type is FieldType.TEXT
            for group in parameter.ranges.groups:
                for text in group.values:
                    own.setdefault(fold(text) if is_text else text, len(own) + 1)
        return codes

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The tables that the asked metrics count."""
        used = {field.metric.of for field in self.asked if field.metric}
        return tuple(source for source in Source if source in used)

    def row_columns(self, source: Source) -> tuple[RowColumn, ...]:
        """What the asked metrics read of that table, each column once per role, in a fixed order."""
        metrics = [field.metric for field in self.asked if field.metric and field.metric.of is source]
        return tuple(sorted({column for metric in metrics for column in row_columns(metric)}))

    def row_column(self, source: Source, column: RowColumn) -> str:
        """The column that holds it."""
        return f"r{self.row_columns(source).index(column)}"

    def conditions(self, source: Source, column: RowColumn) -> dict[str, int]:
        """Code by folded text, from 1, of the values that conditions list for a text column."""
        assert column.role is Role.TEXT
        metrics = [field.metric for field in self.asked if field.metric and field.metric.of is source]
        texts = {
            fold(value): None
            for metric in metrics
            for where_column, values in metric.where
            if where_column == column.column
            for value in values
        }
        return {text: code for code, text in enumerate(texts, start=1)}
