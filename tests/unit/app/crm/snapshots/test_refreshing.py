"""Snapshots: after every kind of change they hold what the database holds, and they know when they do not belong."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from django.db import connection, transaction
from polars.testing import assert_frame_equal

from satsuma.app.crm.changes import next_mark
from satsuma.app.crm.facts.reading import read
from satsuma.app.crm.models import ChangeCounter, Contact, Deal, Field, SnapshotToken
from satsuma.app.crm.snapshots import refreshing
from satsuma.app.crm.snapshots.contacts import forget_snapshots, refresh_snapshots
from satsuma.app.crm.snapshots.files import SnapshotFile, folder, list_files, locked
from satsuma.app.crm.snapshots.refreshing import Kept, kept_contacts, kept_rows, refreshed
from satsuma.domain.model import Kind, Source
from support.crm_rows import NOW, World, create_contact, create_world, erase
from support.racing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings) -> Path:
    settings.DATA_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def world() -> World:
    with transaction.atomic():
        return create_world(companies=12, people=8, deals=20, activities=20)


def _every_table() -> list[Kept]:
    return [*map(kept_contacts, Kind), kept_rows(Source.DEALS), kept_rows(Source.ACTIVITIES)]


def _assert_up_to_date() -> None:
    """A part of it first: whoever asks for a part writes a file that holds everything."""
    for kept in _every_table():
        stored, some = read(kept.selection), list(kept.selection.schema)[1:4]
        assert_frame_equal(refreshed(kept, some).sort("id"), stored.select("id", *some), check_exact=True)
        assert all(file.read(stored.columns) is not None for file in list_files(kept.name))
        assert_frame_equal(refreshed(kept).sort("id"), stored, check_exact=True)


def _files() -> dict[str, str]:
    """The file of each table; never more than one."""
    found = {kept.name: list_files(kept.name) for kept in _every_table()}
    assert all(len(files) <= 1 for files in found.values())
    return {name: files[0].path.name for name, files in found.items() if files}


def _rename(contact_id: int, name: str = "Renamed") -> None:
    with transaction.atomic():
        Contact.objects.filter(id=contact_id).update(name=name, changed=next_mark())


def test_a_snapshot_is_what_the_database_holds_and_is_read_from_its_file(world):
    _assert_up_to_date()
    made = _files()
    assert sorted(made) == ["activities", "company", "deals", "person"]
    assert {path.name for path in folder().iterdir() if path.suffix == ".arrow"} == set(made.values())
    Contact.objects.update(name="behind its back")  # without a mark: nobody hears of it
    assert "behind its back" not in refreshed(kept_contacts(Kind.COMPANY))["name"].to_list()
    assert _files() == made
    assert folder().stat().st_mode & 0o777 == 0o700


def _edit(world: World) -> None:
    Contact.objects.filter(id=world.companies[0]).update(city="New", values={"f1": 1}, changed=next_mark())
    Contact.objects.filter(id=world.people[0]).update(company=world.companies[3], changed=next_mark())
    Deal.objects.filter(id=world.deals[0]).update(worth_e4=7, closed_on=date(2026, 1, 1), changed=next_mark())


def _add(world: World) -> None:
    chance = random.Random(9)
    create_contact(chance, Kind.COMPANY)
    create_contact(chance, Kind.PERSON, company_id=world.companies[1])


def _bin(world: World) -> None:
    Contact.objects.filter(id__in=world.companies[:6]).update(binned_at=NOW, changed=next_mark())
    Deal.objects.filter(id__in=world.deals[:6]).update(binned_at=NOW, changed=next_mark())


def _restore(world: World) -> None:
    Contact.objects.update(binned_at=None, changed=next_mark())


def _erase(world: World) -> None:
    erase("activity", world.activities[0])
    erase("deal", world.deals[1])
    erase("contact", world.companies[2])


def _undo(world: World) -> None:
    """Gone, and back again under its id."""
    deal = Deal.objects.get(id=world.deals[3])
    erase("deal", deal.id)
    deal.binned_at, deal.changed = None, next_mark()
    deal.save(force_insert=True)


CHANGES = (_edit, _add, _bin, _restore, _erase, _undo, _edit)


@pytest.mark.parametrize("written", [True, False])
def test_after_each_change_a_snapshot_is_what_the_database_holds(written, world, monkeypatch):
    monkeypatch.setattr(refreshing, "WORTH_WRITING", 1 if written else 1_000)
    refresh_snapshots()
    for change in CHANGES:
        made = _files()
        with transaction.atomic():
            change(world)
        _assert_up_to_date()
        assert (_files() != made) is (written or change in (_erase, _undo))
        _assert_up_to_date()


def test_a_fiftieth_of_a_large_table_makes_a_new_file(world, monkeypatch):
    monkeypatch.setattr(refreshing, "WORTH_WRITING", 1)
    monkeypatch.setattr(refreshing, "ONE_IN", 4)
    refresh_snapshots()
    made = _files()
    for expected, contact_ids in ((False, world.companies[:1]), (True, world.companies[:4])):
        for contact_id in contact_ids:
            _rename(contact_id)
        _assert_up_to_date()
        assert (_files() != made) is expected


def test_what_is_erased_is_gone_from_the_folder_too(world, data_folder):
    with transaction.atomic():
        Contact.objects.filter(id=world.people[0]).update(name="Somebody Secret", binned_at=None, changed=next_mark())
    refresh_snapshots()
    assert b"Somebody Secret" in b"".join(path.read_bytes() for path in folder().glob("*.arrow"))
    with transaction.atomic():
        erase("contact", world.people[0])
    refresh_snapshots()
    assert b"Somebody Secret" not in b"".join(path.read_bytes() for path in folder().iterdir())


def test_forgotten_snapshots_leave_nothing_and_are_made_again(world):
    refresh_snapshots()
    forget_snapshots()
    assert list(folder().glob("*.arrow")) == []
    assert not SnapshotToken.objects.exists()
    _assert_up_to_date()


def test_a_new_field_is_in_the_next_snapshot(world):
    refresh_snapshots()
    Field.objects.create(kind=Kind.COMPANY, key="f99", source="custom", type="number", label="New")
    assert refreshed(kept_contacts(Kind.COMPANY))["f99"].null_count() == len(refreshed(kept_contacts(Kind.COMPANY)))
    _rename(world.companies[0])
    Contact.objects.update(values={"f99": 5}, changed=_marked())
    _assert_up_to_date()
    before = _files()
    Field.objects.filter(key="f99").update(retired_at=NOW)
    _assert_up_to_date()
    assert _files() == before


def _marked() -> int:
    with transaction.atomic():
        return next_mark()


def test_a_transaction_writes_no_snapshot_but_sees_its_own_changes(world):
    refresh_snapshots()
    made = _files()
    with transaction.atomic():
        erase("deal", world.deals[0])
        _edit(world)
        _assert_up_to_date()
        transaction.set_rollback(True)
    assert _files() == made
    _assert_up_to_date()


def test_a_transaction_that_commits_late_is_not_missed(world, monkeypatch):
    monkeypatch.setattr(refreshing, "WORTH_WRITING", 1)
    refresh_snapshots()
    begun, end = Event(), Event()

    def write_late() -> None:
        try:
            with transaction.atomic():
                _edit(world)
                begun.set()
                assert end.wait(timeout=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        late = thread.submit(write_late)
        assert begun.wait(timeout=20)
        if connection.vendor == "postgresql":  # others begin later and end earlier
            _rename(world.companies[3])
        _assert_up_to_date()
        end.set()
        late.result()
    _assert_up_to_date()


def test_a_restored_database_makes_a_new_snapshot_although_its_marks_go_on(world):
    """What the backup knows: the counter and the tokens of its day, and rows of another life under the same marks."""
    refresh_snapshots()
    if connection.vendor == "sqlite":
        counter = ChangeCounter.objects.get().value
    tokens = list(SnapshotToken.objects.values_list("token", flat=True))
    _rename(world.companies[0], "after the backup")
    with transaction.atomic():
        erase("contact", world.companies[11])
    refresh_snapshots()

    Contact.objects.update(name="as in the backup")
    SnapshotToken.objects.all().delete()
    SnapshotToken.objects.bulk_create(SnapshotToken(token=token) for token in tokens)
    if connection.vendor == "sqlite":
        ChangeCounter.objects.update(value=counter)
    for contact_id in world.companies[4:9]:
        _rename(contact_id, "in the new life")
    _assert_up_to_date()


def test_rows_whose_marks_come_from_another_server_are_not_read_again_each_time(world):
    Contact.objects.update(changed=2**62)
    kept = kept_contacts(Kind.COMPANY)
    refreshed(kept)
    made = _files()
    assert refreshing._changed(kept, list_files("company")[0].horizon, refreshing.current_marks()) == []
    _rename(world.companies[0])
    _assert_up_to_date()
    assert _files()["company"] == made["company"]


@pytest.mark.parametrize("harm", ["truncated", "empty", "deleted", "half-written beside"])
def test_a_broken_file_is_made_again(harm, world):
    refresh_snapshots()
    path = list_files("company")[0].path
    match harm:
        case "truncated":
            path.write_bytes(path.read_bytes()[:-100])
        case "empty":
            path.write_bytes(b"")
        case "deleted":
            path.unlink()
        case "half-written beside":
            (folder() / ".company.7.part").write_bytes(path.read_bytes()[:200])
            path.unlink()
    _assert_up_to_date()
    assert sorted(_files()) == ["activities", "company", "deals", "person"]
    assert not list(folder().glob("*.part"))


def test_a_snapshot_that_cannot_be_written_is_held_in_memory(world, data_folder, monkeypatch):
    def refused(file, frame):
        raise OSError("no space left on device")

    monkeypatch.setattr(SnapshotFile, "write", refused)
    _assert_up_to_date()
    assert _files() == {}


def test_whoever_has_waited_for_long_reads_without_writing(world, monkeypatch):
    """Such as for a worker that was paused in the middle."""
    monkeypatch.setattr(refreshing, "LONGEST_WAIT_SECONDS", 0.05)
    kept = kept_contacts(Kind.COMPANY)
    with locked(kept.name) as is_held:
        assert is_held
        assert_frame_equal(refreshed(kept).sort("id"), read(kept.selection))
        assert list_files(kept.name) == []
    refreshed(kept)
    assert len(list_files(kept.name)) == 1


def test_several_at_once_see_the_same_and_leave_one_file(world):
    kept = kept_contacts(Kind.COMPANY)
    for frame in race(4, lambda _: refreshed(kept)):
        assert_frame_equal(frame, read(kept.selection))
    assert _files().keys() == {"company"}
    assert SnapshotToken.objects.count() == 1


def test_readers_keep_what_they_opened_while_others_go_on(world, monkeypatch):
    monkeypatch.setattr(refreshing, "WORTH_WRITING", 1)
    kept = kept_contacts(Kind.COMPANY)
    refreshed(kept)
    opened = refreshed(kept)
    before = opened.clone().rows()
    for number in range(3):
        _rename(world.companies[number])
        refreshed(kept)
    assert opened.rows() == before
