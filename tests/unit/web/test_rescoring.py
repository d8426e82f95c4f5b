"""The settings say when everybody is scored again, and do it now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.models import Run, Schedule
from satsuma.app.segmentation.models import Segmentation
from satsuma.app.segmentation.queries.scoring_times import list_scoring_times
from satsuma.app.segmentation.queries.verification import VERIFY, first_check_words
from satsuma.app.segmentation.services.rescoring import RESCORE
from satsuma.app.segmentation.services.verifying import verify_results
from support.segmented import by_employees, publish

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
ADDRESS = "/settings/scoring/"

pytestmark = pytest.mark.django_db
ClientOf = Callable[[str], Client]


def test_times_are_read_as_people_write_them(client_of: ClientOf) -> None:
    client = client_of("manager")
    assert 'value="6:00, 14:00"' in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"times": "18:30; 7 9h15"}).status_code == 302
    assert list_scoring_times() == (time(7), time(9, 15), time(18, 30))
    assert 'value="7:00, 9:15, 18:30"' in client.get(ADDRESS).content.decode()
    assert client.post(ADDRESS, {"times": ""}).status_code == 302
    assert list_scoring_times() == ()


@pytest.mark.parametrize("wrong", ["24:00", "noon", "6:60", "6:5", "1.5"])
def test_what_is_no_time_is_named_and_kept(client_of: ClientOf, wrong: str) -> None:
    answer = client_of("manager").post(ADDRESS, {"times": f"6:00, {wrong}"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"{wrong} is no time of the day. Write it like 18:30." in page
    assert f'value="6:00, {wrong}"' in page


def test_too_many_times_are_refused_beside_the_answer(client_of: ClientOf) -> None:
    answer = client_of("manager").post(ADDRESS, {"times": ", ".join(f"{hour}:00" for hour in range(13))})
    assert (answer.status_code, "Enter at most 12 times." in answer.content.decode()) == (422, True)


def test_it_shows_when_everybody_was_scored_and_what_is_old_and_starts_anew(client_of: ClientOf) -> None:
    create_defaults(at=NOW)
    version = publish(by_employees(), NOW)
    verify_results(at=NOW)
    Segmentation.objects.filter(id=version.segmentation_id).update(stale_since=NOW)
    client = client_of("manager")
    page = client.get(ADDRESS).content.decode()
    assert "Scoring has failed since Nov 26, 2026, 10:30" in page
    assert "There are no results to check." in page
    answer = client.post(f"{ADDRESS}now/")
    run = Run.objects.get(kind=RESCORE)
    assert (answer.status_code, answer["Location"]) == (302, f"/jobs/{run.pk}/")


def test_before_the_first_check_it_says_when_that_comes(client_of: ClientOf) -> None:
    create_defaults(at=NOW)
    publish(by_employees(), NOW)
    page = client_of("manager").get(ADDRESS).content.decode()
    assert "All results are checked every night, for the first time on" in page
    with timezone.override(ZoneInfo("Europe/Warsaw")):
        said = first_check_words(NOW)
    assert said == "All results are checked every night, for the first time on Nov 27, 2026, 1:00\u202fAM."
    Schedule.objects.create(kind=VERIFY, last_on=date(2026, 11, 25))
    assert first_check_words(NOW) == "All results are checked every night; the first check is about to start."
    verify_results(at=NOW)
    assert "All results are checked every night" not in client_of("manager").get(ADDRESS).content.decode()
