"""What a draft or a published version asks for cannot be deleted, and the segmentation is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import RefusedError
from satsuma.app.crm.fields import FieldSpec
from satsuma.app.crm.models import Option
from satsuma.app.crm.queries.where_used import Use, list_option_uses, named_uses, named_uses_of
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, change_field, create_field, delete_field
from satsuma.app.crm.services.options import delete_option
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, empty_model
from satsuma.app.segmentation.services.publishing import publish_now
from satsuma.domain.model import FieldType, Group, Groups, Kind, Parameter

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def plan() -> FieldSpec:
    draft = FieldDraft("Plan", FieldType.CHOICE)
    return create_field(kind=Kind.COMPANY, draft=draft, options=["Free", "Pro"], at=NOW)


@pytest.fixture
def row() -> Segmentation:
    return create_segmentation(model=empty_model(Kind.COMPANY, "Tiers"), by=None, at=NOW)


def ask(row: Segmentation, by: User, *parameters: Parameter) -> None:
    draft = get_draft(row.pk)
    model = replace(draft.model, axes=(replace(draft.model.axes[0], parameters=parameters),))
    change_draft(
        segmentation_id=row.pk, version=draft.version, model=model, segment_ids=draft.segment_ids, by=by, at=NOW
    )


def tiers(plan: FieldSpec, *, enabled: bool = True) -> Parameter:
    return Parameter(plan.key, 1, Groups((Group((plan.options[1].key,), 5),)), enabled=enabled)


def in_use(row: Segmentation) -> Use:
    return Use("segmentation", "segmentation “Tiers”", row.pk)


def test_a_field_that_a_draft_asks_for_stays_as_it_is(row: Segmentation, plan: FieldSpec, manager: User) -> None:
    assert named_uses(plan) == ()
    ask(row, manager, tiers(plan, enabled=False))
    assert named_uses(plan) == (in_use(row),)
    with pytest.raises(RefusedError) as refused:
        delete_field(field_id=plan.id, at=NOW)
    assert refused.value.facts["used_by"] == ["segmentation “Tiers”"]
    with pytest.raises(RefusedError):
        change_field(field_id=plan.id, draft=FieldDraft("Plan", FieldType.NUMBER), at=NOW)
    ask(row, manager)
    delete_field(field_id=plan.id, at=NOW)


def test_a_published_version_keeps_its_field_though_the_draft_asks_no_more(
    row: Segmentation, plan: FieldSpec, manager: User
) -> None:
    ask(row, manager, tiers(plan))
    publish_now(segmentation_id=row.pk, draft_version=get_draft(row.pk).version, note="", by=manager, at=NOW)
    assert named_uses(plan) == (in_use(row),)
    ask(row, manager)
    assert named_uses(plan) == (in_use(row),)
    other = create_field(kind=Kind.COMPANY, draft=FieldDraft("Tier", FieldType.YES_NO), at=NOW)
    assert named_uses_of([plan, other]) == {plan.id: (in_use(row),), other.id: ()}


def test_an_option_in_a_group_stays(row: Segmentation, plan: FieldSpec, manager: User) -> None:
    ask(row, manager, tiers(plan))
    free, pro = plan.options
    assert list_option_uses(plan, free.key) == ()
    assert list_option_uses(plan, pro.key) == (in_use(row),)
    with pytest.raises(RefusedError):
        delete_option(option_id=Option.objects.get(key=pro.key).pk, at=NOW)
    delete_option(option_id=Option.objects.get(key=free.key).pk, at=NOW)


def test_people_are_another_kind(plan: FieldSpec, manager: User) -> None:
    """Built-in fields of both kinds have the same key."""
    of_people = create_segmentation(model=empty_model(Kind.PERSON, "Lands"), by=None, at=NOW)
    ask(of_people, manager, Parameter("country", 1, Groups((Group(("PL",), 1),))))
    country = get_draft(of_people.pk).fields["country"]
    assert [use.id for use in named_uses(country)] == [of_people.pk]
    assert named_uses(replace(country, kind=Kind.COMPANY)) == ()
