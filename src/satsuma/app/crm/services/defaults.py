"""What a workspace begins with: sections, built-in fields, industries, stages, ready-made metrics.

Called by the first run, the sample data and tests, with the workspace's language active: names of options, stages and
metrics are stored in it; those of sections and built-in fields follow the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from satsuma.app.crm import catalogue
from satsuma.app.crm.folding import fold_name
from satsuma.app.crm.models import Field, KeyCounter, Option, Section, Stage
from satsuma.app.crm.services.keys import METRIC, next_key
from satsuma.domain.model import Kind


@transaction.atomic
def create_defaults(*, at: datetime) -> None:
    """Makes what is not there yet. Called again it changes nothing: what was renamed, retired or deleted stays so.

    `at` is taken like by every write; nothing made here keeps a time yet."""
    for kind in Kind:
        sections = _create_sections(kind)
        _create_built_in_fields(kind, sections)
    _create_stages()
    _create_metrics()


def _create_sections(kind: Kind) -> Mapping[str, Section]:
    found = {section.key: section for section in Section.objects.filter(kind=kind)}
    if not found:
        for position, key in enumerate(catalogue.SECTIONS):
            found[key] = Section.objects.create(kind=kind, key=key, position=position)
    return found


def _create_built_in_fields(kind: Kind, sections: Mapping[str, Section]) -> None:
    there = set(Field.objects.filter(kind=kind, source=Field.Source.BUILT_IN).values_list("key", flat=True))
    for position, field in enumerate(field for field in catalogue.BUILT_IN if kind in field.kinds):
        if field.key in there:
            continue
        row = Field.objects.create(
            kind=kind,
            key=field.key,
            source=Field.Source.BUILT_IN,
            type=field.type,
            section=sections.get(field.section),
            position=position,
            required=field.required,
        )
        if field.key == "industry":
            _create_industries(row)


def _create_industries(field: Field) -> None:
    Option.objects.bulk_create(
        Option(field=field, key=key, label=str(label), label_folded=fold_name(str(label)), position=position)
        for position, (key, label) in enumerate(catalogue.INDUSTRIES)
    )


def _create_stages() -> None:
    if not Stage.objects.exists():
        Stage.objects.bulk_create(
            Stage(key=key, label=str(label), state=state, position=position)
            for position, (key, label, state) in enumerate(catalogue.STAGES)
        )


def _create_metrics() -> None:
    if KeyCounter.objects.filter(prefix=METRIC).exists():
        return
    for kind in Kind:
        section = Section.objects.filter(kind=kind, key="sales").first()
        for position, ready in enumerate(ready for ready in catalogue.METRICS if kind in ready.kinds):
            Field.objects.create(
                kind=kind,
                key=next_key(METRIC),
                source=Field.Source.METRIC,
                type=ready.type,
                label=str(ready.label),
                section=section,
                position=position,
                on_form=False,
                metric=dict(ready.metric),
            )
