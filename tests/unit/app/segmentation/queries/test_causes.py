"""Wherever moves are told, a version says which one it restores, and an undo that it is one."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from satsuma.app.crm.bulk import Action, BulkChange
from satsuma.app.crm.models import Contact
from satsuma.app.crm.services.batches import undo_batch
from satsuma.app.crm.services.bulk import change_contacts
from satsuma.app.crm.services.contacts import Entry, create_contact, save_contact
from satsuma.app.crm.services.defaults import create_defaults
from satsuma.app.crm.services.exports import write_everything
from satsuma.app.segmentation.history_files import HistoryFile, read_history_file
from satsuma.app.segmentation.models import Move, Segmentation
from satsuma.app.segmentation.origins import read_origin
from satsuma.app.segmentation.queries.contact_moves import find_last_moves, list_contact_moves
from satsuma.app.segmentation.queries.dashboard import list_latest
from satsuma.app.segmentation.queries.history_moves import MovesAsked, list_moves
from satsuma.app.segmentation.queries.segmentations import SegmentationSpec, get_segmentation
from satsuma.app.segmentation.services.publishing import roll_back_now
from satsuma.app.segmentation.wording import cause_text
from satsuma.domain.model import Kind
from support.segmented import by_employees, publish, publish_again

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
TOLD = [
    "Change of many undone",
    "Many changed at once",
    "Contact changed",
    "Version 3 published, restores version 1",
    "Version 2 published",
    "Version 1 published",
]
"""The latest first."""

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.fixture
def acme(workspace: object) -> Contact:
    """Which has been through it all."""
    create_defaults(at=NOW)
    entry = Entry({"name": "Acme", "employees": 5})
    acme = create_contact(kind=Kind.COMPANY, entry=entry, by=None, at=NOW).contact
    id_ = publish(by_employees(), NOW).segmentation_id
    publish_again(id_, by_employees(100, 50, 0), later(1))
    roll_back_now(segmentation_id=id_, version_number=1, note="", by=None, at=later(2))
    save_contact(contact_id=acme.id, version=acme.version, entry=Entry({"employees": 50}), by=None, at=later(3))
    change = BulkChange(Action.FIELD, key="employees", value=500)
    batch_id = change_contacts(kind=Kind.COMPANY, contact_ids=[acme.id], change=change, by=None, at=later(4)).batch_id
    undo_batch(batch_id=batch_id, by=None, at=later(5))
    return acme


@pytest.fixture
def size(acme: Contact) -> SegmentationSpec:
    return get_segmentation(Segmentation.objects.get().pk)


def test_profiles_and_lists_say_so(acme: Contact, size: SegmentationSpec) -> None:
    assert [cause_text(move) for move in list_contact_moves(acme.id, size)] == TOLD
    assert [cause_text(row.move) for row in list_moves(size, MovesAsked()).rows] == TOLD
    assert [cause_text(move) for move in find_last_moves(acme.id, [size]).values()] == TOLD[:1]
    ends = set(Move.objects.values_list("before", "after"))
    assert [cause_text(mover.move) for mover in list_latest(size, ends, NOW.date(), most=9)] == TOLD


def test_files_say_so(size: SegmentationSpec, tmp_path: Path) -> None:
    file = HistoryFile(size, MovesAsked())
    assert [row[file.headings.index("Cause")] for row in file.rows()] == TOLD
    write_everything(tmp_path / "all.zip", "csv", progress=lambda done, total, phase: None)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("moves.csv"), "utf-8-sig")))
    assert [row["Why"] for row in rows] == TOLD[::-1]


def test_a_job_makes_the_file_of_the_same_moves(size: SegmentationSpec) -> None:
    for of, count in {"version-3": 1, "version-2": 1, "version-9": 0, "bulk-1": 0}.items():
        file = HistoryFile(size, MovesAsked(cause="version", first=NOW.date(), origin=read_origin(of)))
        again = read_history_file(json.loads(json.dumps(file.as_json())))
        assert (again, len(list(again.rows()))) == (file, count)
