"""Pages of tasks: the reader's own and everybody's, ticks, a form that loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import escape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satsuma.app.accounts.models import User, Workspace
from satsuma.app.accounts.queries import workspace_day
from satsuma.app.crm.models import Task
from satsuma.app.crm.queries.tasks import PAGE
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.tasks import TaskEntry, create_task
from support.sales import NOW, create_company, create_person

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


def task(title: str = "Send the offer", **said: object) -> Task:
    return create_task(entry=TaskEntry(title, **said), by=None, at=NOW)  # type: ignore[arg-type]


def test_the_readers_own_tasks_stand_by_when_they_are_due(client: Client, member: User):
    today = workspace_day(timezone.now())
    acme = create_company(ATTACK)
    for title, days in (("Late", -1), ("Now", 0), ("Then", 1)):
        task(title, owner_id=member.pk, due_on=today + timedelta(days=days), contact_id=acme.id)
    task("Nobody's", due_on=today)
    answer = client.get("/tasks/")
    shown = {part.name: [row.title for row in part.tasks] for part in answer.context["page"].parts}
    assert shown == {"Overdue": ["Late"], "Today": ["Now"], "Later": ["Then"]}
    text = answer.content.decode()
    assert (escape(ATTACK) in text, "<script>alert" in text) == (True, False)
    everybodys = client.get("/tasks/?owner=all").context["page"].parts
    assert [row.title for part in everybodys for row in part.tasks] == ["Late", "Now", "Nobody's", "Then"]


def test_a_tick_answers_with_the_row_and_can_be_taken_away(client: Client):
    made = task()
    answer = client.post(f"/tasks/{made.id}/tick/", headers=HTMX)
    made.refresh_from_db()
    assert made.done_at is not None
    text = answer.content.decode()
    assert (f'id="task-{made.id}"' in text, f"/tasks/{made.id}/reopen/" in text) == (True, True)
    client.post(f"/tasks/{made.id}/reopen/", headers=HTMX)
    made.refresh_from_db()
    assert made.done_at is None
    assert client.post(f"/tasks/{made.id}/tick/")["Location"] == "/tasks/"


def test_more_tasks_follow_the_last_one(client: Client, member: User):
    made = [task(f"T{number}", owner_id=member.pk).id for number in range(PAGE + 3)]
    part = client.get("/tasks/").context["page"].parts[0]
    more = client.get(part.more_url, headers=HTMX).context["part"]
    assert [row.id for row in (*part.tasks, *more.tasks)] == made
    assert more.more_url == ""


@pytest.mark.parametrize("asked", ["", "due=x&after=y", "after=" + "9" * 30, "due=done&after=987654321"])
def test_a_part_that_is_none_shows_something(client: Client, asked: str):
    assert client.get(f"/tasks/part/?{asked}", headers=HTMX).status_code == 200


def test_a_task_is_made_changed_and_deleted(client: Client, member: User):
    ada = create_person()
    client.post("/tasks/new/", {"title": "Call", "contact": ada.id, "due_on": "2026-12-01", "owner": member.pk})
    made = Task.objects.get()
    form = client.get(f"/tasks/{made.id}/edit/").context["form"]
    typed = {name: form[name].value() for name in form.fields}
    assert typed == {"title": "Call", "contact": ada.id, "due_on": "2026-12-01", "owner": member.pk, "version": 1}
    client.post(f"/tasks/{made.id}/edit/", {**typed, "title": "Call back"})
    assert Task.objects.get().title == "Call back"
    client.post(f"/tasks/{made.id}/delete/")
    assert not Task.objects.exists()


def test_everything_wrong_is_said_and_nothing_typed_is_lost(client: Client):
    answer = client.post("/tasks/new/", {"title": ATTACK, "due_on": "soon", "owner": "9"})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"due_on", "owner"}
    text = answer.content.decode()
    assert (f'value="{escape(ATTACK)}"' in text, ATTACK in text) == (True, False)
    answer = client.post("/tasks/new/", {"title": "x", "contact": "x"})
    assert answer.context["form"].errors == {"contact": ["Choose a company or a person from the list."]}


def test_two_people_changing_one_task_lose_nothing(client: Client):
    made = task()
    client.post(f"/tasks/{made.id}/edit/", {"title": "Theirs", "version": 1})
    answer = client.post(f"/tasks/{made.id}/edit/", {"title": "Mine", "version": 1})
    assert (answer.status_code, answer.context["theirs"].title) == (409, "Theirs")
    form = answer.context["form"]
    assert (form["title"].value(), form["version"].value()) == ("Mine", "2")


def test_companies_and_people_are_found_for_a_task(client: Client):
    acme, ada = create_company(ATTACK), create_person("Alma Alert")
    answer = client.get("/contacts/options/?q=alert", headers=HTMX)
    assert [option["value"] for option in answer.context["options"]] == [acme.id, ada.id]
    assert "<script>" not in answer.content.decode()


def test_queries_do_not_grow_with_rows(client: Client, member: User):
    def count(rows: int) -> int:
        for number in range(rows):
            contact = create_company(f"C{number}")
            task(owner_id=member.pk, contact_id=contact.id)
            client.post(f"/tasks/{task(owner_id=member.pk, contact_id=contact.id).id}/tick/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/tasks/")
        return len(queries)

    assert count(1) == count(30) <= 8
