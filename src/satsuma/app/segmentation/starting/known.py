"""What the workspace knows: the fields of a kind, and what metrics can count. Read by the other modules here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.queries.fields import list_fields
from satsuma.app.crm.queries.metric_columns import SOURCES, MetricColumn, list_metric_columns
from satsuma.domain.model import Kind, Source


@dataclass(frozen=True)
class Known:
    """`fields` are those in use; `taken` are the names of all, retired ones too, which no new field may have."""

    kind: Kind
    fields: tuple[FieldSpec, ...]
    taken: tuple[str, ...]
    columns: Mapping[Source, tuple[MetricColumn, ...]]


def load_known(kind: Kind) -> Known:
    """About fifteen queries."""
    fields = list_fields(kind, retired=True)
    return Known(
        kind=kind,
        fields=tuple(field for field in fields if not field.retired),
        taken=tuple(field.label for field in fields),
        columns={source: list_metric_columns(source) for source in SOURCES[kind]},
    )
