"""Drafts: they save themselves, undo takes changes back, and two editors never overwrite each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import RefusedError, ValuesError
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.errors import DraftConflictError
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.queries.drafts import DraftSpec, get_draft
from satsuma.app.segmentation.services.drafts import (
    change_draft,
    create_segmentation,
    empty_model,
    redo_draft,
    undo_draft,
)
from satsuma.domain.model import Kind, NumericRanges, Parameter

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def segmentation(manager: User) -> Segmentation:
    create_defaults(at=NOW)
    return create_segmentation(model=empty_model(Kind.COMPANY, "Company value"), by=manager, at=NOW)


def with_employees(draft: DraftSpec, *points: int) -> DraftSpec:
    asked = Parameter("employees", 5, NumericRanges((100,), points))
    axis = replace(draft.model.axes[0], parameters=(asked,))
    return replace(draft, model=replace(draft.model, axes=(axis,)))


def save(draft: DraftSpec, by: User, *, seconds: int = 60, as_one: bool = False) -> int:
    return change_draft(
        segmentation_id=draft.segmentation_id,
        version=draft.version,
        model=draft.model,
        segment_ids=draft.segment_ids,
        by=by,
        at=NOW + timedelta(seconds=seconds),
        as_one=as_one,
    )


def test_a_draft_comes_back_as_it_was_saved_with_the_fields_it_asks_for(
    segmentation: Segmentation, manager: User
) -> None:
    changed = with_employees(get_draft(segmentation.pk), 0, 10)
    save(changed, manager)
    found = get_draft(segmentation.pk)
    assert found.model == replace(changed.model, fields=found.model.fields)
    assert [field.title for field in found.model.fields] == ["Employees"]
    assert (found.can_undo, found.can_redo, found.differs) == (True, False, True)


def test_a_draft_may_break_rules(segmentation: Segmentation, manager: User) -> None:
    changed = with_employees(get_draft(segmentation.pk), 0, 5_000, 3)
    save(changed, manager)
    assert get_draft(segmentation.pk).model.axes == changed.model.axes


def test_undo_and_redo_walk_along_the_changes(segmentation: Segmentation, manager: User) -> None:
    empty = get_draft(segmentation.pk)
    save(with_employees(empty, 0, 1), manager)
    save(with_employees(get_draft(segmentation.pk), 0, 2), manager)
    version = get_draft(segmentation.pk).version
    version = undo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    version = undo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    assert get_draft(segmentation.pk).model == empty.model
    with pytest.raises(RefusedError):
        undo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    redo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    assert get_draft(segmentation.pk).model.axes == with_employees(empty, 0, 1).model.axes


def test_a_change_after_undo_leaves_nothing_to_redo(segmentation: Segmentation, manager: User) -> None:
    save(with_employees(get_draft(segmentation.pk), 0, 1), manager)
    undo_draft(segmentation_id=segmentation.pk, version=2, by=manager, at=NOW)
    save(with_employees(get_draft(segmentation.pk), 0, 3), manager)
    assert (get_draft(segmentation.pk).can_undo, get_draft(segmentation.pk).can_redo) == (True, False)


def test_quick_changes_of_one_person_are_undone_together(
    segmentation: Segmentation, manager: User, administrator: User
) -> None:
    empty = get_draft(segmentation.pk)
    save(with_employees(empty, 0, 1), manager, seconds=10, as_one=True)
    save(with_employees(get_draft(segmentation.pk), 0, 12), manager, seconds=12, as_one=True)
    save(with_employees(get_draft(segmentation.pk), 0, 13), administrator, seconds=13, as_one=True)
    version = get_draft(segmentation.pk).version
    version = undo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    assert get_draft(segmentation.pk).model.axes == with_employees(empty, 0, 12).model.axes
    undo_draft(segmentation_id=segmentation.pk, version=version, by=manager, at=NOW)
    assert get_draft(segmentation.pk).model == empty.model


def test_a_quick_change_after_undo_leaves_nothing_to_redo_either(segmentation: Segmentation, manager: User) -> None:
    save(with_employees(get_draft(segmentation.pk), 0, 1), manager, seconds=0)
    save(with_employees(get_draft(segmentation.pk), 0, 2), manager, seconds=1)
    undo_draft(segmentation_id=segmentation.pk, version=get_draft(segmentation.pk).version, by=manager, at=NOW)
    save(with_employees(get_draft(segmentation.pk), 0, 3), manager, seconds=2, as_one=True)
    found = get_draft(segmentation.pk)
    assert (found.model.axes[0].parameters[0].ranges, found.can_redo) == (NumericRanges((100,), (0, 3)), False)


def test_saving_the_same_again_is_no_change(segmentation: Segmentation, manager: User) -> None:
    draft = get_draft(segmentation.pk)
    assert save(draft, manager) == draft.version
    assert not get_draft(segmentation.pk).can_undo


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    segmentation: Segmentation, manager: User, administrator: User
) -> None:
    seen = get_draft(segmentation.pk)
    save(with_employees(seen, 0, 1), administrator)
    with pytest.raises(DraftConflictError) as refused:
        save(with_employees(seen, 0, 2), manager)
    assert (refused.value.by, refused.value.version) == (str(administrator), 2)
    assert get_draft(segmentation.pk).model.axes == with_employees(seen, 0, 1).model.axes


def test_the_first_of_a_kind_is_primary_and_a_taken_name_gets_a_number(
    segmentation: Segmentation, manager: User
) -> None:
    again = create_segmentation(model=empty_model(Kind.COMPANY, "Company  VALUE"), by=manager, at=NOW)
    assert (again.name, again.is_primary, segmentation.is_primary) == ("Company VALUE 2", False, True)
    of_people = create_segmentation(model=empty_model(Kind.PERSON, "Company value"), by=manager, at=NOW)
    assert (of_people.name, of_people.is_primary) == ("Company value", True)


def test_a_segmentation_needs_a_name(segmentation: Segmentation, manager: User) -> None:
    with pytest.raises(ValuesError) as refused:
        create_segmentation(model=empty_model(Kind.COMPANY, " \t"), by=manager, at=NOW)
    assert refused.value.problems == {"name": "Enter a name."}
