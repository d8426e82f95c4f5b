"""Publishing freezes a version and scores everybody at once; old versions come back as new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import NotFoundError, RefusedError
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, change_field, create_field
from satsuma.app.segmentation.errors import DraftConflictError, DraftProblemsError
from satsuma.app.segmentation.models import Assignment, Move, Segment, Segmentation, Version
from satsuma.app.segmentation.queries.drafts import get_draft, list_changed_drafts
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.services.drafts import change_draft, create_segmentation, undo_draft
from satsuma.app.segmentation.services.publishing import (
    publish_now,
    roll_back_now,
    start_publishing,
    start_roll_back,
)
from satsuma.app.segmentation.services.segmentations import archive_segmentation
from satsuma.domain.model import Aggregate, Band, FieldType, Kind, Metric, NumericRanges, Parameter, Source
from satsuma.domain.model import Segmentation as Model
from support.jobs import done_run
from support.sales import create_sale
from support.segmented import a_model, by_employees, moves_of, publish, publish_again, segment_of

if TYPE_CHECKING:
    from satsuma.app.jobs.models import Run

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str, employees: int | None = None) -> Contact:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def with_bands(*bands: Band) -> Model:
    model = by_employees()
    return replace(model, axes=(replace(model.axes[0], bands=bands),))


def test_a_job_publishes_and_says_who_moved(manager: User) -> None:
    small, large = company("Small", 5), company("Large", 500)
    version = publish(by_employees(), NOW)
    draft = get_draft(version.segmentation_id)
    changed = by_employees(100, 50, 0)
    draft_version = change_draft(
        segmentation_id=draft.segmentation_id,
        version=draft.version,
        model=changed,
        segment_ids=draft.segment_ids,
        by=manager,
        at=NOW,
    )
    run = start_publishing(
        segmentation_id=draft.segmentation_id, draft_version=draft_version, note=" Small first ", by=manager, at=LATER
    )
    assert segment_of(small.id) == "Average"
    assert told(done_run(run)) == ("done", "1 up, 1 down", "segmentation", [draft.segmentation_id])
    assert (segment_of(small.id), segment_of(large.id)) == ("VIP", "Average")
    second = Version.objects.get(number=2)
    assert (second.note, second.published_by, second.restores) == ("Small first", manager, None)
    assert moves_of(small.id)[-1][:4] == ("Average", "VIP", "version", 2)
    assert not get_draft(draft.segmentation_id).differs


def told(run: Run) -> tuple[str, str, str, list[int]]:
    assert run.result is not None, run.error
    return run.state, run.result["text"], run.result["link"]["name"], list(run.result["link"]["args"])


def test_what_is_published_is_what_was_seen_even_if_the_draft_changes_meanwhile(manager: User) -> None:
    small = company("Small", 5)
    row = create_segmentation(model=by_employees(), by=manager, at=NOW)
    run = start_publishing(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    change_draft(
        segmentation_id=row.pk, version=1, model=by_employees(100, 50, 0), segment_ids=[None] * 4, by=manager, at=LATER
    )
    assert done_run(run).state == "done"
    assert segment_of(small.id) == "Average"
    draft = get_draft(row.pk)
    assert draft.differs
    # The segments are the same ones, so that publishing the change renames nobody's past.
    assert set(draft.segment_ids) == set(Segment.objects.values_list("id", flat=True))


def test_segments_are_renamed_made_and_retired_and_undo_does_not_make_them_again(manager: User) -> None:
    row = create_segmentation(model=with_bands(Band("Low"), Band("High", 50)), by=manager, at=NOW)
    acme = company("Acme", 50)
    first = publish_now(segmentation_id=row.pk, draft_version=1, note="", by=None, at=NOW)
    low, high = first.segment_ids
    draft = get_draft(row.pk)
    assert draft.segment_ids == (low, high)
    three = with_bands(Band("Basic", color="#123456"), Band("Middle", 50), Band("Top", 90))
    version = change_draft(
        segmentation_id=row.pk, version=draft.version, model=three, segment_ids=[low, None, None], by=manager, at=LATER
    )
    version = change_draft(
        segmentation_id=row.pk, version=version, model=replace(three, description="x"), segment_ids=[low, None, None],
        by=manager, at=LATER + timedelta(hours=1),
    )  # fmt: skip
    second = publish_now(segmentation_id=row.pk, draft_version=version, note="", by=None, at=LATER)
    _low, middle, top = second.segment_ids
    spec = get_segmentation(row.pk)
    assert [(s.id, s.name, s.retired) for s in spec.segments] == [
        (low, "Basic", False),
        (middle, "Middle", False),
        (top, "Top", False),
        (high, "High", True),
    ]
    assert spec.segments[0].color == "#123456"
    assert moves_of(acme.id) == [
        (None, "High", "version", 1, date(2026, 11, 26)),
        ("High", "Middle", "version", 2, date(2026, 11, 26)),
    ]
    undo_draft(segmentation_id=row.pk, version=get_draft(row.pk).version, by=manager, at=LATER)
    assert get_draft(row.pk).segment_ids == (low, middle, top)


def test_rolling_back_publishes_an_old_version_again(manager: User) -> None:
    acme = company("Acme", 500)
    first = publish(by_employees(), NOW)
    publish_again(first.segmentation_id, by_employees(100, 50, 0), NOW)
    draft = get_draft(first.segmentation_id)
    run = start_roll_back(
        segmentation_id=first.segmentation_id, version_number=1, note="Too soon", by=manager, at=LATER
    )
    assert told(done_run(run))[:2] == ("done", "1 up")
    third = Version.objects.get(number=3)
    assert (third.document, third.segment_ids, third.restores) == (first.document, first.segment_ids, 1)
    assert [move[:4] for move in moves_of(acme.id)] == [
        (None, "VIP", "version", 1),
        ("VIP", "Average", "version", 2),
        ("Average", "VIP", "version", 3),
    ]
    assert replace(get_draft(first.segmentation_id), differs=False) == replace(draft, differs=False)
    with pytest.raises(RefusedError):
        roll_back_now(segmentation_id=first.segmentation_id, version_number=3, note="", by=None, at=LATER)
    with pytest.raises(NotFoundError):
        roll_back_now(segmentation_id=first.segmentation_id, version_number=9, note="", by=None, at=LATER)


def test_what_cannot_be_published_is_told_at_once(manager: User) -> None:
    row = create_segmentation(model=with_bands(Band("One")), by=manager, at=NOW)
    with pytest.raises(DraftProblemsError) as error:
        start_publishing(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    assert error.value.problems
    with pytest.raises(DraftConflictError):
        publish_now(segmentation_id=row.pk, draft_version=0, note="", by=None, at=NOW)
    good = publish(by_employees(name="Good"), NOW).segmentation_id
    Segmentation.objects.filter(id=good).update(archived_at=NOW)
    for refused in (
        lambda: start_publishing(segmentation_id=good, draft_version=2, note="", by=manager, at=NOW),
        lambda: publish_now(segmentation_id=good, draft_version=2, note="", by=None, at=NOW),
    ):
        with pytest.raises(RefusedError) as refusal:
            refused()
        assert refusal.value.code == "segmentation_archived"
    assert Version.objects.count() == 1


def test_publishing_the_same_again_writes_nothing_but_the_version() -> None:
    company("Acme", 500)
    version = publish(by_employees(), NOW)
    rows = list(Assignment.objects.values())
    publish_again(version.segmentation_id, by_employees(), LATER)
    assert list(Assignment.objects.values()) == rows
    assert Move.objects.count() == 1
    assert get_segmentation(version.segmentation_id).scored_at == LATER


def test_a_draft_that_is_published_twice_at_once_makes_its_segments_once(manager: User) -> None:
    acme = company("Acme", 50)
    row = create_segmentation(model=by_employees(), by=manager, at=NOW)
    for _editor in range(2):
        run = start_publishing(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    assert done_run(run).state == "done"
    ids = list(get_draft(row.pk).segment_ids)
    assert list(Version.objects.values_list("segment_ids", flat=True)) == [ids, ids]
    assert Segment.objects.count() == 4
    assert [move[:3] for move in moves_of(acme.id)] == [(None, "Good", "version")]


def test_what_goes_out_of_use_before_the_job_begins_is_not_published(manager: User) -> None:
    row = create_segmentation(model=by_employees(), by=manager, at=NOW)
    run = start_publishing(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=NOW)
    archive_segmentation(segmentation_id=row.pk, at=NOW)
    assert (done_run(run).state, run.error and run.error["code"]) == ("failed", "segmentation_archived")
    assert not Version.objects.exists()


def test_a_field_that_is_computed_differently_by_now_makes_another_version(manager: User) -> None:
    acme = company("Acme")
    rating = create_field(kind=Kind.COMPANY, draft=FieldDraft("Mood", FieldType.RATING), at=NOW)
    metric = Metric(Source.DEALS, Aggregate.COUNT, None)
    draft = FieldDraft("Deals", FieldType.NUMBER, metric=metric)
    deals = create_field(kind=Kind.COMPANY, draft=draft, at=NOW)
    ranges = NumericRanges((1,), (0, 100))
    id_ = publish(a_model([Parameter(field.key, 1, ranges) for field in (deals, rating)]), NOW).segmentation_id
    create_sale(acme)
    assert segment_of(acme.id) == "Good"
    assert (get_draft(id_).differs, list_changed_drafts([id_])) == (False, frozenset())
    draft = replace(draft, metric=replace(metric, where=(("state", ("won",)),)))
    change_field(field_id=deals.id, draft=draft, at=LATER)
    assert (get_draft(id_).differs, list_changed_drafts([id_])) == (True, {id_})
    publish_now(segmentation_id=id_, draft_version=get_draft(id_).version, note="", by=manager, at=LATER)
    assert segment_of(acme.id) == "Average"
    assert not get_draft(id_).differs
