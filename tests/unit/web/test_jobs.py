"""The pages of jobs: what each role sees and may do, progress, ends, and how many queries a page takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

if TYPE_CHECKING:
    from satsuma.app.accounts.models import User
    from satsuma.app.jobs.models import Run

pytestmark = pytest.mark.both_databases
AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _empty_queue(db: None) -> Iterator[None]:
    yield
    from satsuma.app.jobs.queue import queue

    queue().storage.flush_all()


def a_run(by: User | None, **facts: Any) -> Run:
    from satsuma.app.jobs.models import Run

    return Run.objects.create(
        **{"kind": "x", "title": "Import of accounts.csv", "created_by": by, "created_at": AT} | facts
    )


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_a_member_sees_their_own_jobs_and_an_administrator_all(
    client_of: ClientOf, member: User, manager: User
) -> None:
    a_run(member, title="Mine")
    a_run(manager, title="Yours")
    assert ("Mine" in text(client_of("member"), "/jobs/"), "Yours" in text(client_of("member"), "/jobs/")) == (
        True,
        False,
    )
    everything = text(client_of("administrator"), "/jobs/")
    assert ("Mine" in everything, "Yours" in everything) == (True, True)


@pytest.mark.parametrize("what", ["", "progress/"])
def test_the_job_of_somebody_else_is_not_found(client_of: ClientOf, manager: User, what: str) -> None:
    run = a_run(manager)
    text(client_of("member"), f"/jobs/{run.pk}/{what}", 404)


@pytest.mark.parametrize("what", ["cancel", "retry"])
def test_the_job_of_somebody_else_can_not_be_changed(client_of: ClientOf, manager: User, what: str) -> None:
    run = a_run(manager, state="failed")
    assert client_of("member").post(f"/jobs/{run.pk}/{what}/").status_code == 404
    run.refresh_from_db()
    assert run.state == "failed"


def test_a_waiting_job_is_cancelled_and_tried_again_with_a_button(client_of: ClientOf, member: User) -> None:
    run, client = a_run(member), client_of("member")
    assert f'action="/jobs/{run.pk}/cancel/"' in text(client, f"/jobs/{run.pk}/")
    assert client.post(f"/jobs/{run.pk}/cancel/").headers["Location"] == f"/jobs/{run.pk}/"
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert f'action="/jobs/{run.pk}/retry/"' in text(client, f"/jobs/{run.pk}/")
    client.post(f"/jobs/{run.pk}/retry/")
    run.refresh_from_db()
    assert run.state == "waiting"


def test_trying_a_done_job_again_is_refused_in_words(client_of: ClientOf, member: User) -> None:
    run, client = a_run(member, state="done", finished_at=AT), client_of("member")
    answer = client.post(f"/jobs/{run.pk}/retry/", follow=True)
    assert "Only a failed or cancelled job can be tried again." in answer.content.decode()


def test_a_running_job_shows_its_progress_and_what_is_left(client_of: ClientOf, member: User) -> None:
    from satsuma.app.jobs.pulse import Pulse, write_pulse

    run = a_run(member, state="running", token=1)
    write_pulse(run.pk, 1, Pulse(3, AT, 1200, 5000, "Writing rows", 100.0))
    shown = text(client_of("member"), f"/jobs/{run.pk}/progress/")
    assert '<progress class="bar" max="5000" value="1200" aria-label="Import of accounts.csv">' in shown
    assert "Writing rows" in shown
    assert "1,200 of 5,000 · 100 per second · about 38 seconds left" in shown


def test_once_a_job_is_over_its_page_loads_itself_again(client_of: ClientOf, member: User) -> None:
    client = client_of("member")
    going, over = a_run(member), a_run(member, state="done", finished_at=AT)
    assert "HX-Refresh" not in client.get(f"/jobs/{going.pk}/progress/").headers
    assert client.get(f"/jobs/{over.pk}/progress/").headers["HX-Refresh"] == "true"


def test_a_failed_job_says_why_and_what_to_do(client_of: ClientOf, member: User) -> None:
    error = {"code": "x", "message": "There are <b>no</b> sheep.", "remedy": "Buy some.", "id": "0a1b2c3d"}
    run = a_run(member, state="failed", error=error, attempts=3, finished_at=AT)
    shown = text(client_of("member"), f"/jobs/{run.pk}/")
    assert "There are &lt;b&gt;no&lt;/b&gt; sheep. Buy some." in shown
    assert "Tried 3 times. Number in the log: 0a1b2c3d" in shown


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ({"name": "job", "args": [7], "query": {"q": "a b"}}, "/jobs/7/?q=a+b"),
        ({"name": "jobs", "args": [], "query": {}}, "/jobs/"),
        ({"name": "no_longer_there", "args": [], "query": {}}, None),
        (None, None),
    ],
)
def test_a_done_job_leads_to_its_result(
    client_of: ClientOf, member: User, link: dict[str, Any] | None, address: str | None
) -> None:
    run = a_run(member, state="done", finished_at=AT, result={"text": "412 companies", "link": link, "facts": {}})
    shown = text(client_of("member"), f"/jobs/{run.pk}/")
    assert "412 companies" in shown
    assert ("Show the result" in shown) is (address is not None)
    if address:
        assert f'<a class="btn btn-primary" href="{address}">' in shown


def test_the_top_bar_is_empty_unless_something_goes_on(client_of: ClientOf, member: User) -> None:
    client = client_of("member")
    assert text(client, "/jobs/running/") == ""
    run = a_run(member)
    assert f'href="/jobs/{run.pk}/"' in text(client, "/jobs/running/")
    a_run(member)
    assert 'href="/jobs/?show=unfinished"' in text(client, "/jobs/running/")


def test_people_are_told_when_no_worker_runs(client_of: ClientOf, member: User) -> None:
    from satsuma.app.jobs.pulse import note_worker_alive

    client = client_of("member")
    assert "No worker has shown itself" in text(client, "/jobs/")
    note_worker_alive(timezone.now() - timedelta(seconds=61))
    assert "No worker has shown itself" in text(client, "/jobs/")
    note_worker_alive(timezone.now())
    assert "No worker has shown itself" not in text(client, "/jobs/")


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 40, "99999999999999999999"])
def test_an_odd_page_address_shows_a_page(client_of: ClientOf, member: User, before: str) -> None:
    a_run(member, title="Mine")
    text(client_of("member"), f"/jobs/?before={before}&show=nonsense")


def test_the_list_goes_on_on_further_pages(client_of: ClientOf, member: User) -> None:
    runs = [a_run(member, title=f"Job {number}.", state="done", finished_at=AT) for number in range(51)]
    client = client_of("member")
    first = text(client, "/jobs/?show=all")
    assert ("Job 50." in first, "Job 1." in first, "Job 0." in first) == (True, True, False)
    assert f"/jobs/?show=all&amp;before={runs[1].pk}" in first
    older = text(client, f"/jobs/?show=all&before={runs[1].pk}")
    assert ("Job 0." in older, "Job 1." in older) == (True, False)


def test_the_list_takes_as_many_queries_for_thirty_jobs_as_for_one(client_of: ClientOf, member: User) -> None:
    from django.db import connection

    client = client_of("member")
    text(client, "/jobs/")  # the first request of a session notes it down
    counts = []
    for many in (1, 29):
        for _each in range(many):
            a_run(member, state="running", token=1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client, "/jobs/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
