"""Segmentations are named, one of a kind is primary, they are archived, restored and deleted with all they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError, ValuesError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation import models
from satsuma.app.segmentation.documents import version_document
from satsuma.app.segmentation.models import Segment, Segmentation
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.overviews import (
    Holdings,
    Overview,
    Size,
    get_holdings,
    list_overviews,
)
from satsuma.app.segmentation.queries.segmentations import list_segmentations
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, empty_model
from satsuma.app.segmentation.services.segmentations import (
    archive_segmentation,
    delete_segmentation,
    make_primary,
    rename_segmentation,
    restore_segmentation,
)
from satsuma.domain.model import Kind, NumericRanges, Parameter

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def fields(workspace: object) -> None:
    create_defaults(at=NOW)


def create(name: str, kind: Kind = Kind.COMPANY) -> Segmentation:
    return create_segmentation(model=empty_model(kind, name), by=None, at=NOW)


def contacts(count: int, kind: Kind = Kind.COMPANY) -> Iterator[Contact]:
    for number in range(count):
        name = f"Firm {number}"
        yield Contact.objects.create(kind=kind, name=name, name_folded=name.lower(), created_at=NOW, updated_at=NOW)


def publish(row: Segmentation, members: dict[str, int], by: User) -> dict[str, Segment]:
    """As publishing would leave it behind: segments, a version, results, a move each, a pin."""
    draft = get_draft(row.pk)
    asked = Parameter("employees", 5, NumericRanges((100,), (0, 1)))
    model = replace(draft.model, axes=(replace(draft.model.axes[0], parameters=(asked,)),))
    model = replace(model, fields=(draft.fields["employees"].domain_field(),))
    segments = [
        Segment.objects.create(segmentation=row, name=segment.name, position=place)
        for place, segment in enumerate(model.segments)
    ]
    ids = [segment.pk for segment in segments]
    change_draft(segmentation_id=row.pk, version=draft.version, model=model, segment_ids=ids, by=by, at=NOW)
    version = models.Version.objects.create(
        segmentation=row, number=1, document=version_document(model), segment_ids=ids, lowest=0, highest=5, asked=5,
        published_at=NOW,
    )  # fmt: skip
    row.published = version
    row.save()
    by_name = {segment.name: segment for segment in segments}
    for name, count in members.items():
        for contact in contacts(count):
            result = {"segmentation": row, "contact": contact}
            score = 5 if name in by_name else None
            models.Assignment.objects.create(**result, segment=by_name.get(name), score=score, assigned_at=NOW)
            models.Move.objects.create(
                **result, after=by_name.get(name), version=version, cause="version", at=NOW, on=NOW.date(), changed=1
            )
    return by_name


def primaries(kind: Kind = Kind.COMPANY) -> list[str]:
    return [spec.name for spec in list_segmentations(kind) if spec.is_primary]


def test_it_is_renamed_at_once_without_a_change_of_its_draft(manager: User) -> None:
    row = create("Value")
    publish(row, {}, manager)
    before = get_draft(row.pk)
    assert rename_segmentation(segmentation_id=row.pk, name="  Worth \n of customers", at=NOW) == "Worth of customers"
    after = get_draft(row.pk)
    renamed = replace(before.model, name="Worth of customers")
    assert after == replace(before, version=before.version + 1, model=renamed)
    assert (before.differs, after.differs) == (False, False)
    assert [spec.name for spec in list_segmentations()] == ["Worth of customers"]


def test_a_draft_saved_under_another_name_renames_it_and_a_taken_one_gets_a_number(manager: User) -> None:
    create("Worth")
    row = create("Value")

    def save(name: str) -> tuple[str, int]:
        draft = get_draft(row.pk)
        change_draft(
            segmentation_id=row.pk,
            version=draft.version,
            model=replace(draft.model, name=name),
            segment_ids=draft.segment_ids,
            by=manager,
            at=NOW,
        )
        saved = get_draft(row.pk)
        assert not saved.can_undo
        return saved.model.name, saved.version - draft.version

    assert save("Size") == ("Size", 1)
    assert save("Size") == ("Size", 0)
    assert save("size") == ("size", 1)
    assert save("WORTH") == ("WORTH 2", 1)
    with pytest.raises(ValuesError):
        save("")
    assert [spec.name for spec in list_segmentations()] == ["Worth", "WORTH 2"]


def test_a_name_is_there_once_in_each_kind() -> None:
    create("Value")
    other, of_people = create("Worth"), create("Worth", Kind.PERSON)
    with pytest.raises(ValuesError) as error:
        rename_segmentation(segmentation_id=other.pk, name="VALUE", at=NOW)
    assert error.value.problems == {"name": "“VALUE” is there already. Enter another name."}
    with pytest.raises(ValuesError):
        rename_segmentation(segmentation_id=other.pk, name="  ", at=NOW)
    rename_segmentation(segmentation_id=of_people.pk, name="Value", at=NOW)
    rename_segmentation(segmentation_id=other.pk, name="worth", at=NOW)
    assert sorted(spec.name for spec in list_segmentations()) == ["Value", "Value", "worth"]


def test_a_name_whose_signs_fold_to_sentences_is_kept() -> None:
    long = "\ufdfa" * 199
    row = create(f"{long}a")
    assert rename_segmentation(segmentation_id=row.pk, name=f"{long}b", at=NOW) == f"{long}b"


def test_the_first_of_a_kind_is_primary_until_another_is_made_so() -> None:
    create("Value")
    other, of_people = create("Worth"), create("People", Kind.PERSON)
    make_primary(segmentation_id=other.pk, at=NOW)
    assert (primaries(), primaries(Kind.PERSON)) == (["Worth"], ["People"])
    make_primary(segmentation_id=other.pk, at=NOW)
    assert primaries() == ["Worth"]
    archive_segmentation(segmentation_id=of_people.pk, at=NOW)
    with pytest.raises(RefusedError):
        make_primary(segmentation_id=of_people.pk, at=NOW)


def test_the_archive_passes_on_being_primary_to_one_with_results(manager: User) -> None:
    first, _second, third = create("First"), create("Second"), create("Third")
    publish(third, {}, manager)
    archive_segmentation(segmentation_id=first.pk, at=NOW)
    archive_segmentation(segmentation_id=first.pk, at=NOW)
    assert primaries() == ["Third"]
    assert [spec.name for spec in list_segmentations(archived=True)] == ["First"]
    restore_segmentation(segmentation_id=first.pk, at=NOW)
    assert primaries() == ["Third"]
    assert [spec.name for spec in list_segmentations()] == ["Third", "First", "Second"]


def test_the_only_one_is_primary_again_when_it_comes_back() -> None:
    only = create("Only")
    archive_segmentation(segmentation_id=only.pk, at=NOW)
    assert primaries() == []
    restore_segmentation(segmentation_id=only.pk, at=NOW)
    assert primaries() == ["Only"]


def test_deleting_takes_everything_with_it_and_nothing_else(manager: User) -> None:
    row, other = create("Value"), create("Worth")
    segments = publish(row, {"Good": 2, "": 1}, manager)
    publish(other, {"VIP": 1}, manager)
    models.Pin.objects.create(
        segmentation=row, contact=Contact.objects.earliest("id"), segment=segments["VIP"], created_at=NOW,
        expires_on=NOW.date(),
    )  # fmt: skip
    assert get_holdings(row.pk) == Holdings(versions=1, results=3, moves=3, pins=1)
    delete_segmentation(segmentation_id=row.pk, at=NOW)
    assert get_holdings(row.pk) == Holdings(0, 0, 0, 0)
    assert get_holdings(other.pk) == Holdings(1, 1, 1, 0)
    assert not Segment.objects.filter(id__in=[segment.pk for segment in segments.values()]).exists()
    assert primaries() == ["Worth"]
    with pytest.raises(NotFoundError):
        delete_segmentation(segmentation_id=row.pk, at=NOW)


def overview(row: Segmentation) -> Overview:
    return next(found for found in list_overviews(Kind.COMPANY) if found.segmentation.id == row.pk)


def test_an_overview_shows_sizes_and_whether_the_draft_has_changes(manager: User) -> None:
    row, new = create("Value"), create("Worth")
    segments = publish(row, {"Good": 2, "VIP": 1, "": 1}, manager)
    gone = segments["Good"]
    gone.retired_at = NOW
    gone.save()
    found = overview(row)
    assert [(size.segment.name, size.customers) for size in found.sizes] == [
        ("Average", 0),
        ("Super", 0),
        ("VIP", 1),
        ("Good", 2),
    ]
    assert (found.customers, found.not_profiled, found.has_changes, found.drafted_by) == (3, 1, False, str(manager))
    assert overview(new).has_changes
    assert overview(new).sizes == ()
    draft = get_draft(row.pk)
    changed = replace(draft.model, description="Who is who")
    change_draft(
        segmentation_id=row.pk, version=draft.version, model=changed, segment_ids=draft.segment_ids, by=manager, at=NOW
    )
    assert overview(row).has_changes


def test_the_overview_costs_the_same_for_many(manager: User) -> None:
    with CaptureQueriesContext(connection) as few:
        list_overviews(Kind.COMPANY)
    for number in range(3):
        publish(create(f"Number {number}"), {"Good": 1}, manager)
    with CaptureQueriesContext(connection) as many:
        assert [Size(size.segment, 1) for size in list_overviews(Kind.COMPANY)[0].sizes if size.customers]
    assert (len(few), len(many)) == (1, 8)
