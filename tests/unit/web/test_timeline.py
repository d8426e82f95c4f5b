"""The timeline on a profile: log and tasks in one line, everything folded and escaped, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm import hooks
from satsuma.app.crm.models import Activity, Task
from satsuma.app.crm.services.activities import ActivityEntry, log_activity
from satsuma.app.crm.services.contacts import bin_contacts
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.tasks import TaskEntry, create_task
from support.sales import NOW, create_company, create_person, create_sale

ATTACK = "<script>alert(1)</script>\"'&"
HTMX = {"HX-Request": "true"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def defaults(workspace: Workspace) -> None:
    create_defaults(at=NOW)


@pytest.fixture
def client(client_of: Callable[[str], Client]) -> Client:
    client = client_of("member")
    client.get("/tasks/")  # the first request of a session notes where it comes from
    return client


@pytest.fixture
def says() -> Iterator[str]:
    """What a segmentation has to say after each save."""
    sentence = "Good → Super: last activity"
    hook = hooks.after_save(lambda touched: [sentence])
    yield sentence
    hooks._HOOKS.remove(hook)


def log(contact_id: int, text: str = "Called", on: date | None = None) -> None:
    log_activity(contact_id=contact_id, entry=ActivityEntry("note", text, on), by=None, at=NOW)


class TestLogging:
    def test_one_line_logs_and_the_timeline_shows_it_with_what_follows(self, client: Client, member: User, says: str):
        acme = create_company()
        form = {"kind": "call", "text": "Wants an offer", "happened_on": workspace_day(timezone.now()).isoformat()}
        answer = client.post(f"/contacts/{acme.id}/activities/", form, headers=HTMX)
        made = Activity.objects.get()
        assert (made.kind, made.company_id, made.author_id) == ("call", acme.id, member.pk)
        assert [line.activity for line in answer.context["page"].lines] == [made]
        text = answer.content.decode()
        assert text.lstrip().startswith('<div id="contact-timeline">')
        assert ("Call: saved." in text, says in text) == (True, True)

    def test_without_a_script_it_leads_back_to_the_profile(self, client: Client):
        ada = create_person()
        answer = client.post(f"/contacts/{ada.id}/activities/", {"kind": "call"})
        assert (answer.status_code, answer["Location"]) == (302, f"/people/{ada.id}/")

    @pytest.mark.parametrize(
        ("form", "errors"),
        [
            ({"kind": "note", "text": " "}, {"text": ["Write the note."]}),
            (
                {"kind": "visit", "text": "x"},
                {"kind": ["Select a valid choice. visit is not one of the available choices."]},
            ),
            ({"kind": "survey", "rating": "11"}, {"rating": ["Enter a whole number from 0 to 10."]}),
            ({"kind": "call", "happened_on": "soon"}, {"happened_on": ["Enter a day, such as 2026-03-31."]}),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, client: Client, form: dict[str, str], errors: dict[str, list[str]]
    ):
        acme = create_company()
        answer = client.post(f"/contacts/{acme.id}/activities/", form, headers=HTMX)
        assert (answer.status_code, answer.context["log_form"].errors) == (422, errors)
        assert not Activity.objects.exists()
        text = answer.content.decode()
        assert all(escape(sentence) in text for sentence in errors[next(iter(errors))])

    def test_a_contact_in_the_bin_has_no_timeline(self, client: Client):
        acme = create_company()
        bin_contacts(contact_ids=[acme.id], by=None, at=NOW)
        assert client.get(f"/contacts/{acme.id}/timeline/").status_code == 404
        assert client.post(f"/contacts/{acme.id}/activities/", {"kind": "call"}).status_code == 404


class TestReading:
    def test_nothing_typed_becomes_html_and_long_texts_are_folded(self, client: Client):
        acme = create_company(ATTACK)
        ada = create_person(ATTACK, acme)
        create_sale(acme, ATTACK, person_id=ada.id, stage="won")
        create_task(entry=TaskEntry(ATTACK, acme.id, date(2026, 1, 1)), by=None, at=NOW)
        log(ada.id, ATTACK)
        log(acme.id, ATTACK + " word" * 200)
        log(acme.id, "line\n" * 9)
        for headers in (HTMX, {}):
            text = client.get(f"/contacts/{acme.id}/timeline/", headers=headers).content.decode()
            assert "<script>alert" not in text
            assert text.count("<details") == 2
            assert text.count(escape(ATTACK)) >= 6

    def test_pages_follow_each_other_to_the_end(self, client: Client):
        acme = create_company()
        for number in range(70):
            log(acme.id, f"note {number:02}", date(2026, 11, 26) - timedelta(days=number // 3))
        page = client.get(f"/contacts/{acme.id}/timeline/", headers=HTMX).context["page"]
        shown = [line.activity.text for line in page.lines]
        while page.after:
            answer = client.get(f"/contacts/{acme.id}/timeline/?after={page.after}", headers=HTMX)
            assert answer.content.decode().lstrip().startswith("<li")
            page = answer.context["page"]
            shown += [line.activity.text for line in page.lines]
        assert sorted(shown) == [f"note {number:02}" for number in range(70)]

    @pytest.mark.parametrize("after", ["x", "2026-11-26.9.1", "'; drop table"])
    def test_a_place_that_is_none_shows_the_beginning(self, client: Client, after: str):
        acme = create_company()
        log(acme.id)
        page = client.get(f"/contacts/{acme.id}/timeline/", {"after": after}, headers=HTMX).context["page"]
        assert (page.is_first, len(page.lines)) == (True, 1)

    def test_who_only_reads_sees_everything_and_no_forms(self, client_of: Callable[[str], Client]):
        acme = create_company()
        log(acme.id)
        create_task(entry=TaskEntry("Send it", acme.id), by=None, at=NOW)
        text = client_of("viewer").get(f"/contacts/{acme.id}/timeline/", headers=HTMX).content.decode()
        assert ("Called" in text, "Send it" in text, "<form" in text, "/edit/" in text) == (True, True, False, False)

    def test_queries_do_not_grow_with_rows(self, client: Client):
        def count(rows: int) -> int:
            acme = create_company()
            for number in range(rows):
                ada = create_person(f"P{number}", acme)
                log(ada.id)
                create_sale(acme, person_id=ada.id, stage="won")
                create_task(entry=TaskEntry("Send it", ada.id, date(2026, 1, 1)), by=None, at=NOW)
                create_task(entry=TaskEntry("Send it", acme.id), by=None, at=NOW)
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/contacts/{acme.id}/timeline/", headers=HTMX)
            return len(queries)

        assert count(1) == count(30) <= 13


class TestEditing:
    def test_an_activity_is_changed_and_leads_back(self, client: Client):
        ada = create_person(company=create_company())
        log(ada.id)
        made = Activity.objects.get()
        form = client.get(f"/activities/{made.id}/edit/").context["form"]
        typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
        answer = client.post(
            f"/activities/{made.id}/edit/", {**typed, "text": "Corrected", "happened_on": "2026-11-01"}
        )
        made.refresh_from_db()
        assert answer["Location"] == f"/people/{ada.id}/"
        assert (made.kind, made.text, made.happened_on, made.version) == ("note", "Corrected", date(2026, 11, 1), 2)

    def test_two_people_changing_one_activity_lose_nothing(self, client: Client):
        log(create_company().id, "Before")
        made = Activity.objects.get()
        client.post(f"/activities/{made.id}/edit/", {"kind": "note", "text": "Theirs", "version": 1})
        answer = client.post(f"/activities/{made.id}/edit/", {"kind": "call", "text": "Mine", "version": 1})
        assert (answer.status_code, answer.context["theirs"].text) == (409, "Theirs")
        form = answer.context["form"]
        assert (form["text"].value(), form["version"].value()) == ("Mine", "2")
        client.post(f"/activities/{made.id}/edit/", {"kind": "call", "text": "Mine", "version": 2})
        assert Activity.objects.get().text == "Mine"

    def test_a_deleted_activity_is_gone(self, client: Client):
        acme = create_company()
        log(acme.id)
        answer = client.post(f"/activities/{Activity.objects.get().id}/delete/")
        assert (answer["Location"], Activity.objects.exists()) == (f"/companies/{acme.id}/", False)


class TestTasks:
    def test_one_line_adds_a_task(self, client: Client, member: User):
        acme = create_company()
        form = {"title": "Send the offer", "due_on": "2026-12-01", "owner": member.pk}
        answer = client.post(f"/contacts/{acme.id}/tasks/", form, headers=HTMX)
        made = Task.objects.get()
        assert (made.title, made.contact_id, made.due_on, made.owner_id) == (
            "Send the offer",
            acme.id,
            date(2026, 12, 1),
            member.pk,
        )
        assert list(answer.context["page"].tasks) == [made]

    def test_what_is_wrong_with_it_is_said(self, client: Client):
        acme = create_company()
        answer = client.post(f"/contacts/{acme.id}/tasks/", {"title": "x", "due_on": "soon"}, headers=HTMX)
        assert answer.status_code == 422
        assert answer.context["task_form"].errors == {"due_on": ["Enter a day, such as 2026-03-31."]}
        assert 'value="x"' in answer.content.decode()
