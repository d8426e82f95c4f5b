"""Clocks that are set, days that change in summer and winter, and another time zone for the workspace: whoever looks
next brings every result to the day that it is then, and everything that comes back daily starts once a day.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from satsuma.app.accounts.models import Workspace
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Activity, Contact
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.services.schedules import start_daily_runs
from satsuma.app.segmentation.models import Pin, Segment
from satsuma.app.segmentation.queries.segmentations import list_published
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.services.rescoring import DAILY, SCHEDULED, begin_day
from satsuma.app.segmentation.services.scoring_times import set_scoring_times
from satsuma.app.segmentation.services.verifying import verify_results
from satsuma.domain.model import Kind
from support.segmented import by_employees, company_value, publish, segment_of

NOW = datetime(2026, 11, 26, 11, 30, tzinfo=UTC)
ZONES = ("Europe/Warsaw", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu")
HOURS = (-49, -25, -13, -2, 2, 13, 25, 30 * 24, 61 * 24)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class Office:
    """Two companies, one segmentation that depends on the day and one that does not, and a worker that looks."""

    def __init__(self) -> None:
        self.at = NOW
        create_defaults(at=NOW)
        self.companies = [self._company(name) for name in ("Acme", "Bolt")]
        self.value = publish(company_value(), NOW)
        self.size = publish(by_employees(), NOW)
        self.look()

    def _company(self, name: str) -> Contact:
        entry = Entry({"name": name, "employees": 50})
        made = create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact
        log_activity(contact_id=made.id, entry=ActivityEntry(kind=Activity.Kind.CALL), by=None, at=NOW)
        return made

    def look(self) -> bool:
        """What a worker does every few seconds; whether a day has begun."""
        begins = DAILY in start_daily_runs(at=self.at)
        for found in list_published() if begins else ():
            begin_day(segmentation_id=found.id, at=self.at)
        return begins

    def set_clock(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self.look()

    def move_to(self, zone: str) -> None:
        Workspace.objects.update(time_zone=zone)
        self.look()

    def save(self, place: int, employees: int) -> None:
        company = Contact.objects.get(id=self.companies[place].id)
        entry = Entry({"employees": employees})
        save_contact(contact_id=company.id, version=company.version, entry=entry, by=None, at=self.at)

    def pin(self, place: int, days: int) -> None:
        for version in (self.value, self.size):
            pin_contact(
                segmentation_id=version.segmentation_id,
                contact_id=self.companies[place].id,
                segment_id=Segment.objects.get(segmentation=version.segmentation_id, name="VIP").pk,
                reason="Board",
                expires_on=workspace_day(self.at) + timedelta(days=days),
                by=None,
                at=self.at,
            )

    def assert_right(self) -> None:
        found, today = verify_results(at=self.at), workspace_day(self.at)
        assert found.is_right, found.sentence
        assert {each.scored_on for each in list_published()} == {today}
        assert not Pin.objects.filter(expires_on__lte=today).exists()


happenings = st.one_of(
    st.tuples(st.just("set_clock"), st.sampled_from(HOURS)),
    st.tuples(st.just("move_to"), st.sampled_from(ZONES)),
    st.tuples(st.just("save"), st.integers(0, 1), st.sampled_from([5, 50, 500])),
    st.tuples(st.just("pin"), st.integers(0, 1), st.integers(1, 2)),
)


@given(st.lists(happenings, max_size=7))
@example([("pin", 0, 1), ("move_to", "Pacific/Auckland"), ("save", 0, 5), ("move_to", "Pacific/Honolulu")])
@example([("set_clock", 30 * 24), ("save", 0, 5), ("set_clock", -49), ("save", 1, 500), ("set_clock", 25)])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_clock_and_zone_do_results_are_those_of_the_day(
    workspace: Workspace, happens: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        office = Office()
        for name, *facts in happens:
            getattr(office, name)(*facts)
            office.assert_right()
        transaction.set_rollback(True)


def test_another_zone_begins_the_day_that_it_is_there(workspace: Workspace) -> None:
    """It is half past noon in Warsaw, and the day after in Auckland; thirty days after the last call."""
    office = Office()
    office.set_clock(29 * 24)
    assert segment_of(office.companies[0].id, office.value.segmentation_id) == "Good"
    office.move_to("Pacific/Auckland")
    assert {found.scored_on for found in list_published()} == {date(2026, 12, 26)}
    assert segment_of(office.companies[0].id, office.value.segmentation_id) == "Average"
    office.move_to("Pacific/Honolulu")
    assert {found.scored_on for found in list_published()} == {date(2026, 12, 25)}
    assert segment_of(office.companies[0].id, office.value.segmentation_id) == "Good"


def test_a_pin_that_had_ended_holds_again_when_its_day_comes_back(workspace: Workspace) -> None:
    """A save at a minute past midnight ends it, then somebody sets the clock back by two minutes."""
    office = Office()
    acme = office.companies[0].id
    office.pin(0, 1)
    office.at = datetime(2026, 11, 26, 23, 1, tzinfo=UTC)
    office.save(0, 5)
    assert segment_of(acme, office.size.segmentation_id) == "Average"
    office.at -= timedelta(minutes=2)
    begin_day(segmentation_id=office.size.segmentation_id, at=office.at)
    assert segment_of(acme, office.size.segmentation_id) == "VIP"


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Warsaw", date(2027, 3, 27)),
        ("Europe/Warsaw", date(2026, 10, 24)),
        ("Africa/Cairo", date(2027, 4, 29)),
        ("America/Havana", date(2026, 10, 31)),
        ("Australia/Lord_Howe", date(2027, 4, 3)),
    ],
)
def test_summer_and_winter_time_start_everything_once_a_day(workspace: Workspace, zone: str, first: date) -> None:
    """In Cairo summer begins at midnight, in Havana the hour after midnight comes twice, on Lord Howe half an hour."""
    Workspace.objects.update(time_zone=zone)
    there, quarter = ZoneInfo(zone), timedelta(minutes=15)
    begin = datetime.combine(first - timedelta(days=1), time(12), there).astimezone(UTC)
    set_scoring_times(times=[time(0, 30), time(2, 30)], at=begin)
    started: Counter[tuple[str, date]] = Counter()
    for number in range(4 * 24 * 4):
        at = begin + number * quarter
        started.update((name, at.astimezone(there).date()) for name in start_daily_runs(at=at))
    days = [first + timedelta(days=number) for number in range(3)]
    assert {day: started[DAILY, day] for day in days} == dict.fromkeys(days, 1)
    assert {day: started[SCHEDULED, day] for day in days} == dict.fromkeys(days, 2)
