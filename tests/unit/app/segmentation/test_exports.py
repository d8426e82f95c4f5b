"""The export of everything has what segmentations know of contacts."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satsuma.app.accounts.models import User
from satsuma.app.crm.services.contacts import Entry, bin_contacts, create_contact, erase_contacts, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.exports import write_everything
from satsuma.app.segmentation.models import Segment, Version
from satsuma.app.segmentation.result_tables import list_result_tables
from satsuma.app.segmentation.services.exemptions import set_exemption
from satsuma.app.segmentation.services.pins import pin_contact
from satsuma.domain.model import Kind
from support.segmented import by_employees, publish, publish_again

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BEFORE = {"companies.csv", "people.csv", "deals.csv", "activities.csv", "tasks.csv"}

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def defaults(workspace: object) -> None:
    create_defaults(at=NOW)


def exported(folder: Path) -> dict[str, list[list[str]]]:
    """The rows of each table, without headings."""
    write_everything(folder / "all.zip", "csv", progress=lambda done, total, phase: None)
    with zipfile.ZipFile(folder / "all.zip") as archive:
        return {
            name: list(csv.reader(io.TextIOWrapper(archive.open(name), "utf-8-sig")))[1:] for name in archive.namelist()
        }


def company(name: str, employees: int) -> int:
    entry = Entry({"name": name, "employees": employees})
    return create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact.pk


def test_results_moves_pins_and_exemptions_go_out(tmp_path: Path, member: User) -> None:
    published = publish(by_employees(), NOW)
    acme, bolt, gone = company("Acme", 5), company("Bolt", 50), company("Gone", 500)
    pin_contact(
        segmentation_id=published.segmentation_id,
        contact_id=acme,
        segment_id=Segment.objects.get(name="VIP").pk,
        reason="=cmd()",
        expires_on=date(2026, 12, 24),
        by=member,
        at=NOW,
    )
    set_exemption(contact_id=bolt, kind="objection", reason="By e-mail", by=member, at=NOW)
    bin_contacts(contact_ids=[gone], by=None, at=NOW)
    erase_contacts(contact_ids=[gone], by=None, at=NOW)
    tables = exported(tmp_path)
    at = tables["segments.csv"][0][-1]
    assert tables["segments.csv"] == [
        [str(acme), "Acme", "Size", "VIP", "Average", "0", "0", "1", "1", at],
        [str(bolt), "Bolt", "Size", "", "", "", "", "", "1", at],
    ]
    assert [row[:6] for row in tables["moves.csv"]] == [
        [str(acme), "Acme", "Size", "", "Average", "Contact changed"],
        [str(bolt), "Bolt", "Size", "", "Good", "Contact changed"],
        ["", "", "Size", "", "VIP", "Contact changed"],
        [str(acme), "Acme", "Size", "Average", "VIP", "Pinned by hand"],
        [str(bolt), "Bolt", "Size", "Good", "", "Objection to profiling"],
        ["", "", "Size", "VIP", "", "Contact changed"],
    ]
    assert [row[:6] for row in tables["pins.csv"]] == [[str(acme), "Acme", "Size", "VIP", "'=cmd()", str(member)]]
    assert [row[:5] for row in tables["not_scored.csv"]] == [
        [str(bolt), "Bolt", "Objection to profiling", "By e-mail", str(member)]
    ]


def test_without_segmentations_there_is_nothing_more_than_before(tmp_path: Path) -> None:
    company("Acme", 5)
    assert set(exported(tmp_path)) == BEFORE


def test_a_kept_result_is_exported_on_the_scale_of_its_version(tmp_path: Path) -> None:
    published = publish(by_employees(0, 50, 100), NOW)
    acme = company("Acme", 50)
    set_exemption(contact_id=acme, kind="frozen", reason="", by=None, at=NOW)
    publish_again(published.segmentation_id, by_employees(0, 50, 200), NOW)
    save_contact(contact_id=acme, version=1, entry=Entry({"employees": 500}), by=None, at=NOW)
    ((*_, score, percent, coverage, version, _since),) = exported(tmp_path)["segments.csv"]
    assert (score, percent, coverage, version) == ("50", "50", "1", "1")


def test_kept_results_cost_no_queries_of_their_own(member: User) -> None:
    published = publish(by_employees(0, 50, 100), NOW)
    Version.objects.update(published_by=member)
    for number in range(3):
        set_exemption(contact_id=company(f"Firm {number}", 50), kind="frozen", reason="", by=None, at=NOW)
    publish_again(published.segmentation_id, by_employees(0, 50, 200), NOW)
    results = next(table for table in list_result_tables() if table.file == "segments")
    with CaptureQueriesContext(connection) as asked:
        assert len(list(results.rows())) == 3
    assert len(asked) == 5
