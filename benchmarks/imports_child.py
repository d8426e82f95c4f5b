"""Brings one file into an empty installation and prints seconds and megabytes. Called by `imports`, in a process of
its own: the file is uploaded by one process, and checked and written by another, as a web server and a worker do it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path


def _start() -> None:
    from satsuma.cli.starting import bring_database_up_to_date, start_django

    bring_database_up_to_date(start_django(None, prepare=True))


def upload(file: Path) -> None:
    """What the web server does, with every column that is not known becoming a field."""
    _start()
    from django.utils import timezone

    from satsuma.app.accounts.models import Workspace
    from satsuma.app.crm.imports.mapping import FileMapping
    from satsuma.app.crm.services.defaults import create_defaults
    from satsuma.app.crm.services.imports import create_import, set_mapping

    at = timezone.now()
    Workspace.objects.create(id=1, name="A", language="en", currency="EUR", time_zone="UTC", created_at=at)
    create_defaults(at=at)
    with file.open("rb") as stream:
        row = create_import(file_name=file.name, parts=iter(lambda: stream.read(1024**2), b""), by=None, at=at)
    mapping = FileMapping.from_json(row.mapping or {})
    columns = tuple(replace(column, to=column.to or "new", part="company") for column in mapping.columns)
    keys = {"company": "external_id"}
    set_mapping(import_id=row.pk, mapping=replace(mapping, columns=columns, keys=keys), at=at)


def work() -> None:
    """What the worker does."""
    _start()
    from django.utils import timezone

    from satsuma.app.crm.models import Contact, Import
    from satsuma.app.crm.services.import_runs import check_import, run_import

    row, began = Import.objects.get(), time.perf_counter()
    check_import(row, at=timezone.now())
    checked = time.perf_counter()
    run_import(row, by=None, at=timezone.now())
    done = time.perf_counter()
    assert Contact.objects.count() == (row.report or {})["rows"]
    told = {"check": checked - began, "run": done - checked}
    told |= {"processor": sum(map(_seconds, WHO))}
    told |= {"worker": _megabytes(resource.RUSAGE_SELF), "child": _megabytes(resource.RUSAGE_CHILDREN)}
    print(json.dumps(told))


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _seconds(whose: int) -> float:
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def _megabytes(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work()
    else:
        upload(Path(sys.argv[1]))
        subprocess.run([sys.executable, "-m", "benchmarks.imports_child", "work"], check=True, env=os.environ)
