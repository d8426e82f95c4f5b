"""Pages of jobs, imports and bulk changes say who moved, and every count agrees with the list behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satsuma.app.accounts.models import User
from satsuma.app.crm.bulk import Action, BulkChange, Selection
from satsuma.app.crm.models import Batch, Contact, Import
from satsuma.app.crm.services import bulk
from satsuma.app.crm.services.contacts import Entry, create_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.imports import start_import, start_undo
from satsuma.app.jobs.models import Run
from satsuma.app.jobs.services.runs import start_run
from satsuma.app.segmentation.models import Pin, Segment
from satsuma.app.segmentation.models.results import Cause
from satsuma.app.segmentation.services import list_rescoring
from satsuma.app.segmentation.services.drafts import create_segmentation
from satsuma.app.segmentation.services.list_rescoring import start_list_rescoring
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.app.segmentation.services.publishing import start_publishing, start_roll_back
from satsuma.app.segmentation.services.rescoring import DAILY, rescore_contacts, start_rescoring
from satsuma.domain.model import Kind
from support.importing import checked, mapped, upload
from support.jobs import done_run
from support.segmented import by_employees, moves_of, publish, publish_again

LONG_AGO = timezone.now() - timedelta(days=6)
BADGE = re.compile(r'<a class="badge" href="([^"]+)">.*?</svg>\s*([^<]+)</a>')
LINE = re.compile(r'<a class="fw-medium text-break" href="([^"]+)">([^<]+)</a>(.*?)</li>', re.DOTALL)
NOBODY = "Nobody came into another segment."
Told = dict[str, dict[str, int]]

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ClientOf = Callable[[str], Client]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=LONG_AGO)


@pytest.fixture
def three() -> list[Contact]:
    """With 5, 50 and 500 employees."""
    return [company(f"Company {employees}", employees) for employees in (5, 50, 500)]


def company(name: str, employees: int) -> Contact:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=LONG_AGO).contact


def rows(client: Client, address: str) -> int:
    """How many moves the list has; the same as its file."""
    shown = client.get(address.replace("&amp;", "&"))
    assert shown.status_code == 200
    listed = shown.content.decode().count('<th scope="row"')
    file = client.get(f"{shown.context['page'].export_url}&format=csv")
    assert len(b"".join(file.streaming_content).splitlines()) == listed + 1  # type: ignore[attr-defined]
    return listed


def told(client: Client, address: str) -> Told | None:
    """By segmentation: how many rows the list has behind each count, and behind them all. None if nothing is told."""
    page = client.get(address).content.decode()
    lines = LINE.findall(page)
    if not lines:
        return {} if NOBODY in page else None
    return {
        name: {words.strip(): rows(client, link) for link, words in BADGE.findall(rest)} | {"all": rows(client, every)}
        for every, name, rest in lines
    }


def job(client: Client, run: Run) -> Told | None:
    return told(client, reverse("job", args=[run.pk]))


def test_an_import_and_its_undo_are_told_apart(client_of: ClientOf, manager: User) -> None:
    company("Acme", 500)
    publish(by_employees(), LONG_AGO)
    columns = {"Name": "company.name", "Employees": "company.employees"}
    row = mapped(upload("Name,Employees\nAcme,5\nBolt,50\nCog,500\n"), keys={"company": "name"}, **columns)
    checked(row)
    row.refresh_from_db()
    start_import(import_id=row.pk, signature=row.signature, skip_bad_rows=False, by=manager, at=timezone.now())
    client, page = client_of("manager"), reverse("import", args=[row.pk])
    brought = done_run(Run.objects.get(id=Import.objects.get().run_id))
    brought_told = {"Size": {"1 down": 1, "2 new": 2, "all": 3}}
    assert (job(client, brought), told(client, page)) == (brought_told, brought_told)
    start_undo(import_id=row.pk, by=manager, at=timezone.now())
    undone = done_run(Run.objects.get(id=Import.objects.get().run_id))
    undone_told = {"Size": {"1 up": 1, "2 gone": 2, "all": 3}}
    assert (job(client, undone), told(client, page)) == (undone_told, undone_told)
    assert job(client, brought) == brought_told


def change(companies: Sequence[Contact], manager: User, employees: int) -> Run:
    selection = Selection(tuple(each.pk for each in companies))
    sets = BulkChange(Action.FIELD, key="employees", value=employees, words="Employees")
    run = bulk.start_bulk_change(kind=Kind.COMPANY, selection=selection, change=sets, by=manager, at=timezone.now())
    assert isinstance(run, Run)
    return run


def test_a_bulk_change_and_its_undo_are_told_apart(
    client_of: ClientOf, manager: User, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "CHUNK", 2)
    publish(by_employees(), LONG_AGO)
    publish(by_employees(100, 50, 0, name="Small ones"), LONG_AGO)
    client, changed = client_of("manager"), done_run(change(three, manager, 500))
    up, down = {"2 up": 2, "all": 2}, {"2 down": 2, "all": 2}
    batch = Batch.objects.get(kind=Batch.Kind.BULK)
    page = reverse("bulk_change", args=[batch.pk])
    assert job(client, changed) == told(client, page) == {"Size": up, "Small ones": down}
    undo = bulk.undo_bulk_change(batch_id=batch.pk, by=manager, at=timezone.now())
    assert isinstance(undo, Run)
    undone = done_run(undo)
    assert job(client, undone) == told(client, page) == {"Size": down, "Small ones": up}
    assert job(client, changed) == {"Size": up, "Small ones": down}
    assert undone.result
    assert undone.result["link"]["args"] == [batch.pk]


def test_what_a_job_has_moved_before_it_was_stopped_is_told(
    client_of: ClientOf, manager: User, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    publish(by_employees(), LONG_AGO)
    run, tried = change(three, manager, 500), bulk.change_contacts

    def once(**facts: object) -> object:
        monkeypatch.setattr(bulk, "change_contacts", broken)
        return tried(**facts)  # type: ignore[arg-type]

    def broken(**facts: object) -> object:
        raise MemoryError

    monkeypatch.setattr(bulk, "change_contacts", once)
    Run.objects.filter(id=run.pk).update(attempts=2)
    assert done_run(run).state == "failed"
    assert job(client_of("manager"), run) == {"Size": {"1 up": 1, "all": 1}}


def test_scoring_again_tells_who_moved_and_whose_pin_ended(
    client_of: ClientOf, manager: User, three: list[Contact]
) -> None:
    version = publish(by_employees(), LONG_AGO)
    other = publish(by_employees(name="Other"), LONG_AGO)
    client, small = client_of("manager"), three[0]
    nothing = done_run(start_rescoring(segmentation_ids=None, by=manager, at=timezone.now()))
    assert job(client, nothing) == {}
    Contact.objects.filter(id=three[1].pk).update(employees=500)
    run = done_run(start_rescoring(segmentation_ids=[version.segmentation_id], by=manager, at=timezone.now()))
    assert job(client, run) == {"Size": {"1 up": 1, "all": 1}}
    good = Segment.objects.get(segmentation=other.segmentation_id, name="Good")
    pin_contact(
        segmentation_id=other.segmentation_id,
        contact_id=small.pk,
        segment_id=good.pk,
        reason="We know them",
        expires_on=LONG_AGO.date() + timedelta(days=2),
        by=None,
        at=LONG_AGO,
    )
    daily = done_run(start_run(kind=DAILY, arguments={}, by=manager, at=timezone.now()))
    assert moves_of(small.pk)[-1][2:4] == ("pin_ended", daily.pk)
    assert job(client, daily) == {"Other": {"1 down": 1, "all": 1}}
    assert job(client, nothing) == {}


def test_a_list_that_is_scored_again_tells_who_moved(
    client_of: ClientOf, manager: User, three: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_rescoring, "AT_ONCE", 1)
    monkeypatch.setattr(list_rescoring, "CHUNK", 1)
    publish(by_employees(), LONG_AGO)
    Contact.objects.update(employees=50)
    chosen = Selection(tuple(each.pk for each in three[:2]))
    run = start_list_rescoring(kind=Kind.COMPANY, selection=chosen, by=manager, at=timezone.now())
    assert isinstance(run, Run)
    assert job(client_of("manager"), done_run(run)) == {"Size": {"1 up": 1, "all": 1}}
    run = done_run(start_rescoring(segmentation_ids=None, by=manager, at=timezone.now()))
    assert job(client_of("manager"), run) == {"Size": {"1 down": 1, "all": 1}}


def test_publishing_and_rolling_back_tell_who_moved(client_of: ClientOf, manager: User, three: list[Contact]) -> None:
    client = client_of("manager")
    row = create_segmentation(model=by_employees(), by=manager, at=LONG_AGO)
    first = start_publishing(segmentation_id=row.pk, draft_version=1, note="", by=manager, at=timezone.now())
    assert job(client, done_run(first)) == {"Size": {"3 new": 3, "all": 3}}
    publish_again(row.pk, by_employees(100, 50, 0), timezone.now())
    back = start_roll_back(segmentation_id=row.pk, version_number=1, note="", by=manager, at=timezone.now())
    assert job(client, done_run(back)) == {"Size": {"1 up": 1, "1 down": 1, "all": 2}}
    assert job(client, first) == {"Size": {"3 new": 3, "all": 3}}


def test_a_version_under_which_pins_ended_counts_them(client_of: ClientOf, manager: User, three: list[Contact]) -> None:
    version, small = publish(by_employees(), LONG_AGO), three[0]
    publish_again(version.segmentation_id, by_employees(100, 50, 0), LONG_AGO)
    good = Segment.objects.get(name="Good")
    facts = {"segmentation": version.segmentation, "contact": small, "segment": good, "reason": "", "author": None}
    Pin.objects.create(**facts, created_at=LONG_AGO, expires_on=LONG_AGO.date() + timedelta(days=20))
    rescore_contacts(contact_ids=[small.pk], cause=Cause.PIN, at=LONG_AGO)
    Pin.objects.update(expires_on=LONG_AGO.date())
    run = done_run(
        start_roll_back(
            segmentation_id=version.segmentation_id, version_number=1, note="", by=manager, at=timezone.now()
        )
    )
    assert moves_of(small.pk)[-1][:4] == ("Good", "Average", "pin_ended", None)
    assert job(client_of("manager"), run) == {"Size": {"1 up": 1, "1 down": 1, "all": 2}}
    assert run.result
    assert run.result["text"] == "1 up, 1 down, 1 stays"


def test_where_nothing_is_published_nothing_is_told(client_of: ClientOf, manager: User) -> None:
    run = done_run(start_rescoring(segmentation_ids=None, by=manager, at=timezone.now()))
    assert run.state == "done"
    assert job(client_of("manager"), run) is None


def test_the_list_says_what_it_is_narrowed_to_and_keeps_it(client_of: ClientOf, three: list[Contact]) -> None:
    version = publish(by_employees(), LONG_AGO)
    client, address = client_of("viewer"), reverse("history_moves", args=[version.segmentation_id])
    for of, words in {
        "version-1": "Version 1 published",
        "import-7": "Import 7",
        "import-7-undone": "Import 7 undone",
        "bulk-7": "Many changed at once",
        "bulk-7-undone": "Change of many undone",
        "merge-7-undone": "Merging undone",
        "job-7": "Job 7",
    }.items():
        shown = client.get(address, {"of": of})
        page = shown.content.decode()
        assert f"Only moves of: {words} ·" in page
        assert f'<input type="hidden" name="of" value="{of}"' in page
        assert f"of={of}" in shown.context["page"].export_url
    for of in (
        "",
        "version-1-undone",
        "job-",
        "import-7-",
        "import--7",
        f"import-{10**18}",
        "import-٧",
        "x-1",
        "job-1\n",
    ):
        page = client.get(address, {"of": of}).content.decode()
        assert ("Only moves of" in page, page.count('<th scope="row"')) == (False, 3)
