"""The sample comes with segmentations that have a true past, and goes exactly."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps

from satsuma.app.accounts.models import User
from satsuma.app.crm.models import Contact, Field
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.segmentation.models import Assignment, Move, Segmentation, Version
from satsuma.app.segmentation.queries.drafts import get_draft
from satsuma.app.segmentation.queries.history import list_sizes
from satsuma.app.segmentation.queries.verification import find_last_check
from satsuma.app.segmentation.services import sample
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.services.sample import create_sample, remove_sample
from satsuma.app.segmentation.services.segmentations import rename_segmentation
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain.model import AgeRanges, Kind, Parameter
from support.segmented import a_model, by_employees, metric_key, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LEFT_BEHIND = {"Batch", "BatchRow", "Erased", "ChangeCounter", "KeyCounter", "Run", "ResultCheck"}
"""What remembers that something was there."""

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    """Rows of every table of contacts and segmentations."""
    models = [*apps.get_app_config("crm").get_models(), *apps.get_app_config("segmentation").get_models()]
    return {each.__name__: each._default_manager.count() for each in models if each.__name__ not in LEFT_BEHIND}


def sizes_now(segmentation: Segmentation) -> dict[str, int]:
    assigned = Assignment.objects.filter(segmentation=segmentation).values_list("segment__name", flat=True)
    return dict(Counter(str(name) for name in assigned))


def test_the_sample_has_a_true_past_and_goes_exactly(administrator: User) -> None:
    create_defaults(at=NOW)
    before = counts()
    create_sample(by=administrator, at=NOW)
    value, influence, nps = Segmentation.objects.order_by("id")
    assert [(row.name, row.kind, row.is_primary) for row in (value, influence, nps)] == [
        ("Company value", "company", True),
        ("Person influence", "person", True),
        ("NPS", "company", False),
    ]
    assert sizes_now(value) == {"Average": 20, "Good": 35, "Super": 29, "VIP": 7}
    assert sizes_now(influence) == {"Peripheral": 7, "Involved": 25, "Influential": 35, "Key person": 24}
    assert sizes_now(nps) == {"No answer": 31, "Detractor": 24, "Passive": 16, "Promoter": 20}
    check = find_last_check()
    assert check is not None
    assert (check.checked_at, check.sentence) == (NOW, "All 273 results are right")
    assert verify_results(at=NOW) == check
    published = Version.objects.filter(segmentation=value).order_by("number")
    assert [(row.number, (NOW - row.published_at).days) for row in published] == [(1, 34), (2, 11)]
    causes = set(Move.objects.filter(segmentation=value).values_list("cause", flat=True))
    assert causes == {"version", "deal", "time", "contact"}
    for row in (value, influence, nps):
        history = list_sizes(row.pk, TODAY - timedelta(days=40), TODAY)
        assert history.first == {}
        assert sorted(history.last.values()) == sorted(sizes_now(row).values())
    assert get_draft(value.pk).differs
    assert not get_draft(nps.pk).differs
    assert remove_sample(by=administrator, at=NOW).kept == ()
    assert counts() == before


def test_a_segmentation_that_somebody_uses_stays_with_its_questions(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "DAYS", 1)
    create_defaults(at=NOW)
    create_sample(by=administrator, at=NOW)
    value, influence = Segmentation.objects.order_by("id")
    rename_segmentation(segmentation_id=value.pk, name="Our value", at=NOW)
    pin_contact(
        segmentation_id=influence.pk,
        contact_id=Contact.objects.filter(kind="person").order_by("id")[0].pk,
        segment_id=get_draft(influence.pk).segment_ids[0] or 0,
        reason="Knows everybody",
        expires_on=TODAY + timedelta(days=9),
        by=administrator,
        at=NOW,
    )
    assert remove_sample(by=administrator, at=NOW).kept == ("Our value", "Person influence")
    assert list(Segmentation.objects.order_by("id")) == [value, influence]
    custom = Field.objects.filter(source="custom").order_by("id").values_list("label", flat=True)
    assert list(custom) == ["Decides in the country", "Sales potential"]


def test_segmentations_that_are_there_already_know_the_sample_as_of_today(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "DAYS", 4)
    create_defaults(at=NOW)
    latest = metric_key(Kind.PERSON, "latest", of="activities")
    publish(a_model([Parameter(latest, 1, AgeRanges((1, 30), (2, 1, 0)))], kind=Kind.PERSON, name="Own"), NOW)
    create_sample(by=administrator, at=NOW)
    assert verify_results(at=NOW).is_right


def test_one_that_cannot_be_read_keeps_no_sample_out(administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "DAYS", 4)
    create_defaults(at=NOW)
    spoiled = publish(by_employees(), NOW)
    Version.objects.filter(id=spoiled.pk).update(document="{}")
    create_sample(by=administrator, at=NOW)
    check = find_last_check()
    assert check is not None
    assert (check.segmentations, check.is_right) == (2, True)
    assert Segmentation.objects.get(id=spoiled.segmentation_id).stale_since is not None
