"""The bin is emptied of what has been in it for more than 30 days, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from satsuma.app.accounts.models import Workspace
from satsuma.app.crm.models import Contact, Deal
from satsuma.app.crm.services import emptying
from satsuma.app.crm.services.contacts import bin_contacts, erase_contacts
from satsuma.app.crm.services.deals import bin_deals
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.jobs.services.runs import start_run
from support.jobs import done_run
from support.sales import NOW, create_company, create_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_databases
def test_the_nightly_job_erases_what_is_old_and_keeps_the_rest(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    create_defaults(at=NOW)
    monkeypatch.setattr(emptying, "CHUNK", 2)
    now = timezone.now()
    kept = create_company("Kept")
    for days in (31, 32, 33, 29, 1):
        company = create_company(f"{days} days")
        sale = create_sale(kept, f"{days} days")
        bin_contacts(contact_ids=[company.id], by=None, at=now - timedelta(days=days))
        bin_deals(deal_ids=[sale.id], by=None, at=now - timedelta(days=days))
    run = done_run(start_run(kind="empty_bin", arguments={}, by=None, at=now))
    assert (run.state, run.result["text"]) == ("done", "6 rows are erased")
    assert set(Contact.objects.values_list("name", flat=True)) == {"Kept", "29 days", "1 days"}
    assert set(Deal.objects.values_list("title", flat=True)) == {"29 days", "1 days"}


def test_words_of_what_was_erased_leave_the_file_of_the_index(workspace: Workspace) -> None:
    """SQLite's index marks what is deleted; its words would stay readable in the file."""
    create_defaults(at=NOW)
    gone = create_company("Quagga")
    bin_contacts(contact_ids=[gone.id], by=None, at=NOW)
    erase_contacts(contact_ids=[gone.id], by=None, at=NOW)
    if connection.vendor == "sqlite":
        assert held("quagga")
    done_run(start_run(kind="empty_bin", arguments={}, by=None, at=timezone.now()))
    assert not held("quagga")


def held(word: str) -> bool:
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT block FROM crm_search_company_data")
        return any(word.encode() in bytes(block) for (block,) in cursor.fetchall())
