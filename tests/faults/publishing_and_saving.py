"""Processes that save, bin, erase and import while another publishes and re-scores, all at once; prints how they ended
and whether results and history are right. Then a worker that is paused while it publishes, and wakes up late.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from support.faults import answer, end_of, in_child, let_leases_end, open_installation, start_child

COMPANIES, SAVERS = 20, 3


def set_up() -> None:
    from django.utils import timezone

    from satsuma.app.accounts.models import Workspace
    from satsuma.app.crm.services.contacts import Entry, create_contact
    from satsuma.app.crm.services.defaults import create_defaults
    from satsuma.domain.model import Kind
    from support.segmented import by_employees, company_value, publish

    at = timezone.now()
    Workspace.objects.create(id=1, name="A", language="en", currency="EUR", time_zone="UTC", created_at=at)
    create_defaults(at=at)
    for number in range(COMPANIES):
        entry = Entry({"name": f"Company {number}", "employees": number})
        create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=at)
    publish(by_employees(), at)
    publish(company_value(), at)


def save_many(seed: int) -> None:
    from django.utils import timezone

    from satsuma.app.crm.errors import ConflictError, NotFoundError
    from satsuma.app.crm.models import Contact
    from satsuma.app.crm.services.contacts import (
        Entry,
        bin_contacts,
        create_contact,
        erase_contacts,
        restore_contacts,
        save_contact,
    )
    from satsuma.domain.model import Kind

    chance = random.Random(seed)
    for _each in range(12):
        at = timezone.now()
        contact = chance.choice(list(Contact.objects.all()))
        entry = Entry({"employees": chance.choice([5, 50, 500])})
        match chance.randrange(8):
            case 0:
                bin_contacts(contact_ids=[contact.id], by=None, at=at)
            case 1:
                restore_contacts(contact_ids=[contact.id], by=None, at=at)
            case 2:
                erase_contacts(contact_ids=[contact.id], by=None, at=at)
            case 3:
                create_contact(kind=Kind.COMPANY, entry=Entry({"name": "New", **entry.values}), by=None, at=at)
            case _:
                with suppress(ConflictError, NotFoundError):
                    save_contact(contact_id=contact.id, version=contact.version, entry=entry, by=None, at=at)


def import_and_undo() -> None:
    from django.utils import timezone

    from satsuma.app.crm.services.batches import undo_batch
    from support.importing import bring_in

    columns = {"ID": "company.external_id", "Name": "company.name"}
    for turn in range(2):
        rows = "".join(f"{number},Imported {turn} {number},{turn * 100}\n" for number in range(20))
        row = bring_in(f"ID,Name,Employees\n{rows}", keys={"company": "external_id"}, **columns)
        assert row.batch_id is not None
        undo_batch(batch_id=row.batch_id, by=None, at=timezone.now())


def publish_often() -> None:
    from django.utils import timezone

    from satsuma.app.segmentation.models import Segmentation
    from satsuma.app.segmentation.models.results import Cause
    from satsuma.app.segmentation.services.rescoring import rescore_everybody
    from support.segmented import by_employees, publish_again

    size = Segmentation.objects.get(name="Size").pk
    for turn in range(3):
        model = by_employees(100, 50, 0) if turn % 2 else by_employees()
        publish_again(size, model, timezone.now())
        for found in Segmentation.objects.all():
            rescore_everybody(segmentation_id=found.pk, cause=Cause.REQUEST, at=timezone.now())


def all_at_once() -> dict[str, Any]:
    from satsuma.app.segmentation.models import Segmentation

    savers = [start_child(lambda seed=seed: save_many(seed)) for seed in range(SAVERS)]  # type: ignore[misc]
    others = [start_child(publish_often), start_child(import_and_undo)]
    codes = [end_of(pid) for pid in (*savers, *others)]
    stale = Segmentation.objects.filter(stale_since__isnull=False).count()
    return {"codes": codes, "stale": stale, "right": in_child(assert_right) == 0}


def assert_right() -> None:
    """In a process of its own: threads of Polars do not live on in a child that is forked later."""
    from django.utils import timezone

    from satsuma.app.segmentation.services.verifying import verify_results

    found = verify_results(at=timezone.now())
    assert found.is_right, found.sentence


def paused() -> dict[str, Any]:
    """The first worker stops breathing once it has the run; the second publishes; then the first wakes up."""
    from django.utils import timezone

    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.jobs.worker import do_waiting_runs
    from satsuma.app.segmentation.documents import version_document
    from satsuma.app.segmentation.models import Segmentation, Version
    from satsuma.app.segmentation.services.publishing import PUBLISH, Publication
    from support.segmented import by_employees

    size = Segmentation.objects.get(name="Size")
    versions = Version.objects.filter(segmentation=size)
    count, latest = versions.count(), versions.latest("number")
    publication = Publication(size.pk, version_document(by_employees(1, 2, 3)), latest.segment_ids, "")
    run = start_run(kind=PUBLISH, arguments=publication.as_json(), by=None, at=timezone.now())
    first = start_child(lambda: pausing_at("accounts_workspace", do_waiting_runs))
    os.waitpid(first, os.WUNTRACED)

    def take_up() -> None:
        let_leases_end()
        do_waiting_runs()

    second = in_child(take_up)
    os.kill(first, signal.SIGCONT)
    ended = end_of(first)
    after = Run.objects.get(pk=run.pk)
    return {
        "codes": [second, ended],
        "state": [after.state, after.attempts],
        "versions": versions.count() - count,
        "right": in_child(assert_right) == 0,
    }


def pausing_at(table: str, work: Callable[[], Any]) -> None:
    """Does the work, and stops this process before its first statement about the table."""
    from django.db import connection

    has_paused = False

    def execute(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal has_paused
        if table in sql and not has_paused:
            has_paused = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return run(sql, *rest)

    with connection.execute_wrapper(execute):
        work()


def main() -> None:
    open_installation()
    assert in_child(set_up) == 0
    answer({"at_once": all_at_once(), "paused": paused()})


main()
