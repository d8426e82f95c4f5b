"""Kills a worker before each statement of an import in turn, or every n-th, lets another take it up, and takes the
import back; prints what was there after each.
"""

from __future__ import annotations

import hashlib
import json
import signal
import sys

from support.faults import answer, dying_before_statement, in_child, let_leases_end, open_installation

BASE = "External ID,Name,City\n1,Acme,Paris\n2,Bolt,Rome\n"
FILE = (
    "External ID,Name,City,Opportunity ID,Amount,Deal Stage,Product\n"
    "1,Acme,Berlin,A,7.5,Open,Anvil\n2,Bolt,Rome,B,1,Open,Anvil\n3,City Inc,Oslo,C,2,Open,Anvil\n"
)
GOING = {"External_ID": "company.external_id", "Name": "company.name", "City": "company.city"}


def set_up() -> None:
    from django.utils import timezone

    from satsuma.app.accounts.models import Workspace
    from satsuma.app.crm.services.defaults import create_defaults
    from satsuma.app.crm.services.import_runs import undo_import
    from support.importing import bring_in, checked, mapped, upload

    at = timezone.now()
    Workspace.objects.create(id=1, name="A", language="en", currency="EUR", time_zone="UTC", created_at=at)
    create_defaults(at=at)
    bring_in(BASE)
    keys = {"company": "external_id", "deal": "external_id"}
    going = GOING | {"Opportunity_ID": "deal.external_id"}
    undo_import(bring_in(FILE, keys=keys, **going), by=None, at=at)  # makes the product, which stays
    checked(mapped(upload(FILE), keys=keys, **going))


def stored() -> str:
    """What stands for all contacts and deals, whatever their ids and times."""
    from satsuma.app.crm.models import Contact, Deal

    companies = Contact.objects.order_by("name").values_list("external_id", "name", "name_folded", "city", "metrics")
    deals = Deal.objects.order_by("external_id")
    rows = [list(companies), list(deals.values_list("external_id", "title", "value_e4", "company__name", "state"))]
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()[:12]


def main() -> None:
    open_installation()
    assert in_child(set_up) == 0
    from django.utils import timezone

    from satsuma.app.crm.models import BatchRow, Import
    from satsuma.app.crm.services.import_runs import undo_import
    from satsuma.app.crm.services.imports import RUN
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.services.runs import start_run
    from satsuma.app.jobs.worker import do_waiting_runs

    def work_and_die(number: int) -> None:
        with dying_before_statement(number):
            do_waiting_runs()

    def take_up() -> None:
        let_leases_end()
        do_waiting_runs()

    def undo() -> None:
        undo_import(Import.objects.latest("id"), by=None, at=timezone.now())

    import_id, before, stride = Import.objects.latest("id").pk, stored(), int(sys.argv[1])
    found, number, killed = [], 1 - stride, True
    while killed:
        number += stride
        run = start_run(kind=RUN, arguments={"import_id": import_id}, by=None, at=timezone.now())
        code = in_child(lambda at=number: work_and_die(at))  # type: ignore[misc]
        killed = code == -signal.SIGKILL
        assert killed or code == 0
        meanwhile = stored()
        assert in_child(take_up) == 0
        after, state = stored(), Run.objects.get(pk=run.pk).state
        rows = BatchRow.objects.filter(batch=Import.objects.get(pk=import_id).batch).count()
        assert in_child(undo) == 0
        found.append([killed, meanwhile, state, after, rows, stored()])
        Import.objects.filter(pk=import_id).update(state="checked", batch=None)
    answer({"before": before, "tries": found})


main()
