"""Everybody is re-scored when a day begins, on a schedule and on request; what cannot be scored stops nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest

from satsuma.app.accounts.models import User
from satsuma.app.crm.errors import ValuesError
from satsuma.app.crm.models import Activity, Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.fields import FieldDraft, create_field
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.schedules import start_daily_runs
from satsuma.app.segmentation.errors import NotScoredError
from satsuma.app.segmentation.models import Assignment, Exemption, Move, Segment, Segmentation, Version
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.queries.scoring_times import USUAL, list_scoring_times
from satsuma.app.segmentation.queries.segmentations import get_segmentation
from satsuma.app.segmentation.queries.verification import find_last_check
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.rescoring import (
    DAILY,
    SCHEDULED,
    begin_day,
    rescore_contacts,
    start_rescoring,
)
from satsuma.app.segmentation.services.scoring_times import set_scoring_times
from satsuma.app.segmentation.services.segmentations import archive_segmentation, restore_segmentation
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain.model import FieldType, Kind, NumericRanges, Parameter
from support.jobs import done_run
from support.segmented import a_model, assignment_of, by_employees, company_value, moves_of, publish, segment_of

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 26)
LATER = NOW + timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def company(name: str, employees: int | None = None) -> Contact:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact


def employ(contact: Contact, employees: int) -> list[str]:
    contact.refresh_from_db()
    entry = Entry({"employees": employees})
    return list(save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=LATER).says)


def poison(version: Version) -> Callable[[], int]:
    """Makes the segmentation one that nobody can be scored by; gives what heals it."""
    Version.objects.filter(id=version.pk).update(document="{}")
    return lambda: Version.objects.filter(id=version.pk).update(document=version.document)


def test_days_pass_and_contacts_move() -> None:
    acme = company("Acme", 50)
    log_activity(contact_id=acme.id, entry=ActivityEntry(kind=Activity.Kind.CALL), by=None, at=NOW)
    version = publish(company_value(), NOW)
    assert segment_of(acme.id) == "Good"
    for days in (29, 30, 89, 90):
        begin_day(segmentation_id=version.segmentation_id, at=NOW + timedelta(days=days))
    assert [(move[:3], move[4]) for move in moves_of(acme.id)] == [
        ((None, "Good", "version"), TODAY),
        (("Good", "Average", "time"), TODAY + timedelta(days=30)),
    ]
    assert assignment_of(acme.id).score == 100
    assert get_segmentation(version.segmentation_id).scored_on == TODAY + timedelta(days=90)


def test_a_day_that_changes_nothing_scores_nobody() -> None:
    acme = company("Acme", 5)
    version = publish(by_employees(), NOW)
    Contact.objects.filter(id=acme.id).update(employees=500)
    begin_day(segmentation_id=version.segmentation_id, at=NOW + timedelta(days=1))
    assert segment_of(acme.id) == "Average"
    assert get_segmentation(version.segmentation_id).scored_on == TODAY + timedelta(days=1)


def test_everybody_is_scored_again_on_request(manager: User) -> None:
    acme = company("Acme", 5)
    version = publish(by_employees(), NOW)
    other = publish(by_employees(name="Other"), NOW)
    Contact.objects.filter(id=acme.id).update(employees=500)
    run = done_run(start_rescoring(segmentation_ids=[version.segmentation_id], by=manager, at=LATER))
    assert (run.title, run.state) == ("Re-score everybody by Size", "done")
    assert run.result is not None
    assert (run.result["text"], run.result["link"]["args"]) == ("1 up", [version.segmentation_id])
    assert moves_of(acme.id)[-1][:3] == ("Average", "VIP", "request")
    assert segment_of(acme.id, other.segmentation_id) == "Average"
    run = done_run(start_rescoring(segmentation_ids=None, by=manager, at=LATER))
    assert run.result is not None
    assert run.result["text"] == "Size: 1 stays; Other: 1 up"


def test_one_segmentation_that_fails_stops_no_other(manager: User) -> None:
    acme = company("Acme", 5)
    bad, good = publish(by_employees(name="Bad"), NOW), publish(by_employees(name="Good"), NOW)
    heal = poison(bad)
    assert employ(acme, 50) == ["Good: Acme: Average → Good: Employees"]
    assert segment_of(acme.id, good.segmentation_id) == "Good"
    assert segment_of(acme.id, bad.segmentation_id) == "Average"
    assert get_segmentation(bad.segmentation_id).stale_since == LATER
    assert get_segmentation(good.segmentation_id).stale_since is None
    Contact.objects.filter(id=acme.id).update(employees=500)
    run = done_run(start_rescoring(segmentation_ids=None, by=manager, at=LATER))
    assert (run.state, run.error and run.error["message"]) == ("failed", "Not everybody could be scored by Bad.")
    assert segment_of(acme.id, good.segmentation_id) == "VIP"
    heal()
    begin_day(segmentation_id=bad.segmentation_id, at=LATER)
    assert segment_of(acme.id, bad.segmentation_id) == "VIP"
    assert get_segmentation(bad.segmentation_id).stale_since is None


def test_an_objection_is_heard_though_a_segmentation_fails() -> None:
    acme = company("Acme", 5)
    bad, good = publish(by_employees(name="Bad"), NOW), publish(by_employees(name="Good"), NOW)
    poison(bad)
    set_exemption(contact_id=acme.id, kind=Exemption.Kind.OBJECTION, reason="", by=None, at=LATER)
    assert Exemption.objects.count() == 1
    assert segment_of(acme.id, good.segmentation_id) is None
    assert get_segmentation(bad.segmentation_id).stale_since == LATER
    assert rescore_contacts(contact_ids=[acme.id], cause=Cause.REQUEST, at=LATER) == []


def test_segmentations_out_of_use_are_left_as_they_were() -> None:
    acme = company("Acme", 5)
    version = publish(by_employees(), NOW)
    Segmentation.objects.filter(id=version.segmentation_id).update(archived_at=NOW)
    assert employ(acme, 500) == []
    begin_day(segmentation_id=version.segmentation_id, at=LATER)
    assert segment_of(acme.id) == "Average"


def at(text: str) -> datetime:
    """A moment in Warsaw, where the workspace is."""
    return datetime.fromisoformat(f"2026-11-{text}:00+01:00")


def started(moment: str) -> list[str]:
    return sorted({SCHEDULED, DAILY} & set(start_daily_runs(at=at(moment))))


def test_everybody_is_scored_at_night_and_at_the_times_that_are_set() -> None:
    assert list_scoring_times() == USUAL
    assert started("25T23:00") == []
    assert started("26T00:10") == [DAILY]
    assert started("26T06:00") == [SCHEDULED]
    assert started("26T06:01") == []
    assert started("26T14:30") == [SCHEDULED]
    set_scoring_times(times=[time(20), time(9, 15), time(9, 15, 30)], at=at("26T15:00"))
    assert list_scoring_times() == (time(9, 15), time(20))
    assert started("26T19:59") == []
    assert started("26T20:00") == [SCHEDULED]
    assert started("27T21:00") == [DAILY, SCHEDULED]
    assert Run.objects.filter(kind=SCHEDULED).count() == 4
    set_scoring_times(times=[], at=at("27T22:00"))
    assert started("28T23:00") == [DAILY]
    with pytest.raises(ValuesError) as error:
        set_scoring_times(times=[time(hour) for hour in range(13)], at=NOW)
    assert list(error.value.problems) == ["times"]


def test_a_check_finds_nothing_when_all_is_right() -> None:
    company("Acme", 5)
    company("Bolt", 500)
    publish(by_employees(), NOW)
    publish(company_value(), NOW)
    assert find_last_check() is None
    found = verify_results(at=LATER)
    assert found == find_last_check()
    assert (found.is_right, found.results, found.segmentations, found.sentence) == (
        True,
        4,
        2,
        "All 4 results are right",
    )


def test_a_check_finds_every_kind_of_difference_and_has_it_mended() -> None:
    acme, bolt, cog = company("Acme", 5), company("Bolt", 500), company("Cog", 50)
    version = publish(by_employees(), NOW)
    Contact.objects.filter(id=acme.id).update(employees=500)
    Assignment.objects.filter(contact=bolt).update(segment=Segment.objects.get(name="Good"))
    Assignment.objects.filter(contact=cog).delete()
    found = verify_results(at=LATER)
    (finding,) = found.findings
    assert (finding.wrong, finding.history, finding.sizes) == (3, 2, True)
    assert finding.contacts == (acme.id, bolt.id, cog.id)
    assert finding.sentence == (
        "Size: 3 results are wrong, 2 histories end elsewhere, sizes do not follow from the moves"
    )
    assert get_segmentation(version.segmentation_id).stale_since == LATER
    begin_day(segmentation_id=version.segmentation_id, at=LATER)
    assert [segment_of(contact.id) for contact in (acme, bolt, cog)] == ["VIP", "VIP", "Good"]


def test_what_cannot_be_checked_keeps_no_other_from_it() -> None:
    acme = company("Acme", 5)
    bad, good = publish(by_employees(name="Bad"), NOW), publish(by_employees(name="Good"), NOW)
    poison(bad)
    Contact.objects.filter(id=acme.id).update(employees=500)
    with pytest.raises(NotScoredError):
        verify_results(at=LATER)
    check = find_last_check()
    assert check is not None
    assert (check.segmentations, check.sentence) == (1, "Good: 1 result is wrong")
    stale = Segmentation.objects.filter(stale_since=LATER).values_list("id", flat=True)
    assert set(stale) == {bad.segmentation_id, good.segmentation_id}


def test_a_history_that_ends_elsewhere_is_found() -> None:
    acme = company("Acme", 5)
    publish(by_employees(), NOW)
    Move.objects.filter(contact=acme).update(after=Segment.objects.get(name="VIP"))
    (finding,) = verify_results(at=LATER).findings
    assert (finding.wrong, finding.history, finding.sizes, finding.contacts) == (0, 1, True, (acme.id,))


def test_results_of_the_day_for_which_everybody_was_scored_are_right() -> None:
    acme = company("Acme", 50)
    log_activity(contact_id=acme.id, entry=ActivityEntry(kind=Activity.Kind.CALL), by=None, at=NOW)
    version = publish(company_value(), NOW)
    assert verify_results(at=NOW + timedelta(days=60)).is_right
    Segmentation.objects.filter(id=version.segmentation_id).update(scored_on=TODAY + timedelta(days=60))
    assert not verify_results(at=NOW + timedelta(days=60)).is_right


def test_one_spoiled_contact_stops_nobody(manager: User) -> None:
    """What no service writes, such as a text where a number should be, counts as no data."""
    field = create_field(kind=Kind.COMPANY, draft=FieldDraft("Pallets", FieldType.NUMBER), at=NOW)
    asked = Parameter(field.key, 1, NumericRanges((10,), (0, 100)), no_data=50)
    acme, bolt = company("Acme"), company("Bolt")
    for contact in (acme, bolt):
        Contact.objects.filter(id=contact.id).update(values={field.key: 20})
    Contact.objects.filter(id=acme.id).update(values={field.key: "a lot"})
    version = publish(a_model([asked]), NOW)
    assert [(segment_of(each.id), assignment_of(each.id).present) for each in (acme, bolt)] == [("Good", 0), ("VIP", 1)]
    assert employ(acme, 5) == []
    assert get_segmentation(version.segmentation_id).stale_since is None
    assert verify_results(at=LATER).is_right


def test_what_comes_back_into_use_is_stale_until_a_job_has_scored_everybody() -> None:
    acme, gone = company("Acme", 5), company("Gone", 5)
    id_ = publish(by_employees(), NOW).segmentation_id
    archive_segmentation(segmentation_id=id_, at=NOW)
    employ(acme, 500)
    bin_contacts(contact_ids=[gone.id], by=None, at=LATER)
    restore_segmentation(segmentation_id=id_, at=LATER)
    assert get_segmentation(id_).stale_since == LATER
    assert done_run(Run.objects.get()).state == "done"
    assert (segment_of(acme.id), Assignment.objects.count()) == ("VIP", 1)
    assert get_segmentation(id_).stale_since is None
    restore_segmentation(segmentation_id=id_, at=LATER)
    assert Run.objects.count() == 1
