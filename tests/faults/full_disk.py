"""An installation on a disk of its own that is filled up: what each thing that people do says then, what it leaves
behind, and whether it works when there is room again. Prints what came of each.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from support.faults import answer, in_child, open_installation
from support.outages import Disk, browser, first_run, words

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

ROWS = 2_500
SOME_ROOM = 1 << 20
"""Enough for small writes, too little for the import."""
CHANCE = Random(7)
FILE = "External ID,Name,City\n" + "".join(
    f"N{number},Firm {number} {CHANCE.randbytes(75).hex()},Oslo\n" for number in range(ROWS)
)


def main() -> None:
    folder = open_installation()
    assert in_child(first_run) == 0
    client, disk, found = browser(), Disk(folder), {}
    for name, try_out in {
        "save": saved,
        "upload": uploaded,
        "picture": pictured,
        "check": checked,
        "import": imported,
        "export": exported,
        "facts": facts_read,
        "backup": backed_up,
    }.items():
        found[name] = try_out(client, disk)
    answer(found)


def saved(client: Client, disk: Disk) -> dict[str, Any]:
    from satsuma.app.crm.models import Contact

    def save() -> HttpResponse:
        return client.post("/companies/new/", {"name": "Acme", "version": "0", "base": "{}"})

    with disk.full():
        full = words(save())
    before = Contact.objects.count()
    return {"full": full, "left": before, "after": save().status_code, "kept": Contact.objects.count()}


def uploaded(client: Client, disk: Disk) -> dict[str, Any]:
    from satsuma.app.crm.models import Import

    def upload() -> HttpResponse:
        file = io.BytesIO(FILE.encode())
        file.name = "firms.csv"
        return client.post("/imports/new/", {"file": file})

    with disk.full():
        full = words(upload())
        left = [Import.objects.count(), *disk.files("imports")]
    return {"full": full, "left": left, "after": upload().status_code, "kept": Import.objects.count()}


def pictured(client: Client, disk: Disk) -> dict[str, Any]:
    from PIL import Image

    from satsuma.app.crm.models import Contact

    contact = Contact.objects.get(name="Acme")

    def send() -> HttpResponse:
        picture = io.BytesIO()
        Image.effect_noise((300, 300), 90).save(picture, "PNG")
        picture.seek(0)
        picture.name = "logo.png"
        return client.post(f"/companies/{contact.pk}/image/", {"image": picture})

    with disk.full():
        full = words(send())
        contact.refresh_from_db()
        left = [contact.image, *disk.files("media")]
    after = send().status_code
    return {"full": full, "left": left, "after": after, "kept": len(disk.files("media"))}


def checked(client: Client, disk: Disk) -> dict[str, Any]:
    """A process of its own writes what it read."""
    from django.utils import timezone

    from satsuma.app.crm.models import Import
    from satsuma.app.crm.services.imports import start_check

    row = start_check(import_id=Import.objects.latest("id").pk, by=None, at=timezone.now())
    assert row.run_id is not None
    with disk.full(but=200 << 10):
        full = tried(row.run_id)
        row.refresh_from_db()
        left = row.state
    after = tried_again(row.run_id)
    row.refresh_from_db()
    return {"full": full, "left": left, "after": after, "kept": row.state}


def imported(client: Client, disk: Disk) -> dict[str, Any]:
    from django.utils import timezone

    from satsuma.app.crm.models import Contact, Import
    from satsuma.app.crm.services.imports import start_import

    row = Import.objects.latest("id")
    before = Contact.objects.count()
    start_import(import_id=row.pk, signature=row.signature, skip_bad_rows=False, by=None, at=timezone.now())
    row.refresh_from_db()
    assert row.run_id is not None
    with disk.full(but=SOME_ROOM):
        full = tried(row.run_id, times=3)
        left = Contact.objects.count() - before
    return {"full": full, "left": left, "after": tried_again(row.run_id), "kept": Contact.objects.count() - before}


def exported(client: Client, disk: Disk) -> dict[str, Any]:
    from django.utils import timezone

    from satsuma.app.crm.models import Export
    from satsuma.app.crm.services.exports import start_export

    found: dict[str, Any] = {}
    for format_ in ("csv", "xlsx"):
        run_id = start_export(format_=format_, by=None, at=timezone.now())
        with disk.full(but=200 << 10):
            full = tried(run_id)
            left = [Export.objects.filter(run_id=run_id).count(), *disk.files("exports")]
        after = tried_again(run_id)
        found[format_] = {"full": full, "left": left, "after": after, "kept": len(disk.files("exports"))}
        for file in (disk.folder / "exports").iterdir():
            file.unlink()
    return found


def tried(run_id: int, *, times: int = 1) -> list[Any]:
    """The state of the run, its tries and its reason."""
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.worker import do_waiting_runs

    for _each in range(times):
        do_waiting_runs()
        Run.objects.filter(pk=run_id).update(due_at=None)
    run = Run.objects.get(pk=run_id)
    return [run.state, run.attempts, (run.error or {}).get("message")]


def tried_again(run_id: int) -> str:
    from django.utils import timezone

    from satsuma.app.accounts.models import User
    from satsuma.app.jobs.models import Run
    from satsuma.app.jobs.services.runs import retry_run
    from satsuma.app.jobs.worker import do_waiting_runs

    if Run.objects.get(pk=run_id).state == "failed":
        retry_run(run_id=run_id, by=User.objects.get(), at=timezone.now())
    do_waiting_runs()
    return Run.objects.get(pk=run_id).state


def facts_read(client: Client, disk: Disk) -> dict[str, Any]:
    from satsuma.app.crm.snapshots.refreshing import kept_contacts, refreshed
    from satsuma.domain.model import Kind

    with disk.full():
        full = len(refreshed(kept_contacts(Kind.COMPANY)))
        left = [name for name in disk.files("snapshots") if not name.endswith(".lock")]
    after = len(refreshed(kept_contacts(Kind.COMPANY)))
    return {"full": full, "left": left, "after": after, "kept": len(disk.files("snapshots")) - 1}


def backed_up(client: Client, disk: Disk) -> dict[str, Any]:
    """Onto the same disk; once no room for the copy of the database, and once none for the archive."""
    from satsuma.cli.backups.making import make_backup
    from satsuma.domain.errors import SatsumaError

    target, full = disk.folder.parent / "to" / "a.backup", []
    target.parent.mkdir()
    size = (disk.folder / "satsuma.sqlite3").stat().st_size
    for room in (0, size + (100 << 10)):
        with disk.full(but=room):
            try:
                make_backup(disk.folder, target, overwrite=False)
            except SatsumaError as error:
                full.append([error.code, error.remedy])
            left = [entry.name for entry in target.parent.iterdir()]
            left += [name for name in disk.files(".") if name == "last-backup"]
    target.parent.rmdir()
    make_backup(disk.folder, Path(sys.argv[1]), overwrite=False)
    return {"full": full, "left": left, "after": Path(sys.argv[1]).is_file()}


main()
