"""What a workspace begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.utils import translation

from satsuma.app.crm import catalogue
from satsuma.app.crm.models import Field, Option, Section, Stage
from satsuma.app.crm.queries.fields import list_fields, list_sections
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.keys import next_key
from satsuma.domain.checks.fields import fields_problems
from satsuma.domain.model import Axis, Kind, Segmentation

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _everything() -> list[list[tuple[object, ...]]]:
    tables: Iterable[type[Field | Option | Section | Stage]] = (Section, Field, Option, Stage)
    return [list(table.objects.order_by("id").values_list()) for table in tables]


def test_every_kind_gets_its_fields_in_order() -> None:
    create_defaults(at=NOW)

    for kind in Kind:
        typed_in = [field.key for field in list_fields(kind) if field.is_typed_in]
        ready = [field.label for field in list_fields(kind) if not field.is_typed_in]
        assert typed_in == [field.key for field in catalogue.BUILT_IN if kind in field.kinds]
        assert ready == [metric.label for metric in catalogue.METRICS if kind in metric.kinds]
        assert [section.label for section in list_sections(kind)] == [
            "General",
            "Address",
            "Sales and activity",
            "For segmentation",
        ]


def test_stages_and_industries_are_those_of_the_catalogue() -> None:
    create_defaults(at=NOW)

    stages = [(stage.key, stage.label, stage.state) for stage in Stage.objects.order_by("position")]
    assert stages == list(catalogue.STAGES)
    industry = next(field for field in list_fields(Kind.COMPANY) if field.key == "industry")
    assert [(option.key, option.label) for option in industry.options] == list(catalogue.INDUSTRIES)


def test_a_second_time_changes_nothing_even_what_people_took_away() -> None:
    create_defaults(at=NOW)
    Option.objects.filter(key="media").delete()
    Field.objects.filter(label="People known").delete()
    Stage.objects.filter(key="offer").delete()
    Section.objects.filter(key="address").delete()
    before = _everything()

    create_defaults(at=NOW)

    assert _everything() == before


def test_ready_metrics_can_be_used_in_segmentations() -> None:
    create_defaults(at=NOW)

    for kind in Kind:
        fields = tuple(field.domain_field() for field in list_fields(kind) if field.metric)
        assert list(fields_problems(Segmentation("All", kind, fields, (Axis("Score", (), ()),)))) == []


def test_labels_of_built_in_fields_follow_the_reader() -> None:
    with translation.override("pl"):
        create_defaults(at=NOW)

    assert set(Field.objects.filter(source="built_in").values_list("label", flat=True)) == {""}


def test_generated_keys_never_come_back() -> None:
    first = next_key("f")
    Field.objects.filter(key=first).delete()

    assert [first, next_key("f"), next_key("o")] == ["f1", "f2", "o1"]
